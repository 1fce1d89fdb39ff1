//! A plan is carried out if the world has not changed, and is refused as stale if its person or action has changed.

use crate::generators::{ASKED, NETWORKS, OTHER, World, config, worlds, worlds_on};
use contact_resolution::start::{CreateResult, Effect, OpenedChat, Reply};
use contact_resolution::wire::{self, StartRequest, User, UserPayload};
use contact_resolution::{
    Account, Action, AmbiguityPolicy, ChatStart, ClaimResult, Coverage, Decision, DirectChat,
    Directory, DirectoryAnswer, DirectoryQuery, IdentifierKind, LookupResult, MemoryDirectory,
    Network, Outcome, Person, Plan, PlannedAction, Policy, Reason, RefusalCode, StartResult,
    StoredIdentifier,
};
use proptest::prelude::*;
use proptest::sample::Index;

fn plan(world: &World) -> Option<Plan> {
    Plan::from_decision(
        &world.decide(),
        &world.account(),
        &world.request,
        &world.policy,
    )
}

/// Returns the id that a plan creates a chat with.
fn planned_id(plan: &Plan) -> Option<&str> {
    match &plan.action {
        PlannedAction::Create { identifiers, .. } => identifiers
            .iter()
            .find_map(|identifier| identifier.strip_prefix("id:")),
        _ => None,
    }
}

/// Carries out a plan on a network that knows every identifier. Its owner is the known person, or else the person with the id
/// of the plan, or else a new one.
fn apply(plan: &Plan, world: &World) -> Outcome {
    let directory = MemoryDirectory::from_snapshot(&world.snapshot);
    let account = world.account();
    let mut start = ChatStart::from_plan(&account, plan);
    let mut answer = None;
    for _ in 0..100 {
        answer = Some(match start.advance(answer.take()) {
            Effect::Find(keys) => {
                let Ok(mut found) = directory.find(&[DirectoryQuery {
                    account: ASKED,
                    keys,
                }]);
                Reply::Found(found.pop().unwrap())
            }
            Effect::Lookup(attempt) => {
                let stored = StoredIdentifier {
                    kind: attempt.kind,
                    text: attempt.value.clone(),
                };
                let keys = stored.keys(&account);
                let Ok(mut found) = directory.find(&[DirectoryQuery {
                    account: ASKED,
                    keys: &keys,
                }]);
                let known = found.pop().unwrap().people.pop();
                let id = match (known, attempt.kind) {
                    (_, IdentifierKind::Id) => attempt.value.clone(),
                    (Some(known), _) => known.id.clone(),
                    (None, _) => planned_id(plan).unwrap_or("a-stranger").to_owned(),
                };
                let person = Person::new(id);
                Reply::LookedUp(LookupResult::Confirmed { person, chat: None })
            }
            Effect::Claim(_) => Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            Effect::Create(_) => Reply::Created(CreateResult::Chat(OpenedChat::new("!made"))),
            Effect::Record(..) => Reply::Recorded(true),
            Effect::Wait(_) => Reply::Woke,
            Effect::Done(outcome) => return outcome,
        });
    }
    panic!("it does not end");
}

fn is_stale(outcome: &Outcome) -> bool {
    let stale = RefusalCode::StalePlan;
    let refused =
        matches!(&outcome.decision.action, Action::Refuse(refusal) if refusal.code == stale);
    assert!(!refused || outcome.result == StartResult::Refused);
    refused
}

/// Describes the action and the person of a decision.
fn told(decision: &Decision) -> String {
    let what = match &decision.action {
        Action::Reuse(reuse) => format!("open {}", reuse.chat_id),
        Action::Create(create) => {
            let tried = create.attempts.iter();
            let tried: Vec<_> = tried.map(|a| (a.kind.as_str(), &a.value)).collect();
            format!("create {tried:?} {} {}", create.invite, create.send_message)
        }
        Action::Refuse(refusal) => format!("refuse {}", refusal.code),
    };
    format!("{what} with {:?}", decision.user_id)
}

