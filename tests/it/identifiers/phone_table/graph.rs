//! The nodes that all questions are compiled to.

use std::collections::HashMap;
use std::hash::Hash;

use super::Interned;

/// No national number is longer, and so nothing is asked beyond; patterns of prefixes end before.
pub(crate) const DEPTH: usize = 18;

/// Leaves, which lead back to themselves and say their own number, then rows, then nodes.
const FIRST_ROW: u16 = 256;
const FIRST_NODE: u16 = 4096;

#[derive(Default)]
pub(crate) struct Graph {
    /// What is said with so many digits to go, once only that matters.
    pub(crate) rows: Interned<20>,
    /// Where each digit leads, and what is said if none comes.
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

    /// The node of a machine's state. The machine says the next state, and what it says after so many digits.
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
