//! Changes of numbering plans that map old numbers to new ones one to one, as data.

use super::{E164, Region};

/// A change of a numbering plan, as two templates of national numbers.
///
/// In a template a digit matches itself, `.` matches any digit, and `[…]` matches one of several. The digits that are
/// not fixed are the same in both templates, in the same order.
pub(super) struct Renumbering {
    country_code: u16,
    /// The older or less common form.
    old: &'static str,
    new: &'static str,
    /// Whether both forms certainly reach the same subscriber.
    pub(super) certain: bool,
    /// Whether the country has retired the old form.
    retired: bool,
}

const fn retired(country_code: u16, old: &'static str, new: &'static str) -> Renumbering {
    Renumbering {
        country_code,
        old,
        new,
        certain: true,
        retired: true,
    }
}

/// Sorted by country code.
const RENUMBERINGS: &[Renumbering] = &[
    // Until 2019 a mobile was called from abroad with a 1 before its ten digits (IFT, Plan Técnico Fundamental de
    // Numeración of 2018).
    retired(52, "1[23456789].........", "[23456789]........."),
    // From abroad a mobile is called with a 9 before its area code (ENACOM, Plan Fundamental de Numeración). Without
    // it, the same digits may be another subscriber's landline.
    Renumbering {
        country_code: 54,
        old: "[123].........",
        new: "9[123].........",
        certain: false,
        retired: false,
    },
    // Mobiles got a ninth digit from 2012 to 2016 (Anatel, Resolução 553/2010). Landlines, which begin with 2 to 5, did
    // not. Older accounts keep eight digits on some networks.
    Renumbering {
        country_code: 55,
        old: "..[6789].......",
        new: "..9[6789].......",
        certain: true,
        retired: false,
    },
    // On 1 September 2021 landlines got 60 before their area code (CRC, Resolución 5826 of 2019). Present numbers also
    // begin with 46.
    retired(57, "[12][2345678]......", "60[12][2345678]......"),
    retired(57, "4[234578]......", "604[234578]......"),
    retired(57, "[5678][2345678]......", "60[5678][2345678]......"),
    // In autumn 2018 mobiles of ten digits became mobiles of nine (Bộ Thông tin và Truyền thông, plan of May 2018).
    retired(84, "120.......", "70......."),
    retired(84, "121.......", "79......."),
    retired(84, "122.......", "77......."),
    retired(84, "123.......", "83......."),
    retired(84, "124.......", "84......."),
    retired(84, "125.......", "85......."),
    retired(84, "126.......", "76......."),
    retired(84, "127.......", "81......."),
    retired(84, "128.......", "78......."),
    retired(84, "129.......", "82......."),
    retired(84, "162.......", "32......."),
    retired(84, "163.......", "33......."),
    retired(84, "164.......", "34......."),
    retired(84, "165.......", "35......."),
    retired(84, "166.......", "36......."),
    retired(84, "167.......", "37......."),
    retired(84, "168.......", "38......."),
    retired(84, "169.......", "39......."),
    retired(84, "186.......", "56......."),
    retired(84, "188.......", "58......."),
    retired(84, "199.......", "59......."),
    // On 31 January 2021 eight digits became ten (ARTCI, PNN-10). The prefix is the operator's. The second digit of an
    // old mobile, or the third digit of an old landline, identifies the operator.
    retired(225, "[0457][0123]......", "01[0457][0123]......"),
    retired(225, "[0456789][456]......", "05[0456789][456]......"),
    retired(225, "[0456789][789]......", "07[0456789][789]......"),
    retired(225, "2[0123]8.....", "212[0123]8....."),
    retired(225, "[23][0123456]0.....", "25[23][0123456]0....."),
    retired(225, "20[23].....", "2720[23]....."),
    retired(225, "21[2357].....", "2721[2357]....."),
    retired(225, "22[245].....", "2722[245]....."),
    retired(225, "23[45].....", "2723[45]....."),
    retired(225, "24[345].....", "2724[345]....."),
    retired(225, "306.....", "27306....."),
    retired(225, "31[69].....", "2731[69]....."),
    retired(225, "3[23456]7.....", "273[23456]7....."),
    // On 30 November 2024 all eight-digit numbers got 01 before them, including landlines (ARCEP Bénin). Eight digits
    // that begin with 8 or 9 are present numbers.
    retired(229, "[012345679].......", "01[012345679]......."),
    // On 1 September 2013 mobiles of seven digits got a 5 before them (ICTA). Seven digits of other ranges are present
    // landlines.
    retired(230, "[79]......", "5[79]......"),
    retired(230, "25.....", "525....."),
    // On 21 November 2014 mobiles got a 6 before them, and the landlines of Yaoundé and the south a 2 (ART).
    retired(237, "[5679].......", "6[5679]......."),
    retired(237, "22......", "222......"),
    // On 28 July 2010 the first digit was doubled (ictQATAR).
    retired(974, "3......", "33......"),
    retired(974, "4......", "44......"),
    retired(974, "5......", "55......"),
    retired(974, "6......", "66......"),
    retired(974, "7......", "77......"),
];

