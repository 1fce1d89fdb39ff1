//! Grammars as values: what the ids and handles of a platform look like, and which spellings of them are one.

use std::borrow::Cow;
use std::ops::Range;

use super::{CaseMapping, host, text};

/// A set of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chars {
    ascii: u128,
    beyond: Beyond,
}

/// Which characters beyond ASCII are in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    None,
    Words,
    Visible,
}

impl Chars {
    /// No character.
    pub(crate) const NONE: Chars = Chars {
        ascii: 0,
        beyond: Beyond::None,
    };
    /// `0`–`9`.
    pub(crate) const DIGIT: Chars = Chars::NONE.and("0123456789");
    /// `a`–`z`.
    pub(crate) const LOWER: Chars = Chars::NONE.and("abcdefghijklmnopqrstuvwxyz");
    /// `A`–`Z`.
    pub(crate) const UPPER: Chars = Chars::NONE.and("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    /// Every character but white space and control characters.
    pub(crate) const VISIBLE: Chars = Chars {
        ascii: !0 << 33 & !(1 << 127),
        beyond: Beyond::Visible,
    };
    /// ASCII letters and digits, and the letters, marks and digits of other scripts.
    pub(crate) const WORD: Chars = Chars {
        ascii: Chars::LOWER.ascii | Chars::UPPER.ascii | Chars::DIGIT.ascii,
        beyond: Beyond::Words,
    };

    /// The set with the characters of another, or of a text of ASCII characters, added.
    pub(crate) const fn and(self, ascii: &str) -> Chars {
        Chars {
            ascii: self.ascii | mask(ascii),
            beyond: self.beyond,
        }
    }

    /// The set with another added.
    pub(crate) const fn or(self, other: Chars) -> Chars {
        let beyond = match (self.beyond, other.beyond) {
            (Beyond::None, beyond) | (beyond, Beyond::None) => beyond,
            (Beyond::Words, Beyond::Words) => Beyond::Words,
            _ => Beyond::Visible,
        };
        Chars {
            ascii: self.ascii | other.ascii,
            beyond,
        }
    }

    /// The set without the characters of a text of ASCII characters.
    pub(crate) const fn except(self, ascii: &str) -> Chars {
        Chars {
            ascii: self.ascii & !mask(ascii),
            beyond: self.beyond,
        }
    }

    /// Whether a character is in the set.
    pub(crate) fn has(self, c: char) -> bool {
        if c.is_ascii() {
            return self.ascii >> u32::from(c) & 1 == 1;
        }
        match self.beyond {
            Beyond::None => false,
            Beyond::Words => text::is_word(c) || matches!(c, '\u{200C}' | '\u{200D}'),
            Beyond::Visible => !c.is_whitespace(),
        }
    }
}

const fn mask(ascii: &str) -> u128 {
    let bytes = ascii.as_bytes();
    let mut mask = 0;
    let mut at = 0;
    while at < bytes.len() {
        assert!(bytes[at].is_ascii(), "the characters of a set are ASCII");
        mask |= 1 << bytes[at];
        at += 1;
    }
    mask
}

/// Which spellings a platform takes for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// Every character counts.
    Exact,
    /// ASCII letters in lower case; nothing else is touched, so that no look-alike folds into one.
    Lower,
    /// ASCII letters in upper case.
    Upper,
    /// As the account's server folds nicks: see [`CaseMapping`].
    Server,
    /// Lower case and normal form C in every script (RFC 8265).
    Precis,
    /// Full case folding and compatibility forms in every script.
    Full,
}

impl Case {
    fn fold(self, given: &str, server: CaseMapping) -> Cow<'_, str> {
        match self {
            Case::Exact => Cow::Borrowed(given),
            Case::Lower => text::ascii_lower(given),
            Case::Upper => Cow::Owned(given.to_ascii_uppercase()),
            Case::Server if server == CaseMapping::Ascii => text::ascii_lower(given),
            Case::Server => Cow::Owned(given.chars().map(|c| rfc1459(c, server)).collect()),
            Case::Precis => text::lower(given),
            Case::Full => text::fold(given),
        }
    }
}

/// RFC 2812 §2.2. The strict mapping leaves the tilde alone.
fn rfc1459(c: char, server: CaseMapping) -> char {
    match c {
        '[' => '{',
        ']' => '}',
        '\\' => '|',
        '~' if server == CaseMapping::Rfc1459 => '^',
        c => c.to_ascii_lowercase(),
    }
}

