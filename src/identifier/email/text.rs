//! Email addresses as people paste them: with a name, in brackets, with the punctuation behind them.

use super::{Email, EmailPolicy};
use crate::identifier::{FieldErrorCode, ParseError};
use crate::network::strip_prefix_any_case;

/// The most bytes of a text to search.
const LONGEST: usize = 2048;

/// Words that people write before an address, in lower case.
const LABELS: &[&str] = &[
    "email",
    "e-mail",
    "mail",
    "email address",
    "e-mail address",
    "correo",
    "correo electrónico",
    "courriel",
    "adresse",
    "e-post",
    "epost",
    "e-posta",
    "eposta",
    "sähköposti",
    "posta",
    "почта",
    "эл. почта",
    "邮箱",
    "電子郵件",
    "メール",
    "이메일",
    "بريد",
    "דוא״ל",
];

/// An email address, and whether the text around it has more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EmailText {
    /// The address.
    pub email: Email,
    /// Whether text around the address was left out, or its at sign was a wide one.
    pub is_wrapped: bool,
}

impl EmailText {
    /// Parses the one address of a text: alone, as `<a@b>` or `Name <a@b>`, or with punctuation around it.
    ///
    /// ```
    /// use contact_resolution::email::EmailText;
    /// use contact_resolution::{EmailPolicy, FieldErrorCode};
    ///
    /// let read = EmailText::parse("Uma Roy <uma@pond.example>;", EmailPolicy::DEFAULT)?;
    /// assert!(read.is_wrapped);
    /// assert_eq!(read.email.as_str(), "uma@pond.example");
    ///
    /// let error = EmailText::parse("uma@pond.example, ira@pond.example", EmailPolicy::DEFAULT).unwrap_err();
    /// assert_eq!(error.code(), FieldErrorCode::SeveralAddresses);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of [`Email::parse_with`] if the text has no address, or words that may be part of it.
    /// Returns [`FieldErrorCode::SeveralAddresses`] if it has more than one.
    pub fn parse(text: &str, policy: EmailPolicy) -> Result<EmailText, ParseError> {
        let error = match Email::parse_with(text, policy) {
            Ok(email) if !text.contains(is_typographic_quote) && !text.ends_with('\u{2019}') => {
                let is_wrapped = false;
                return Ok(EmailText { email, is_wrapped });
            }
            // IDNA allows quotation marks in a domain, but real domains never have one.
            Ok(_) => ParseError::new(FieldErrorCode::InvalidEmail),
            Err(error) => error,
        };
        if text.len() > LONGEST || !text.contains(is_at) {
            return Err(error);
        }
        let text = text.replace(is_at, "@");
        let mut addresses = addresses(&text, policy);
        addresses.sort_unstable();
        addresses.dedup();
        if addresses.len() > 1 {
            return Err(ParseError::new(FieldErrorCode::SeveralAddresses));
        }
        // If there is an address between separators, this address must be equal to it. A quoted address with a
        // separator is not found between separators.
        let email = Email::parse_with(without_scheme(unwrapped(&text)), policy)
            .ok()
            .filter(|email| addresses.iter().all(|address| address == email));
        let is_wrapped = true;
        email
            .map(|email| EmailText { email, is_wrapped })
            .ok_or(error)
    }
}

/// Whether a text may contain an address. This is a cheap check: the other forms of the at sign are not ASCII.
pub(crate) fn may_have_address(text: &str) -> bool {
    text.bytes().any(|byte| byte == b'@' || !byte.is_ascii())
}

/// Whether a character is an at sign, including the wide and the small form.
fn is_at(c: char) -> bool {
    matches!(c, '@' | '\u{FF20}' | '\u{FE6B}')
}

/// Whether a character ends an address in running text.
fn is_separator(c: char) -> bool {
    const ASCII: &str = "<>()[]{},;\"|";
    c.is_whitespace() || ASCII.contains(c) || is_typographic_quote(c)
}

/// Whether a character is a quotation mark that the grammar allows in a local part but that addresses never have.
/// Single ones are not included, since they are also apostrophes.
fn is_typographic_quote(c: char) -> bool {
    matches!(
        c,
        '\u{201C}'..='\u{201F}' | '\u{2039}' | '\u{203A}' | '\u{AB}' | '\u{BB}'
    )
}

/// Whether a character is a single quotation mark. A local part may begin with one.
fn is_single_quote(c: char) -> bool {
    matches!(c, '\u{2018}'..='\u{201B}' | '\'' | '`')
}

/// Whether a character may follow an address without being part of it. No domain ends with one of these.
fn may_follow(c: char) -> bool {
    is_separator(c) || is_single_quote(c) || matches!(c, '.' | ':' | '!' | '\u{2026}')
}

/// Returns the text without the punctuation around it.
///
/// A local part may begin with most punctuation, and some mailboxes really begin with a dot. So only separators and
/// colons are cut from the start, and a single quotation mark if another one follows the address.
fn without_punctuation(text: &str) -> &str {
    let address = text.trim_end_matches(may_follow);
    let after = text.get(address.len()..).unwrap_or_default();
    let is_quoted = after.contains(is_single_quote);
    let may_precede = |c| is_separator(c) || c == ':' || is_quoted && is_single_quote(c);
    address.trim_start_matches(may_precede)
}

/// Returns every address between separators.
fn addresses(text: &str, policy: EmailPolicy) -> Vec<Email> {
    let parts = text.split(is_separator).filter(|part| part.contains('@'));
    let address = |part: &str| {
        let part = without_scheme(without_punctuation(part));
        Email::parse_with(part, policy).ok()
    };
    parts.filter_map(address).collect()
}

/// Returns the text without a name, a label, a comment and punctuation.
///
/// Other words beside an address stay: `ann lee@b` is more likely a typing error than the address `lee@b`.
fn unwrapped(text: &str) -> &str {
    let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | ';');
    let text = text.trim_start_matches(is_end);
    let text = text.trim_end_matches(|c| is_end(c) || c == '.');
    if let Some((_name, rest)) = text.rsplit_once('<')
        && let Some(address) = rest.strip_suffix('>')
    {
        return address.trim();
    }
    // For example `a@b (Name)`.
    if let Some((address, comment)) = text.split_once('(')
        && address.contains('@')
        && comment.ends_with(')')
    {
        return address.trim();
    }
    let text = without_punctuation(text);
    match text.split_once(':') {
        Some((label, rest)) if LABELS.contains(&label.trim().to_lowercase().as_str()) => {
            without_punctuation(rest)
        }
        _ => text,
    }
}

/// Returns an address without the scheme that some programs copy with it.
pub(crate) fn without_scheme(text: &str) -> &str {
    ["mailto:", "smtp:"]
        .into_iter()
        .find_map(|scheme| strip_prefix_any_case(text, scheme))
        .unwrap_or(text)
}
