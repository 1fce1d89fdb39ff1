//! A bot that imports two address books, a vCard file and a CSV file, and writes to their people. It asks back instead of
//! guessing.

use calcard::vcard::{VCard, VCardProperty};
use calcard::{Entry, Parser};
use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{Account, Action, Decision, IdentifierKind, MemoryDirectory, Network};
use contact_resolution::{Person, Policy, Region, resolve};

/// The export of a phone.
const CARDS: &str = "\
BEGIN:VCARD
VERSION:3.0
UID:7f3a
FN:Ada Okafor
NICKNAME:Adaeze
TEL;TYPE=CELL:(212) 555-0142
EMAIL;TYPE=HOME:ada@example.com
END:VCARD
BEGIN:VCARD
VERSION:4.0
UID:9c1e
FN:Chidi Okafor
TEL;VALUE=uri:tel:+1-212-555-0177
TEL:ask Ada
END:VCARD
";

/// The export of a mail program.
const ROWS: &str = "\
Name,Phone,E-mail
Ngozi Eze,+1 212 555 0177,ngozi@example.com
\"Silva, Marta\",,marta@example.com
";

/// Reads a row of an address book. It has no id of the network, so the person is local. Reports what cannot be read.
fn person(
    record_key: String,
    name: &str,
    identifiers: &[(IdentifierKind, String)],
    account: &Account,
    report: &mut String,
) -> Person {
    let identifiers = identifiers
        .iter()
        .map(|(kind, text)| (*kind, text.as_str()));
    let (person, unread) = Person::from_row(record_key, name, identifiers, account);
    for (stored, code) in unread {
        *report += &[name, ": ", &stored.text, ", ", code.as_str(), "\n"].concat();
    }
    person
}

fn person_of_card(card: &VCard, account: &Account, report: &mut String) -> Person {
    let texts = |property: VCardProperty| -> Vec<String> {
        let entries = card.entries.iter().filter(|entry| entry.name == property);
        let values = entries.filter_map(|entry| entry.values.first()?.as_text());
        values.map(str::to_owned).collect()
    };
    let phones = texts(VCardProperty::Tel).into_iter();
    let emails = texts(VCardProperty::Email).into_iter();
    let identifiers: Vec<_> = phones
        .map(|text| (IdentifierKind::Phone, text))
        .chain(emails.map(|text| (IdentifierKind::Email, text)))
        .collect();
    let key = format!("card:{}", card.uid().unwrap_or_default());
    let name = texts(VCardProperty::Fn).concat();
    let person = person(key, &name, &identifiers, account, report);
    let nicknames = texts(VCardProperty::Nickname).into_iter();
    nicknames.fold(person, Person::with_other_name)
}

/// Reads the cards of a file. Lines outside of cards are skipped.
fn people_of_cards(file: &str, account: &Account, report: &mut String) -> Vec<Person> {
    let mut parser = Parser::new(file);
    let mut people = Vec::new();
    loop {
        match parser.entry() {
            Entry::VCard(card) => people.push(person_of_card(&card, account, report)),
            Entry::Eof => return people,
            _ => {}
        }
    }
}

/// Reads the rows of a file. A row that is not CSV is skipped.
fn people_of_rows(file: &str, account: &Account, report: &mut String) -> Vec<Person> {
    let mut rows = csv::Reader::from_reader(file.as_bytes());
    let rows = rows.records().filter_map(Result::ok).enumerate();
    rows.map(|(number, row)| {
        let column = |at: usize| row.get(at).unwrap_or_default().to_owned();
        let identifiers = [
            (IdentifierKind::Phone, column(1)),
            (IdentifierKind::Email, column(2)),
        ];
        let key = format!("row:{number}");
        person(key, &column(0), &identifiers, account, report)
    })
    .collect()
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
    let mut lines = String::new();
    let mut people = people_of_cards(CARDS, &account, &mut lines);
    people.extend(people_of_rows(ROWS, &account, &mut lines));
    for person in people {
        contacts.upsert("phone", person);
    }
    for typed in [
        "212 555 0142",
        "Ada@Example.com",
        "MARTA@example.com",
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
