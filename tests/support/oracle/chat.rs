//! Which chat is reused, and with which identifiers one is created.

use std::collections::BTreeSet;

use contact_resolution::network::{FirstMessage, Invite};
use contact_resolution::wire::StartRequest;
use contact_resolution::{
    Account, AccountState, Coverage, DirectChat, IdentifierKind, Key, Person,
};

use super::{
    Member, OracleCandidate, OracleMatch, Sure, Try, Verdict, keys, keys_of_text, network_id,
    stored,
};

/// Orders chats: writable, peer joined, not archived, newest activity, id. All after the first are duplicates.
pub(super) fn chosen_chat(chats: &[DirectChat]) -> Option<(&DirectChat, Vec<&DirectChat>)> {
    let mut rest: Vec<&DirectChat> = Vec::new();
    for chat in chats {
        let after = rest
            .iter()
            .position(|other| better(chat, other))
            .unwrap_or(rest.len());
        rest.insert(after, chat);
    }
    (!rest.is_empty()).then(|| (rest.remove(0), rest))
}

pub(super) fn better(a: &DirectChat, b: &DirectChat) -> bool {
    if a.read_only != b.read_only {
        return b.read_only;
    }
    if a.own_pending != b.own_pending {
        return b.own_pending;
    }
    if a.peer_pending != b.peer_pending {
        return b.peer_pending;
    }
    if a.archived != b.archived {
        return b.archived;
    }
    if a.last_activity != b.last_activity {
        return a.last_activity > b.last_activity;
    }
    a.id < b.id
}

pub(super) fn reuse(person: &Person, chat: &DirectChat, duplicates: &[&DirectChat]) -> Verdict {
    let mut follow_ups = Vec::new();
    if chat.own_pending {
        follow_ups.push("accept");
    }
    if chat.archived {
        follow_ups.push("unarchive");
    }
    if chat.read_only {
        follow_ups.push("read_only");
    }
    Verdict::Reuse {
        user: network_id(person),
        chat: chat.id.clone(),
        follow_ups,
        duplicates: duplicates.iter().map(|chat| chat.id.clone()).collect(),
        cannot_message: person.cannot_message,
    }
}

/// Returns the ids of the payload that lead exactly to a person.
pub(super) fn asked_ids<'a>(
    person: &Person,
    members: &'a [Member],
    account: &Account,
) -> Vec<&'a OracleCandidate> {
    let held = keys(person, account);
    let leads = |claim: &&OracleCandidate| {
        let mut keys = claim.keys.iter();
        claim.kind == IdentifierKind::Id
            && keys.any(|(sure, key)| *sure == Sure::Exact && held.contains(key))
    };
    let claims = members.iter().flat_map(|member| &member.claims);
    claims.filter(leads).collect()
}

