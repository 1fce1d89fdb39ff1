//! An agreeing identifier never weakens a decision. A contradicting one never wins silently.

use contact_resolution::wire::UserPayload;
use contact_resolution::{Action, AmbiguityPolicy, IdentifierKind, Person, RefusalCode};
use proptest::prelude::*;

use crate::generators::{ASKED, World, config, worlds};
use crate::oracle;

/// Returns the empty fields of a payload, with their kinds.
fn empty(user: &mut UserPayload) -> Vec<(IdentifierKind, &mut Option<String>)> {
    let fields = [
        (IdentifierKind::Id, &mut user.id),
        (IdentifierKind::Phone, &mut user.phone_number),
        (IdentifierKind::Email, &mut user.email),
        (IdentifierKind::Handle, &mut user.username),
    ];
    fields
        .into_iter()
        .filter(|(_, text)| text.as_deref().is_none_or(|text| text.trim().is_empty()))
        .collect()
}

/// Returns the identifiers of a person that no other person has, as stored.
fn their_own(person: &Person, known: &oracle::World) -> Vec<(IdentifierKind, String)> {
    let texts = IdentifierKind::ALL
        .into_iter()
        .flat_map(|kind| person.stored(kind).map(move |text| (kind, text.to_owned())));
    let alone = |(kind, text): &(IdentifierKind, String)| {
        let keys = oracle::keys_of_text(*kind, text, &known.account);
        let sent = oracle::stored(*kind, text.trim(), &known.account)
            .filter(|(read, _)| *kind == IdentifierKind::Id || read.kind() != IdentifierKind::Id)
            .and_then(|(read, sent)| known.account.can_create_by(read.kind()).then_some(sent?));
        let reads = *kind == IdentifierKind::Id || sent.is_some() && !person.group_only;
        let others = known.people.iter().filter(|other| other.id != person.id);
        reads
            && others.into_iter().all(|other| {
                oracle::keys(other, &known.account)
                    .iter()
                    .all(|key| !keys.contains(key))
            })
    };
    texts.filter(alone).collect()
}

/// Returns every payload with one more identifier of a person.
fn said_more(world: &World, person: &Person, known: &oracle::World) -> Vec<World> {
    let mut more = Vec::new();
    for (kind, text) in their_own(person, known) {
        let mut world = world.clone();
        // A text that equals the name is plain text, which another test covers.
        let is_name = world.request.user.full_name.as_deref() == Some(text.as_str());
        if let Some((_, field)) = empty(&mut world.request.user)
            .into_iter()
            .find(|(field, _)| *field == kind && !is_name)
        {
            *field = Some(text);
            more.push(world);
        }
    }
    more
}

proptest! {
    #![proptest_config(config(1500))]

    #[test]
    fn agreeing_identifier_never_weakens_the_decision(mut world in worlds()) {
        world.policy.ambiguity = AmbiguityPolicy::Refuse;
        let known = oracle::world(&world.snapshot, ASKED).unwrap();
        let before = world.decide();
        let chosen = known.people.iter().find(|person| Some(&person.id) == before.user_id.as_ref());
        for more in chosen.into_iter().flat_map(|person| said_more(&world, person, &known)) {
            let after = more.decide();
            prop_assert_eq!(&after.user_id, &before.user_id, "another than before: {:?}", more);
            let kind = |action: &Action| std::mem::discriminant(action);
            prop_assert_eq!(kind(&after.action), kind(&before.action), "weaker than before: {:?}", more);
        }
    }

    #[test]
    fn contradicting_identifier_is_reported(mut world in worlds()) {
        world.policy.ambiguity = AmbiguityPolicy::Refuse;
        let known = oracle::world(&world.snapshot, ASKED).unwrap();
        let before = world.decide();
        let Some(chosen) = before.user_id.clone() else { return Ok(()) };
        for other in known.people.iter().filter(|person| person.id != chosen) {
            for more in said_more(&world, other, &known) {
                let after = more.decide();
                match &after.action {
                    Action::Refuse(refusal) if refusal.code == RefusalCode::AmbiguousUser => {
                        let told = |id: &str| refusal.candidates.iter().any(|candidate| candidate.user_id.as_deref() == Some(id));
                        let is_other_told = other.is_local || told(&other.id);
                        prop_assert!(told(&chosen) && is_other_told, "not every candidate is told: {:?}", more);
                    }
                    _ => {
                        let loser = if after.user_id.as_ref() == Some(&chosen) { &other.id } else { &chosen };
                        let is_told = |id: Option<&String>| *loser == other.id && other.is_local || id == Some(loser);
                        let told = after.conflicts.iter().any(|conflict| is_told(conflict.person.user_id.as_ref()));
                        prop_assert!(told, "{:?} lost in silence: {:?}", loser, more);
                    }
                }
            }
        }
    }
}
