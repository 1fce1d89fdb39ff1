//! Other spellings of one subscriber's number, which changes of numbering plans left behind.
//!
//! One person stays under two numbers: in address books under the one, on a network under the other. The variants are
//! *search keys*; a number is never rewritten, since the digits don't tell which of the two a network knows (Brazilian
//! accounts from before the ninth digit keep eight).
//!
//! Côte d'Ivoire is missing on purpose: in 2021 its eight digits became ten, behind a prefix of the operator's (07,
//! 05, 01; for landlines 27, 25, 21), and the operator can't be told from the eight digits alone.

use std::fmt;

use super::parse::Digits;
use super::table::NumberingPlan;
use super::{E164, Phone, Region, parse, scan};

/// Two forms of a country's numbers. The long one is `area infix rest`, the short one `area rest`.
struct Rule {
    country_code: u16,
    /// How many digits the area code has, where the infix comes after one.
    area: usize,
    infix: &'static [u8],
    /// How many digits follow.
    rest: usize,
    /// Which of them may be the first: the guard.
    first: &'static [u8],
    /// Whether the two forms are surely one subscriber's.
    certain: bool,
    /// How many digits the form has that the country has retired, where it has.
    retired: Option<usize>,
}

const RULES: [Rule; 4] = [
    // Mobiles got a ninth digit from 2012 to 2016 (Anatel, Resolução 553/2010). Landlines, 2 to 5, have none.
    Rule {
        country_code: 55,
        area: 2,
        infix: b"9",
        rest: 8,
        first: b"6789",
        certain: true,
        retired: None,
    },
    // From abroad a mobile is called with a 9 before its area code (ENACOM, Plan Fundamental de Numeración). Without
    // it the same digits may be a landline, of someone else.
    Rule {
        country_code: 54,
        area: 0,
        infix: b"9",
        rest: 10,
        first: b"123",
        certain: false,
        retired: None,
    },
    // Until 2019 a mobile was called from abroad with a 1 before its ten digits (IFT, Plan Técnico Fundamental de
    // Numeración of 2018).
    Rule {
        country_code: 52,
        area: 0,
        infix: b"1",
        rest: 10,
        first: b"23456789",
        certain: true,
        retired: Some(11),
    },
    // On 30 November 2024 all eight-digit numbers, landlines too, got 01 before them (ARCEP Bénin). Eight digits from
    // 8 on are numbers of today.
    Rule {
        country_code: 229,
        area: 0,
        infix: b"01",
        rest: 8,
        first: b"012345679",
        certain: true,
        retired: Some(8),
    },
];

impl Rule {
    /// The other form of a national number.
    fn other(&self, national: &[u8]) -> Option<E164> {
        let (area, tail) = national.split_at_checked(self.area)?;
        let is_rest = |digits: &[u8]| {
            digits.len() == self.rest
                && digits
                    .first()
                    .is_some_and(|first| self.first.contains(first))
        };
        match tail.strip_prefix(self.infix) {
            Some(rest) if is_rest(rest) => Some(E164::new(self.country_code, &[area, rest])),
            _ if is_rest(tail) => Some(E164::new(self.country_code, &[area, self.infix, tail])),
            _ => None,
        }
    }
}

/// The variants of a national number.
fn variants(country_code: u16, national: &[u8]) -> Variants {
    let rule = RULES.iter().find(|rule| rule.country_code == country_code);
    let variant = rule.and_then(|rule| {
        Some(Variant {
            number: rule.other(national)?,
            certain: rule.certain,
        })
    });
    Variants(variant.into_iter())
}

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
        variants(self.country_code(), self.national_number().as_bytes())
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
    // What is written in full is of its country's rule, and most have none.
    let is_retiring = |code| {
        RULES
            .iter()
            .any(|rule| rule.country_code == code && rule.retired.is_some())
    };
    if parse::as_written(text.as_bytes()).is_some_and(|phone| !is_retiring(phone.country_code())) {
        return None;
    }
    let mut digits = Digits::new();
    let reading = scan::read(text, &mut digits).ok()?;
    let plan = region.and_then(|region| NumberingPlan::of_region(region.0));
    let (main, national) = parse::split(reading.plus, digits.as_slice(), plan).ok()?;
    let national = national.as_slice();
    let rule = RULES.iter().find(|rule| rule.country_code == main.code())?;
    if rule.retired != Some(national.len()) {
        return None;
    }
    let modern = Phone::parse(rule.other(national)?.as_str()).ok()?.phone;
    Some(Legacy {
        number: E164::new(main.code(), &[national]),
        modern,
    })
}
