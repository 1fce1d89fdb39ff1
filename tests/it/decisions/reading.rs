//! The text of each field is read as in `data/reading.tsv`.

use contact_resolution::pipeline::triage::{Triage, triage};
use contact_resolution::wire::UserPayload;
use contact_resolution::{Account, Network, PayloadField, Policy, Region};

const CASES: &str = include_str!("../../data/reading.tsv");

fn read(network: &str, region: &str, field: PayloadField, text: &str) -> Triage {
    let mut account = Account::new("a", Network::from_bridge_type(network), "me");
    account.region = Region::new(region);
    triage(&payload(field, text), &account, &Policy::default())
}

fn payload(field: PayloadField, text: &str) -> UserPayload {
    let mut payload = UserPayload::default();
    let text = Some(text.to_owned());
    match field {
        PayloadField::Id => payload.id = text,
        PayloadField::PhoneNumber => payload.phone_number = text,
        PayloadField::Email => payload.email = text,
        PayloadField::Username => payload.username = text,
    }
    payload
}

/// Returns the identifier that a chat could be created with, or the error code of the rejection.
fn outcome(triage: &Triage) -> String {
    let creating = triage
        .candidates
        .iter()
        .find(|candidate| candidate.can_create());
    match (creating, triage.rejections.first()) {
        (Some(candidate), _) => format!(
            "{} {} {}",
            candidate.kind,
            candidate.text(),
            candidate.certainty.as_str()
        ),
        (None, Some(rejection)) => format!("reject {}", rejection.error.code()),
        (None, None) => "nothing".into(),
    }
}

#[test]
fn policy_may_require_valid_numbers() {
    let account = Account::new("a", Network::WHATSAPP, "me");
    let mut policy = Policy::default();
    let read = |text: &str, policy: &Policy| {
        let triage = triage(&payload(PayloadField::PhoneNumber, text), &account, policy);
        // A known person is found by the number in any case.
        assert!(!triage.candidates.is_empty(), "{text}");
        outcome(&triage)
    };
    let (valid, invalid) = ("+14155552671", "+11234567890");
    assert_eq!(read(invalid, &policy), "phone +11234567890 exact");
    policy.require_valid_numbers = true;
    assert_eq!(read(valid, &policy), "phone +14155552671 exact");
    assert_eq!(read(invalid, &policy), "reject invalid_number");
}

#[test]
fn every_case_is_read_as_expected() {
    let mut wrong = Vec::new();
    for line in CASES.lines().filter(|line| !line.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [kind, network, region, field, text, expected] = parts[..] else {
            panic!("{line}");
        };
        let field = PayloadField::ALL
            .into_iter()
            .find(|known| known.as_str() == field)
            .unwrap();
        let text: String = serde_json::from_str(text).unwrap();
        let outcome = outcome(&read(network, region, field, &text));
        if outcome != expected {
            wrong.push(format!(
                "{kind}: {region} {text:?}: {outcome}, not {expected}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
