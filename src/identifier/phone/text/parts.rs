//! The parts of a text with a number: label, digits, extension and notes.

use super::super::Extension;
use super::super::char_class::{MAX_CHARS, key};
use super::super::extension::{MAX_LABELED, MAX_UNLABELED, MAX_VAGUE};
use super::super::parse::Digits;
use super::chars::{BULLET, ELLIPSIS, MIDDLE_DOT};
use super::label::{is_extension_word, is_label, is_word};
use crate::identifier::FieldErrorCode;

/// The fewest letters that are read as keypad digits.
const MIN_KEYPAD: usize = 4;

/// Characters that never precede a number. They belong to handles, prices and code.
const FORBIDDEN_BEFORE: &[char] = &[
    '@', '_', '$', '%', '&', '\\', '^', '{', '}', '¢', '£', '¤', '¥', '€', '₹', '₽', '₩', '₺', '₫',
];

/// Parses digits and common ASCII punctuation, with or without a leading `+`.
pub(super) fn plain(text: &str) -> Option<(bool, Digits)> {
    if text.len() > MAX_CHARS {
        return None;
    }
    let (mut plus, mut digits) = (false, Digits::new());
    let mut before = b' ';
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits.push(byte)?,
            b' ' | b'-' | b'(' | b')' => {}
            b'.' if before != b'.' => {}
            b'+' if !plus && digits.as_slice().is_empty() => plus = true,
            _ => return None,
        }
        before = byte;
    }
    (!digits.as_slice().is_empty()).then_some((plus, digits))
}

/// Returns the text from the first character of the number.
///
/// # Errors
///
/// Returns an error if the letters before the number are not a known label.
pub(super) fn after_label(chars: &[char]) -> Result<&[char], FieldErrorCode> {
    let is_start = |c: &char| {
        c.is_ascii_digit() || matches!(c, '+' | '*' | '#' | '?') || matches!(*c, BULLET | ELLIPSIS)
    };
    let start = chars.iter().position(is_start).unwrap_or(chars.len());
    let (before, number) = chars.split_at_checked(start).unwrap_or((chars, &[]));
    // Several blanks represent missing digits. A single `_` belongs to a handle.
    let is_blank = |c: &char| matches!(c, '_' | 'x' | 'X');
    let blanks = before.iter().filter(|c| is_blank(c)).count();
    let has_word = before.iter().any(|c| is_word(*c) && !is_blank(c));
    if before.contains(&'_') && blanks > 1 && !has_word {
        return Ok(chars);
    }
    if before.iter().any(|c| FORBIDDEN_BEFORE.contains(c)) {
        return Err(FieldErrorCode::NotANumber);
    }
    let (label, gap) = before
        .split_at_checked(label_end(before))
        .unwrap_or((before, &[]));
    let has_mask = gap.iter().any(|c| is_word(*c));
    let (text, rest) = if has_mask {
        (label, chars.get(label.len()..).unwrap_or(&[]))
    } else {
        (before, number)
    };
    let next = if has_mask { None } else { number.first() };
    if !label.is_empty() && !is_label(text, next.copied()) {
        return Err(FieldErrorCode::NotANumber);
    }
    let is_full = |number: &[char]| !number.iter().any(|c| is_mask(*c));
    Ok(match rest {
        // A number sign after a label, as in `Phone # 212 555 0142`.
        ['#', ':', number @ ..] | ['#', number @ ..] if !label.is_empty() && is_full(number) => {
            number
        }
        // An item of a list.
        ['*' | BULLET, ' ', number @ ..] if is_full(number) => number,
        _ => rest,
    })
}

/// Returns the end of the last word that is not all `X`. Words of `X` belong to a masked number.
fn label_end(before: &[char]) -> usize {
    let (mut end, mut at) = (0, 0);
    for word in before.split_inclusive(|c| !is_word(*c)) {
        let letters = word.iter().filter(|c| is_word(**c));
        if letters.clone().any(|c| !matches!(c, 'x' | 'X')) {
            end = at + letters.count();
        }
        at += word.len();
    }
    end
}