/// Prefixes that were dialed before national numbers inside a country.
const DIALED: &[(Region, &[u8])] = &[
    // Dialed until 2019 to a mobile in the same area, to a mobile in another area, and to a landline (IFT).
    (Region::MX, b"044"),
    (Region::MX, b"045"),
    (Region::MX, b"01"),
    // The international prefix and the own country code, as dialed from abroad. 55 is also a carrier's code, with which
    // the same digits are read as a number of another country.
    (Region::BR, b"0055"),
];

/// The most digits of a template.
const LONGEST: usize = 12;

impl Renumbering {
    /// Returns the other form of a national number, in E.164.
    fn other(&self, national: &[u8]) -> Option<E164> {
        self.rewrite(self.old, self.new, national)
            .or_else(|| self.rewrite(self.new, self.old, national))
    }

    fn rewrite(&self, from: &str, to: &str, national: &[u8]) -> Option<E164> {
        let (mut kept, mut count) = ([0; LONGEST], 0);
        let mut digits = national.iter().copied();
        for place in places(from) {
            let digit = digits.next()?;
            match place {
                Place::Fixed(fixed) if fixed == digit => {}
                Place::Kept(among) if among.is_empty() || among.contains(&digit) => {
                    *kept.get_mut(count)? = digit;
                    count += 1;
                }
                Place::Fixed(_) | Place::Kept(_) => return None,
            }
        }
        if digits.next().is_some() {
            return None;
        }
        let (mut kept, mut number) = (kept.iter(), E164::new(self.country_code, &[]));
        for place in places(to) {
            number.push(&[match place {
                Place::Fixed(digit) => digit,
                Place::Kept(_) => *kept.next()?,
            }]);
        }
        Some(number)
    }
}

/// One place of a template.
enum Place<'a> {
    Fixed(u8),
    /// A digit that both templates share. It is one of these, or any digit if the list is empty.
    Kept(&'a [u8]),
}

fn places(template: &str) -> impl Iterator<Item = Place<'_>> {
    let mut rest = template.as_bytes();
    std::iter::from_fn(move || {
        let (first, after) = rest.split_first()?;
        rest = after;
        Some(match first {
            b'.' => Place::Kept(&[]),
            b'[' => {
                let end = after.iter().position(|byte| *byte == b']')?;
                let (among, after) = after.split_at_checked(end)?;
                rest = after.get(1..)?;
                Place::Kept(among)
            }
            digit => Place::Fixed(*digit),
        })
    })
}

fn of_country(country_code: u16) -> impl Iterator<Item = &'static Renumbering> {
    let first = RENUMBERINGS.partition_point(|change| change.country_code < country_code);
    let from_there = RENUMBERINGS.get(first..).unwrap_or(&[]);
    from_there
        .iter()
        .take_while(move |change| change.country_code == country_code)
}

/// Returns the other form of a national number, and whether both certainly reach the same subscriber.
pub(super) fn other_form(country_code: u16, national: &[u8]) -> Option<(E164, bool)> {
    of_country(country_code).find_map(|change| Some((change.other(national)?, change.certain)))
}

/// Returns whether numbers of a country may have a form that the country has retired.
pub(super) fn has_retired_forms(country_code: u16) -> bool {
    of_country(country_code).any(|change| change.retired)
}

/// Returns the present form of a national number in a retired form.
pub(super) fn modern_form(country_code: u16, national: &[u8]) -> Option<E164> {
    of_country(country_code)
        .filter(|change| change.retired)
        .find_map(|change| change.rewrite(change.old, change.new, national))
}

/// Returns the digits after a prefix that is no longer dialed in a region.
pub(super) fn without_dialed_prefix(region: Region, digits: &[u8]) -> Option<&[u8]> {
    let mut prefixes = DIALED.iter().filter(|(place, _)| *place == region);
    prefixes.find_map(|(_, prefix)| digits.strip_prefix(*prefix))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, Place, RENUMBERINGS, places};

    #[test]
    fn renumberings_are_sorted_by_country() {
        assert!(RENUMBERINGS.is_sorted_by_key(|change| change.country_code));
    }

    #[test]
    fn templates_of_a_renumbering_keep_the_same_digits() {
        for change in RENUMBERINGS {
            let kept = |template| -> Vec<Vec<u8>> {
                let kept = places(template).filter_map(|place| match place {
                    Place::Kept(among) => Some(among.to_vec()),
                    Place::Fixed(_) => None,
                });
                kept.collect()
            };
            assert_eq!(kept(change.old), kept(change.new), "{}", change.old);
            assert!(kept(change.old).len() <= LONGEST, "{}", change.old);
        }
    }
}