/// Returns a world, and the same world with one part of another world of the same network.
fn changed() -> impl Strategy<Value = (World, World)> {
    let two = proptest::sample::select(&NETWORKS[..])
        .prop_flat_map(|network| (worlds_on(network), worlds_on(network)));
    (two, 0..6_u8, any::<Index>()).prop_map(|((world, other), what, at)| {
        let mut after = world.clone();
        let contacts = |world: &World| world.snapshot.contacts[ASKED].clone();
        let people: &mut Vec<User> = after.snapshot.contacts.get_mut(ASKED).unwrap();
        match what {
            0 => *people = contacts(&other),
            1 if !people.is_empty() => {
                people.swap_remove(at.index(people.len()));
            }
            2 => people.extend(contacts(&other)),
            3 => after.snapshot.chats = other.snapshot.chats,
            4 => after.snapshot.accounts = other.snapshot.accounts,
            _ => after.snapshot.complete = !after.snapshot.complete,
        }
        (world, after)
    })
}

proptest! {
    #![proptest_config(config(700))]

    #[test]
    fn unchanged_world_carries_out_the_plan(world in worlds()) {
        let Some(plan) = plan(&world) else { return Ok(()) };
        let stored = serde_json::to_vec(&plan).unwrap();
        let plan = wire::read::<Plan>(&stored).unwrap();
        let outcome = apply(&plan, &world);
        let ended = matches!(outcome.result, StartResult::Existing { .. } | StartResult::Created { .. });
        prop_assert!(ended, "{:?} {}", outcome.result, outcome.decision.reason);
        if let PlannedAction::Reuse { chat_id: planned } = &plan.action {
            prop_assert_eq!(outcome.result, StartResult::Existing { chat_id: planned.clone(), may_have_sent: false });
        }
    }

    #[test]
    fn changed_person_or_action_makes_the_plan_stale((before, after) in changed()) {
        let Some(plan) = plan(&before) else { return Ok(()) };
        let has_changed = told(&before.decide()) != told(&after.decide());
        let outcome = apply(&plan, &after);
        if has_changed {
            prop_assert!(is_stale(&outcome), "{} became {}", told(&before.decide()), told(&after.decide()));
        } else if let StartResult::Created { .. } = outcome.result {
            let is_create = matches!(plan.action, PlannedAction::Create { .. });
            prop_assert!(is_create);
        }
    }

    #[test]
    fn unrelated_people_do_not_make_the_plan_stale(world in worlds(), other in worlds()) {
        let Some(plan) = plan(&world) else { return Ok(()) };
        let mut after = world;
        let stranger = |at: usize| User {
            id: format!("a-stranger-{at}"),
            full_name: after.request.user.full_name.clone(),
            ..User::default()
        };
        let strangers: Vec<User> = (0..3).map(stranger).collect();
        after.snapshot.contacts.get_mut(ASKED).unwrap().extend(strangers);
        let elsewhere = other.snapshot.contacts[ASKED].clone();
        after.snapshot.contacts.insert(OTHER.into(), elsewhere);
        prop_assert!(!is_stale(&apply(&plan, &after)));
    }

    #[test]
    fn edited_plan_is_stale(world in worlds(), what in 0..6_u8) {
        let Some(mut plan) = plan(&world) else { return Ok(()) };
        match what {
            0 => plan.user_id = Some("another".into()),
            1 => plan.full_name = Some("Another".into()),
            2 => plan.action = PlannedAction::Reuse { chat_id: "!another".into() },
            3 => plan.fingerprint = "0".repeat(32),
            4 => match &mut plan.action {
                PlannedAction::Create { invite, .. } => *invite = !*invite,
                _ => return Ok(()),
            },
            _ => match &mut plan.action {
                PlannedAction::Create { identifiers, .. } => identifiers.push("id:another".into()),
                _ => return Ok(()),
            },
        }
        prop_assert!(is_stale(&apply(&plan, &world)));
    }
}