/// A stretch of a form. Each takes as much as it can; none gives anything back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// These very characters, in any case where the platform folds it; printed as they stand here.
    Is(&'static str),
    /// These characters, in any case where the platform folds it; printed as the second ones.
    As(&'static str, &'static str),
    /// These characters, which may be left out when typed and are always printed.
    Implied(&'static str),
    /// So many characters of a set, from the first number to the second.
    Run(Chars, usize, usize),
    /// A domain handle of the AT Protocol, to the end.
    Domain,
    /// A Matrix server name, to the end.
    Server,
    /// An internationalized host name, printed as A-labels, or an IP address, to the end.
    Host,
}

/// The kind of address an id may carry inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Embedded {
    /// Nothing that is an address elsewhere.
    Nothing,
    /// A phone number with its country code, with or without `+`.
    Phone,
    /// An email address.
    Email,
    /// An email address if it has an `@`, else a phone number if it has a `+`.
    Either,
}

/// One shape that an id or a handle can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Its parts, in order.
    pub(crate) parts: &'static [Part],
    /// The characters it may end with.
    pub(crate) last: Chars,
    /// Characters of which no two stand side by side.
    pub(crate) apart: Chars,
    /// Characters of which it has at least one.
    pub(crate) needs: Chars,
    /// Whether nothing else looks like it, so that it is itself in any slot.
    pub(crate) distinctive: bool,
    /// The address that its last [`Part::Run`] is.
    pub(crate) carries: Embedded,
}

impl Form {
    /// A form of these parts and no further restriction.
    pub(crate) const fn of(parts: &'static [Part]) -> Form {
        Form {
            parts,
            last: Chars {
                ascii: !0,
                beyond: Beyond::Visible,
            },
            apart: Chars::NONE,
            needs: Chars {
                ascii: !0,
                beyond: Beyond::Visible,
            },
            distinctive: false,
            carries: Embedded::Nothing,
        }
    }

    /// Writes the text as this form spells it; the range is that of the last run, the address if one is carried.
    fn read(&self, given: &str, folded: bool, out: &mut String) -> Option<Range<usize>> {
        out.clear();
        let mut rest = given;
        let mut carried = 0..0;
        for part in self.parts {
            match *part {
                Part::Is(literal) => {
                    rest = strip(rest, literal, folded)?;
                    out.push_str(literal);
                }
                Part::As(typed, printed) => {
                    rest = strip(rest, typed, folded)?;
                    out.push_str(printed);
                }
                Part::Implied(literal) => {
                    rest = strip(rest, literal, folded).unwrap_or(rest);
                    out.push_str(literal);
                }
                Part::Run(chars, least, most) => {
                    let (run, after) = run(rest, chars, least, most)?;
                    carried = out.len()..out.len() + run.len();
                    out.push_str(run);
                    rest = after;
                }
                Part::Domain => {
                    host::is_domain_handle(rest).then(|| out.push_str(rest))?;
                    rest = "";
                }
                Part::Server => {
                    host::is_server(rest).then(|| out.push_str(rest))?;
                    rest = "";
                }
                Part::Host => {
                    if host::is_address(rest) {
                        out.push_str(rest);
                    } else {
                        out.push_str(&host::canonical(rest)?);
                    }
                    rest = "";
                }
            }
        }
        (rest.is_empty() && self.allows(out)).then_some(carried)
    }

    fn allows(&self, text: &str) -> bool {
        let mut pairs = text.chars().zip(text.chars().skip(1));
        let twice =
            self.apart != Chars::NONE && pairs.any(|(a, b)| self.apart.has(a) && self.apart.has(b));
        !twice
            && text.chars().next_back().is_some_and(|c| self.last.has(c))
            && text.chars().any(|c| self.needs.has(c))
    }
}

fn strip<'a>(text: &'a str, literal: &str, folded: bool) -> Option<&'a str> {
    let (head, tail) = text.split_at_checked(literal.len())?;
    let same = if folded {
        head.eq_ignore_ascii_case(literal)
    } else {
        head == literal
    };
    same.then_some(tail)
}

/// So many characters of a set, and what follows them.
fn run(text: &str, chars: Chars, least: usize, most: usize) -> Option<(&str, &str)> {
    // Most texts are ASCII to their end.
    let bytes = text.bytes().take(most);
    let ascii = bytes.take_while(|&byte| byte.is_ascii() && chars.has(byte.into()));
    let mut count = ascii.count();
    let (mut end, (_, rest)) = (count, text.split_at_checked(count)?);
    let others = rest.chars().take(most - count);
    for c in others.take_while(|&c| chars.has(c)) {
        count += 1;
        end += c.len_utf8();
    }
    text.split_at_checked(end).filter(|_| count >= least)
}

