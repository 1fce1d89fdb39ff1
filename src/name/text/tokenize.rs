//! Splitting a name into tokens, and preparing it for comparisons.

use super::fold::{Folded, Script, compose, fold, is_apostrophe, script, script_border};
use super::token::{Token, TokenFeatures, TokenKind, Tokens, Writing, is_initial};
use super::transliterate::push_latin;
use crate::name::data::surnames::family_name_len;
use crate::name::data::titles::{is_particle, is_title};

/// The most tokens of a name that are read.
pub(in crate::name) const MAX_TOKENS: usize = 12;

/// The most letters of a token that are read, before transliteration.
pub(in crate::name) const MAX_LETTERS: usize = 64;

/// The most Latin letters of a token after transliteration. Four for each letter are more than Han, Hangul, kana and the
/// alphabets need. Single characters of a few scripts become sixteen letters and more.
pub(in crate::name) const MAX_LATIN_LETTERS: usize = 4 * MAX_LETTERS;

/// The most bytes of a token. Marks beyond them are dropped. No word needs as many.
const MAX_BYTES: usize = 512;

/// A range of one of a [`Name`]'s two texts.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u16,
    end: u16,
}

impl Span {
    /// The limits on tokens and letters keep every position far below 65,536.
    fn new(start: usize, end: usize) -> Self {
        let fit = |position| u16::try_from(position).unwrap_or(u16::MAX);
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

/// One prepared token of a name.
#[derive(Clone, Copy)]
struct NameToken {
    latin: Span,
    /// In the name's other text. Empty if the folded token equals the Latin one.
    folded: Span,
    kind: TokenKind,
    has_umlaut: bool,
    features: TokenFeatures,
}

/// A person's name, prepared for comparisons: folded, split into tokens and transliterated.
///
/// Preparing costs more than comparing, so prepare a name once if it is compared often. Only the first twelve tokens of a
/// text are read, and the first sixty-four letters of each. Of a token in another script, the first 256 Latin letters
/// of its transliteration count.
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
    /// All tokens in Latin letters.
    latin: String,
    /// The folded tokens that differ from the Latin ones. Empty for ASCII names.
    other: String,
    tokens: Vec<NameToken>,
}

impl std::fmt::Debug for Name {
    /// Shows the number of tokens only, because a name is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Name")
            .field("tokens", &self.tokens.len())
            .finish_non_exhaustive()
    }
}

