//! From text to tokens in the forms that are compared.

use super::fold::{Script, compose, fold, is_apostrophe, script, script_border};
use super::form::{Form, Forms, TokenKind, Traits, Writing, is_initial};
use super::surnames::family_name;

/// Tokens of a name that are read; a longer name is ranked by its first twelve.
pub(super) const MAX_TOKENS: usize = 12;

/// Letters of a token that are read, before transliteration.
const MAX_LETTERS: usize = 64;

/// Bytes of a token from where on its marks are dropped: no word needs as many.
const MAX_BYTES: usize = 512;

/// A stretch of one of a [`Name`]'s two texts.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u16,
    end: u16,
}

impl Span {
    /// The caps on tokens and letters keep every position far below 65,536.
    fn new(start: usize, end: usize) -> Self {
        let fit = |place| u16::try_from(place).unwrap_or(u16::MAX);
        Self {
            start: fit(start),
            end: fit(end),
        }
    }

    fn of(self, text: &str) -> &str {
        text.get(usize::from(self.start)..usize::from(self.end))
            .unwrap_or("")
    }

    fn is_empty(self) -> bool {
        self.start == self.end
    }
}

/// One token of a name, prepared.
#[derive(Clone, Copy)]
pub(super) struct Token {
    latin: Span,
    /// In the name's other text; empty where it is the Latin form.
    folded: Span,
    pub(super) kind: TokenKind,
    traits: Traits,
}

/// A person's name, prepared to be compared: folded, split into tokens, transliterated.
///
/// Preparing costs more than comparing, so a name that is compared often is prepared once. Only the first twelve tokens
/// of a text are read, and sixty-four letters of each.
///
/// ```
/// use contact_resolution::name::{Name, Score, score};
///
/// let hint = Name::new("Petrov, Ivan");
/// let (right, wrong) = (Name::new("Иван Петров"), Name::new("Pavel Ivanov"));
/// assert!(score(&hint, &right) > score(&hint, &wrong));
/// ```
#[derive(Clone)]
pub struct Name {
    /// The Latin forms of all tokens.
    latin: String,
    /// The folded forms that are not the Latin one; empty for plain ASCII names.
    other: String,
    pub(super) tokens: Vec<Token>,
}

impl std::fmt::Debug for Name {
    /// Says how many tokens there are, never what they are.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Name")
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

impl Name {
    /// Prepares a text. Any text is a name, if only a blank one.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, Score, score};
    /// assert_eq!(score(&Name::new("JOSÉ  GARCÍA"), &Name::new("jose garcia")), Score::MAX);
    /// ```
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut reader = Reader::new(text.len());
        if text.is_ascii() {
            // Folding is lower case then, and most of what is read is letters.
            for byte in text.bytes().map(|byte| byte.to_ascii_lowercase()) {
                match byte {
                    b'a'..=b'z' => reader.take(byte.into(), false),
                    b'0'..=b'9' => reader.take(byte.into(), true),
                    b'\'' | b'`' => {}
                    _ => reader.part(byte.into()),
                }
            }
        } else {
            fold(text, |c| reader.read(c));
        }
        reader.finish()
    }

    /// Whether the text has no letter and no digit, so that it can match nothing.
    ///
    /// ```
    /// # use contact_resolution::name::Name;
    /// assert!(Name::new(" 🔥 -- ").is_blank());
    /// assert!(!Name::new("Dr.").is_blank());
    /// ```
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.tokens.is_empty()
    }

    fn push(&mut self, folded: &str, noise: bool) {
        if self.tokens.len() == MAX_TOKENS {
            return;
        }
        let (start, other) = (self.latin.len(), self.other.len());
        if folded.is_ascii() {
            self.latin.push_str(folded);
        } else {
            self.other.push_str(folded);
            let ascii = folded
                .chars()
                .flat_map(|c| any_ascii::any_ascii_char(c).chars());
            self.latin.extend(
                ascii
                    .filter(char::is_ascii_alphanumeric)
                    .map(|c| c.to_ascii_lowercase()),
            );
        }
        self.tokens.push(Token {
            latin: Span::new(start, self.latin.len()),
            folded: Span::new(other, self.other.len()),
            kind: if noise {
                TokenKind::Noise
            } else {
                kind(folded)
            },
            traits: Traits::new(self.latin.get(start..).unwrap_or(""), folded),
        });
    }

    /// Settles what only the whole name tells: which tokens are light, and whether its one word is two.
    fn record(mut self) -> Self {
        if let Some(split) = self.split_unspaced() {
            return split.record();
        }
        // A single light word is somebody's name: Major, King, Bin.
        let last = self.tokens.iter().rposition(|t| t.kind != TokenKind::Noise);
        for at in 0..self.tokens.len() {
            let word = self.form(at).latin();
            if self.tokens[at].kind != TokenKind::Word || Some(at) == last || word.len() > LONGEST {
                continue;
            }
            if PARTICLES.binary_search(&word).is_ok()
                || at > 0 && BETWEEN.binary_search(&word).is_ok()
            {
                self.tokens[at].kind = TokenKind::Particle;
            }
        }
        if last.is_none() {
            for token in &mut self.tokens {
                token.kind = TokenKind::Word;
            }
        }
        self
    }

    /// Chinese, Korean and Japanese names are written without a space: 王小明 is Wang Xiaoming.
    fn split_unspaced(&self) -> Option<Self> {
        let mut words = self.forms().filter(|t| t.kind != TokenKind::Noise);
        let (only, None) = (words.next()?, words.next()) else {
            return None;
        };
        if only.writing() != Writing::Syllables {
            return None;
        }
        let folded = only.folded();
        if !folded
            .chars()
            .all(|c| matches!(script(c), Script::Han | Script::Hangul))
        {
            return None;
        }
        let letters: Vec<char> = folded.chars().collect();
        let border = family_name(&letters)?;
        let at = letters[..border].iter().map(|c| c.len_utf8()).sum();
        let mut split = Self {
            latin: String::new(),
            other: String::new(),
            tokens: Vec::new(),
        };
        for form in self.forms() {
            if form.kind == TokenKind::Noise {
                split.push(form.folded(), true);
            } else {
                split.push(&folded[..at], false);
                split.push(&folded[at..], false);
            }
        }
        Some(split)
    }
}

