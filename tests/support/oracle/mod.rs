//! A second decision procedure, naive and slow, written from the contract alone. The engine must decide as it does.
//!
//! Only the decisions are implemented twice. Parsing a text and scoring names use this crate.

mod chat;
mod keys;
mod read;
mod world;

use std::collections::BTreeSet;

use contact_resolution::name::{self, Name};
use contact_resolution::network::{FirstMessage, Invite};
use contact_resolution::wire::StartRequest;
use contact_resolution::{
    Account, AccountState, AmbiguityPolicy, Coverage, EmbeddedAddress, IdentifierKind, Key, Person,
    Policy, UserId,
};

use chat::{
    asked_ids, attempts_of, attempts_of_nobody, chosen_chat, create, nothing_to_try, reuse,
};
pub(crate) use keys::{keys, keys_of_text, stored};
pub(crate) use read::{Member, OracleCandidate, Sure};
pub(crate) use world::{World, world};

/// A decision of the oracle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Reuse {
        user: Option<String>,
        chat: String,
        follow_ups: Vec<&'static str>,
        duplicates: Vec<String>,
        cannot_message: bool,
    },
    Create {
        user: Option<String>,
        attempts: Vec<Try>,
        invite: bool,
        message: bool,
    },
    Refuse {
        code: &'static str,
        unmet: Vec<&'static str>,
        candidates: BTreeSet<Option<String>>,
    },
}

/// An identifier that a create may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Try {
    pub(crate) kind: IdentifierKind,
    pub(crate) value: String,
    pub(crate) lookup: bool,
}

/// A known person that was found, with the kind of the identifier and the certainty.
struct OracleMatch<'a> {
    person: &'a Person,
    sure: Sure,
    by: By,
}

/// How a person was found, the strongest first: by their exact id, by the address that a typed id embeds, or by an
/// identifier of another kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum By {
    TheId,
    AnId,
    Other(IdentifierKind),
}

