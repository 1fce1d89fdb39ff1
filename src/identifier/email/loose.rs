//! "Did you mean": what providers and people take for one address, kept apart from what is compared.

use std::fmt;

use super::Email;
use crate::network::fold;

/// An address with everything dropped that may not count: case in every script, compatibility forms, a `+tag`, and at
/// Gmail dots and the name `googlemail.com`.
///
/// It is no [`Email`], and equals none: dots count at other providers, and tags are addresses of their own.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DidYouMean(Box<str>);

impl DidYouMean {
    pub(super) fn of(email: &Email) -> DidYouMean {
        let domain = match email.domain() {
            "googlemail.com" => "gmail.com",
            domain => domain,
        };
        let local = fold(email.local_part());
        let untagged = match local.split_once('+') {
            Some((base, _)) if !base.is_empty() && !base.starts_with('"') => base,
            _ => &local,
        };
        let mut text = String::with_capacity(untagged.len() + 1 + domain.len());
        if domain == "gmail.com" {
            text.extend(untagged.split('.'));
        } else {
            text.push_str(untagged);
        }
        text.push('@');
        text.push_str(domain);
        DidYouMean(text.into())
    }

    /// The text, to show or to search by.
    ///
    /// ```
    /// use contact_resolution::Email;
    ///
    /// assert_eq!(Email::parse("alice+news@example.com")?.did_you_mean().as_str(), "alice@example.com");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DidYouMean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DidYouMean(…)")
    }
}

impl fmt::Display for DidYouMean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
