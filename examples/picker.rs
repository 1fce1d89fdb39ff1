//! A candidate picker in the user's language. The texts follow from codes, and the choice goes back as `user.id`.

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Decision, IdentifierKind, MemoryDirectory, Network, Person, Policy,
    RefusalCode, Region, Warning, resolve,
};

/// The texts of one language.
struct Texts {
    choose: &'static str,
    did_you_mean: &'static str,
    refused: &'static str,
    assumed_region: fn(Region) -> String,
}

const ENGLISH: Texts = Texts {
    choose: "Which of these people?",
    did_you_mean: "Did you mean:",
    refused: "This chat cannot be started.",
    assumed_region: |region| format!("(read as a number of {region})"),
};

const GERMAN: Texts = Texts {
    choose: "Welche dieser Personen?",
    did_you_mean: "Meinten Sie:",
    refused: "Dieser Chat kann nicht begonnen werden.",
    assumed_region: |region| format!("(gelesen als Nummer aus {region})"),
};

/// Returns the lines to show: a title, the candidates and suggestions, and notes.
fn screen(texts: &Texts, decision: &Decision) -> String {
    let Action::Refuse(refusal) = &decision.action else {
        return format!("-> {}\n", decision.full_name.as_deref().unwrap_or("?"));
    };
    let title = match refusal.code {
        RefusalCode::AmbiguousUser => texts.choose,
        RefusalCode::NoIdentifier | RefusalCode::UserNotFound => texts.did_you_mean,
        _ => texts.refused,
    };
    let people = refusal.candidates.iter().chain(&decision.suggestions);
    let mut lines = vec![title.to_owned()];
    for (number, person) in (1..).zip(people) {
        let name = person.full_name.as_deref().unwrap_or("?");
        lines.push(format!("{number}. {name}"));
    }
    let regions = decision.warnings.iter().filter_map(Warning::region);
    lines.extend(regions.map(texts.assumed_region));
    lines.join("\n") + "\n"
}

pub(crate) fn run() -> String {
    let mut account = Account::new("whatsapp", Network::WHATSAPP, "me");
    account.region = Some(Region::US);
    let mut contacts = MemoryDirectory::new();
    contacts.insert_account(account.clone());
    for (id, name) in [("lid-21", "Chidi Okafor"), ("lid-22", "Ngozi Eze")] {
        let person = Person::new(id).with_identifier(IdentifierKind::Phone, "+12125550177");
        contacts.upsert("whatsapp", person.with_name(name));
    }
    let mut request = StartRequest::new("whatsapp", UserPayload::default());
    let policy = Policy::default();
    let decide = |request: &StartRequest| resolve(&account, request, &contacts, &policy).unwrap();

    request.user.phone_number = Some("(212) 555-0177".into());
    let asked = decide(&request);
    let mut shown = screen(&ENGLISH, &asked) + &screen(&GERMAN, &asked);
    if let Action::Refuse(refusal) = &asked.action {
        // The user chooses the second candidate.
        request.user.id.clone_from(&refusal.candidates[1].user_id);
        shown += &screen(&ENGLISH, &decide(&request));
    }
    request.user = UserPayload::default();
    request.user.full_name = Some("Ngozi Ese".into());
    shown + &screen(&ENGLISH, &decide(&request))
}

fn main() {
    print!("{}", run());
}