/// The person that the payload means.
enum Whom<'a> {
    Known(&'a Person),
    /// An unknown id beside known people. The network is asked about the id.
    AskFirst(&'a OracleCandidate),
    Nobody,
    Several(BTreeSet<Option<String>>),
}

pub(crate) fn decide(
    account: &Account,
    people: &[Person],
    coverage: Coverage,
    request: &StartRequest,
    policy: Policy,
) -> Verdict {
    if request.account_id != account.id {
        return refuse("account_not_found");
    }
    let member = read::payload(&request.user, account, policy);
    let found = find(&member, people, account);
    let hint = request
        .user
        .full_name
        .as_deref()
        .filter(|name| !name.trim().is_empty());
    match whom(&member, &found, hint, account, policy) {
        Whom::Several(candidates) => Verdict::Refuse {
            code: "ambiguous_user",
            unmet: Vec::new(),
            candidates,
        },
        Whom::AskFirst(claim) => {
            let id = Try {
                kind: IdentifierKind::Id,
                value: claim.value.clone(),
                lookup: true,
            };
            // If the lookup may lead to an existing chat, the requirements of a new chat do not matter yet.
            let may_reuse = found.iter().any(|found| !found.person.chats.is_empty());
            if may_reuse && account.state == AccountState::Ready {
                return Verdict::Create {
                    user: None,
                    attempts: vec![id],
                    invite: account.network.invite() == Invite::Required,
                    message: account.network.first_message() == FirstMessage::Required,
                };
            }
            create(None, vec![id], account, coverage, request)
        }
        Whom::Known(person) => {
            // Reuse needs no network, invite or message, and works in every account state.
            if let Some((chat, duplicates)) = chosen_chat(&person.chats) {
                return reuse(person, chat, &duplicates);
            }
            let mut attempts = attempts_of(person, &member, &found, account, coverage);
            // The id itself may always be tried.
            if attempts.is_empty() && person.is_local {
                let id = asked_ids(person, &member, account).into_iter().next();
                attempts.extend(id.map(|id| Try {
                    kind: IdentifierKind::Id,
                    value: id.value.clone(),
                    lookup: account.can_look_up(IdentifierKind::Id),
                }));
            }
            if attempts.is_empty() {
                // A local person may have no identifier that the network takes.
                return refuse(nothing_to_try(&member));
            }
            create(Some(person), attempts, account, coverage, request)
        }
        Whom::Nobody => match attempts_of_nobody(&member, account) {
            Ok(attempts) => create(None, attempts, account, coverage, request),
            Err(code) => refuse(code),
        },
    }
}

fn refuse(code: &'static str) -> Verdict {
    Verdict::Refuse {
        code,
        unmet: Vec::new(),
        candidates: BTreeSet::new(),
    }
}

/// Searches known people under every key of every field.
fn find<'a>(members: &[Member], people: &'a [Person], account: &Account) -> Vec<OracleMatch<'a>> {
    let mut found: Vec<OracleMatch<'a>> = Vec::new();
    for claim in members.iter().flat_map(|member| &member.claims) {
        // An exact text takes precedence over a folded one.
        let is_held = |person: &&Person| {
            let held = keys(person, account);
            let mut keys = claim.keys.iter().filter(|(_, key)| is_folded(key));
            keys.any(|(_, key)| held.contains(key))
        };
        let holders: Vec<&Person> = people.iter().filter(is_held).collect();
        let exact: Vec<&String> = if holders.len() > 1 {
            let exact = holders
                .into_iter()
                .filter(|person| has_text(person, claim, account));
            exact.map(|person| &person.id).collect()
        } else {
            Vec::new()
        };
        for (sure, key) in &claim.keys {
            // The exact form is searched first. A person with the exact form is not found again by a variant.
            let by = |person: &Person| match (claim.kind, key.kind()) {
                (_, IdentifierKind::Id)
                    if is_number(key, account) && is_account(person, account) =>
                {
                    By::AnId
                }
                (_, IdentifierKind::Id) => By::TheId,
                // Where the account is the number, an id with the number is the account.
                (IdentifierKind::Id, IdentifierKind::Phone)
                    if account.network.number_is_account() =>
                {
                    By::AnId
                }
                (kind, _) => By::Other(kind),
            };
            for person in people
                .iter()
                .filter(|person| keys(person, account).contains(key))
                .filter(|person| !is_folded(key) || exact.is_empty() || exact.contains(&&person.id))
            {
                let by = by(person);
                match found.iter_mut().find(|found| found.person.id == person.id) {
                    Some(known) if (known.sure, known.by) > (*sure, by) => {
                        (known.sure, known.by) = (*sure, by);
                    }
                    Some(_) => {}
                    None => found.push(OracleMatch {
                        person,
                        sure: *sure,
                        by,
                    }),
                }
            }
        }
    }
    found
}

/// Returns whether a person has an account id on a network where an account is a number. Then another id with a number only
/// shows the number that the account had.
fn is_account(person: &Person, account: &Account) -> bool {
    account.network.number_is_account() && world::has_account_id(person, account)
}

/// Returns whether a key is a number, or an id that embeds one.
fn is_number(key: &Key, account: &Account) -> bool {
    let id = UserId::parse(key.value(), account.grammar());
    match key.kind() {
        IdentifierKind::Id => {
            id.is_ok_and(|id| matches!(id.address(), Some(EmbeddedAddress::Phone(_))))
        }
        kind => kind == IdentifierKind::Phone,
    }
}

fn is_folded(key: &Key) -> bool {
    matches!(key.kind(), IdentifierKind::Id | IdentifierKind::Handle)
}

/// Returns whether a person has an id or a handle in the text of a claim, without folding.
fn has_text(person: &Person, claim: &OracleCandidate, account: &Account) -> bool {
    let key = &claim.keys[0].1;
    let is_it = |kind: IdentifierKind, own: &str| {
        own == claim.value
            || match stored(kind, own, account) {
                Some((read, _))
                    if read.kind() == IdentifierKind::Id && claim.kind == read.kind() =>
                {
                    read.key() == *key
                }
                Some((read, _)) => read.to_send() == claim.value,
                None => false,
            }
    };
    [IdentifierKind::Id, IdentifierKind::Handle]
        .into_iter()
        .any(|kind| person.stored(kind).any(|own| is_it(kind, own.trim())))
}

