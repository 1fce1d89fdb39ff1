//! A property of all characters, as runs of characters with one value.

use crate::number;

/// The value of each code point.
#[derive(Debug)]
pub struct Runs {
    /// The first code point of each run.
    starts: Vec<u32>,
    values: Vec<u16>,
}

impl Runs {
    /// Returns the value of a character.
    #[must_use]
    pub fn get(&self, c: char) -> u16 {
        let after = self.starts.partition_point(|start| *start <= u32::from(c));
        let run = after.checked_sub(1);
        run.and_then(|run| self.values.get(run))
            .copied()
            .unwrap_or(0)
    }

    /// Reads the result of [`pack`].
    #[must_use]
    pub fn unpack(packed: &[u8]) -> Runs {
        let mut rest = packed;
        let runs = number::take(&mut rest);
        let values = (0..runs).map(|_| number::take(&mut rest) as u16).collect();
        let mut start = 0;
        let starts = (0..runs)
            .map(|_| {
                start += number::take(&mut rest);
                start
            })
            .collect();
        Runs { starts, values }
    }
}

/// Packs the value of each code point. A surrogate is no character and has the value of the code point before.
#[must_use]
pub fn pack(value: impl Fn(char) -> u16) -> Vec<u8> {
    let mut runs: Vec<(u32, u16)> = Vec::new();
    for c in '\0'..=char::MAX {
        let value = value(c);
        if runs.last().is_none_or(|(_, last)| *last != value) {
            runs.push((u32::from(c), value));
        }
    }
    let mut bytes = Vec::new();
    number::push(&mut bytes, runs.len() as u32);
    for (_, value) in &runs {
        number::push(&mut bytes, u32::from(*value));
    }
    let mut before = 0;
    for (start, _) in &runs {
        number::push(&mut bytes, start - before);
        before = *start;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Runs, pack};

    #[test]
    fn packed_property_has_the_values_of_the_property() {
        let value = |c: char| u16::from(c.is_alphabetic()) + 300 * u16::from(c.is_numeric());
        let runs = Runs::unpack(&pack(value));
        for c in '\0'..=char::MAX {
            assert_eq!(runs.get(c), value(c));
        }
    }
}
