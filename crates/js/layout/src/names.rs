//! The texts of consecutive characters, such as the names of letters.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::number;

/// The symbols of the most frequent texts are one byte below this one. Those of the next ones are two bytes.
const LONG: usize = 240;

/// The symbol of a text that is spelled.
const SPELLED: u8 = 255;

/// The most texts with symbols.
const MAX_FREQUENT: usize = LONG + (SPELLED as usize - LONG) * 256;

/// A text that more characters than this have is a frequent one. Spelling a rare text takes less than its symbols.
const RARE: usize = 4;

/// The texts of a range of characters.
#[derive(Debug)]
pub struct Names {
    text: Cow<'static, str>,
    /// The start and the end of each character's text.
    spans: Vec<(u32, u32)>,
}

impl Names {
    /// Returns the text of a character by its place in the range.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<&str> {
        let (start, end) = *self.spans.get(index)?;
        self.text.get(start as usize..end as usize)
    }

    /// Keeps texts, of three parts each, in the order of their characters.
    #[must_use]
    pub fn new<'a>(texts: impl IntoIterator<Item = [&'a str; 3]>) -> Names {
        let mut text = String::new();
        let mut spans = Vec::new();
        for parts in texts {
            let start = text.len() as u32;
            text.extend(parts);
            spans.push((start, text.len() as u32));
        }
        Names {
            text: text.into(),
            spans,
        }
    }

    /// Reads the result of [`pack`].
    #[must_use]
    pub fn unpack(mut symbols: &[u8], texts: &'static str) -> Names {
        let mut start = 0;
        let mut lines = texts.lines().map(|line| {
            let span = (start, start + line.len() as u32);
            start = span.1 + 1;
            span
        });
        let frequent = number::take(&mut symbols) as usize;
        let frequent: Vec<(u32, u32)> = lines.by_ref().take(frequent).collect();
        let mut symbols = symbols.iter().copied();
        let mut spans = Vec::new();
        while let Some(symbol) = symbols.next() {
            let span = if symbol == SPELLED {
                lines.next()
            } else {
                let at = match usize::from(symbol).checked_sub(LONG) {
                    Some(high) => LONG + 256 * high + usize::from(symbols.next().unwrap_or(0)),
                    None => symbol.into(),
                };
                frequent.get(at).copied()
            };
            spans.push(span.unwrap_or_default());
        }
        Names {
            text: texts.into(),
            spans,
        }
    }
}

/// Packs texts of one line each, as symbols and as a list of lines: the frequent texts, then the spelled ones.
#[must_use]
pub fn pack(names: &[&str]) -> (Vec<u8>, String) {
    let frequent = frequent(names);
    let places: HashMap<&str, usize> = frequent.iter().copied().zip(0..).collect();
    let mut symbols = Vec::new();
    number::push(&mut symbols, frequent.len() as u32);
    let mut lines = frequent;
    for name in names {
        match places.get(name) {
            Some(at) if *at < LONG => symbols.push(*at as u8),
            Some(at) => symbols.extend([(LONG + (at - LONG) / 256) as u8, (at - LONG) as u8]),
            None => {
                symbols.push(SPELLED);
                lines.push(name);
            }
        }
    }
    (symbols, lines.join("\n") + "\n")
}

/// Returns the frequent texts. Those with symbols of the same first byte, or of one byte, are sorted.
fn frequent<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts.retain(|_, count| *count > RARE);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_unstable_by_key(|(name, count)| (usize::MAX - count, *name));
    let mut frequent: Vec<&str> = counts.into_iter().map(|(name, _)| name).collect();
    frequent.truncate(MAX_FREQUENT);
    let short = frequent.len().min(LONG);
    let (short, long) = frequent.split_at_mut(short);
    short.sort_unstable();
    long.chunks_mut(256).for_each(<[&str]>::sort_unstable);
    frequent
}

#[cfg(test)]
mod tests {
    use super::{Names, pack};

    #[test]
    fn packed_names_are_read_as_they_were() {
        // Frequent texts with symbols of one and of two bytes, and texts that are spelled.
        let many: Vec<String> = (0..9000).map(|n| format!("N{}", n % 900)).collect();
        let rare = (0..300).map(|n| format!("R{}", n / 3));
        let many: Vec<String> = many.into_iter().chain(rare).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for names in [many.as_slice(), &["", "Zhang", "", "é"], &[]] {
            let (symbols, texts) = pack(names);
            let unpacked = Names::unpack(&symbols, texts.leak());
            for (index, name) in names.iter().enumerate() {
                assert_eq!(unpacked.get(index), Some(*name));
            }
            assert_eq!(unpacked.get(names.len()), None);
        }
    }
}