impl Name {
    /// Prepares a name. Any text is accepted, and a text without letters or digits makes a blank name.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, Score, score};
    /// assert_eq!(score(&Name::new("JOSÉ  GARCÍA"), &Name::new("jose garcia")), Score::MAX);
    /// ```
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut tokenizer = Tokenizer::new(text.len());
        if text.is_ascii() {
            // Folding ASCII is lower case only.
            for byte in text.bytes().map(|byte| byte.to_ascii_lowercase()) {
                match byte {
                    b'a'..=b'z' => tokenizer.take(byte.into(), false),
                    b'0'..=b'9' => tokenizer.take(byte.into(), true),
                    b'\'' | b'`' => {}
                    _ => tokenizer.separate(byte.into()),
                }
            }
        } else {
            fold(text, |folded| tokenizer.read(folded));
        }
        tokenizer.finish()
    }

    /// Prepares one folded word, without a name around it.
    pub(in crate::name) fn of_word(folded: &str) -> Self {
        let mut name = Self {
            latin: String::with_capacity(folded.len()),
            other: String::new(),
            tokens: Vec::with_capacity(1),
        };
        name.push(folded, false, false);
        name
    }

    /// Whether the text has no letter and no digit. Such a name matches nothing.
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

    fn push(&mut self, folded: &str, noise: bool, has_umlaut: bool) {
        if self.tokens.len() == MAX_TOKENS {
            return;
        }
        let (start, other) = (self.latin.len(), self.other.len());
        if folded.is_ascii() {
            self.latin.push_str(folded);
        } else {
            self.other.push_str(folded);
            push_latin(folded, &mut self.latin);
            // All of it is ASCII.
            self.latin.truncate(start + MAX_LATIN_LETTERS);
        }
        self.tokens.push(NameToken {
            latin: Span::new(start, self.latin.len()),
            folded: Span::new(other, self.other.len()),
            kind: if noise {
                TokenKind::Noise
            } else {
                kind_alone(folded)
            },
            has_umlaut,
            features: TokenFeatures::new(self.latin.get(start..).unwrap_or(""), folded),
        });
    }

    /// Determines the properties that depend on the whole name: which words are particles, and whether its only word
    /// holds a family and a given name.
    fn with_context(mut self) -> Self {
        if let Some(split) = self.split_unspaced() {
            return split.with_context();
        }
        // The last word is a name even if it is in the lists: Bin, King, Major.
        let last = self.tokens.iter().rposition(|t| t.kind != TokenKind::Noise);
        for at in 0..self.tokens.len() {
            let is_word = self.tokens[at].kind == TokenKind::Word && Some(at) != last;
            if is_word && is_particle(self.token(at).latin(), at == 0) {
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

    /// Splits a Chinese, Korean or Japanese name that is written without a space: 王小明 is Wang Xiaoming.
    fn split_unspaced(&self) -> Option<Self> {
        let mut words = self.tokens().filter(|t| t.kind != TokenKind::Noise);
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
        let border = family_name_len(&letters)?;
        let at = letters[..border].iter().map(|c| c.len_utf8()).sum();
        let mut split = Self {
            latin: String::new(),
            other: String::new(),
            tokens: Vec::new(),
        };
        for token in self.tokens() {
            if token.kind == TokenKind::Noise {
                split.push(token.folded(), true, token.has_umlaut);
            } else {
                split.push(&folded[..at], false, false);
                split.push(&folded[at..], false, false);
            }
        }
        Some(split)
    }
}

impl Tokens for Name {
    fn len(&self) -> usize {
        self.tokens.len()
    }

    fn token(&self, at: usize) -> Token<'_> {
        let token = &self.tokens[at];
        let latin = token.latin.of(&self.latin);
        let folded = if token.folded.is_empty() {
            latin
        } else {
            token.folded.of(&self.other)
        };
        Token::with_features(token.kind, token.has_umlaut, latin, folded, &token.features)
    }

    fn kind(&self, at: usize) -> TokenKind {
        self.tokens[at].kind
    }
}

/// Splits folded characters into tokens.
struct Tokenizer {
    name: Name,
    token: String,
    letters: usize,
    has_umlaut: bool,
    digits: bool,
    brackets: u32,
    aside: Aside,
}

/// A part of a text that is not the name.
#[derive(PartialEq, Eq)]
enum Aside {
    No,
    /// The domain of an address: after an @, before the next space.
    Domain,
    /// Everything after a bar: "Bob Sample | Acme".
    Remark,
}

impl Tokenizer {
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
            has_umlaut: false,
            digits: false,
            brackets: 0,
            aside: Aside::No,
        }
    }

    fn read(&mut self, folded: Folded) {
        let Folded::Char(c) = folded else {
            self.has_umlaut = true;
            return;
        };
        if c.is_ascii_lowercase() {
            self.take(c, false);
        } else if is_apostrophe(c) {
            // O'Neil is one word.
        } else if c.is_alphanumeric() {
            self.take(c, c.is_numeric());
        } else if c.is_ascii() || !unicode_normalization::char::is_combining_mark(c) {
            self.separate(c);
        } else if !self.token.is_empty() && self.token.len() < MAX_BYTES {
            self.token.push(c);
        }
    }

    /// Reads a character that separates tokens.
    fn separate(&mut self, c: char) {
        self.end_token();
        match c {
            '(' | '[' | '{' | '<' => self.brackets += 1,
            ')' | ']' | '}' | '>' => self.brackets = self.brackets.saturating_sub(1),
            '|' if !self.name.is_blank() => self.aside = Aside::Remark,
            _ if self.aside == Aside::Remark => {}
            '@' if !self.name.is_blank() => self.aside = Aside::Domain,
            _ if c.is_whitespace() => self.aside = Aside::No,
            _ => {}
        }
    }

    /// Reads a letter or a digit. A token ends between a letter and a digit: "bob96" is Bob and a number.
    fn take(&mut self, c: char, digit: bool) {
        if digit != self.digits {
            self.end_token();
            self.digits = digit;
        }
        if self.letters < MAX_LETTERS {
            self.letters += 1;
            self.token.push(c);
        }
    }

    fn end_token(&mut self) {
        if self.letters > 0 && self.name.tokens.len() < MAX_TOKENS {
            let noise = self.digits || self.aside != Aside::No || self.brackets > 0;
            if self.token.is_ascii() {
                self.name.push(&self.token, noise, self.has_umlaut);
            } else {
                let composed: Vec<char> = compose(&self.token).collect();
                let border = script_border(&composed).unwrap_or(composed.len());
                for part in [&composed[..border], &composed[border..]] {
                    if !part.is_empty() {
                        let part: String = part.iter().collect();
                        self.name.push(&part, noise, self.has_umlaut);
                    }
                }
            }
        }
        self.token.clear();
        self.letters = 0;
        self.has_umlaut = false;
    }

    fn finish(mut self) -> Name {
        self.end_token();
        self.name.with_context()
    }
}

