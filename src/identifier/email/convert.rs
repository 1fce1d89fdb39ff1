//! Addresses to and from the crate `email_address`.

use std::str::FromStr;

use email_address::EmailAddress;

use super::{Email, EmailPolicy};
use crate::identifier::ParseError;

/// Takes the address by [`EmailPolicy::RFC`]; one with a display name is refused, as everywhere here.
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

/// As from a borrowed one.
impl TryFrom<EmailAddress> for Email {
    type Error = ParseError;

    fn try_from(address: EmailAddress) -> Result<Self, Self::Error> {
        Email::try_from(&address)
    }
}

/// Gives the normalized address to that crate's parser, which refuses some that RFC 6531 has.
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

/// As from a borrowed one.
impl TryFrom<Email> for EmailAddress {
    type Error = email_address::Error;

    fn try_from(email: Email) -> Result<Self, Self::Error> {
        EmailAddress::try_from(&email)
    }
}
