//! A table of the forms that a text may have, by the first and the last character of the text.

use super::{Chars, Form};

/// The number of forms in the table. Further forms are tried with every text.
const FORMS: usize = 64;
/// The place of all characters beyond ASCII.
const BEYOND: usize = 128;

/// One bit for each form, at the place of each character that a text of the form may begin or end with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FormTable {
    begin: Box<[u64]>,
    end: Box<[u64]>,
}

impl FormTable {
    pub(super) fn of(forms: &[Form]) -> Self {
        let table = |chars_of: fn(&Form) -> Chars| {
            let bits = |place: usize| {
                let forms = forms.iter().take(FORMS).enumerate();
                forms.fold(0, |bits, (number, form)| {
                    let is_possible =
                        chars_of(form).may_have(u8::try_from(place).unwrap_or(u8::MAX));
                    bits | u64::from(is_possible) << number
                })
            };
            (0..=BEYOND).map(bits).collect()
        };
        FormTable {
            begin: table(Form::first),
            end: table(Form::end),
        }
    }

    /// Returns the forms that a text may have.
    pub(super) fn forms<'f>(
        &self,
        forms: &'f [Form],
        text: &str,
    ) -> impl Iterator<Item = &'f Form> + use<'f> {
        let at = |table: &[u64], byte: Option<&u8>| {
            let place = byte.map(|byte| usize::from(*byte).min(BEYOND));
            place
                .and_then(|place| table.get(place).copied())
                .unwrap_or(0)
        };
        let bytes = text.as_bytes();
        let mut bits = at(&self.begin, bytes.first()) & at(&self.end, bytes.last());
        let (listed, further) = forms.split_at_checked(FORMS).unwrap_or((forms, &[]));
        let listed = std::iter::from_fn(move || {
            let number = bits.trailing_zeros() as usize;
            bits &= bits.wrapping_sub(1);
            listed.get(number)
        });
        listed.chain(further)
    }
}

impl Default for FormTable {
    fn default() -> Self {
        FormTable::of(&[])
    }
}
