//! The characters that map to others, each with a flag.

use crate::number;

/// The lowest bit of a length is the flag.
const FLAG: u32 = 1;

/// The targets of single characters.
#[derive(Debug)]
pub struct Mappings {
    /// The characters, sorted, with the end of their targets.
    keys: Vec<(char, u32)>,
    targets: Vec<char>,
}

impl Mappings {
    /// Returns the characters that a character maps to.
    #[must_use]
    pub fn get(&self, c: char) -> Option<&[char]> {
        let at = self.keys.binary_search_by_key(&c, |(key, _)| *key).ok()?;
        self.target(at)
    }

    fn target(&self, at: usize) -> Option<&[char]> {
        let start = at.checked_sub(1).and_then(|before| self.keys.get(before));
        let start = start.map_or(0, |(_, end)| *end) as usize;
        let (_, end) = self.keys.get(at)?;
        self.targets.get(start..*end as usize)
    }

    /// Reads the result of [`pack`]. Calls `each` with each character, its target and its flag.
    #[must_use]
    pub fn unpack(packed: &[u8], mut each: impl FnMut(char, &[char], bool)) -> Mappings {
        let mut rest = packed;
        let len = number::take(&mut rest);
        let lengths: Vec<u32> = (0..len).map(|_| number::take(&mut rest)).collect();
        let mut key = 0;
        let keys: Vec<u32> = (0..len)
            .map(|_| {
                key += number::take(&mut rest);
                key
            })
            .collect();
        let mut mappings = Mappings {
            keys: Vec::with_capacity(keys.len()),
            targets: Vec::new(),
        };
        let mut before = Vec::new();
        for (key, length) in keys.into_iter().zip(lengths) {
            let mut target = Vec::new();
            for at in 0..(length >> 1) as usize {
                let from = nearest(&before, &target, at);
                target.push(number::take_difference(&mut rest, from));
            }
            let chars = target.iter().map(|c| character(*c));
            let start = mappings.targets.len();
            mappings.targets.extend(chars);
            let end = mappings.targets.len() as u32;
            mappings.keys.push((character(key), end));
            each(
                character(key),
                mappings.targets.get(start..).unwrap_or_default(),
                length & FLAG != 0,
            );
            before = target;
        }
        mappings
    }
}

/// Packs characters in their order, each with its target and its flag.
#[must_use]
pub fn pack(mappings: &[(char, Vec<char>, bool)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    number::push(&mut bytes, mappings.len() as u32);
    for (_, target, flag) in mappings {
        number::push(&mut bytes, (target.len() as u32) << 1 | u32::from(*flag));
    }
    let mut key = 0;
    for (c, ..) in mappings {
        number::push(&mut bytes, u32::from(*c) - key);
        key = u32::from(*c);
    }
    let mut before = Vec::new();
    for (_, chars, _) in mappings {
        let mut target = Vec::new();
        for (at, c) in chars.iter().enumerate() {
            let from = nearest(&before, &target, at);
            number::push_difference(&mut bytes, from, u32::from(*c));
            target.push(u32::from(*c));
        }
        before = target;
    }
    bytes
}

/// Returns the character that predicts the character at a place of a target. This is the character at the same place of the
/// previous target, else the last character of this target.
fn nearest(before: &[u32], target: &[u32], at: usize) -> u32 {
    before.get(at).or(target.last()).copied().unwrap_or(0)
}

fn character(code: u32) -> char {
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::{Mappings, pack};

    #[test]
    fn packed_mappings_are_read_as_they_were() {
        let mappings = [
            ('a', vec!['b', 'c'], true),
            ('é', vec![], false),
            ('\u{10FFFF}', vec!['\0', '\u{10FFFF}', 'z'], false),
        ];
        let mut read = Vec::new();
        let unpacked = Mappings::unpack(&pack(&mappings), |c, target, flag| {
            read.push((c, target.to_vec(), flag));
        });
        assert_eq!(read, mappings);
        assert_eq!(unpacked.get('a'), Some(['b', 'c'].as_slice()));
        assert_eq!(unpacked.get('é'), Some([].as_slice()));
        assert_eq!(unpacked.get('b'), None);
    }
}
