//! Conversions to and from the types of other crates return the same value or an error.

use contact_resolution::{Email, EmailPolicy, FieldErrorCode, Phone};
use email_address::EmailAddress;
use phonenumber::PhoneNumber;
use proptest::prelude::*;

fn phone(text: &str) -> Phone {
    text.parse().unwrap()
}

#[test]
fn numbers_convert_both_ways() {
    for text in [
        "+14155552671",
        "+442079460958",
        "+390669812345",
        "+80012345678",
        "+4915123456789",
    ] {
        let theirs = PhoneNumber::try_from(phone(text)).unwrap();
        assert_eq!(theirs.to_string().replace([' ', '-'], ""), text);
        assert_eq!(Phone::try_from(&theirs).unwrap(), phone(text));
    }
}

#[test]
fn number_that_phonenumber_misreads_is_an_error() {
    // Valid numbers that begin with digits that the crate may read as a national prefix.
    for text in ["+78033969016", "+59817704991"] {
        match PhoneNumber::try_from(phone(text)) {
            Ok(theirs) => assert_eq!(Phone::try_from(&theirs).unwrap(), phone(text)),
            Err(error) => assert_eq!(
                error.to_string(),
                "the crate phonenumber reads this number differently"
            ),
        }
    }
    assert!(PhoneNumber::try_from(phone("+78033969016")).is_err());
}

#[test]
fn impossible_number_is_refused() {
    let theirs: PhoneNumber = "+1 415 55".parse().unwrap();
    assert_eq!(
        Phone::try_from(&theirs).unwrap_err().code(),
        FieldErrorCode::TooShort
    );
}

#[test]
fn extension_is_left_out() {
    let theirs: PhoneNumber = "+1 415 555 2671 ext. 5".parse().unwrap();
    assert_eq!(Phone::try_from(&theirs).unwrap(), phone("+14155552671"));
}

#[test]
fn addresses_convert_both_ways() {
    for (text, normal) in [
        ("Alice@Example.com", "alice@example.com"),
        ("root@localhost", "root@localhost"),
        ("\"a b\"@example.com", "\"a b\"@example.com"),
        ("a@[192.0.2.1]", "a@[192.0.2.1]"),
        ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
    ] {
        let theirs: EmailAddress = text.parse().unwrap();
        let ours = Email::try_from(&theirs).unwrap();
        assert_eq!(ours.as_str(), normal);
        let back = EmailAddress::try_from(&ours).unwrap();
        assert_eq!(back.as_str(), normal);
        assert_eq!(Email::try_from(back).unwrap(), ours);
    }
}

#[test]
fn address_with_a_name_or_unchecked_text_is_refused() {
    let with_name: EmailAddress = "Alice <alice@example.com>".parse().unwrap();
    assert_eq!(
        Email::try_from(with_name).unwrap_err().code(),
        FieldErrorCode::DisplayName
    );
    let unchecked = EmailAddress::new_unchecked("nobody");
    assert_eq!(
        Email::try_from(unchecked).unwrap_err().code(),
        FieldErrorCode::InvalidEmail
    );
}

proptest! {
    #[test]
    fn converted_number_converts_back_to_itself(digits in "[1-9][0-9]{6,14}") {
        if let Ok(ours) = format!("+{digits}").parse::<Phone>()
            && let Ok(theirs) = PhoneNumber::try_from(ours)
        {
            prop_assert_eq!(Phone::try_from(&theirs).unwrap(), ours);
        }
    }

    #[test]
    fn converted_address_converts_back_to_itself(text in "[a-zA-Z.+\"é]{1,9}@[a-zA-Z.-]{1,9}") {
        if let Ok(ours) = Email::parse_with(&text, EmailPolicy::RFC)
            && let Ok(theirs) = EmailAddress::try_from(&ours)
        {
            prop_assert_eq!(Email::try_from(theirs).unwrap(), ours);
        }
    }
}
