//! Which texts are phone numbers, and that hostile texts are refused.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use contact_resolution::phone::legacy;
use contact_resolution::{FieldErrorCode, Phone, Region};
use proptest::prelude::*;

fn in_us(text: &str) -> Result<String, FieldErrorCode> {
    Phone::parse_in(text, Region::US)
        .map(|parsed| parsed.phone.to_string())
        .map_err(|error| error.code())
}

fn code(text: &str) -> FieldErrorCode {
    Phone::parse(text).unwrap_err().code()
}

#[test]
fn refusal_has_the_code_of_its_reason() {
    assert_eq!(code("415 555 2671"), FieldErrorCode::MissingRegion);
    assert_eq!(code(""), FieldErrorCode::NotANumber);
    assert_eq!(code("alice@example.com"), FieldErrorCode::NotANumber);
    assert_eq!(code("+1 415 555"), FieldErrorCode::TooShort);
    assert_eq!(code("+1 415 555 26711"), FieldErrorCode::TooLong);
    assert_eq!(code("+229 123 456 789"), FieldErrorCode::WrongLength);
    assert_eq!(
        code("+999 415 555 2671"),
        FieldErrorCode::UnknownCountryCode
    );
    assert_eq!(code("+1 555 2671"), FieldErrorCode::LocalOnly);
    assert_eq!(code(&"1".repeat(251)), FieldErrorCode::TooLong);
    assert_eq!(code("12345"), FieldErrorCode::MissingRegion);
}

#[test]
fn short_and_dial_codes_are_refused() {
    for text in [
        "*123#",
        "#31#",
        "**21*123#",
        "*#06#",
        "911",
        "72-345",
        "1",
        "0800",
    ] {
        assert_eq!(in_us(text), Err(FieldErrorCode::ShortCode), "{text}");
    }
    // Digits are a number in a region with numbers that short. A hash may end an extension.
    assert_eq!(
        Phone::parse_in("112233", Region::AD)
            .unwrap()
            .phone
            .as_str(),
        "+376112233"
    );
    assert_eq!(in_us("415 555 2671 - 503#").as_deref(), Ok("+14155552671"));
    assert_eq!(in_us("*4155552671").as_deref(), Ok("+14155552671"));
}

#[test]
fn bare_digits_are_read_as_national_first() {
    let austrian = "4312345678";
    assert_eq!(
        Phone::parse_in(austrian, Region::DE)
            .unwrap()
            .phone
            .as_str(),
        "+494312345678"
    );
    assert_eq!(
        Phone::parse(&format!("+{austrian}"))
            .unwrap()
            .phone
            .as_str(),
        "+4312345678"
    );
    assert_eq!(
        Phone::parse_in("447400123456", Region::GB)
            .unwrap()
            .phone
            .as_str(),
        "+447400123456"
    );
}

#[test]
fn assumed_region_is_reported_only_if_needed() {
    let assumed = |text| Phone::parse_in(text, Region::GB).unwrap().assumed;
    assert_eq!(assumed("07400 123456"), Some(Region::GB));
    assert_eq!(assumed("00 1 415 555 2671"), Some(Region::GB));
    assert_eq!(assumed("+1 415 555 2671"), None);
}

#[test]
fn marks_and_digits_of_other_scripts_are_read() {
    for text in [
        "\u{202a}+1\u{a0}(415)\u{a0}555\u{2011}2671\u{202c}",
        "＋１ ４１５ ５５５ ２６７１",
        "+١ ٤١٥ ٥٥٥ ٢٦٧١",
        "+1\u{ad}415\u{200b}555\u{2060}2671",
        "tel:+1-415-555-2671",
        "Mobile: +1.415.555.2671",
        "+1 (415) 555-2671 / +1 (415) 555-2672"
            .split(" / ")
            .next()
            .unwrap(),
    ] {
        assert_eq!(
            Phone::parse(text).map(|parsed| parsed.phone.to_string()),
            Ok("+14155552671".to_owned()),
            "{text}"
        );
    }
}

#[test]
fn long_texts_are_refused_in_linear_time() {
    let started = Instant::now();
    let units = [
        "1",
        "+",
        "+1",
        " ",
        "(",
        "x1",
        "ext.",
        "tel:",
        ";phone-context=",
        "é",
        "\u{0661}",
        "\u{202A}",
        "*",
        "#",
        "/",
    ];
    for unit in units {
        for text in [
            unit.repeat(1_000_000),
            format!("+1415{}", unit.repeat(1_000_000)),
        ] {
            assert!(Phone::parse_in(&text, Region::US).is_err(), "{unit}");
        }
    }
    assert!(started.elapsed() < Duration::from_secs(10));
}

