//! The laws about answers, over whole starts on networks that answer anything.
//!
//! - Only *absent* is absence of a person. No other answer leads to a create that could make a second chat, or to
//!   `user_not_found`.
//! - A create sends only an identifier that the payload holds, that a known person with an identifier of the payload holds,
//!   or that the network named. It never sends one that the network gave to another id in this start.
//!
//! `HISTORIES=100000` sets the number of starts.

use std::time::Duration;

use contact_resolution::start::{CreateResult, Effect, NetworkRefusal, OpenedChat, Reply};
use contact_resolution::{
    Account, Action, Attempt, ChatStart, ClaimResult, Coverage, Directory, DirectoryQuery,
    IdentifierKind, Key, LookupResult, MemoryDirectory, Person, Reason, RefusalCode, StartResult,
    StoredIdentifier,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::generators::{ASKED, Pools, World, config, worlds};

/// The most effects of a start. Each lookup and create ends, so every start does.
const EFFECTS: usize = 200;

fn histories() -> u32 {
    std::env::var("HISTORIES").map_or(1200, |count| count.parse().expect("a count"))
}

/// A start, and everything that it was answered.
struct History<'a> {
    account: &'a Account,
    directory: MemoryDirectory,
    ids: Vec<&'static str>,
    /// The people of the last answer of the directory.
    found: Vec<Person>,
    coverage: Coverage,
    lookups: Vec<(Attempt, LookupResult)>,
    creates: Vec<Attempt>,
}

fn keys(attempt: &Attempt, account: &Account) -> Vec<Key> {
    let stored = StoredIdentifier {
        kind: attempt.kind,
        text: attempt.value.clone(),
    };
    let mut keys = stored.keys(account);
    keys.retain(|key| !key.is_look_alike());
    keys
}

/// Returns the keys of everything that a person holds. A lookup can show that a member of a group may be written to.
fn all_keys(person: &Person, account: &Account) -> Vec<Key> {
    let mut person = person.clone();
    person.group_only = false;
    person.keys(account)
}

impl History<'_> {
    /// Returns any answer of the network to a lookup.
    fn look_up(&self, attempt: &Attempt, (which, more): (u8, u8)) -> LookupResult {
        let chat = more.is_multiple_of(3).then(|| format!("!named-{more}"));
        let other = Person::new(self.ids[usize::from(more) % self.ids.len()]);
        let holder = self.found.iter().find(|person| {
            let held = person.keys(self.account);
            keys(attempt, self.account)
                .iter()
                .any(|key| held.contains(key))
        });
        let holder = holder.filter(|person| !person.is_local).cloned();
        let own = holder.unwrap_or_else(|| Person::new("a-stranger"));
        let with_question =
            |person: Person| person.with_identifier(attempt.kind, attempt.value.as_str());
        let confirmed = |person| LookupResult::Confirmed {
            person,
            chat: chat.clone(),
        };
        match which % 14 {
            0..3 => confirmed(own),
            3 => confirmed(other),
            4 => confirmed(with_question(other).with_name("Zed Quill")),
            5 => confirmed(with_question(Person::new("a-stranger"))),
            6 => LookupResult::Echo {
                person: Person::new(attempt.value.as_str()),
                chat,
            },
            7 => LookupResult::Absent,
            8 => LookupResult::Inconclusive,
            9 => LookupResult::Hidden,
            10 => LookupResult::RateLimited(Some(Duration::from_secs(u64::from(more)))),
            11 => LookupResult::Failed,
            12 => LookupResult::Invalid,
            _ => LookupResult::Unsupported,
        }
    }

    /// Returns any answer of the network to a create.
    fn create(&self, (which, more): (u8, u8)) -> CreateResult {
        let mut chat = OpenedChat::new("!made");
        if more.is_multiple_of(2) {
            let id = self.ids[usize::from(more) % self.ids.len()];
            chat.participants.push(Person::new(id));
            chat.is_complete = more.is_multiple_of(4);
        }
        chat.is_new = [Some(true), Some(false), None][usize::from(which) % 3];
        match which % 8 {
            0..4 => CreateResult::Chat(chat),
            4 => CreateResult::Absent,
            5 => CreateResult::NotSent,
            6 => CreateResult::Refused(NetworkRefusal::new(403, "FORBIDDEN")),
            _ => CreateResult::Lost,
        }
    }

    /// Checks a create that is about to be sent.
    fn check_create(&self, attempt: &Attempt, read: &[Key]) -> Result<(), TestCaseError> {
        let account = self.account;
        let sent = keys(attempt, account);
        let has = |held: &[Key]| sent.iter().any(|key| held.contains(key));
        let named = self
            .lookups
            .iter()
            .filter_map(|(asked, result)| match result {
                LookupResult::Confirmed { person, .. } => Some((asked, person)),
                _ => None,
            });
        let is_known = |person: &Person| {
            let held = person.keys(account);
            held.iter().any(|key| read.contains(key))
        };
        let named_ids: Vec<&str> = named
            .clone()
            .map(|(_, person)| person.id.as_str())
            .collect();
        let of_known = self.found.iter().any(|person| {
            let is_named = person
                .stored(IdentifierKind::Id)
                .any(|id| named_ids.contains(&id));
            (is_known(person) || is_named || person.is_self) && has(&all_keys(person, account))
        });
        let of_named = named
            .clone()
            .any(|(_, person)| has(&all_keys(person, account)));
        prop_assert!(
            has(read) || of_known || of_named || has(&account.user.keys(account)),
            "{attempt:?} is no one's"
        );
        // The last answer to exactly this identifier.
        let result = self.lookups.iter().rev();
        let result = result
            .clone()
            .find(|(asked, _)| (asked.kind, &asked.value) == (attempt.kind, &attempt.value));
        let Some((_, result)) = result else {
            return self.check_unasked(attempt);
        };
        match result {
            LookupResult::Confirmed { .. }
            | LookupResult::Echo { .. }
            | LookupResult::Inconclusive
            | LookupResult::Unsupported => {}
            result => prop_assert!(false, "a create after {result:?}"),
        }
        let is_safe = self.coverage.chats || account.network.create_opens_existing();
        prop_assert!(
            is_safe || matches!(result, LookupResult::Confirmed { .. }),
            "{result:?} counts as the absence of a chat"
        );
        Ok(())
    }

    /// Checks a create by an identifier that the network was not asked about. All chats must be known, or a lookup must
    /// have named the person.
    fn check_unasked(&self, attempt: &Attempt) -> Result<(), TestCaseError> {
        let is_named = self
            .lookups
            .iter()
            .any(|(_, result)| matches!(result, LookupResult::Confirmed { .. }));
        let is_safe = self.coverage.chats || self.account.network.create_opens_existing();
        prop_assert!(is_safe || is_named, "a create of {attempt:?} on nothing");
        Ok(())
    }

    /// Returns whether the network gave an identifier, other than an id, to a person without any of these ids.
    fn is_given_to_another(&self, attempt: &Attempt, ids: &[String]) -> bool {
        attempt.kind != IdentifierKind::Id
            && self.lookups.iter().any(|(asked, result)| {
                let same = (asked.kind, &asked.value) == (attempt.kind, &attempt.value);
                let other = match result {
                    LookupResult::Confirmed { person, .. } => !person
                        .stored(IdentifierKind::Id)
                        .any(|id| ids.iter().any(|own| own == id)),
                    _ => false,
                };
                same && other
            })
    }
}

