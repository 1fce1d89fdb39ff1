//! Other forms of a number that changes of numbering plans left behind.
//!
//! One person may be stored under two numbers, one in an address book and one on a network. Variants are *search keys*.
//! A valid number is never rewritten, since its digits do not show which form a network knows.

use std::fmt;

use super::parse::Digits;
use super::renumbering::{has_retired_forms, modern_form, other_form};
use super::table::NumberingPlan;
use super::{E164, Phone, Region, parse, scan};

impl Phone {
    /// Returns the other forms of this number, to search known people by.
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
    pub fn variants(&self) -> impl ExactSizeIterator<Item = Variant> + use<> {
        let variant = self.split().and_then(|(main, national)| {
            let (number, certain) = other_form(main.code(), national)?;
            Some(Variant { number, certain })
        });
        variant.into_iter()
    }
}

/// Another form of a number, written as in E.164. It may be impossible to dial today.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant {
    number: E164,
    certain: bool,
}

impl Variant {
    /// Returns the number as text, a key to search by.
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

    /// Whether both forms certainly belong to the same subscriber. In Argentina the form without the mobile 9 may be
    /// another subscriber's landline.
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

/// Prints no digits.
impl fmt::Debug for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.certain {
            "Variant(certain)"
        } else {
            "Variant(uncertain)"
        })
    }
}

/// A number in a form that its country has retired, such as Mexico's `+52 1 55 1234 5678` or Benin's eight digits.
///
/// It is a key to search by, since old address books and chats still contain it. Most such forms are no longer possible
/// numbers. Benin's still has a possible length, but reaches no subscriber.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Legacy {
    number: E164,
    modern: Phone,
}

impl Legacy {
    /// Reads the national number of a main plan in a retired form. Returns `None` if it is a valid number today.
    pub(super) fn of(main: NumberingPlan, national: &[u8]) -> Option<Self> {
        let modern = modern_form(main.code(), national)?;
        let modern = Phone::parse(modern.as_str()).ok()?.phone;
        let is_today = main.is_assigned(national);
        (modern.is_valid() && !is_today).then(|| Legacy {
            number: E164::new(main.code(), &[national]),
            modern,
        })
    }

    /// Returns the retired form as text, a key to search by.
    ///
    /// ```
    /// use contact_resolution::phone::legacy;
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

    /// Returns the number in its country's present form.
    ///
    /// ```
    /// use contact_resolution::phone::legacy;
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

/// Prints the region but no digits.
impl fmt::Debug for Legacy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Legacy({:?})", self.modern)
    }
}

/// Parses a number in a retired form.
///
/// ```
/// use contact_resolution::phone::legacy;
///
/// let number = legacy("+52 1 55 1234 5678", None).unwrap();
/// assert_eq!(number.as_str(), "+5215512345678");
/// assert_eq!(number.modern().as_str(), "+525512345678");
/// assert!(legacy("+52 55 1234 5678", None).is_none());
/// ```
#[must_use]
pub fn legacy(text: &str, region: Option<Region>) -> Option<Legacy> {
    // Most countries have no retired form, and a number in E.164 shows its country.
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
