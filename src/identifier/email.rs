//! Email addresses.

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
use crate::network::{is_word, nfc};

pub use loose::DidYouMean;
use mailbox::Mailbox;
pub use text::EmailText;

/// The most octets of a local part (RFC 5321 §4.5.3.1.1).
const LOCAL: usize = 64;
/// The most octets of an address: a path of 256 without its angle brackets (RFC 5321 §4.5.3.1.3).
const ADDRESS: usize = 254;
/// The most bytes worth reading: what normalizing and conversion leave of more can't fit.
const READ: usize = 4 * ADDRESS;

/// An email address, in the one spelling it is compared by: the local part in normal form C with ASCII letters in lower
/// case, without quotes where it needs none; the domain as A-labels in lower case (RFC 5321, 6531, 5891).
///
/// What a provider makes of dots and tags is not part of it; see [`Email::did_you_mean`].
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

/// What is taken for an email address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct EmailPolicy {
    /// Whether a domain may be an address in brackets: `alice@[192.0.2.1]`.
    pub literals: bool,
    /// Whether a domain may be a single label: `alice@localhost`.
    pub single_labels: bool,
    /// Whether white space around the address is dropped.
    pub trims: bool,
}

impl EmailPolicy {
    /// What people exchange: a domain name of two labels or more, and the white space that came with a paste.
    pub const DEFAULT: EmailPolicy = EmailPolicy {
        literals: false,
        single_labels: false,
        trims: true,
    };
    /// A mailbox of RFC 5321 and 6531, and not a character besides.
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
    /// Reads an address by [`EmailPolicy::DEFAULT`].
    ///
    /// # Errors
    ///
    /// If the text is no address: with [`FieldErrorCode::DisplayName`] if there may be one inside a display name, a comment
    /// or a list, [`FieldErrorCode::InvisibleCharacter`] for a character that isn't shown, [`FieldErrorCode::InvalidEmail`] else.
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

    /// Reads an address by a policy.
    ///
    /// # Errors
    ///
    /// As [`Email::parse`].
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
        let mut out = String::with_capacity(text.len());
        mailbox.local.write(&mut out);
        let at = out.len();
        out.push('@');
        out.push_str(&mailbox.domain.text());
        if at > LOCAL || out.len() > ADDRESS {
            return Err(ParseError::new(FieldErrorCode::InvalidEmail));
        }
        Ok(Email {
            text: out.into(),
            at,
        })
    }

    /// Whether a text is an address by a policy. What is ASCII is judged without allocating.
    ///
    /// # Errors
    ///
    /// As [`Email::parse`].
    ///
    /// ```
    /// use contact_resolution::{Email, EmailPolicy};
    ///
    /// assert!(Email::check("alice@example.com", EmailPolicy::DEFAULT).is_ok());
    /// assert!(Email::check("alice@example", EmailPolicy::DEFAULT).is_err());
    /// ```
    pub fn check(text: &str, policy: EmailPolicy) -> Result<(), ParseError> {
        if text.is_ascii() {
            // ASCII is its own normal form, so what was given is what is measured.
            let text = if policy.trims { text.trim() } else { text };
            return Mailbox::read(text, policy).map(drop);
        }
        Email::parse_with(text, policy).map(drop)
    }

    /// The normalized text.
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

    /// The part before the `@`, with its quotes if it needs them.
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

    /// The part after the `@`, as A-labels.
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

    /// The address as a generous provider or a hasty hand may mean it: two addresses that share this form may be one
    /// mailbox, and may as well be two. It is for suggestions, and nothing is ever sent by it.
    ///
    /// ```
    /// # use contact_resolution::Email;
    /// let (plain, tagged) = (Email::parse("a.lice@gmail.com")?, Email::parse("Alice+news@googlemail.com")?);
    /// assert_ne!(plain, tagged);
    /// assert_eq!(plain.did_you_mean(), tagged.did_you_mean());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn did_you_mean(&self) -> DidYouMean {
        DidYouMean::of(self)
    }

    /// Whether a label of the domain holds symbols, which registries refuse and look-alikes are made of. A warning.
    ///
    /// ```
    /// # use contact_resolution::Email;
    /// assert!(Email::parse("a@exam\u{20AC}ple.com")?.has_symbols());
    /// assert!(!Email::parse("a@bücher.example")?.has_symbols());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn has_symbols(&self) -> bool {
        let (unicode, _) = idna::domain_to_unicode(self.domain());
        // The joiners and middle dots that RFC 5892 appendix A admits between letters.
        let admitted = |c| {
            matches!(
                c,
                '.' | '-' | '\u{200C}' | '\u{200D}' | '·' | '・' | '׳' | '״' | '͵'
            )
        };
        !unicode.is_ascii() && !unicode.chars().all(|c| is_word(c) || admitted(c))
    }
}

/// Normal form C with ASCII letters in lower case. A capital may keep a mark apart that its small letter takes (H̱, ẖ),
/// so the form is taken again.
fn normal(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(nfc(&nfc(text).to_ascii_lowercase()).into_owned())
}

impl FromStr for Email {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Email::parse(text)
    }
}

/// The address is personal and never appears in `Debug`; [`Display`](fmt::Display) is the deliberate way to show it.
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

/// Through [`EmailPolicy::RFC`], since what was an address when it was written is one when it is read.
impl<'de> Deserialize<'de> for Email {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Email::parse_with(&text, EmailPolicy::RFC).map_err(de::Error::custom)
    }
}
