//! The graph that all questions are compiled to.

use std::collections::HashMap;
use std::hash::Hash;

use super::Interned;

/// The most digits that are read. No national number and no prefix pattern is longer.
pub(crate) const DEPTH: usize = 18;

/// Smaller numbers are leaves: they lead to themselves, and their output is their number. Rows follow, then nodes.
const FIRST_ROW: u16 = 256;
const FIRST_NODE: u16 = 4096;

#[derive(Default)]
pub(crate) struct Graph {
    /// The output by the number of digits that follow, for nodes after which only that number matters.
    pub(crate) rows: Interned<20>,
    /// The next node for each digit, and the output if no digit follows.
    pub(crate) nodes: Vec<([u16; 10], u8)>,
    known: HashMap<([u16; 10], u8), u16>,
}

impl Graph {
    pub(crate) fn node(&mut self, next: [u16; 10], output: u8) -> u16 {
        if next == [u16::from(output); 10] {
            return output.into();
        }
        if next == [next[0]; 10] && next[0] < FIRST_NODE {
            let mut row = match next[0].checked_sub(FIRST_ROW) {
                Some(index) => self.rows.all[usize::from(index)],
                None => [u8::try_from(next[0]).unwrap(); 20],
            };
            row.copy_within(..19, 1);
            row[0] = output;
            let index = FIRST_ROW + u16::try_from(self.rows.index(row)).unwrap();
            assert!(index < FIRST_NODE);
            return index;
        }
        *self.known.entry((next, output)).or_insert_with(|| {
            self.nodes.push((next, output));
            FIRST_NODE + u16::try_from(self.nodes.len() - 1).unwrap()
        })
    }

    /// Compiles a state machine, given by its next state and its output after a number of digits. Returns its node.
    pub(crate) fn compile<S: Clone + Eq + Hash>(
        &mut self,
        start: &S,
        step: &dyn Fn(&S, u8) -> S,
        output: &dyn Fn(&S, usize) -> u8,
    ) -> u16 {
        self.descend(start, 0, step, output, &mut HashMap::new())
    }

    pub(crate) fn descend<S: Clone + Eq + Hash>(
        &mut self,
        state: &S,
        depth: usize,
        step: &dyn Fn(&S, u8) -> S,
        output: &dyn Fn(&S, usize) -> u8,
        known: &mut HashMap<(S, usize), u16>,
    ) -> u16 {
        if depth == DEPTH {
            return output(state, depth).into();
        }
        let key = (state.clone(), depth);
        if let Some(node) = known.get(&key) {
            return *node;
        }
        let next = std::array::from_fn(|digit| {
            let state = step(state, b'0' + u8::try_from(digit).unwrap());
            self.descend(&state, depth + 1, step, output, known)
        });
        let node = self.node(next, output(state, depth));
        known.insert(key, node);
        node
    }
}
