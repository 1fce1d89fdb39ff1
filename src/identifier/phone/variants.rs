//! Other spellings of one subscriber's number, which changes of numbering plans left behind.
//!
//! One person may be stored under two numbers: in address books under one, on a network under the other. The variants
//! are *search keys*. A number is never rewritten, since its digits do not say which form a network knows.

use std::fmt;

use super::parse::Digits;
use super::renumbering::{has_retired_forms, modern_form, other_form};
use super::table::NumberingPlan;
use super::{E164, Phone, PhoneKind, Region, parse, scan};

impl Phone {
    /// Other spellings of the same subscriber's number, to search known people by.
    ///
    /// ```
    /// use contact_resolution::Phone;
    ///
    /// let mobile: Phone = "+5511987654321".parse()?;
    /// let variants: Vec<_> = mobile.variants().map(|variant| variant.to_string()).collect();
    /// assert_eq!(variants, ["+551187654321"]);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn variants(&self) -> Variants {
        let variant = other_form(self.country_code(), self.national_number().as_bytes());
        let variant = variant.map(|(number, certain)| Variant { number, certain });
        Variants(variant.into_iter())
    }
}

/// Another spelling of a number, in the form of E.164. It need not be a number that can be dialled today.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant {
    number: E164,
    certain: bool,
}

impl Variant {
    /// The number's text: a key to search by.
    ///
    /// ```
    /// use contact_resolution::Phone;
    ///
    /// let number: Phone = "+525512345678".parse()?;
    /// assert_eq!(number.variants().next().unwrap().as_str(), "+5215512345678");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.number.as_str()
    }

    /// Whether both spellings are surely one subscriber's. In Argentina the one without the mobiles' 9 may be
    /// another's landline.
    ///
    /// ```
    /// use contact_resolution::Phone;
    ///
    /// let mobile: Phone = "+5491123456789".parse()?;
    /// assert!(mobile.variants().all(|variant| !variant.is_certain()));
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.certain
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// None of its digits.
impl fmt::Debug for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.certain {
            "Variant(certain)"
        } else {
            "Variant(uncertain)"
        })
    }
}

/// The [`Variant`]s of a number.
#[derive(Clone, Debug)]
pub struct Variants(std::option::IntoIter<Variant>);

impl Iterator for Variants {
    type Item = Variant;

    fn next(&mut self) -> Option<Variant> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl ExactSizeIterator for Variants {}

/// A number in a form its country has retired: Mexico's `+52 1 55 1234 5678`, Benin's eight digits.
///
/// It is a key to search by, as the form that an old address book or chat has. Most such forms are no possible number any
/// more; Benin's still has a possible length, and reaches nobody.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Legacy {
    number: E164,
    modern: Phone,
}

impl Legacy {
    /// Reads the national number of a main plan as one in a retired form. A number of today's form is none.
    pub(super) fn of(main: NumberingPlan, national: &[u8]) -> Option<Self> {
        let modern = modern_form(main.code(), national)?;
        let modern = Phone::parse(modern.as_str()).ok()?.phone;
        let is_today = main.kind_of(national) != PhoneKind::Unknown;
        (modern.is_valid() && !is_today).then(|| Legacy {
            number: E164::new(main.code(), &[national]),
            modern,
        })
    }

    /// The number's text as it was: a key to search by.
    ///
    /// ```
    /// use contact_resolution::identifier::phone::legacy;
    ///
    /// assert_eq!(legacy("+52 1 55 1234 5678", None).unwrap().as_str(), "+5215512345678");
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.number.as_str()
    }

    pub(super) fn variant(&self) -> Variant {
        Variant {
            number: self.number,
            certain: true,
        }
    }

    /// The number in its country's present form.
    ///
    /// ```
    /// use contact_resolution::identifier::phone::legacy;
    ///
    /// let number = legacy("+52 1 55 1234 5678", None).unwrap();
    /// assert_eq!(number.modern().as_str(), "+525512345678");
    /// ```
    #[must_use]
    pub fn modern(&self) -> Phone {
        self.modern
    }
}

impl fmt::Display for Legacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Where it belongs and none of its digits.
impl fmt::Debug for Legacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Legacy({:?})", self.modern)
    }
}

/// Reads a number in a retired form.
///
/// ```
/// use contact_resolution::identifier::phone::legacy;
///
/// let number = legacy("+52 1 55 1234 5678", None).unwrap();
/// assert_eq!(number.as_str(), "+5215512345678");
/// assert_eq!(number.modern().as_str(), "+525512345678");
/// assert!(legacy("+52 55 1234 5678", None).is_none());
/// ```
#[must_use]
pub fn legacy(text: &str, region: Option<Region>) -> Option<Legacy> {
    // Most countries have no such form, and a number written in full names its country.
    if parse::as_written(text.as_bytes())
        .is_some_and(|phone| !has_retired_forms(phone.country_code()))
    {
        return None;
    }
    let mut digits = Digits::new();
    let reading = scan::read(text, &mut digits).ok()?;
    let plan = region.and_then(|region| NumberingPlan::of_region(region.0));
    let (main, national) = parse::split(reading.plus, digits.as_slice(), plan).ok()?;
    Legacy::of(main, national.as_slice())
}
