//! Finds the digits of a number in a text: its start, its end, the separators and the extension.
//!
//! Each character first becomes one symbol. ASCII stays as it is, and any other character becomes its meaning in a
//! number. On symbols, libphonenumber's patterns are index arithmetic in linear time.

use super::char_class::{HASH, MAX_CHARS, Symbols, WORD, digit, is_between, is_plus, key, symbol};
use super::extension::{Ending, Extension};
use super::parse::Digits;
use crate::identifier::FieldErrorCode;

/// The plus and the extension of a scanned number.
#[derive(Default)]
pub(super) struct Scan {
    pub(super) plus: bool,
    pub(super) extension: Option<Extension>,
}

/// Scans the number in a text, and writes its digits into the buffer.
pub(super) fn read(text: &str, digits: &mut Digits) -> Result<Scan, FieldErrorCode> {
    match read_plain(text.as_bytes(), digits) {
        Some(reading) => Ok(reading),
        None => read_any(text, digits),
    }
}

/// Scans digits with common ASCII punctuation and an optional plus. Returns `None` for any other text.
///
/// The result equals that of [`read_any`]: such a text has no letters, no extension without a label, and nothing to
/// trim but punctuation.
fn read_plain(text: &[u8], digits: &mut Digits) -> Option<Scan> {
    if text.len() > MAX_CHARS {
        return None;
    }
    let mut reading = Scan::default();
    if let Some(rest) = text.strip_prefix(b"+")
        && rest.iter().all(u8::is_ascii_digit)
    {
        reading.plus = true;
        *digits = Digits::of(rest);
        let len = digits.as_slice().len();
        return (len > 2 && len == rest.len()).then_some(reading);
    }
    for symbol in text {
        match symbol {
            b'0'..=b'9' => digits.push(*symbol)?,
            b' ' | b'-' | b'.' | b'(' | b')' => {}
            // A plus is allowed after punctuation, because a text is read from its first plus or digit.
            b'+' if !reading.plus && digits.as_slice().is_empty() => reading.plus = true,
            _ => return None,
        }
    }
    // Two digits are a number only if they are the whole text.
    (digits.as_slice().len() > 2).then_some(reading)
}

#[cold]
fn read_any(text: &str, digits: &mut Digits) -> Result<Scan, FieldErrorCode> {
    let symbols = Symbols::of(text).ok_or(FieldErrorCode::TooLong)?;
    let mut joined = Symbols::new();
    let number = number_in(symbols.as_slice(), &mut joined).ok_or(FieldErrorCode::NotANumber)?;
    if !is_viable(number) {
        return Err(FieldErrorCode::NotANumber);
    }
    let (number, extension) = match Ending::of(number).and_then(|ending| ending.split(number)) {
        Some((before, extension)) if is_viable(before) => (
            before,
            Extension::new(extension.iter().filter_map(|symbol| digit(*symbol))),
        ),
        _ => (number, None),
    };
    // Three or more letters represent digits, as in 1-800-FLOWERS. Fewer are typing errors or a place for a carrier's
    // code.
    let letters = number
        .iter()
        .filter(|symbol| symbol.is_ascii_alphabetic())
        .count();
    digits.clear();
    for symbol in number {
        let digit = if letters < 3 {
            digit(*symbol)
        } else {
            key(*symbol)
        };
        if let Some(digit) = digit {
            digits.push(digit).ok_or(FieldErrorCode::TooLong)?;
        }
    }
    Ok(Scan {
        plus: number.first().is_some_and(|symbol| is_plus(*symbol)),
        extension,
    })
}

/// Returns the number of digits, and whether there are stars or hashes. Returns `None` if a telephone cannot dial the
/// text.
pub(super) fn dialed(text: &str) -> Option<(usize, bool)> {
    let (mut digits, mut marked) = (0, false);
    for (index, character) in text.trim().chars().enumerate() {
        if index == MAX_CHARS {
            return None;
        }
        match symbol(character) {
            b'*' | b'#' | HASH => marked = true,
            symbol if digit(symbol).is_some() => digits += 1,
            symbol if is_between(symbol) || index > 0 && is_plus(symbol) => {}
            _ => return None,
        }
    }
    (digits > 0).then_some((digits, marked))
}