/// The rule that the ids or the handles of a platform follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rule {
    /// The forms, of which the first that fits is taken.
    pub(crate) forms: &'static [Form],
    /// Which spellings are one.
    pub(crate) case: Case,
    /// Prefixes of which one, the first that is there, doesn't count.
    pub(crate) prefixes: &'static [&'static str],
    /// A character that may be typed anywhere and doesn't count.
    pub(crate) ignored: Option<char>,
    /// A character from which on nothing counts.
    pub(crate) cut: Option<char>,
    /// The least and the most bytes of the key.
    pub(crate) bytes: (usize, usize),
    /// Whether it reads in one direction (RFC 5893), where it isn't ASCII.
    pub(crate) one_direction: bool,
    /// Names no one has.
    pub(crate) reserved: &'static [&'static str],
    /// What stands inside no name.
    pub(crate) inside: &'static [&'static str],
    /// What no name starts with.
    pub(crate) starts: &'static [&'static str],
    /// What no name ends with.
    pub(crate) ends: &'static [&'static str],
}

/// A text as a rule reads it.
pub(crate) struct GrammarMatch {
    pub(crate) key: String,
    pub(crate) distinctive: bool,
    pub(crate) carries: Embedded,
    pub(crate) carried: Range<usize>,
}

impl Rule {
    /// Any visible text without white space, compared as it is: an id of which nothing is known.
    pub(crate) const OPAQUE: Rule = Rule {
        forms: &[Form::of(&[Part::Run(Chars::VISIBLE, 1, 255)])],
        case: Case::Exact,
        prefixes: &[],
        ignored: None,
        cut: None,
        bytes: (1, 1020),
        one_direction: false,
        reserved: &[],
        inside: &[],
        starts: &[],
        ends: &[],
    };

    /// A handle of which nothing is known: letters, marks and digits of one direction and `._-+`, in any case.
    pub(crate) const WORD: Rule = Rule {
        forms: &[Form::of(&[Part::Run(Chars::WORD.and("._-+"), 1, 64)])],
        case: Case::Full,
        prefixes: &["@"],
        bytes: (1, 256),
        one_direction: true,
        ..Rule::OPAQUE
    };

    /// The most bytes worth reading. A key may be shorter than what was typed (ignored characters, a cut, wide and
    /// decomposed forms), but not by more than a spelling explains.
    pub(crate) const fn longest(&self) -> usize {
        4 * self.bytes.1 + 64
    }

    /// A text as the rule reads it, or `None` if it is nothing the platform could have given out.
    pub(crate) fn read(&self, given: &str, server: CaseMapping) -> Option<GrammarMatch> {
        let folded = self.case.fold(given, server);
        let is_changed = matches!(folded, Cow::Owned(_));
        let text = folded.as_ref();
        let bare = self
            .prefixes
            .iter()
            .find_map(|prefix| text.strip_prefix(prefix))
            .unwrap_or(text);
        let bare = self
            .cut
            .and_then(|cut| bare.split(cut).next())
            .unwrap_or(bare);
        let counted = match self.ignored {
            Some(ignored) if bare.contains(ignored) => Cow::Owned(bare.replace(ignored, "")),
            _ => Cow::Borrowed(bare),
        };
        let folded = self.case != Case::Exact;
        let mut key = String::with_capacity(counted.len());
        let (form, carried) = self
            .forms
            .iter()
            .find_map(|form| Some((form, form.read(&counted, folded, &mut key)?)))?;
        let within = (self.bytes.0..=self.bytes.1).contains(&key.len());
        let never = self.reserved.contains(&key.as_str())
            || self.inside.iter().any(|part| key.contains(part))
            || self.starts.iter().any(|start| key.starts_with(start))
            || self.ends.iter().any(|end| key.ends_with(end));
        let directed = !self.one_direction || host::is_one_direction(&key);
        // Folding may part a joiner from the letter before it, and what is left could not be read again.
        let readable = !is_changed || text::unseen(&key).is_none();
        (within && directed && readable && !never).then_some(GrammarMatch {
            key,
            distinctive: form.distinctive,
            carries: form.carries,
            carried,
        })
    }
}