/// Returns the id of a person on the network.
fn network_id(person: &Person) -> Option<String> {
    (!person.is_local).then(|| person.id.clone())
}

fn whom<'a>(
    members: &'a [Member],
    found: &[OracleMatch<'a>],
    hint: Option<&str>,
    account: &Account,
    policy: Policy,
) -> Whom<'a> {
    // Strength comes before any name: exact, then interpreted, then variant.
    let Some(surest) = found.iter().map(|found| found.sure).min() else {
        return Whom::Nobody;
    };
    let mut best: Vec<&OracleMatch<'a>> =
        found.iter().filter(|found| found.sure == surest).collect();
    // A known id wins. An id equal to a known person's id is that id. An id that is equal only by folding is not.
    let known_id = [By::TheId, By::AnId]
        .into_iter()
        .filter(|_| surest == Sure::Exact)
        .find(|by| best.iter().any(|found| found.by == *by));
    if let Some(by) = known_id {
        best.retain(|found| found.by == by);
    } else if let Some(id) = unknown_id(members, found, account) {
        if account.can_look_up(IdentifierKind::Id) {
            return Whom::AskFirst(id);
        }
        if policy.ambiguity == AmbiguityPolicy::Refuse {
            let known = found.iter().map(|found| network_id(found.person));
            return Whom::Several(known.chain([Some(id.value.clone())]).collect());
        }
    }
    // A person with an id that is the address comes before a person who only stores the address.
    let by_address = known_id
        .is_none()
        .then(|| address_holders(members, &best, account));
    if let Some(ids) = by_address {
        best.retain(|found| ids.contains(&found.person.id));
    }
    if let [only] = best.as_slice() {
        return Whom::Known(only.person);
    }
    // A person to whom every field leads that leads to anyone is not contradicted.
    let fields_of = |person: &Person| -> Vec<usize> {
        let held = keys(person, account);
        let leads = |member: &Member| {
            let mut keys = member.claims.iter().flat_map(|claim| &claim.keys);
            keys.any(|(sure, key)| *sure == surest && held.contains(key))
        };
        let fields = members.iter().enumerate();
        let fields = fields.filter(|(_, member)| leads(member));
        fields.map(|(at, _)| at).collect()
    };
    let all: BTreeSet<usize> = best
        .iter()
        .flat_map(|found| fields_of(found.person))
        .collect();
    let mut holders = best
        .iter()
        .filter(|found| fields_of(found.person).len() == all.len());
    if let (Some(only), None) = (holders.next(), holders.next()) {
        return Whom::Known(only.person);
    }
    let names_of = |person: &Person| names_of(person, account);
    let score = |person: &Person| score(person, hint, account);
    // The hint decides if the best name is a match and every other name is a mismatch.
    best.sort_by_key(|found| std::cmp::Reverse(score(found.person)));
    // A person without a name could be the person of the hint.
    let decisive = best.iter().all(|found| !names_of(found.person).is_empty())
        && score(best[0].person).is_match()
        && best[1..]
            .iter()
            .all(|found| score(found.person).is_mismatch());
    if decisive {
        return Whom::Known(best[0].person);
    }
    match policy.ambiguity {
        AmbiguityPolicy::Refuse => {
            Whom::Several(found.iter().map(|found| network_id(found.person)).collect())
        }
        AmbiguityPolicy::TakeBest => Whom::Known(best_of(members, best, hint, account)),
    }
}

