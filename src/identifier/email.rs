//! Email addresses, normalized for comparison.

#[cfg(feature = "email_address")]
mod convert;
mod loose;
mod mailbox;
mod text;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{FieldErrorCode, ParseError};
use crate::network::nfc;

use mailbox::Mailbox;
pub use text::EmailText;
pub(crate) use text::{may_have_address, without_scheme};

/// The most octets of a local part (RFC 5321 §4.5.3.1.1).
const LOCAL: usize = 64;
/// The most octets of an address: a path of 256 without its angle brackets (RFC 5321 §4.5.3.1.3).
const ADDRESS: usize = 254;
/// The most bytes to read. A longer text cannot shrink to an address when it is normalized and converted.
const READ: usize = 4 * ADDRESS;

/// An email address in its normalized spelling.
///
/// The local part is in normal form C, with ASCII letters in lower case and without unnecessary quotes. The domain
/// consists of A-labels in lower case (RFC 5321, 6531, 5891).
///
/// Dots and tags are kept, since their meaning depends on the provider. See [`Email::did_you_mean`].
///
/// ```
/// use contact_resolution::Email;
///
/// let email = Email::parse(" Alice@Bücher.example ")?;
/// assert_eq!(email.as_str(), "alice@xn--bcher-kva.example");
/// assert_eq!(email, Email::parse("\"alice\"@xn--bcher-kva.example")?);
/// # Ok::<(), contact_resolution::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email {
    text: Box<str>,
    at: usize,
}

/// The addresses that a parser accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmailPolicy {
    /// Whether a domain may be an address in brackets: `alice@[192.0.2.1]`.
    literals: bool,
    /// Whether a domain may be a single label: `alice@localhost`.
    single_labels: bool,
    /// Whether white space around the address is dropped.
    trims: bool,
}

impl EmailPolicy {
    /// Accepts the addresses that people exchange: a domain name of two or more labels, with white space around the
    /// address.
    pub const DEFAULT: EmailPolicy = EmailPolicy {
        literals: false,
        single_labels: false,
        trims: true,
    };
    /// Accepts a mailbox of RFC 5321 and 6531, and nothing else.
    pub const RFC: EmailPolicy = EmailPolicy {
        literals: true,
        single_labels: true,
        trims: false,
    };
}

impl Default for EmailPolicy {
    fn default() -> Self {
        EmailPolicy::DEFAULT
    }
}

impl Email {
    /// Parses an address by [`EmailPolicy::DEFAULT`].
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not an address. Its code is
    ///
    /// - [`FieldErrorCode::DisplayName`] if there may be an address inside a display name, a comment or a list,
    /// - [`FieldErrorCode::InvisibleCharacter`] if the text has a character that is not shown,
    /// - [`FieldErrorCode::InvalidEmail`] otherwise.
    ///
    /// ```
    /// use contact_resolution::{Email, FieldErrorCode};
    ///
    /// assert_eq!(Email::parse("Alice@Example.com")?.to_string(), "alice@example.com");
    /// assert_eq!(Email::parse("Alice <a@b.example>").unwrap_err().code(), FieldErrorCode::DisplayName);
    /// assert_eq!(Email::parse("alice@localhost").unwrap_err().code(), FieldErrorCode::InvalidEmail);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Email, ParseError> {
        Email::parse_with(text, EmailPolicy::DEFAULT)
    }

    /// Parses an address by a policy.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Email::parse`].
    ///
    /// ```
    /// use contact_resolution::{Email, EmailPolicy};
    ///
    /// let email = Email::parse_with("root@[192.0.2.1]", EmailPolicy::RFC)?;
    /// assert_eq!(email.domain(), "[192.0.2.1]");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    pub fn parse_with(text: &str, policy: EmailPolicy) -> Result<Email, ParseError> {
        let text = if policy.trims { text.trim() } else { text };
        if text.len() > READ {
            return Err(ParseError::new(FieldErrorCode::InvalidEmail));
        }
        let text = normal(text);
        let mailbox = Mailbox::read(&text, policy)?;
        let domain = mailbox.domain.text();
        let mut out = String::with_capacity(mailbox.local.written().len() + 1 + domain.len());
        mailbox.local.write(&mut out);
        let at = out.len();
        out.push('@');
        out.push_str(&domain);
        if at > LOCAL || out.len() > ADDRESS {
            return Err(ParseError::new(FieldErrorCode::InvalidEmail));
        }
        Ok(Email {
            text: out.into(),
            at,
        })
    }

    /// Checks whether a text is an address by a policy, without allocating if the text is ASCII.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Email::parse`].
    ///
    /// ```
    /// use contact_resolution::{Email, EmailPolicy};
    ///
    /// assert!(Email::check("alice@example.com", EmailPolicy::DEFAULT).is_ok());
    /// assert!(Email::check("alice@example", EmailPolicy::DEFAULT).is_err());
    /// ```
    pub fn check(text: &str, policy: EmailPolicy) -> Result<(), ParseError> {
        if text.is_ascii() {
            // ASCII is already in normal form.
            let text = if policy.trims { text.trim() } else { text };
            return Mailbox::read(text, policy).map(drop);
        }
        Email::parse_with(text, policy).map(drop)
    }

    /// Returns the normalized text.
    ///
    /// ```
    /// # use contact_resolution::Email;
    /// assert_eq!(Email::parse("ALICE@EXAMPLE.COM")?.as_str(), "alice@example.com");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the part before the `@`, with its quotes if it needs them.
    ///
    /// ```
    /// # use contact_resolution::Email;
    /// assert_eq!(Email::parse("\"Alice Smith\"@example.com")?.local_part(), "\"alice smith\"");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// Returns the part after the `@`, as A-labels.
    ///
    /// ```
    /// # use contact_resolution::Email;
    /// assert_eq!(Email::parse("a@straße.example")?.domain(), "xn--strae-oqa.example");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// Returns the address without tags, Gmail dots and letter case, and with look-alike characters replaced.
    ///
    /// Two addresses with the same form may be one mailbox or two. Use it for suggestions only, and never send to it.
    ///
    /// ```
    /// # use contact_resolution::Email;
    /// let (plain, tagged) = (Email::parse("a.lice@gmail.com")?, Email::parse("Alice+news@googlemail.com")?);
    /// assert_ne!(plain, tagged);
    /// assert_eq!(plain.did_you_mean(), tagged.did_you_mean());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn did_you_mean(&self) -> String {
        loose::loose_form(self)
    }
}

/// Returns the text in normal form C with ASCII letters in lower case.
///
/// The text is normalized again after lowering, because some marks combine only with the small letter (H̱, ẖ).
fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let text = nfc(text);
    if !text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return text;
    }
    Cow::Owned(nfc(&text.to_ascii_lowercase()).into_owned())
}

impl FromStr for Email {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Email::parse(text)
    }
}

/// Never shows the address, which is personal. [`Display`](fmt::Display) is the deliberate way to show it.
impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Serialize for Email {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

/// Parses by [`EmailPolicy::RFC`], so that every address that was written can be read again.
impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Email::parse_with(&text, EmailPolicy::RFC).map_err(de::Error::custom)
    }
}