fn run(world: &World, chances: &[(u8, u8)]) -> Result<(), TestCaseError> {
    let account = world.account();
    let network = world.snapshot.accounts[0].bridge.bridge_type.clone();
    let network = crate::generators::NETWORKS
        .iter()
        .find(|name| **name == network);
    let mut history = History {
        account: &account,
        directory: MemoryDirectory::from_snapshot(&world.snapshot),
        ids: Pools::of(network.expect("a network of the generators")).ids,
        found: Vec::new(),
        coverage: Coverage::default(),
        lookups: Vec::new(),
        creates: Vec::new(),
    };
    let mut start = ChatStart::new(&account, &world.request, &world.policy);
    let read =
        contact_resolution::pipeline::triage::triage(&world.request.user, &account, &world.policy)
            .keys();
    let mut chances = chances.iter().copied().cycle();
    let mut reply = None;
    for _ in 0..EFFECTS {
        let chance = chances.next().unwrap_or_default();
        reply = Some(match start.advance(reply.take()) {
            Effect::Find(keys) => {
                let Ok(mut found) = history.directory.find(&[DirectoryQuery {
                    account: ASKED,
                    keys,
                }]);
                let found = found.pop().expect("one answer for one query");
                history.found = found
                    .people
                    .iter()
                    .map(|person| Person::clone(person))
                    .collect();
                history.coverage = found.coverage;
                Reply::Found(found)
            }
            Effect::Lookup(attempt) => {
                let result = history.look_up(attempt, chance);
                let attempt = Attempt::clone(attempt);
                history.lookups.push((attempt, result.clone()));
                Reply::LookedUp(result)
            }
            Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Effect::Create(create) => {
                history.check_create(create.attempt, &read)?;
                history.creates.push(create.attempt.clone());
                Reply::Created(history.create(chance))
            }
            Effect::Record(..) => Reply::Recorded(true),
            Effect::Wait(_) => Reply::Woke,
            Effect::Done(outcome) => return check_end(&history, &outcome),
        });
    }
    Err(TestCaseError::fail("it goes on forever"))
}

fn check_end(
    history: &History<'_>,
    outcome: &contact_resolution::Outcome,
) -> Result<(), TestCaseError> {
    // A create with a lost answer is the last one.
    prop_assert!(history.creates.len() < 20);
    let has_chat = matches!(
        outcome.result,
        StartResult::Created { .. } | StartResult::Opened { .. }
    );
    if let (true, Some(person), Some(attempt)) = (has_chat, &outcome.person, history.creates.last())
    {
        let ids: Vec<String> = person
            .stored(IdentifierKind::Id)
            .map(str::to_owned)
            .collect();
        prop_assert!(
            ids.is_empty() || !history.is_given_to_another(attempt, &ids),
            "{attempt:?} has another owner than {ids:?}"
        );
    }
    let Action::Refuse(refusal) = &outcome.decision.action else {
        return Ok(());
    };
    let is_absence = refusal.code == RefusalCode::UserNotFound
        && outcome.decision.reason == Reason::NotOnNetwork
        && outcome.result == StartResult::Refused;
    let is_absent = |(_, result): &(Attempt, LookupResult)| *result == LookupResult::Absent;
    // A create that is answered with "no such person" is such an answer, too.
    let told = history.lookups.iter().any(is_absent) || !history.creates.is_empty();
    prop_assert!(
        !is_absence || told,
        "not found, but the network did not say so"
    );
    Ok(())
}

proptest! {
    #![proptest_config(config(histories()))]

    #[test]
    fn no_answer_of_a_network_is_believed_unseen(mut world in worlds(), chances in vec(any::<(u8, u8)>(), 30)) {
        world.request.account_id = ASKED.into();
        run(&world, &chances)?;
    }
}