impl Forms for Name {
    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn form(&self, at: usize) -> Form<'_> {
        let token = &self.tokens[at];
        let latin = token.latin.of(&self.latin);
        let folded = if token.folded.is_empty() {
            latin
        } else {
            token.folded.of(&self.other)
        };
        Form::noted(token.kind, latin, folded, &token.traits)
    }

    fn kind(&self, at: usize) -> TokenKind {
        self.tokens[at].kind
    }
}

/// Reads folded characters and cuts them into tokens.
struct Reader {
    name: Name,
    token: String,
    letters: usize,
    digits: bool,
    brackets: u32,
    /// Behind the @ of an address, until a space.
    domain: bool,
    /// Behind a bar: "Bob Sample | Acme".
    aside: bool,
}

impl Reader {
    fn new(len: usize) -> Self {
        let name = Name {
            latin: String::with_capacity(len.min(64)),
            other: String::new(),
            tokens: Vec::with_capacity(4),
        };
        let token = String::with_capacity(len.min(32));
        Self {
            name,
            token,
            letters: 0,
            digits: false,
            brackets: 0,
            domain: false,
            aside: false,
        }
    }

    fn read(&mut self, c: char) {
        if c.is_ascii_lowercase() {
            self.take(c, false);
        } else if is_apostrophe(c) {
            // Joins: O'Neil is one word.
        } else if c.is_alphanumeric() {
            self.take(c, c.is_numeric());
        } else if c.is_ascii() || !unicode_normalization::char::is_combining_mark(c) {
            self.part(c);
        } else if !self.token.is_empty() && self.token.len() < MAX_BYTES {
            self.token.push(c);
        }
    }

    /// What stands between tokens.
    fn part(&mut self, c: char) {
        self.cut();
        match c {
            '(' | '[' | '{' | '<' => self.brackets += 1,
            ')' | ']' | '}' | '>' => self.brackets = self.brackets.saturating_sub(1),
            '@' => self.domain = !self.name.tokens.is_empty(),
            '|' => self.aside = !self.name.tokens.is_empty(),
            _ if c.is_whitespace() => self.domain = false,
            _ => {}
        }
    }

    /// A letter or a digit. Where one follows the other a token ends: "bob96" is Bob and a number.
    fn take(&mut self, c: char, digit: bool) {
        if digit != self.digits {
            self.cut();
            self.digits = digit;
        }
        if self.letters < MAX_LETTERS {
            self.letters += 1;
            self.token.push(c);
        }
    }

    fn cut(&mut self) {
        if self.letters > 0 && self.name.tokens.len() < MAX_TOKENS {
            let noise = self.digits || self.domain || self.aside || self.brackets > 0;
            if self.token.is_ascii() {
                self.name.push(&self.token, noise);
            } else {
                let composed: Vec<char> = compose(&self.token).collect();
                let border = script_border(&composed).unwrap_or(composed.len());
                for part in [&composed[..border], &composed[border..]] {
                    if !part.is_empty() {
                        self.name.push(&part.iter().collect::<String>(), noise);
                    }
                }
            }
        }
        self.token.clear();
        self.letters = 0;
    }

    fn finish(mut self) -> Name {
        self.cut();
        self.name.record()
    }
}

fn kind(folded: &str) -> TokenKind {
    let mut chars = folded.chars();
    let first = chars.next().unwrap_or(' ');
    if first.is_numeric() || folded.len() <= LONGEST && NOISE.binary_search(&folded).is_ok() {
        TokenKind::Noise
    } else if chars.next().is_none() && is_initial(first) {
        TokenKind::Initial
    } else {
        TokenKind::Word
    }
}

/// Bytes of the longest light word, so that most others need no look at the lists.
const LONGEST: usize = 9;

/// Titles, suffixes and the labels of address books, none of which is a common name. Sorted.
const NOISE: &[&str] = &[
    "cell",
    "dr",
    "dra",
    "esq",
    "frau",
    "herr",
    "home",
    "ii",
    "iii",
    "ing",
    "iv",
    "jnr",
    "jr",
    "llc",
    "ltd",
    "mba",
    "mlle",
    "mme",
    "mob",
    "mobile",
    "monsieur",
    "mr",
    "mrs",
    "ms",
    "msc",
    "mx",
    "office",
    "phd",
    "prof",
    "professor",
    "senor",
    "senora",
    "sir",
    "snr",
    "sr",
    "sra",
    "tel",
    "telegram",
    "whatsapp",
    "work",
];

/// Light before another word. Sorted.
const PARTICLES: &[&str] = &[
    "abu", "al", "ash", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "hadji",
    "haji", "hajji", "ibn", "la", "mullah", "shaikh", "shaykh", "sheik", "sheikh", "ter", "ul",
    "van", "von", "zu",
];

/// Light between two words; at the start they are given names as well. Sorted.
const BETWEEN: &[&str] = &[
    "ad", "an", "ar", "as", "ben", "bin", "bint", "da", "das", "do", "le", "of", "ould", "uld",
];
