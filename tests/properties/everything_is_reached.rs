//! The worlds reach every action, refusal, reason, field code, way of choosing and warning. Otherwise a law could hold
//! only because nothing happens.

use std::collections::BTreeSet;

use contact_resolution::pipeline::LookupRecord;
use contact_resolution::{
    Action, ChosenBy, Decision, FieldErrorCode, IdentifierKind, LookupResult, Person, Reason,
    RefusalCode, Warning,
};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::steps::Steps;
use crate::generators::{ASKED, World, config, worlds};

const WORLDS: usize = 12_000;

/// The codes of unreadable requests, of lost creates and of plans. No decision has them.
const OF_OTHERS: [RefusalCode; 3] = [
    RefusalCode::InvalidRequest,
    RefusalCode::OutcomeUnknown,
    RefusalCode::StalePlan,
];
const REASONS_OF_OTHERS: [Reason; 10] = [
    Reason::MalformedRequest,
    Reason::PlanPersonChanged,
    Reason::PlanActionChanged,
    Reason::PlanEvidenceChanged,
    // Reasons of outcomes, which no decision has.
    Reason::WrongChat,
    Reason::RefusedByNetwork,
    Reason::NotSent,
    Reason::ClaimHeld,
    Reason::CreateLost,
    // Only a start has it, since a dry run cannot query the network.
    Reason::SharedIdentifierAsked,
];

#[derive(Default)]
struct Seen {
    actions: BTreeSet<&'static str>,
    codes: BTreeSet<RefusalCode>,
    reasons: BTreeSet<Reason>,
    fields: BTreeSet<FieldErrorCode>,
    chosen: BTreeSet<ChosenBy>,
    warnings: BTreeSet<&'static str>,
}

impl Seen {
    fn see(&mut self, decision: &Decision) {
        self.actions.insert(match &decision.action {
            Action::Reuse(_) => "reuse",
            Action::Create(_) => "create",
            Action::Refuse(refusal) => {
                self.codes.insert(refusal.code);
                "refuse"
            }
        });
        self.reasons.insert(decision.reason);
        self.fields
            .extend(decision.field_errors.iter().map(|(_, code)| *code));
        self.chosen.extend(decision.chosen_by);
        self.warnings
            .extend(decision.warnings.iter().map(Warning::code));
    }

    /// Records the decision, and the decisions after each result of its first lookup.
    fn see_steps(&mut self, world: &World) {
        let decision = world.decide();
        self.see(&decision);
        let Action::Create(create) = &decision.action else {
            return;
        };
        let Some(attempt) = create.attempts.first().filter(|attempt| attempt.lookup) else {
            return;
        };
        let steps = Steps::of(world);
        // The network names a new person with the identifier.
        let stranger =
            Person::new("a-stranger").with_identifier(attempt.kind, attempt.value.clone());
        let named = LookupResult::Confirmed {
            person: stranger,
            chat: None,
        };
        for answer in [
            LookupResult::Absent,
            LookupResult::Hidden,
            LookupResult::RateLimited(None),
            LookupResult::Failed,
            LookupResult::Inconclusive,
            named,
        ] {
            let looked: Vec<LookupRecord> = create
                .attempts
                .iter()
                .take(if answer == LookupResult::Absent {
                    usize::MAX
                } else {
                    1
                })
                .map(|attempt| LookupRecord {
                    kind: attempt.kind,
                    value: attempt.value.clone(),
                    result: answer.clone(),
                })
                .collect();
            self.see(&steps.decide(world, &looked));
        }
    }
}

fn missing<T: Ord + std::fmt::Debug>(
    seen: &BTreeSet<T>,
    all: impl IntoIterator<Item = T>,
) -> Vec<String> {
    all.into_iter()
        .filter(|one| !seen.contains(one))
        .map(|one| format!("{one:?}"))
        .collect()
}

#[test]
fn worlds_reach_everything() {
    let mut runner = TestRunner::new(config(1));
    let strategy = worlds();
    let mut seen = Seen::default();
    for _ in 0..WORLDS {
        seen.see_steps(&strategy.new_tree(&mut runner).expect("a world").current());
    }
    let mut lacking = missing(&seen.actions, ["reuse", "create", "refuse"]);
    lacking.extend(missing(
        &seen.codes,
        RefusalCode::ALL
            .iter()
            .copied()
            .filter(|code| !OF_OTHERS.contains(code)),
    ));
    lacking.extend(missing(
        &seen.reasons,
        Reason::ALL
            .iter()
            .copied()
            .filter(|because| !REASONS_OF_OTHERS.contains(because)),
    ));
    lacking.extend(missing(&seen.fields, FieldErrorCode::ALL.iter().copied()));
    lacking.extend(missing(
        &seen.chosen,
        [
            ChosenBy::OnlyOne,
            ChosenBy::Id,
            ChosenBy::Hint,
            ChosenBy::Policy,
        ],
    ));
    let warnings = [
        "assumed_region",
        "not_valid",
        "also_reads",
        "extension",
        "text_left_out",
        "keypad_letters",
        "renumbered",
        "mixed_script",
        "look_alike",
        "found_by_variant",
        "unknown_network",
    ];
    lacking.extend(missing(&seen.warnings, warnings));
    assert!(lacking.is_empty(), "no world reaches {lacking:?}");
    let unknown = seen.warnings.iter().find(|code| !warnings.contains(code));
    assert_eq!(unknown, None, "a warning that this test does not know");
}

/// The worlds type, store and attempt every kind.
#[test]
fn worlds_attempt_every_kind() {
    let mut runner = TestRunner::new(config(1));
    let strategy = worlds();
    let mut kinds = BTreeSet::new();
    for _ in 0..1000 {
        let world = strategy.new_tree(&mut runner).expect("a world").current();
        assert!(
            world
                .snapshot
                .accounts
                .iter()
                .any(|account| account.account_id == ASKED)
        );
        if let Action::Create(create) = world.decide().action {
            kinds.extend(
                create
                    .attempts
                    .iter()
                    .map(|attempt| (attempt.kind, attempt.lookup)),
            );
        }
    }
    let all = IdentifierKind::ALL
        .into_iter()
        .map(|kind| (kind, true))
        .chain([(IdentifierKind::Id, false), (IdentifierKind::Phone, false)]);
    assert_eq!(missing(&kinds, all), Vec::<String>::new());
}