const PHONE: &str = "+14155552671";

/// Returns a plan for the person with the phone number, and its account.
fn by_phone(people: Vec<Person>, coverage: Coverage) -> (Account, Plan) {
    let account = Account::new("account", Network::GENERAL, "me");
    let user = UserPayload {
        phone_number: Some(PHONE.into()),
        ..UserPayload::default()
    };
    let (request, policy) = (StartRequest::new("account", user), Policy::default());
    let mut directory = MemoryDirectory::new();
    directory.insert_account(account.clone());
    directory.set_coverage("account", coverage);
    for person in people {
        directory.upsert("account", person);
    }
    let Ok(decision) = contact_resolution::resolve(&account, &request, &directory, &policy);
    let plan = Plan::from_decision(&decision, &account, &request, &policy).unwrap();
    (account, plan)
}

fn alice() -> Person {
    Person::new("alice-id").with_identifier(IdentifierKind::Phone, PHONE)
}

fn with_chat(mut person: Person) -> Person {
    person.chats.push(DirectChat::new("!chat"));
    person
}

fn found(people: impl IntoIterator<Item = Person>, coverage: Coverage) -> Reply {
    Reply::Found(DirectoryAnswer::new(people, coverage))
}

const ALL: Coverage = Coverage {
    contacts: true,
    chats: true,
};

/// Returns the outcome of a start of the plan with these replies.
fn end(account: &Account, plan: &Plan, answers: impl IntoIterator<Item = Reply>) -> Outcome {
    let mut start = ChatStart::from_plan(account, plan);
    start.advance(None);
    for answer in answers {
        if let Effect::Done(outcome) = start.advance(Some(answer)) {
            return outcome;
        }
    }
    panic!("it goes on")
}

#[test]
fn chat_made_by_another_start_is_existing() {
    let (account, plan) = by_phone(vec![alice()], ALL);
    let is_existing = |answers| {
        let outcome = end(&account, &plan, answers);
        assert!(
            matches!(&outcome.result, StartResult::Existing { chat_id, .. } if chat_id == "!chat")
        );
    };
    let see = |person| found([person], ALL);
    let (mine, busy) = (ClaimResult::Acquired { token: 1 }, ClaimResult::Held);
    is_existing(vec![
        see(alice()),
        Reply::Claimed(mine.clone()),
        see(with_chat(alice())),
        Reply::Recorded(true),
    ]);
    is_existing(vec![
        see(alice()),
        Reply::Claimed(busy),
        Reply::Woke,
        see(with_chat(alice())),
    ]);
    // The chat of this start after its response was lost.
    is_existing(vec![
        see(alice()),
        Reply::Claimed(mine),
        see(alice()),
        Reply::Created(CreateResult::Lost),
        Reply::Woke,
        see(with_chat(alice())),
        Reply::Recorded(true),
    ]);
}

#[test]
fn another_person_with_the_number_makes_the_plan_stale() {
    let (account, plan) = by_phone(vec![alice()], ALL);
    let bob = || with_chat(Person::new("bob-id").with_identifier(IdentifierKind::Phone, PHONE));
    let moved = |answers| assert!(is_stale(&end(&account, &plan, answers)));
    let see = |person| found([person], ALL);
    moved(vec![see(bob())]);
    // The plan is also stale after the claim, and the claim is released.
    moved(vec![
        see(alice()),
        Reply::Claimed(ClaimResult::Acquired { token: 1 }),
        see(bob()),
        Reply::Recorded(true),
    ]);
    // After a lost create, it remains unknown whether there is a chat with Alice.
    let outcome = end(
        &account,
        &plan,
        [
            see(alice()),
            Reply::Claimed(ClaimResult::Acquired { token: 1 }),
            see(alice()),
            Reply::Created(CreateResult::Lost),
            Reply::Woke,
            see(bob()),
        ],
    );
    assert!(matches!(outcome.result, StartResult::Unknown { .. }));
}

