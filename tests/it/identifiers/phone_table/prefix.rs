//! Compiles the captures of the patterns of national and international prefixes.

use std::cell::RefCell;
use std::collections::HashSet;

use regex_automata::meta::Regex;
use regex_automata::nfa::thompson::{self, NFA};
use regex_automata::util::look::Look;
use regex_automata::util::primitives::StateID;
use regex_automata::{Anchored, Input};

use super::country::ascii;
use super::graph::{DEPTH, Graph};

/// The start and the end of each group, as in the crate `regex-automata`.
pub(crate) type Slots = Vec<Option<u8>>;

/// Returns how a prefix is replaced: its length, the start and end of the part that is kept, and the length and text of the
/// literal before that part.
pub(crate) fn replacement(slots: &Slots, rule: Option<&str>) -> [u8; 8] {
    let end = slots[1].unwrap();
    let mut replacement = [end, 0, 0, 0, 0, 0, 0, 0];
    // The rule applies only if the last group matched.
    if let (Some(rule), Some(Some(_))) = (rule, slots.last()) {
        let (literal, group) = rule.split_once('$').unwrap();
        let group: usize = group.parse().unwrap();
        replacement[1] = slots[2 * group].unwrap();
        replacement[2] = slots[2 * group + 1].unwrap();
        replacement[3] = u8::try_from(literal.len()).unwrap();
        replacement[4..4 + literal.len()].copy_from_slice(literal.as_bytes());
    }
    replacement
}

/// The states of a backtracking matcher that takes all alternatives in parallel, the preferred first, with their captures.
/// Offsets are part of the state, because the patterns have a bounded length.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Threads {
    at: u8,
    heads: Vec<(StateID, Slots)>,
    best: Option<Slots>,
}

/// Compiles the leftmost first captures of a prefix pattern to the number that `index` returns for them. 0 means no
/// match.
pub(crate) fn compile_prefix(
    graph: &mut Graph,
    pattern: &str,
    index: &mut dyn FnMut(&Slots) -> u8,
) -> u16 {
    let nfa = thompson::Compiler::new()
        .syntax(ascii())
        .build(pattern)
        .unwrap();
    let start = Threads {
        at: 0,
        heads: vec![(
            nfa.start_anchored(),
            vec![None; nfa.group_info().slot_len()],
        )],
        best: None,
    };
    check_captures(&nfa, pattern, &start);
    let index = RefCell::new(index);
    graph.compile(
        &start,
        &|state, digit| step(&nfa, state, digit),
        &|state, len| {
            assert!(
                len < DEPTH || state.heads.is_empty(),
                "{pattern} is longer than {DEPTH}"
            );
            match captures(&nfa, state) {
                Some(slots) if slots[1] != Some(0) || slots.last().is_some_and(Option::is_some) => {
                    (index.borrow_mut())(&slots)
                }
                _ => 0,
            }
        },
    )
}

/// Adds the states that are reached without a digit, in order of preference.
pub(crate) fn follow(
    nfa: &NFA,
    (id, slots): (StateID, Slots),
    at: u8,
    is_end: bool,
    out: &mut Vec<(StateID, Slots)>,
    seen: &mut HashSet<StateID>,
) {
    if !seen.insert(id) {
        return;
    }
    let mut go = |next: StateID, slots: Slots| follow(nfa, (next, slots), at, is_end, out, seen);
    match nfa.state(id) {
        thompson::State::Union { alternates } => {
            for next in alternates {
                go(*next, slots.clone());
            }
        }
        thompson::State::BinaryUnion { alt1, alt2 } => {
            go(*alt1, slots.clone());
            go(*alt2, slots);
        }
        thompson::State::Capture { next, slot, .. } => {
            let mut slots = slots;
            slots[slot.as_usize()] = Some(at);
            go(*next, slots);
        }
        thompson::State::Look { look, next } => {
            assert_eq!(*look, Look::End);
            if is_end {
                go(*next, slots);
            }
        }
        _ => out.push((id, slots)),
    }
}

pub(crate) fn reachable(nfa: &NFA, state: &Threads, is_end: bool) -> Vec<(StateID, Slots)> {
    let mut out = Vec::new();
    let mut seen = HashSet::new();
    for head in &state.heads {
        follow(nfa, head.clone(), state.at, is_end, &mut out, &mut seen);
    }
    out
}

pub(crate) fn is_match(nfa: &NFA, id: StateID) -> bool {
    matches!(nfa.state(id), thompson::State::Match { .. })
}

pub(crate) fn step(nfa: &NFA, state: &Threads, digit: u8) -> Threads {
    let mut next = Threads {
        at: state.at + 1,
        heads: Vec::new(),
        best: state.best.clone(),
    };
    for (id, slots) in reachable(nfa, state, false) {
        let on = match nfa.state(id) {
            thompson::State::ByteRange { trans } => trans.matches_byte(digit).then_some(trans.next),
            thompson::State::Sparse(transitions) => transitions.matches_byte(digit),
            thompson::State::Dense(transitions) => transitions.matches_byte(digit),
            _ => None,
        };
        if is_match(nfa, id) {
            next.best = Some(slots);
            break; // The other states are less preferred.
        }
        next.heads.extend(on.map(|on| (on, slots)));
    }
    if next.heads.is_empty() {
        next.at = 0; // The offset is not read any more, so all final states become one.
    }
    next
}

/// Returns the captures if the number ends here.
pub(crate) fn captures(nfa: &NFA, state: &Threads) -> Option<Slots> {
    let ended = reachable(nfa, state, true)
        .into_iter()
        .find(|(id, _)| is_match(nfa, *id));
    ended.map(|(_, slots)| slots).or_else(|| state.best.clone())
}

/// Checks that the crate `regex-automata` captures the same for every state and every following digit.
pub(crate) fn check_captures(nfa: &NFA, pattern: &str, start: &Threads) {
    let regex = Regex::builder().syntax(ascii()).build(pattern).unwrap();
    let mut seen = HashSet::from([start.clone()]);
    let mut open = vec![(start.clone(), String::new())];
    while let Some((state, text)) = open.pop() {
        for digit in b'0'..=b'9' {
            let next = step(nfa, &state, digit);
            let text = format!("{text}{}", char::from(digit));
            let mut expected = regex.create_captures();
            regex.search_captures(&Input::new(&text).anchored(Anchored::Yes), &mut expected);
            let expected = expected.is_match().then(|| {
                expected
                    .slots()
                    .iter()
                    .map(|slot| slot.map(|at| u8::try_from(at.get()).unwrap()))
                    .collect::<Slots>()
            });
            assert_eq!(captures(nfa, &next), expected, "{pattern} on {text}");
            if seen.insert(next.clone()) {
                open.push((next, text));
            }
        }
    }
}
