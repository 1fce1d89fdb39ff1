//! The transliterations of letters, marks and digits.

use std::sync::OnceLock;

use layout::names::Names;

/// A range of characters that is unpacked at its first use, so that a Greek name does not wait for the Chinese characters.
struct Block {
    first: u32,
    symbols: &'static [u8],
    texts: &'static str,
    names: OnceLock<Names>,
}

macro_rules! blocks {
    ($($first:literal),*) => {
        [$(Block {
            first: $first,
            symbols: include_bytes!(concat!("generated/names_", stringify!($first), ".symbols")),
            texts: include_str!(concat!("generated/names_", stringify!($first), ".texts")),
            names: OnceLock::new(),
        }),*]
    };
}

static BLOCKS: [Block; 5] = blocks![0, 0x3400, 0xa000, 0x10000, 0x20000];

/// The parts of the syllables of Hangul in lines: the initials, the vowels after one, those without one, the endings.
static HANGUL: &str = include_str!("generated/hangul.txt");

const FIRST_SYLLABLE: u32 = 0xAC00;
const LAST_SYLLABLE: u32 = 0xD7A3;

/// Returns the transliteration of a letter, a mark or a digit, and an empty text for other characters.
#[must_use]
pub fn transliteration(c: char) -> &'static str {
    let code = u32::from(c);
    let name = if (FIRST_SYLLABLE..=LAST_SYLLABLE).contains(&code) {
        static SYLLABLES: OnceLock<Names> = OnceLock::new();
        let names = SYLLABLES.get_or_init(syllables);
        names.get((code - FIRST_SYLLABLE) as usize)
    } else {
        let block = BLOCKS.iter().rev().find(|block| block.first <= code);
        block.and_then(|block| {
            let unpack = || Names::unpack(block.symbols, block.texts);
            let names = block.names.get_or_init(unpack);
            names.get((code - block.first) as usize)
        })
    };
    name.unwrap_or_default()
}

fn syllables() -> Names {
    let mut lines = HANGUL
        .lines()
        .map(|line| line.split(' ').collect::<Vec<_>>());
    let [initials, vowels, alone, endings] = [(); 4].map(|()| lines.next().unwrap_or_default());
    let after = |initial: &'static str| {
        let vowels = if initial.is_empty() { &alone } else { &vowels };
        let endings = &endings;
        vowels
            .iter()
            .flat_map(move |vowel| endings.iter().map(move |ending| [initial, *vowel, *ending]))
    };
    Names::new(initials.iter().copied().flat_map(after))
}
