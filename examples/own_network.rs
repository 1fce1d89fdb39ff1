//! A network of the host's own, from JSON. Its ids, handles and links are read without a change of the crate.

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Coverage, IdentifierKind, MemoryDirectory, Network, Person, Policy, resolve,
};

/// The rules of a company's chat. Ids are UUIDs, handles have at most twelve letters and digits.
const ACME: &str = r#"{
    "name": "acme",
    "title": "Acme Chat",
    "kinds": ["id", "handle"],
    "id": {"forms": [{"pattern": "acme:{uuid}", "distinctive": true}]},
    "handle": {"forms": [{"pattern": "[a-z0-9]{3,12}"}], "case": "lower", "prefixes": ["@"]},
    "links": [{"hosts": ["acme.example"], "people": [{"path": "u/{}", "kind": "handle"}]}],
    "capabilities": ["create_dm", "lookup_username"],
    "invite": "required"
}"#;

pub(crate) fn run() -> Result<String, Box<dyn std::error::Error>> {
    let acme = Network::from_json(ACME)?;
    let account = Account::new("work", acme, "acme:00000000-0000-4000-8000-000000000001");
    let mut contacts = MemoryDirectory::new();
    contacts.insert_account(account.clone());
    contacts.set_coverage(
        "work",
        Coverage {
            contacts: true,
            chats: true,
        },
    );
    let ada = Person::new("acme:00000000-0000-4000-8000-000000000007").with_name("Ada Okafor");
    contacts.upsert("work", ada.with_identifier(IdentifierKind::Handle, "ada7"));

    let mut lines = String::new();
    for typed in [
        "@Ada7",
        "https://acme.example/u/ada7",
        "@bob99",
        "@not-a-handle",
    ] {
        let user = UserPayload {
            username: Some(typed.into()),
            ..UserPayload::default()
        };
        let request = StartRequest::new("work", user);
        let decision = resolve(&account, &request, &contacts, &Policy::default())?;
        let answer = match &decision.action {
            Action::Reuse(chat) => format!("open {}", chat.chat_id),
            Action::Create(chat) => {
                let name = decision
                    .full_name
                    .as_deref()
                    .unwrap_or("a person to look up");
                format!("invite {name} with {}", chat.attempts[0].value)
            }
            Action::Refuse(refusal) => format!("refuse, {}", refusal.code),
        };
        lines += &[typed, ": ", &answer, "\n"].concat();
    }
    Ok(lines)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    print!("{}", run()?);
    Ok(())
}
