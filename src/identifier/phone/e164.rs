//! The text of a number in E.164.

/// A plus and up to nineteen digits: the form of E.164, possible or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct E164 {
    text: [u8; 20],
    len: u8,
}

impl E164 {
    /// Joins a country code and runs of ASCII digits. Digits that do not fit are dropped.
    pub(super) fn new(country_code: u16, runs: &[&[u8]]) -> Self {
        let mut number = E164 {
            text: [0; 20],
            len: 0,
        };
        number.push(b"+");
        let digits = [
            country_code / 100 % 10,
            country_code / 10 % 10,
            country_code % 10,
        ];
        let digits = digits.map(|digit| b'0' + digit.to_le_bytes()[0]);
        let skip = digits.iter().take_while(|digit| **digit == b'0').count();
        number.push(digits.get(skip..).unwrap_or(&[]));
        for run in runs {
            number.push(run);
        }
        number
    }

    /// Returns the number if the text is a plus and eight to sixteen digits. Two overlapping blocks of eight bytes
    /// cover these lengths.
    pub(super) fn of_text(text: &[u8]) -> Option<Self> {
        let digits = text.strip_prefix(b"+")?;
        let (head, tail) = (*digits.first_chunk()?, *digits.last_chunk()?);
        if digits.len() > 16 || !are_digits(head) || !are_digits(tail) {
            return None;
        }
        let mut number = E164 {
            text: [0; 20],
            len: u8::try_from(text.len()).ok()?,
        };
        *number.text.first_mut()? = b'+';
        *number.text.get_mut(1..)?.first_chunk_mut()? = head;
        *number.text.get_mut(..text.len())?.last_chunk_mut()? = tail;
        Some(number)
    }

    pub(super) fn push(&mut self, run: &[u8]) {
        let start = usize::from(self.len);
        let end = self.text.len().min(start + run.len());
        if let Some((place, run)) = self.text.get_mut(start..end).zip(run.get(..end - start)) {
            place.copy_from_slice(run);
            self.len += u8::try_from(run.len()).unwrap_or(0);
        }
    }

    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or("")
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.text.get(..usize::from(self.len)).unwrap_or(&[])
    }

    /// Returns the digits after the plus.
    pub(super) fn digits(&self) -> &[u8] {
        self.text.get(1..usize::from(self.len)).unwrap_or(&[])
    }
}

/// Whether all eight bytes are ASCII digits. The high half of each is 3, and remains 3 if 6 is added to the low half.
fn are_digits(bytes: [u8; 8]) -> bool {
    const HIGH: u64 = 0xF0F0_F0F0_F0F0_F0F0;
    const THREES: u64 = 0x3030_3030_3030_3030;
    const SIXES: u64 = 0x0606_0606_0606_0606;
    let bytes = u64::from_le_bytes(bytes);
    bytes & HIGH == THREES && bytes.wrapping_add(SIXES) & HIGH == THREES
}