/// Whether a text is a code such as `*100#`: digits, stars and hashes, beginning with a star or a hash.
pub(super) fn is_dialing_code(chars: &[char]) -> bool {
    let is_dialed = |c: &char| c.is_ascii_digit() || matches!(c, '*' | '#' | '+');
    matches!(chars.first(), Some('*' | '#')) && chars.iter().all(is_dialed)
}

/// Splits a number from its parameters, as in `tel:` URIs: `;ext=5`.
///
/// Returns only the parameters that affect the number (RFC 3966 §5.1).
pub(super) fn uri_parameters(chars: &[char]) -> Option<(&[char], String)> {
    let mut parts = chars.split(|c| *c == ';');
    let (local, mut known) = (parts.next()?, String::new());
    let mut is_uri = false;
    for part in parts {
        let part: String = part.iter().collect();
        let (name, _) = part.split_once('=')?;
        if !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return None;
        }
        is_uri = true;
        if matches!(name, "ext" | "isub" | "phone-context") {
            known.extend([";", &part]);
        }
    }
    is_uri.then_some((local, known))
}

/// A number and its extension.
pub(super) struct ExtensionSplit<'a> {
    pub(super) number: &'a [char],
    pub(super) extension: Extension,
    /// Whether a word or a pause marks the extension. An `x` or `#` does not count, since it may be a missing digit.
    pub(super) is_labeled: bool,
    /// Whether there is a space before the `x` or `#`.
    pub(super) is_apart: bool,
    digits: &'a [char],
}

impl ExtensionSplit<'_> {
    /// Returns the digits of the whole text, with the mark as one digit.
    pub(super) fn with_digit(&self) -> Result<(bool, Digits), FieldErrorCode> {
        let Body::Digits { plus, mut digits } = body(self.number)? else {
            return Err(FieldErrorCode::NotANumber);
        };
        for digit in ['0'].iter().chain(self.digits) {
            push(&mut digits, *digit)?;
        }
        Ok((plus, digits))
    }
}

/// Splits an extension from a number, if the text ends with one.
pub(super) fn extension(chars: &[char]) -> Option<ExtensionSplit<'_>> {
    let chars = trim_end(chars, |c| matches!(c, ' ' | ')' | ']' | '.' | ',' | ';'));
    let (inner, has_hash) = match chars.split_last()? {
        ('#', inner) => (trim_end(inner, |c| c == ' '), true),
        _ => (chars, false),
    };
    let before = trim_end(inner, |c| c.is_ascii_digit());
    let digits = inner.get(before.len()..)?;
    let head = trim_end(before, |c| {
        matches!(c, ' ' | ',' | ';' | '-' | '.' | ':' | '=')
    });
    let gap = before.get(head.len()..)?;
    let number = |end: usize| {
        let number = head.get(..end).unwrap_or(&[]);
        trim_end(number, |c| {
            matches!(c, ' ' | ',' | ';' | '-' | '.' | '(' | '[' | '/')
        })
    };
    let word = trim_end(head, is_word);
    let label = head.get(word.len()..)?;
    let mark = match label {
        [x @ ('x' | 'X')] => Some(*x),
        [] => head.last().copied().filter(|c| matches!(c, '#' | '~')),
        _ => None,
    };
    let (number, most, is_labeled) = if let Some(mark) = mark {
        (number(head.len().saturating_sub(1)), MAX_VAGUE, mark == '~')
    } else if !label.is_empty() {
        let is_known = is_extension_word(&label.iter().collect::<String>());
        (is_known.then(|| number(word.len()))?, MAX_LABELED, true)
    } else {
        let is_pause = gap.iter().any(|c| matches!(c, ',' | ';'));
        // For example `- 503#`.
        let is_closed = has_hash && gap.contains(&'-');
        let number = (is_pause || is_closed).then(|| number(head.len()))?;
        (number, MAX_UNLABELED, is_pause)
    };
    let extension = Extension::new(digits.iter().filter_map(|c| u8::try_from(*c).ok()))
        .filter(|_| digits.len() <= most && !number.is_empty())?;
    Some(ExtensionSplit {
        number,
        extension,
        is_labeled,
        is_apart: head.len() > number.len() + 1,
        digits,
    })
}