/// Returns the best person, ordered by strength, then by the hint, then by the bytes of the id.
fn best_of<'a>(
    members: &[Member],
    mut people: Vec<&OracleMatch<'a>>,
    hint: Option<&str>,
    account: &Account,
) -> &'a Person {
    people.sort_by_key(|one| {
        let score = score(one.person, hint, account);
        let claims = members.iter().flat_map(|member| &member.claims);
        let mut keys = claims.flat_map(|claim| &claim.keys);
        let is_address =
            keys.any(|(sure, key)| *sure == one.sure && is_address_of(one.person, key, account));
        let only_stores = matches!(
            one.by,
            By::Other(IdentifierKind::Phone | IdentifierKind::Email)
        ) && !is_address;
        let score = std::cmp::Reverse(score);
        (one.by, only_stores, score, one.person.id.clone())
    });
    people[0].person
}

/// Returns the names of a person. A placeholder is not a name.
fn names_of(person: &Person, account: &Account) -> Vec<Name> {
    let names = world::names_of(account, person).into_iter();
    names.map(|name| Name::new(&name)).collect()
}

/// Returns how well the best name of a person fits the hint.
fn score(person: &Person, hint: Option<&str>, account: &Account) -> name::Score {
    let Some(hint) = hint.map(Name::new) else {
        return name::Score::default();
    };
    name::score_any(&hint, names_of(person, account))
}

/// Returns whether an id of a person is an address.
fn is_address_of(person: &Person, key: &Key, account: &Account) -> bool {
    let mut ids = person.stored(IdentifierKind::Id);
    let embeds = ids.any(|id| keys_of_text(IdentifierKind::Id, id, account).contains(key));
    embeds && !(is_number(key, account) && is_account(person, account))
}

/// Returns the people who are not outranked on every key that they hold.
///
/// A person who stores an address is outranked by a person with an id that is the address.
fn address_holders(
    members: &[Member],
    found: &[&OracleMatch<'_>],
    account: &Account,
) -> BTreeSet<String> {
    let is_id = |person: &Person, key: &Key| is_address_of(person, key, account);
    let keys = || {
        members
            .iter()
            .flat_map(|member| &member.claims)
            .flat_map(|claim| &claim.keys)
    };
    let is_meant = |person: &Person| {
        keys().any(|(sure, key)| {
            let holds = |other: &Person| keys::keys(other, account).contains(key);
            let is_better = |other: &&OracleMatch<'_>| {
                other.sure == *sure && holds(other.person) && is_id(other.person, key)
            };
            let is_address = matches!(key.kind(), IdentifierKind::Phone | IdentifierKind::Email);
            found
                .iter()
                .any(|one| one.person.id == person.id && one.sure == *sure)
                && holds(person)
                && (!is_address || is_id(person, key) || !found.iter().any(is_better))
        })
    };
    let people = found.iter().map(|found| found.person);
    people
        .filter(|person| is_meant(person))
        .map(|person| person.id.clone())
        .collect()
}

/// Returns an id that may be looked up or created and that no known person has.
///
/// A field that is exactly a known person's address belongs to that person, and is not an unknown id.
fn unknown_id<'a>(
    members: &'a [Member],
    found: &[OracleMatch<'_>],
    account: &Account,
) -> Option<&'a OracleCandidate> {
    let is_held = |key: &Key| {
        let holds = |found: &OracleMatch<'_>| keys(found.person, account).contains(key);
        found.iter().any(holds)
    };
    let is_known = |member: &&Member| {
        let mut keys = member.claims.iter().flat_map(|claim| &claim.keys);
        keys.any(|(sure, key)| *sure == Sure::Exact && is_held(key))
    };
    let mut unknown: Vec<&OracleCandidate> = members
        .iter()
        .filter(|member| !is_known(member))
        .flat_map(|member| &member.claims)
        .filter(|claim| {
            claim.kind == IdentifierKind::Id && claim.sure == Sure::Exact && claim.creates
        })
        .filter(|claim| !claim.keys.iter().any(|(_, key)| is_held(key)))
        .collect();
    unknown.sort_by(|a, b| a.value.cmp(&b.value));
    unknown.first().copied()
}