/// Returns every eligible identifier of the person, as stored. Skips identifiers that another found person also holds.
///
/// Of a local person who is asked for by id, only the address in the id counts, or the id itself.
pub(super) fn attempts_of(
    person: &Person,
    members: &[Member],
    found: &[OracleMatch<'_>],
    account: &Account,
    coverage: Coverage,
) -> Vec<Try> {
    let ids = if person.is_local {
        asked_ids(person, members, account)
    } else {
        Vec::new()
    };
    let is_asked = |keys: &[Key]| {
        let mut asked = ids.iter().flat_map(|id| &id.keys);
        ids.is_empty() || asked.any(|(_, key)| keys.contains(key))
    };
    let losers: Vec<_> = found
        .iter()
        .filter(|found| found.person.id != person.id)
        // A local person is reached by these identifiers only.
        .filter(|_| !person.is_local)
        .flat_map(|found| keys(found.person, account))
        .collect();
    let mut attempts: Vec<Try> = Vec::new();
    let mut tried = Vec::new();
    for kind in IdentifierKind::ALL {
        for text in person.stored(kind) {
            let read = stored(kind, text.trim(), account);
            let (sent, value, key) = match read {
                _ if kind == IdentifierKind::Id && text.trim().is_empty() => continue,
                // An id is sent as it is stored.
                Some((read, _)) if kind == IdentifierKind::Id => (kind, text.trim(), read.key()),
                None if kind == IdentifierKind::Id => (kind, text.trim(), Key::new(kind, text)),
                Some((read, Some(ref value))) if read.kind() != IdentifierKind::Id => {
                    (read.kind(), value.as_str(), read.key())
                }
                _ => continue,
            };
            // A person known only from groups is found by id alone.
            let is_shown = sent == IdentifierKind::Id || !person.group_only;
            let keys = keys_of_text(kind, text, account);
            let is_lost = kind != IdentifierKind::Id && keys.iter().any(|key| losers.contains(key));
            let is_lost = is_lost || !is_asked(&keys);
            if !is_shown || is_lost || !account.can_create_by(sent) || tried.contains(&key) {
                continue;
            }
            tried.push(key);
            // A known id needs no lookup if every chat is known.
            let lookup =
                account.can_look_up(sent) && !(sent == IdentifierKind::Id && coverage.chats);
            attempts.push(Try {
                kind: sent,
                value: value.to_owned(),
                lookup,
            });
        }
    }
    attempts.sort_by_key(|attempt| attempt.kind);
    attempts
}

/// Returns the attempts for an unknown person, the strongest first. If no attempt is possible, returns the refusal code.
pub(super) fn attempts_of_nobody(
    members: &[Member],
    account: &Account,
) -> Result<Vec<Try>, &'static str> {
    let mut claims: Vec<&OracleCandidate> = members
        .iter()
        .flat_map(|member| &member.claims)
        .filter(|claim| claim.creates)
        .collect();
    claims.sort_by_key(|claim| (claim.sure, claim.kind, claim.keys[0].1.clone()));
    // Two ids are two people, and the first one is used.
    let mut ids: Vec<&str> = claims
        .iter()
        .filter(|claim| claim.kind == IdentifierKind::Id && claim.sure == Sure::Exact)
        .map(|claim| claim.value.as_str())
        .collect();
    ids.dedup();
    let lost: Vec<&str> = ids.into_iter().skip(1).collect();
    claims.retain(|claim| {
        let is_id = claim.kind == IdentifierKind::Id && claim.sure == Sure::Exact;
        !(is_id && lost.contains(&claim.value.as_str()))
    });
    let mut attempts: Vec<Try> = Vec::new();
    let mut keys: Vec<&Key> = Vec::new();
    for claim in &claims {
        // The same key from two fields is one candidate.
        let known = keys.contains(&&claim.keys[0].1);
        keys.push(&claim.keys[0].1);
        if !known && account.can_create_by(claim.kind) {
            let lookup = account.can_look_up(claim.kind);
            attempts.push(Try {
                kind: claim.kind,
                value: claim.value.clone(),
                lookup,
            });
        }
    }
    if !attempts.is_empty() {
        Ok(attempts)
    } else if !claims.is_empty() {
        Err("unsupported_identifier")
    } else if members.is_empty() {
        Err("no_identifier")
    } else {
        Err(nothing_to_try(members))
    }
}

/// Returns the refusal code if no identifier can be tried.
pub(super) fn nothing_to_try(members: &[Member]) -> &'static str {
    let mut claims = members.iter().flat_map(|member| &member.claims);
    if claims.any(|claim| claim.creates && claim.sure != Sure::Variant) {
        "unsupported_identifier"
    } else if members.iter().any(|member| member.plain) {
        "user_not_found"
    } else {
        "invalid_identifier"
    }
}

/// Characters of a message that are not shown.
const INVISIBLE: [char; 5] = ['\u{AD}', '\u{200B}', '\u{200D}', '\u{2060}', '\u{FEFF}'];

/// Lists all unmet requirements in the contract's order. The first one is the code.
pub(super) fn create(
    person: Option<&Person>,
    mut attempts: Vec<Try>,
    account: &Account,
    coverage: Coverage,
    request: &StartRequest,
) -> Verdict {
    let network = &account.network;
    let message = request.message_text.as_deref().unwrap_or_default();
    let needs_message = network.first_message() == FirstMessage::Required;
    let mut unmet = Vec::new();
    if account.state != AccountState::Ready {
        unmet.push("account_unavailable");
    }
    if !account.capabilities().create_dm {
        unmet.push("cannot_create_chat");
    }
    if person.is_some_and(|person| person.cannot_message) {
        unmet.push("cannot_message");
    }
    if person.is_some_and(|person| person.is_self) && !network.message_self() {
        unmet.push("cannot_message_self");
    }
    if network.invite() == Invite::Required && request.allow_invite == Some(false) {
        unmet.push("invite_required");
    }
    let is_shown = |c: char| !c.is_whitespace() && !c.is_control() && !INVISIBLE.contains(&c);
    if needs_message && !message.contains(is_shown) {
        unmet.push("message_required");
    }
    let long = |limit: u32| message.chars().count() > limit as usize;
    if needs_message && network.message_limit().is_some_and(long) {
        unmet.push("message_too_long");
    }
    // Safe if all direct chats are known, if a lookup reports whether there is one, or if the create opens the existing
    // one.
    if !coverage.chats && !network.create_opens_existing() {
        attempts.retain(|attempt| attempt.lookup);
        if attempts.is_empty() {
            unmet.push("directory_unavailable");
        }
    }
    match unmet.first() {
        Some(code) => Verdict::Refuse {
            code,
            unmet,
            candidates: BTreeSet::new(),
        },
        None => Verdict::Create {
            user: person.and_then(network_id),
            attempts,
            invite: network.invite() == Invite::Required,
            message: needs_message,
        },
    }
}
