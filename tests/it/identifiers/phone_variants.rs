//! Country variants: which other forms of a number are searched.

use contact_resolution::phone::legacy;
use contact_resolution::{Phone, Region};
use proptest::prelude::*;

fn variants(number: &str) -> Vec<String> {
    number
        .parse::<Phone>()
        .unwrap()
        .variants()
        .map(|variant| variant.to_string())
        .collect()
}

#[test]
fn brazilian_mobile_varies_in_the_ninth_digit() {
    assert_eq!(variants("+5511987654321"), ["+551187654321"]);
    assert_eq!(variants("+551187654321"), ["+5511987654321"]);
    assert_eq!(variants("+552161234567"), ["+5521961234567"]);
}

#[test]
fn brazilian_landline_has_no_variant() {
    assert!(variants("+551133334444").is_empty());
    assert!(variants("+5511933334444").is_empty());
}

#[test]
fn argentinian_variant_is_not_certain() {
    assert_eq!(variants("+5491123456789"), ["+541123456789"]);
    assert_eq!(variants("+541123456789"), ["+5491123456789"]);
    let mobile: Phone = "+5491123456789".parse().unwrap();
    assert!(mobile.variants().all(|variant| !variant.is_certain()));
    assert!(variants("+548001234567").is_empty());
}

#[test]
fn mexican_number_varies_in_the_one() {
    assert_eq!(variants("+525512345678"), ["+5215512345678"]);
    // Ten digits that begin with a 1 are not an old mobile number.
    assert!(variants("+521512345678").is_empty());
}

#[test]
fn beninese_number_varies_in_the_01() {
    assert_eq!(variants("+2290197123456"), ["+22997123456"]);
    assert_eq!(variants("+22997123456"), ["+2290197123456"]);
    assert_eq!(variants("+2290120212345"), ["+22920212345"]);
    assert!(variants("+22981123456").is_empty());
    assert!(variants("+2290181123456").is_empty());
}

#[test]
fn other_countries_have_no_variant() {
    for number in [
        "+14155552671",
        "+2250701234567",
        "+447400123456",
        "+80012345678",
    ] {
        assert!(variants(number).is_empty(), "{number}");
    }
}

#[test]
fn legacy_form_has_a_modern_number() {
    for (text, region) in [
        ("+52 1 55 1234 5678", None),
        ("5215512345678", Some(Region::MX)),
        ("00 52 1 55 1234 5678", Some(Region::DE)),
        ("1 55 1234 5678", Some(Region::MX)),
    ] {
        let number = legacy(text, region).unwrap();
        assert_eq!(number.as_str(), "+5215512345678", "{text}");
        assert_eq!(number.modern().as_str(), "+525512345678", "{text}");
        assert!(
            number
                .modern()
                .variants()
                .any(|variant| variant.as_str() == number.as_str())
        );
    }
    for text in [
        "+525512345678",
        "+521051234567",
        "+5491123456789123",
        "+5255",
        "1 55 1234 5678",
        "",
        "+1",
    ] {
        assert!(legacy(text, None).is_none(), "{text}");
    }
}

/// Old and new numbers of the four countries, mobile and fixed.
const NUMBERS: &str =
    "\\+(55[1-9][1-9]9?[2-9][0-9]{7}|549?[1-9][0-9]{9}|52[1-9][0-9]{9}|229(01)?[0-9]{8})";

proptest! {
    #[test]
    fn variant_of_a_variant_is_the_number(number in NUMBERS) {
        if let Some(phone) = number.parse::<Phone>().ok().filter(Phone::is_valid) {
            for variant in phone.variants() {
                let back = match variant.as_str().parse::<Phone>() {
                    Ok(other) if other.as_str() == variant.as_str() => other.variants().map(|back| back.to_string()).collect(),
                    _ => legacy(variant.as_str(), None).map(|retired| retired.modern().to_string()).into_iter().collect::<Vec<_>>(),
                };
                prop_assert_eq!(back, [phone.to_string()], "{}", variant);
            }
        }
    }
}
