//! Conversions from and to the crate `email_address`.

use std::str::FromStr;

use email_address::EmailAddress;

use super::{Email, EmailPolicy};
use crate::identifier::ParseError;

/// Parses the address by [`EmailPolicy::RFC`]. An address with a display name is refused.
///
/// ```
/// use contact_resolution::Email;
/// use email_address::EmailAddress;
///
/// let theirs: EmailAddress = "Alice@Example.com".parse()?;
/// assert_eq!(Email::try_from(&theirs)?.as_str(), "alice@example.com");
///
/// let dressed: EmailAddress = "Alice <alice@example.com>".parse()?;
/// assert!(Email::try_from(&dressed).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<&EmailAddress> for Email {
    type Error = ParseError;

    fn try_from(address: &EmailAddress) -> Result<Self, Self::Error> {
        Email::parse_with(address.as_str(), EmailPolicy::RFC)
    }
}

/// Converts like a borrowed address.
impl TryFrom<EmailAddress> for Email {
    type Error = ParseError;

    fn try_from(address: EmailAddress) -> Result<Self, Self::Error> {
        Email::try_from(&address)
    }
}

/// Parses the normalized address with that crate, which refuses some addresses that RFC 6531 allows.
///
/// ```
/// use contact_resolution::Email;
/// use email_address::EmailAddress;
///
/// let ours = Email::parse("Alice@Bücher.example")?;
/// assert_eq!(EmailAddress::try_from(&ours)?.as_str(), "alice@xn--bcher-kva.example");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl TryFrom<&Email> for EmailAddress {
    type Error = email_address::Error;

    fn try_from(email: &Email) -> Result<Self, Self::Error> {
        EmailAddress::from_str(email.as_str())
    }
}

/// Converts like a borrowed address.
impl TryFrom<Email> for EmailAddress {
    type Error = email_address::Error;

    fn try_from(email: Email) -> Result<Self, Self::Error> {
        EmailAddress::try_from(&email)
    }
}