fn trim_end(chars: &[char], is_dropped: impl Fn(char) -> bool) -> &[char] {
    let end = chars.iter().rposition(|c| !is_dropped(*c));
    chars.get(..end.map_or(0, |last| last + 1)).unwrap_or(&[])
}

/// The spelling of a number.
pub(super) enum Body {
    Digits {
        plus: bool,
        digits: Digits,
    },
    /// With a final `?` or `…`.
    Doubted {
        plus: bool,
        digits: Digits,
    },
    /// With final stars or hashes.
    Marked {
        plus: bool,
        digits: Digits,
        /// The digits, with one for each mark.
        longer: Digits,
        /// Whether it is one hash after a space, as before an extension.
        is_apart: bool,
    },
    /// `0xx`, a place for a carrier's code. The digits are those without it.
    Placeholder {
        plus: bool,
        digits: Digits,
    },
    /// With letters after the digits.
    WithNote {
        plus: bool,
        digits: Digits,
    },
    /// With letters after the digits that may be keypad digits. `keypad` has both.
    WithKeypad {
        plus: bool,
        digits: Digits,
        keypad: Digits,
    },
}

/// Classifies the spelling of a number without its label and extension.
///
/// # Errors
///
/// Returns an error if digits are missing, or if the text is not a number.
pub(super) fn body(chars: &[char]) -> Result<Body, FieldErrorCode> {
    let chars = trim_end(chars, |c| {
        !c.is_alphanumeric() && !is_mask(c) && !is_word(c)
    });
    let is_note = |c: &char| is_word(*c) && !matches!(c, 'x' | 'X');
    if let Some(word) = chars.iter().position(is_note) {
        // An x may begin the word, but not directly after a digit.
        let start = trim_end(chars.get(..word).unwrap_or(&[]), is_word).len();
        let (number, note) = chars.split_at_checked(start).unwrap_or((chars, &[]));
        return with_letters(number, note);
    }
    if let [number @ .., ' ', 'x' | 'X'] = chars {
        let (plus, digits) = digits(number)?;
        return Ok(Body::WithNote { plus, digits });
    }
    if let Some((plus, digits)) = placeholder(chars) {
        return Ok(Body::Placeholder { plus, digits });
    }
    if let [number @ .., last, '?' | ELLIPSIS] = chars
        && !is_mask(*last)
    {
        let number = chars.get(..=number.len()).unwrap_or(&[]);
        let (plus, digits) = digits(number)?;
        return Ok(Body::Doubted { plus, digits });
    }
    if let Some('*' | '#') = chars.last() {
        return marked(chars);
    }
    let (plus, digits) = digits(chars)?;
    Ok(Body::Digits { plus, digits })
}

/// Classifies a number with final stars or hashes.
fn marked(chars: &[char]) -> Result<Body, FieldErrorCode> {
    let number = trim_end(chars, |c| matches!(c, '*' | '#' | ' '));
    let marks = chars.get(number.len()..).unwrap_or(&[]);
    let (plus, digits) = digits(number)?;
    let mut longer = Digits::of(digits.as_slice());
    for _ in marks.iter().filter(|c| **c != ' ') {
        push(&mut longer, '0')?;
    }
    Ok(Body::Marked {
        plus,
        digits,
        longer,
        is_apart: marks == [' ', '#'],
    })
}

/// Classifies a number and the text from its first letter on.
fn with_letters(before: &[char], note: &[char]) -> Result<Body, FieldErrorCode> {
    let number = before_note(before);
    let is_other = |c: &char| c.is_ascii_digit() || is_mask(*c) && *c != '_' || *c == '@';
    let has_other = note.iter().any(|c| is_other(c) && !is_word(*c));
    let has_scheme = note.windows(2).any(|pair| pair == ['/', '/']);
    let (plus, digits) = digits(number)?;
    if has_other || has_scheme {
        return Err(FieldErrorCode::NotANumber);
    }
    let is_keypad = number.len() == before.len();
    let keypad = is_keypad.then(|| keypad(digits.as_slice(), note)).flatten();
    Ok(match keypad {
        Some(keypad) => Body::WithKeypad {
            plus,
            digits,
            keypad,
        },
        None => Body::WithNote { plus, digits },
    })
}