/// Returns the kind of a token without regard to the other tokens.
fn kind_alone(folded: &str) -> TokenKind {
    let mut chars = folded.chars();
    let first = chars.next().unwrap_or(' ');
    if first.is_numeric() || is_title(folded) {
        TokenKind::Noise
    } else if chars.next().is_none() && is_initial(first) {
        TokenKind::Initial
    } else {
        TokenKind::Word
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn longest_latin(name: &Name) -> usize {
        name.tokens()
            .map(|token| token.latin().len())
            .max()
            .unwrap_or(0)
    }

    #[test]
    fn letter_of_many_latin_letters_is_read_up_to_the_limit() {
        let letters = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        let expands = |c: &char| c.is_alphanumeric() && any_ascii::any_ascii_char(*c).len() > 4;
        let mut longest = 0;
        for letter in letters.filter(expands) {
            let name = Name::new(&letter.to_string().repeat(2 * MAX_LETTERS));
            longest = longest.max(longest_latin(&name));
        }
        assert_eq!(longest, MAX_LATIN_LETTERS);
    }

    #[test]
    fn longest_names_are_below_every_limit() {
        for text in [
            "Keihanaikukauakahihuliheekahaunaele",
            "Pablo Diego José Francisco de Paula Juan Nepomuceno Crispín Cipriano Ruiz",
            "พระเจ้าวรวงศ์เธอพระองค์เจ้าโสมสวลี",
            "Андриамицумбадзанахарисуандзаналана",
            "中华人民共和国香港特别行政区政府驻北京办事处",
            "ကျော်စွာမြင့်သန်းထွန်းအောင်",
            "வெங்கடராமகிருஷ்ணமூர்த்தி சுப்பிரமணியன்",
        ] {
            let name = Name::new(text);
            assert!(name.len() < MAX_TOKENS, "{text}");
            assert!(longest_latin(&name) <= MAX_LATIN_LETTERS / 2, "{text}");
            let letters = name.tokens().map(|token| token.folded().chars().count());
            assert!(letters.max() < Some(MAX_LETTERS), "{text}");
        }
    }

    #[test]
    fn text_beyond_a_limit_changes_nothing() {
        let words = "ada ".repeat(MAX_TOKENS);
        let name = Name::new(&format!("{words}maria"));
        assert_eq!(name.len(), MAX_TOKENS);
        assert!(name.tokens().all(|token| token.latin() == "ada"));
        let letters = "ada".repeat(MAX_LETTERS);
        let name = Name::new(&letters);
        assert_eq!(name.token(0).latin(), &letters[..MAX_LETTERS]);
    }
}
