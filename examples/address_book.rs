//! A bot that writes to people of an address book. It asks back instead of guessing.

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{Account, Action, Decision, IdentifierKind, MemoryDirectory, Network};
use contact_resolution::{Person, Policy, Region, resolve};

/// An exported address book: a row has its key, a name, a phone number and an email address.
const ROWS: &str = "\
17;Ada Okafor;(212) 555-0142;ada@example.com
18;Chidi Okafor;+1 212 555 0177;
19;Ngozi Eze;+1 212 555 0177;ngozi@example.com";

/// Reads a row. It has no network id, so the person is local.
fn person(row: &str) -> Person {
    let mut columns = row.split(';');
    let mut next = || columns.next().unwrap_or_default();
    let mut person = Person::local(next()).with_name(next());
    for kind in [IdentifierKind::Phone, IdentifierKind::Email] {
        match next() {
            "" => {}
            text => person = person.with_identifier(kind, text),
        }
    }
    person
}

/// Returns the payload for typed text: digits are a number, an `@` is an address, and the rest is a name.
fn payload(typed: &str) -> UserPayload {
    let mut user = UserPayload::default();
    let field = match typed {
        _ if typed.contains('@') => &mut user.email,
        _ if typed.contains(|c: char| c.is_ascii_digit()) => &mut user.phone_number,
        _ => &mut user.full_name,
    };
    *field = Some(typed.to_owned());
    user
}

fn answer(decision: &Decision) -> String {
    let name = decision.full_name.as_deref().unwrap_or("a new person");
    let refusal = match &decision.action {
        Action::Reuse(_) => return format!("I open the chat with {name}."),
        Action::Create(chat) => return format!("I write to {name} at {}.", chat.attempts[0].value),
        Action::Refuse(refusal) => refusal,
    };
    let people = refusal.candidates.iter().chain(&decision.suggestions);
    let names = people.filter_map(|person| person.full_name.as_deref());
    match names.collect::<Vec<_>>().join(" or ").as_str() {
        "" => format!("I write to no one: {}.", decision.reason),
        names => format!("Do you mean {names}?"),
    }
}

pub(crate) fn run() -> String {
    let mut contacts = MemoryDirectory::new();
    let mut account = Account::new("phone", Network::IMESSAGE, "tel:+12125550100");
    account.region = Some(Region::US);
    contacts.insert_account(account.clone());
    for row in ROWS.lines() {
        contacts.upsert("phone", person(row));
    }
    let mut lines = String::new();
    for typed in [
        "212 555 0142",
        "Ada@Example.com",
        "+1 212 555 0177",
        "chidi okafor",
        "Bob",
    ] {
        let request = StartRequest::new("phone", payload(typed));
        let Ok(decision) = resolve(&account, &request, &contacts, &Policy::default());
        lines += &[typed, " -> ", &answer(&decision), "\n"].concat();
    }
    lines
}

fn main() {
    print!("{}", run());
}