/// A start without a plan takes the new owner.
#[test]
fn chat_with_a_new_owner_of_the_number_is_wrong_for_a_plan() {
    let (account, plan) = by_phone(vec![alice()], ALL);
    let mut chat = OpenedChat::new("!chat");
    chat.participants.push(Person::new("bob-id"));
    chat.is_complete = true;
    let claimed = || Reply::Claimed(ClaimResult::Acquired { token: 1 });
    let outcome = end(
        &account,
        &plan,
        [
            found([alice()], ALL),
            claimed(),
            found([alice()], ALL),
            Reply::Created(CreateResult::Absent),
            Reply::Recorded(true),
            Reply::LookedUp(LookupResult::Unsupported),
            claimed(),
            found([alice()], ALL),
            Reply::Created(CreateResult::Chat(chat)),
            found([], ALL),
            Reply::Recorded(true),
        ],
    );
    assert!(matches!(outcome.result, StartResult::WrongChat { .. }));
}

#[test]
fn reason_of_a_stale_plan_is_what_has_changed() {
    let (account, plan) = by_phone(vec![alice()], ALL);
    let reason = |people: Vec<Person>| end(&account, &plan, [found(people, ALL)]).decision.reason;
    let bob = || Person::new("bob-id").with_identifier(IdentifierKind::Phone, PHONE);
    assert_eq!(reason(vec![bob()]), Reason::PlanPersonChanged);
    assert_eq!(
        reason(vec![alice().with_name("Alice Sample")]),
        Reason::PlanPersonChanged
    );
    assert_eq!(reason(vec![with_chat(alice())]), Reason::PlanActionChanged);
    assert_eq!(reason(vec![alice(), bob()]), Reason::PlanActionChanged);
    let mut account = account.clone();
    account.user.id = "another-login".into();
    let outcome = end(&account, &plan, [found(vec![alice()], ALL)]);
    assert_eq!(outcome.decision.reason, Reason::PlanEvidenceChanged);
}

#[test]
fn lookup_that_names_another_person_makes_the_plan_stale() {
    let is = |id: &str, chat: Option<&str>| {
        Reply::LookedUp(LookupResult::Confirmed {
            person: Person::new(id),
            chat: chat.map(str::to_owned),
        })
    };
    let none = Coverage::default();
    // The owner of the number was approved, without a known person.
    let (account, plan) = by_phone(vec![], ALL);
    assert_eq!(plan.user_id, None);
    let nobody = || found([], ALL);
    let outcome = end(
        &account,
        &plan,
        [nobody(), is("bob-id", Some("!chat")), nobody()],
    );
    assert!(matches!(outcome.result, StartResult::Existing { .. }));
    // Alice was approved, but by a lookup the number is Bob's. The plan is stale even if the policy takes the best
    // match.
    let (account, mut plan) = by_phone(vec![alice()], none);
    plan.policy.ambiguity = AmbiguityPolicy::TakeBest;
    let see = || found([alice()], none);
    let answers = [
        see(),
        Reply::LookedUp(LookupResult::Absent),
        is("a-bob-id", None),
        see(),
    ];
    assert!(is_stale(&end(&account, &plan, answers)));
    // A hidden lookup result is a refusal and does not make the plan stale.
    let outcome = end(
        &account,
        &plan,
        [see(), Reply::LookedUp(LookupResult::Hidden)],
    );
    assert!(!is_stale(&outcome) && outcome.result == StartResult::Refused);
}

#[test]
fn refusal_has_no_plan() {
    let decision = Decision::account_not_found();
    let account = Account::new("account", Network::GENERAL, "me");
    let request = StartRequest::default();
    assert_eq!(
        Plan::from_decision(&decision, &account, &request, &Policy::default()),
        None
    );
}

#[test]
fn debug_output_is_redacted() {
    let (_, plan) = by_phone(vec![alice().with_name("Alice")], ALL);
    assert_eq!(format!("{plan:?}"), "Plan { action: Create, .. }");
}
