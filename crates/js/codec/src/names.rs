//! The texts of consecutive characters, such as the names of letters.

use std::collections::HashMap;

use crate::{Shape, decode, encode};

/// The symbol of a text that is spelled. The other symbols are the most frequent texts.
const SPELLED: u8 = 255;

/// The texts of a range of characters.
#[derive(Debug)]
pub struct Names {
    text: String,
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
        let mut names = Names {
            text: String::new(),
            spans: Vec::new(),
        };
        for parts in texts {
            let start = names.text.len() as u32;
            names.text.extend(parts);
            names.spans.push((start, names.text.len() as u32));
        }
        names
    }

    /// Reads the result of [`pack`].
    #[must_use]
    pub fn unpack(symbols: &[u8], texts: &[u8]) -> Names {
        let text = String::from_utf8(decode(texts)).unwrap_or_default();
        let mut start = 0;
        let mut lines = text.lines().map(|line| {
            let span = (start, start + line.len() as u32);
            start = span.1 + 1;
            span
        });
        let frequent: Vec<(u32, u32)> = lines.by_ref().take(SPELLED.into()).collect();
        let spans = decode(symbols)
            .into_iter()
            .map(|symbol| match frequent.get(usize::from(symbol)) {
                Some(span) => Some(*span),
                None => lines.next(),
            })
            .map(Option::unwrap_or_default)
            .collect();
        Names { text, spans }
    }
}

/// Packs texts of one line each, as symbols and as a list of lines.
#[must_use]
pub fn pack(names: &[&str]) -> [Vec<u8>; 2] {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    let mut frequent: Vec<(&str, usize)> = counts.into_iter().collect();
    frequent.sort_unstable_by_key(|(name, count)| (usize::MAX - count, *name));
    // A short list is filled up, because a reader takes this many lines.
    frequent.resize(frequent.len().max(SPELLED.into()), ("", 0));
    frequent.truncate(SPELLED.into());
    let mut symbols: HashMap<&str, u8> = HashMap::new();
    for (symbol, (name, _)) in (0..SPELLED).zip(&frequent) {
        symbols.entry(name).or_insert(symbol);
    }
    let mut lines: Vec<&str> = frequent.iter().map(|(name, _)| *name).collect();
    let mut coded = Vec::new();
    for name in names {
        let symbol = symbols.get(name).copied();
        coded.push(symbol.unwrap_or(SPELLED));
        if symbol.is_none() {
            lines.push(name);
        }
    }
    let text = lines.join("\n") + "\n";
    [
        encode(&coded, Shape::Symbols),
        encode(text.as_bytes(), Shape::Text),
    ]
}

#[cfg(test)]
mod tests {
    use super::{Names, pack};

    #[test]
    fn packed_names_are_read_as_they_were() {
        let many: Vec<String> = (0..3000).map(|n| format!("N{}", n * n % 900)).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        for names in [many.as_slice(), &["", "Zhang", "", "é"], &[]] {
            let [symbols, texts] = pack(names);
            let unpacked = Names::unpack(&symbols, &texts);
            for (index, name) in names.iter().enumerate() {
                assert_eq!(unpacked.get(index), Some(*name));
            }
            assert_eq!(unpacked.get(names.len()), None);
        }
    }
}
