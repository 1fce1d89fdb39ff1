//! Compiles the kinds and regions of the numbers of a calling code.

use std::cell::RefCell;
use std::collections::HashMap;

use regex_automata::hybrid::LazyStateID;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

use super::Interned;
use super::graph::Graph;
use super::metadata::{
    FIXED_LINE, FIXED_LINE_OR_MOBILE, MOBILE, PAGER, PERSONAL_NUMBER, PREMIUM_RATE, SHARED_COST,
    TOLL_FREE, Territory, UAN, UNKNOWN, VOICEMAIL, VOIP,
};

/// The kinds that libphonenumber tries before fixed lines and mobiles, in its order.
const SPECIAL_KINDS: [u8; 8] = [
    PREMIUM_RATE,
    TOLL_FREE,
    SHARED_COST,
    VOIP,
    PERSONAL_NUMBER,
    PAGER,
    UAN,
    VOICEMAIL,
];

const NO_REGION: u8 = 255;

pub(crate) fn ascii() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false)
}

/// Several patterns that are matched in parallel.
pub(crate) struct Acceptor {
    automata: Vec<(DFA, RefCell<Cache>)>,
}

impl Acceptor {
    pub(crate) fn new(patterns: &[&str]) -> Self {
        let automaton = |pattern: &&str| {
            // A state stays valid as long as the cache is not cleared.
            let config = DFA::config().cache_capacity(1 << 26);
            let dfa = DFA::builder()
                .configure(config.minimum_cache_clear_count(Some(0)))
                .syntax(ascii())
                .build(&format!(r"(?:{pattern})\z"))
                .unwrap();
            let cache = RefCell::new(dfa.create_cache());
            (dfa, cache)
        };
        Acceptor {
            automata: patterns.iter().map(automaton).collect(),
        }
    }

    pub(crate) fn start(&self) -> Vec<LazyStateID> {
        let input = Input::new("").anchored(Anchored::Yes);
        let start = |(dfa, cache): &(DFA, RefCell<Cache>)| {
            dfa.start_state_forward(&mut cache.borrow_mut(), &input)
        };
        self.automata
            .iter()
            .map(|one| start(one).unwrap())
            .collect()
    }

    pub(crate) fn step(&self, state: &[LazyStateID], digit: u8) -> Vec<LazyStateID> {
        let next = |((dfa, cache), state): (&(DFA, RefCell<Cache>), &LazyStateID)| {
            dfa.next_state(&mut cache.borrow_mut(), *state, digit)
        };
        self.automata
            .iter()
            .zip(state)
            .map(|pair| next(pair).unwrap())
            .collect()
    }

    pub(crate) fn accepts(&self, state: &[LazyStateID], index: usize) -> bool {
        let (dfa, cache) = &self.automata[index];
        let end = dfa.next_eoi_state(&mut cache.borrow_mut(), state[index]);
        end.unwrap().is_match()
    }
}

/// The territories of a calling code. Returns the territory and the kind of a number as `getRegionCodeForNumber` and
/// `getNumberType` of libphonenumber do.
pub(crate) struct Country {
    acceptor: Acceptor,
    members: Vec<Member>,
}

pub(crate) struct Member {
    leading: Option<usize>,
    general: (usize, u32),
    kinds: HashMap<u8, (usize, u32)>,
    alike: bool,
}

impl Country {
    pub(crate) fn new(territories: &[&Territory]) -> Self {
        let mut patterns: Vec<String> = Vec::new();
        let mut index = |pattern: String| {
            patterns
                .iter()
                .position(|known| *known == pattern)
                .unwrap_or_else(|| {
                    patterns.push(pattern);
                    patterns.len() - 1
                })
        };
        let members = territories.iter().map(|territory| Member {
            leading: territory
                .leading
                .as_ref()
                .map(|leading| index(format!("(?:{leading})[0-9]*"))),
            general: (
                index(territory.general.text.clone()),
                territory.general.lengths,
            ),
            kinds: territory
                .kinds
                .iter()
                .map(|(kind, pattern)| (*kind, (index(pattern.text.clone()), pattern.lengths)))
                .collect(),
            alike: match (
                territory.kinds.get(&FIXED_LINE),
                territory.kinds.get(&MOBILE),
            ) {
                (Some(fixed), Some(mobile)) => fixed.text == mobile.text,
                _ => false,
            },
        });
        let members = members.collect();
        Country {
            acceptor: Acceptor::new(&patterns.iter().map(String::as_str).collect::<Vec<_>>()),
            members,
        }
    }

    pub(crate) fn compile(&self, graph: &mut Graph, answers: &mut Interned<2>) -> u16 {
        let answers = std::cell::RefCell::new(answers);
        let output = |state: &Vec<LazyStateID>, len: usize| {
            let answer = match self.members.as_slice() {
                [only] => [0, self.kind(only, state, len)],
                _ => self.answer(state, len),
            };
            u8::try_from(answers.borrow_mut().index(answer)).unwrap()
        };
        graph.compile(
            &self.acceptor.start(),
            &|state, digit| self.acceptor.step(state, digit),
            &output,
        )
    }

    pub(crate) fn start(&self) -> Vec<LazyStateID> {
        self.acceptor.start()
    }

    pub(crate) fn step(&self, state: &[LazyStateID], digit: u8) -> Vec<LazyStateID> {
        self.acceptor.step(state, digit)
    }

    pub(crate) fn answer(&self, state: &[LazyStateID], len: usize) -> [u8; 2] {
        for (index, member) in self.members.iter().enumerate() {
            let kind = self.kind(member, state, len);
            let here = member.leading.map_or(kind != UNKNOWN, |leading| {
                self.acceptor.accepts(state, leading)
            });
            if here {
                return [u8::try_from(index).unwrap(), kind];
            }
        }
        [NO_REGION, UNKNOWN]
    }

    pub(crate) fn kind(&self, member: &Member, state: &[LazyStateID], len: usize) -> u8 {
        let is = |(pattern, lengths): (usize, u32)| {
            lengths >> len & 1 == 1 && self.acceptor.accepts(state, pattern)
        };
        let has = |kind: u8| member.kinds.get(&kind).is_some_and(|pattern| is(*pattern));
        if !is(member.general) {
            UNKNOWN
        } else if let Some(kind) = SPECIAL_KINDS.into_iter().find(|kind| has(*kind)) {
            kind
        } else if has(FIXED_LINE) {
            if member.alike || has(MOBILE) {
                FIXED_LINE_OR_MOBILE
            } else {
                FIXED_LINE
            }
        } else if !member.alike && has(MOBILE) {
            MOBILE
        } else {
            UNKNOWN
        }
    }
}
