//! Phone numbers of every region, kind and spelling, and texts that are not numbers, compared with libphonenumber's
//! Python port. `tests/data/phone_cases.py` writes the cases.
//!
//! The answers differ on purpose in these cases. None of a million such texts is a valid number:
//!
//! | text | libphonenumber | here | why |
//! |---|---|---|---|
//! | `… ext. ١٢` | extension `١٢` | `12` | an extension is dialed as ASCII digits, in any script |
//! | up to six digits, `*123#` | too short, local only or no number | `short_code` | no number either way |
//! | no country code, no region | an invalid country code | `missing_region` | the same |
//! | more than 64 digits | an invalid country code, or too long | `too_long` | no number either way |
//! | ſ ı İ or the Kelvin sign among letters | a letter, only in Python | no number | Python's case folding |

use contact_resolution::PhoneKind;
use contact_resolution::{FieldErrorCode, Phone, Region};

const CASES: &str = include_str!("../../data/phone_cases.tsv");

fn kind(letter: &str) -> PhoneKind {
    PhoneKind::ALL[usize::from(letter.as_bytes()[0] - b'A')]
}

#[test]
fn every_case_reads_as_in_libphonenumber() {
    let mut numbers = 0;
    for line in CASES.lines() {
        let mut fields = line.split('\t');
        let mut field = || fields.next().unwrap_or("");
        let text: String = serde_json::from_str(field()).unwrap();
        let region = Region::new(field());
        let (expected, letter, extension) = (field(), field(), field());
        let parsed = region.map_or_else(
            || Phone::parse(&text),
            |region| Phone::parse_in(&text, region),
        );
        match parsed {
            Ok(parsed) => {
                numbers += 1;
                assert_eq!(parsed.phone.as_str(), expected, "{line}");
                assert_eq!(parsed.phone.kind(), kind(letter), "{line}");
                assert_eq!(
                    parsed
                        .extension
                        .map_or(String::new(), |extension| extension.to_string()),
                    extension,
                    "{line}"
                );
            }
            Err(error) => match error.code() {
                FieldErrorCode::ShortCode => assert!(
                    region.is_some() && !expected.starts_with('+') || text.contains(['*', '#']),
                    "{line}"
                ),
                FieldErrorCode::MissingRegion => assert!(
                    region.is_none() && expected == "unknown_country_code",
                    "{line}"
                ),
                FieldErrorCode::TooLong if text.len() > 64 => {
                    assert!(!expected.starts_with('+'), "{line}");
                }
                code => assert_eq!(code.as_str(), expected, "{line}"),
            },
        }
    }
    assert!(numbers > 10_000, "only {numbers} numbers");
}

/// Returns whether the E.164 form reads as the same number. Premium numbers of Belarus do not, because they begin with the
/// digits of the national prefix.
fn reads_as_itself(phone: Phone) -> bool {
    phone.is_valid() && !(phone.country_code() == 375 && phone.national_number().starts_with("810"))
}

#[test]
fn valid_e164_number_reads_the_same_in_every_region() {
    for (index, line) in CASES.lines().enumerate() {
        let text = line.split('\t').nth(2).unwrap_or("");
        let Ok(phone) = text.parse::<Phone>() else {
            assert!(!text.starts_with('+'), "{line}");
            continue;
        };
        if text == phone.as_str() && reads_as_itself(phone) {
            for offset in [0, 61, 122, 183] {
                let region = Region::ALL[(index + offset) % Region::ALL.len()];
                let parsed = Phone::parse_in(text, region).unwrap();
                assert_eq!(
                    (parsed.phone, parsed.extension, parsed.assumed),
                    (phone, None, None),
                    "{line} in {region}"
                );
            }
        }
    }
}

#[test]
fn deserialized_number_is_unchanged() {
    for line in CASES.lines() {
        let text = line.split('\t').nth(2).unwrap_or("");
        if text.starts_with('+') {
            let stored = format!("\"{text}\"");
            let phone: Phone = serde_json::from_str(&stored).unwrap();
            assert_eq!(serde_json::to_string(&phone).unwrap(), stored);
        }
    }
}
