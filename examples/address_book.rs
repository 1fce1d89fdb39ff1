//! A bot that imports a vCard file and a CSV file, and writes to their people. It asks back instead of guessing.

use calcard::vcard::{VCard, VCardProperty};
use calcard::{Entry, Parser};
use contact_resolution::IdentifierKind::{Email, Phone};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{Account, Action, Decision, MemoryDirectory, Network, Person, Policy};
use contact_resolution::{Region, resolve};

/// The user types numbers, addresses and names.
const TYPED: &str =
    "212 555 0142,Ada@Example.com,MARTA@example.com,+1 212 555 0177,chidi okafor,Bob";

/// Returns the person of a card. The person is local, because a card has no id of the network. Reports what cannot be read.
fn person_of_card(card: &VCard, account: &Account, report: &mut Vec<String>) -> Person {
    let texts = |property| {
        let entries = card.entries.iter().filter(move |e| e.name == property);
        entries.filter_map(|entry| entry.values.first()?.as_text())
    };
    let phones = texts(VCardProperty::Tel).map(|text| (Phone, text));
    let emails = texts(VCardProperty::Email).map(|text| (Email, text));
    let name = texts(VCardProperty::Fn).next().unwrap_or_default();
    let (key, row) = (card.uid().unwrap_or(name), phones.chain(emails));
    let (person, unread) = Person::from_row(key, name, row, account);
    for (stored, code) in unread {
        report.push(format!("{name}: {}, {code}\n", stored.text));
    }
    texts(VCardProperty::Nickname).fold(person, Person::with_other_name)
}

fn answer(decision: &Decision) -> String {
    let name = decision.full_name.as_deref().unwrap_or("a new person");
    let refusal = match &decision.action {
        Action::Reuse(_) => return format!("I open the chat with {name}."),
        Action::Create(chat) => return format!("I write to {name} at {}.", chat.attempts[0].value),
        Action::Refuse(refusal) => refusal,
    };
    let people = refusal.candidates.iter().chain(&decision.suggestions);
    let names: Vec<_> = people.filter_map(|p| p.full_name.as_deref()).collect();
    match names.as_slice() {
        [] => format!("I write to no one: {}.", decision.reason),
        names => format!("Do you mean {}?", names.join(" or ")),
    }
}

pub(crate) fn run() -> String {
    let mut account = Account::new("phone", Network::IMESSAGE, "tel:+12125550100");
    account.region = Some(Region::US);
    let mut contacts = MemoryDirectory::new();
    contacts.insert_account(account.clone());
    let mut lines = Vec::new();
    let mut cards = Parser::new(include_str!("contacts.vcf"));
    while let Entry::VCard(card) = cards.entry() {
        contacts.upsert("phone", person_of_card(&card, &account, &mut lines));
    }
    let mut rows = csv::Reader::from_reader(include_bytes!("contacts.csv").as_slice());
    for (number, row) in rows.records().flatten().enumerate() {
        let identifiers = [(Phone, &row[1]), (Email, &row[2])];
        let (person, _) = Person::from_row(format!("row:{number}"), &row[0], identifiers, &account);
        contacts.upsert("phone", person);
    }

    for typed in TYPED.split(',') {
        let mut user = UserPayload::default();
        if typed.contains(|c: char| c == '@' || c.is_ascii_digit()) {
            user.phone_number = Some(typed.to_owned());
        } else {
            user.full_name = Some(typed.to_owned());
        }
        let request = StartRequest::new("phone", user);
        let Ok(decision) = resolve(&account, &request, &contacts, &Policy::default());
        lines.push(format!("{typed} -> {}\n", answer(&decision)));
    }
    lines.concat()
}

fn main() {
    print!("{}", run());
}