/// Returns the part of a text that may be a number with its extension. Returns `None` if an RFC 3966 context is
/// malformed.
fn number_in<'a>(text: &'a [u8], joined: &'a mut Symbols) -> Option<&'a [u8]> {
    const CONTEXT: &[u8] = b";phone-context=";
    let number = match find(text, CONTEXT) {
        Some(at) => {
            let parameters = text.get(at + CONTEXT.len()..).unwrap_or(&[]);
            let context = parameters
                .split(|symbol| *symbol == b';')
                .next()
                .unwrap_or(&[]);
            if !is_context(context) {
                return None;
            }
            // A context that is a number precedes the local number. A context that is a domain is ignored.
            let before = if context.first() == Some(&b'+') {
                context
            } else {
                &[]
            };
            let start = find(text, b"tel:").map_or(0, |tel| tel + 4);
            for symbol in before.iter().chain(text.get(start..at).unwrap_or(&[])) {
                joined.push(*symbol)?;
            }
            joined.as_slice()
        }
        None => trimmed(text),
    };
    match find(number, b";isub=") {
        Some(at) if at > 0 => number.get(..at),
        _ => Some(number),
    }
}

/// Returns the text from the first plus or digit to the last letter, number or hash, without a second number's
/// extension.
fn trimmed(text: &[u8]) -> &[u8] {
    let starts = |symbol: &u8| is_plus(*symbol) || digit(*symbol).is_some();
    let ends = |symbol: &u8| symbol.is_ascii_alphanumeric() || *symbol == b'#' || *symbol >= WORD;
    let start = text.iter().position(starts).unwrap_or(text.len());
    let end = text.iter().rposition(ends).map_or(start, |last| last + 1);
    let number = text.get(start..end).unwrap_or(&[]);
    let mut slash = None;
    for (index, symbol) in number.iter().enumerate() {
        slash = match symbol {
            b'/' | b'\\' => Some(index),
            b' ' => slash,
            b'x' if slash.is_some() => return number.get(..slash.unwrap_or(0)).unwrap_or(&[]),
            _ => None,
        };
    }
    number
}

/// Whether a context is RFC 3966's `global-number-digits` or `domainname`.
fn is_context(context: &[u8]) -> bool {
    let alphanumeric = |symbol: &u8| symbol.is_ascii_alphabetic() || digit(*symbol).is_some();
    if let Some(number) = context.strip_prefix(b"+") {
        return number.iter().any(|symbol| digit(*symbol).is_some())
            && number.iter().all(|symbol| {
                matches!(symbol, b'-' | b'.' | b'(' | b')') || digit(*symbol).is_some()
            });
    }
    let domain = context.strip_suffix(b".").unwrap_or(context);
    let label = |label: &[u8]| {
        label.first().is_some_and(alphanumeric)
            && label.last().is_some_and(alphanumeric)
            && label
                .iter()
                .all(|symbol| *symbol == b'-' || alphanumeric(symbol))
    };
    domain.split(|symbol| *symbol == b'.').all(label)
        && domain
            .rsplit(|symbol| *symbol == b'.')
            .next()
            .and_then(<[u8]>::first)
            .is_some_and(u8::is_ascii_alphabetic)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// Whether the whole text is a number, perhaps with an extension.
///
/// A number is pluses, three digits with punctuation between them, then punctuation, letters and digits. Two digits are
/// a number only if they are the whole text.
fn is_viable(number: &[u8]) -> bool {
    if let [first, second] = number {
        return digit(*first).is_some() && digit(*second).is_some();
    }
    let Some(third) = third_digit(number) else {
        return false;
    };
    let in_body = |symbol: &u8| {
        is_between(*symbol) || symbol.is_ascii_alphabetic() || digit(*symbol).is_some()
    };
    let Some(end) = number
        .iter()
        .skip(third)
        .position(|symbol| !in_body(symbol))
        .map(|len| third + len)
    else {
        return true;
    };
    let suits = |(first, last): (usize, usize)| first.max(third + 1) <= last.min(end);
    Ending::of(number).is_some_and(|ending| ending.starts.into_iter().flatten().any(suits))
}

fn third_digit(number: &[u8]) -> Option<usize> {
    let mut digits = 0;
    let mut body = false;
    for (index, symbol) in number.iter().enumerate() {
        if digit(*symbol).is_some() {
            digits += 1;
            if digits == 3 {
                return Some(index);
            }
        } else if !(is_between(*symbol) || !body && is_plus(*symbol)) {
            return None;
        }
        body |= !is_plus(*symbol);
    }
    None
}
