//! An unmet requirement always refuses. All unmet requirements are listed, in a fixed order.

use contact_resolution::network::{FirstMessage, Invite};
use contact_resolution::pipeline::LookupRecord;
use contact_resolution::wire::AccountStatus;
use contact_resolution::{Action, LookupResult, Person, Reason, RefusalCode};
use proptest::prelude::*;

use super::steps::Steps;
use crate::generators::{ASKED, config, worlds};

const ORDER: [RefusalCode; 8] = [
    RefusalCode::AccountUnavailable,
    RefusalCode::CannotCreateChat,
    RefusalCode::CannotMessage,
    RefusalCode::CannotMessageSelf,
    RefusalCode::InviteRequired,
    RefusalCode::MessageRequired,
    RefusalCode::MessageTooLong,
    RefusalCode::DirectoryUnavailable,
];

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn unmet_requirements_are_all_listed(mut world in worlds(), [state, flag, contact, invite, message] in any::<[bool; 5]>()) {
        let before = world.decide();
        let Action::Create(_) = &before.action else { return Ok(()) };
        let account = world.account();
        let needs_message = account.network.first_message() == FirstMessage::Required;
        let login = world.snapshot.accounts.iter_mut().find(|login| login.account_id == ASKED).unwrap();
        let mut unmet = Vec::new();
        if state {
            login.status = Some(AccountStatus::Connecting);
            unmet.push(RefusalCode::AccountUnavailable);
        }
        if flag {
            login.resolve_identifier = Some(contact_resolution::wire::ResolveIdentifier { create_dm: false, ..account.capabilities() });
            unmet.push(RefusalCode::CannotCreateChat);
        }
        // The chosen person, if the directory has the person by id.
        let users = world.snapshot.contacts.get_mut(ASKED).into_iter().flatten();
        for user in users.filter(|user| contact && Some(&user.id) == before.user_id.as_ref()) {
            user.cannot_message = Some(true);
            unmet.push(RefusalCode::CannotMessage);
        }
        if invite && account.network.invite() == Invite::Required {
            world.request.allow_invite = Some(false);
            unmet.push(RefusalCode::InviteRequired);
        }
        if needs_message {
            world.request.message_text = message.then(|| "m".repeat(9000));
            unmet.push(if message { RefusalCode::MessageTooLong } else { RefusalCode::MessageRequired });
        }
        unmet.dedup();
        let after = world.decide();
        match &after.action {
            Action::Refuse(refusal) => {
                prop_assert_eq!(&refusal.unmet, &unmet);
                prop_assert_eq!(Some(&refusal.code), unmet.first());
                let connecting = refusal.code == RefusalCode::AccountUnavailable;
                prop_assert_eq!(refusal.retry, connecting, "only an account that is connecting is worth another try");
            }
            // The network is asked about an unknown id. If it is absent, the chat with a known person is reused, which needs
            // nothing.
            // If the network has it, everything that is unmet is listed.
            Action::Create(create) if after.reason == Reason::UnknownIdFirst => {
                let id = &create.attempts[0];
                let named = LookupRecord {
                    kind: id.kind,
                    value: id.value.clone(),
                    result: LookupResult::Confirmed { person: Person::new(id.value.as_str()), chat: None },
                };
                let confirmed = Steps::of(&world).decide(&world, &[named]);
                if let Action::Refuse(refusal) = &confirmed.action {
                    prop_assert_eq!(&refusal.unmet, &unmet);
                } else {
                    prop_assert!(unmet.is_empty(), "{:?} are unmet", unmet);
                }
            }
            action => {
                prop_assert!(unmet.is_empty(), "{:?} are unmet", unmet);
                prop_assert_eq!(action, &before.action);
            }
        }
    }

    #[test]
    fn first_unmet_requirement_is_the_code_in_fixed_order(world in worlds()) {
        if let Action::Refuse(refusal) = world.decide().action {
            let places: Vec<_> = refusal.unmet.iter().map(|code| ORDER.iter().position(|next| next == code)).collect();
            prop_assert!(places.iter().all(Option::is_some) && places.is_sorted() && !places.windows(2).any(|two| two[0] == two[1]));
            prop_assert!(refusal.unmet.first().is_none_or(|first| *first == refusal.code));
        }
    }
}
