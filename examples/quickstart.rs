//! Decides on three payloads with a directory in memory. It does not use a network.

use contact_resolution::wire::{StartRequest, UserPayload};
use contact_resolution::{
    Account, Action, Coverage, DirectChat, IdentifierKind, MemoryDirectory, Network, Person,
    Policy, Region, resolve,
};

fn main() {
    let mut account = Account::new("work-whatsapp", Network::from_bridge_type("whatsapp"), "me");
    account.region = Some(Region::US);

    let mut ada = Person::new("ada-id")
        .with_name("Ada Okafor")
        .with_identifier(IdentifierKind::Phone, "+12125550142");
    ada.chats.push(DirectChat::new("!ada:work"));

    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    directory.set_coverage(
        "work-whatsapp",
        Coverage {
            contacts: true,
            chats: true,
        },
    );
    directory.upsert("work-whatsapp", ada);

    for typed in ["(212) 555-0142", "+44 20 7946 0958", "call me maybe"] {
        let user = UserPayload {
            phone_number: Some(typed.into()),
            ..UserPayload::default()
        };
        let request = StartRequest::new("work-whatsapp", user);
        let Ok(decision) = resolve(&account, &request, &directory, &Policy::default());
        let what = match &decision.action {
            Action::Reuse(reuse) => format!("open {}", reuse.chat_id),
            Action::Create(create) => format!("create by {}", create.attempts[0].value),
            Action::Refuse(refusal) => format!("refuse: {}", refusal.code),
        };
        println!("{typed:<16}  {what:<24}  because {}", decision.reason);
    }
}