/// Returns a number without the sign before a note, as in `0171 1234567, Ada` and `0171 1234567 <Ada>`.
///
/// A colon counts only next to a space. Without one, `4155552671:ada` is an id.
fn before_note(before: &[char]) -> &[char] {
    let number = trim_end(before, |c| {
        matches!(c, ' ' | ',' | ';' | ':' | '|' | '<' | '"' | MIDDLE_DOT)
    });
    match before.get(number.len()..) {
        Some([':']) | None => before,
        Some(gap) if gap.iter().all(|c| *c == ' ') => before,
        Some(_) => number,
    }
}

/// Appends the keypad digits of a run of letters, which hyphens may divide.
fn keypad(digits: &[u8], note: &[char]) -> Option<Digits> {
    let run = note.rsplit(|c| *c == '-').next()?;
    let is_x = note.iter().all(|c| matches!(c, 'x' | 'X' | '-'));
    if run.len() < MIN_KEYPAD || is_x {
        return None;
    }
    let mut all = Digits::of(digits);
    for c in note.iter().filter(|c| **c != '-') {
        let letter = u8::try_from(*c).ok().filter(u8::is_ascii_alphabetic)?;
        all.push(key(letter)?)?;
    }
    Some(all)
}

/// Returns the digits without the place for a carrier's code: `(0xx11) 98765-4321`. The country code may precede it.
fn placeholder(chars: &[char]) -> Option<(bool, Digits)> {
    let bare: Vec<char> = chars
        .iter()
        .copied()
        .filter(|c| !matches!(c, ' ' | '(' | ')' | '-' | '.'))
        .collect();
    let mut country_codes = [&['+', '5', '5'][..], &['5', '5'], &['0', '0', '5', '5']].into_iter();
    let national = country_codes.find_map(|code| bare.strip_prefix(code));
    let ['0', 'x' | 'X' | '*', 'x' | 'X' | '*', rest @ ..] = national.unwrap_or(&bare) else {
        return None;
    };
    let plus = national.is_some();
    let mut all = Digits::of(if plus { b"55" } else { b"0" });
    for c in rest {
        push(&mut all, *c).ok()?;
    }
    Some((plus, all))
}

/// Whether a character may represent a missing digit.
pub(super) fn is_mask(c: char) -> bool {
    matches!(
        c,
        'x' | 'X' | '*' | '#' | '?' | '_' | BULLET | ELLIPSIS | MIDDLE_DOT
    )
}

/// Returns the digits of a text with only digits and separators, and whether it begins with a `+`.
fn digits(chars: &[char]) -> Result<(bool, Digits), FieldErrorCode> {
    let (mut plus, mut all) = (false, Digits::new());
    let mut other = None;
    for (at, c) in chars.iter().enumerate() {
        match c {
            '0'..='9' => push(&mut all, *c)?,
            '+' if all.as_slice().is_empty() => plus = true,
            ' ' | '-' | '.' | '(' | ')' | '[' | ']' | '/' | '~' => {}
            '_' | '\u{B7}' if is_between_digits(chars, at) => {}
            c if is_mask(*c) => other = Some(FieldErrorCode::MaskedNumber),
            _ => other = other.or(Some(FieldErrorCode::NotANumber)),
        }
    }
    match other {
        Some(code) => Err(code),
        None if all.as_slice().is_empty() => Err(FieldErrorCode::NotANumber),
        None => Ok((plus, all)),
    }
}

fn is_between_digits(chars: &[char], at: usize) -> bool {
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(char::is_ascii_digit)
    };
    is_digit(at.checked_sub(1)) && is_digit(at.checked_add(1))
}

fn push(digits: &mut Digits, digit: char) -> Result<(), FieldErrorCode> {
    let digit = u8::try_from(digit).ok().filter(u8::is_ascii_digit);
    let digit = digit.ok_or(FieldErrorCode::NotANumber)?;
    digits.push(digit).ok_or(FieldErrorCode::TooLong)
}