#[test]
fn debug_output_and_errors_are_redacted() {
    let parsed = Phone::parse("+1 415 555 2671 x 89").unwrap();
    assert_eq!(
        format!("{parsed:?}"),
        "ParsedPhone { phone: Phone(US), extension: Some(Extension(2 digits)), assumed: None }"
    );
    let free: Phone = "+80012345678".parse().unwrap();
    assert_eq!(format!("{free:?}"), "Phone(+800)");
    assert_eq!(
        format!("{:?}", legacy("+5215512345678", None)),
        "Some(Legacy(Phone(MX)))"
    );
    let error = Phone::parse_in("415 555", Region::US).unwrap_err();
    assert_eq!(error.to_string(), "a short code is not a phone number");
}

/// Plain ASCII takes a fast path, and a full-width plus takes the general one. Both read alike for every calling code,
/// every length and every beginning of a national number.
#[test]
fn fast_path_reads_as_the_general_path() {
    let mut codes: BTreeSet<u16> = Region::ALL
        .iter()
        .map(|region| region.country_code())
        .collect();
    codes.extend([800, 808, 870, 878, 881, 882, 883, 888, 979]);
    for code in codes {
        for begin in 0..100 {
            for rest in 2..11 {
                let digits = format!("{code}{begin:02}{}", &"1234567890"[..rest]);
                assert_eq!(
                    Phone::parse(&format!("+{digits}")),
                    Phone::parse(&format!("＋{digits}")),
                    "{digits}"
                );
            }
        }
    }
}

/// Returns texts of characters that mean something to the parser, and some that do not.
fn hostile_texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[0-9]{1,4}",
        2 => "[-+ ()./~*#xX,;:]{1,3}",
        1 => proptest::sample::select(vec![
            "ext", "tel:", ";ext=", ";phone-context=", ";isub=", "+1", "００", "٣", "＋", "доб", "\u{301}", "\u{202a}", "\0",
            "int", "\\ x", "𝟗", "ー",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn region() -> impl Strategy<Value = Region> {
    proptest::sample::select(Region::ALL)
}

fn gaps() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[-. ()]{0,2}", 15)
}

proptest! {
    #[test]
    fn hostile_text_is_refused_or_reads_as_a_possible_number(text in hostile_texts(), region in region()) {
        let parsed = [Phone::parse(&text), Phone::parse_in(&text, region)];
        for phone in parsed.into_iter().flatten().map(|parsed| parsed.phone) {
            let digits = phone.as_str().strip_prefix('+').unwrap();
            prop_assert!((3..20).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit()));
            prop_assert_eq!(format!("+{}{}", phone.country_code(), phone.national_number()), phone.as_str());
            // Parsing it again returns the same number or a shorter one, because a prefix is removed at most once more.
            let again: Phone = phone.as_str().parse().unwrap();
            prop_assert!(again == phone || again.as_str().len() < phone.as_str().len());
        }
        let _ = legacy(&text, Some(region));
    }

    #[test]
    fn any_text_is_parsed_without_a_panic(text in any::<String>()) {
        let _ = Phone::parse_in(&text, Region::DE);
    }

    #[test]
    fn printed_valid_number_parses_to_itself(digits in "[1-9][0-9]{6,14}", region in region()) {
        if let Ok(phone) = format!("+{digits}").parse::<Phone>() {
            let printed: Phone = phone.to_string().parse().unwrap();
            if phone.is_valid() && phone.country_code() != 375 {
                prop_assert_eq!(printed, phone);
                prop_assert_eq!(Phone::parse_in(phone.as_str(), region).unwrap().phone, phone);
            }
        }
    }

    #[test]
    fn spaces_dashes_and_brackets_do_not_change_a_number(digits in "[1-9][0-9]{6,14}", gaps in gaps()) {
        let spaced: Vec<String> = digits.chars().zip(&gaps).map(|(digit, gap)| format!("{digit}{gap}")).collect();
        let spaced = spaced.concat();
        prop_assert_eq!(Phone::parse(&format!("+{digits}")), Phone::parse(&format!("+{spaced}")));
    }
}
