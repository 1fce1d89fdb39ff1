//! Handles: user names, screen names, nicks.

use std::fmt;

use unicode_security::MixedScript;

use super::look_alike::skeleton;
use super::{FieldErrorCode, ParseError};
use crate::network::{AccountGrammar, Handles, unseen};

/// A handle, in the one spelling its network compares it by.
///
/// Without a leading `@` (or what the network writes there), in lower case where the network folds case, and without
/// separators that don't count.
///
/// ```
/// use contact_resolution::{Handle, Network};
///
/// let handle = Handle::parse("@Alice_Example", &Network::TELEGRAM)?;
/// assert_eq!(handle.as_str(), "alice_example");
/// assert_eq!(Handle::parse("Al.ice", &Network::FACEBOOK)?, Handle::parse("alice", &Network::FACEBOOK)?);
/// # Ok::<(), contact_resolution::ParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handle(Box<str>);

impl Handle {
    /// Reads a handle by a network's rules. White space around it is not dropped: no rule has any.
    ///
    /// # Errors
    ///
    /// With [`FieldErrorCode::InvalidHandle`] if it is none by the rules, [`FieldErrorCode::InvisibleCharacter`] if a character
    /// of it isn't shown, [`FieldErrorCode::UnsupportedKind`] if the network has no handles.
    ///
    /// ```
    /// use contact_resolution::{FieldErrorCode, Handle, Network};
    ///
    /// let code = |text, network| Handle::parse(text, network).unwrap_err().code();
    /// assert_eq!(code("alice__b", &Network::TELEGRAM), FieldErrorCode::InvalidHandle);
    /// assert_eq!(code("ali\u{200B}ce", &Network::TELEGRAM), FieldErrorCode::InvisibleCharacter);
    /// assert_eq!(code("alice", &Network::SMS), FieldErrorCode::UnsupportedKind);
    /// ```
    pub fn parse<'a>(
        text: &str,
        grammar: impl Into<AccountGrammar<'a>>,
    ) -> Result<Handle, ParseError> {
        let grammar = grammar.into();
        let rules = grammar.network().rules();
        let rule = match &rules.handle {
            Handles::None => return Err(ParseError::new(FieldErrorCode::UnsupportedKind)),
            Handles::AreIds => &rules.id,
            Handles::Rule(rule) => rule,
        };
        if text.len() > rule.longest() {
            return Err(ParseError::new(FieldErrorCode::InvalidHandle));
        }
        if let Some(c) = unseen(text) {
            return Err(ParseError::found(FieldErrorCode::InvisibleCharacter, c));
        }
        match rule.read(text, grammar.case_mapping()) {
            Some(reading) => Ok(Handle(reading.key.into())),
            None => Err(ParseError::new(FieldErrorCode::InvalidHandle)),
        }
    }

    /// The normalized text.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// assert_eq!(Handle::parse("/u/Alice-99", &Network::REDDIT)?.as_str(), "alice-99");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the handle looks like (UTS #39 §4): handles that are mistaken for one another have equal skeletons.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// let handle = Handle::parse("rnodern", &Network::GENERAL)?;
    /// assert_eq!(handle.skeleton(), Handle::parse("modern", &Network::GENERAL)?.skeleton());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn skeleton(&self) -> String {
        skeleton(&self.0)
    }

    /// Whether another handle can be mistaken for this one: they differ, and their skeletons are equal (UTS #39). Honest
    /// names look alike too (`modern`, `rnodern`), so it is a warning and never a match.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// let latin = Handle::parse("paypal", &Network::GENERAL)?;
    /// let cyrillic = Handle::parse("раура\u{04CF}", &Network::GENERAL)?;
    /// assert!(latin != cyrillic && latin.looks_like(&cyrillic));
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn looks_like(&self, other: &Handle) -> bool {
        self != other && self.skeleton() == other.skeleton()
    }

    /// Whether its letters are of scripts that no one writes together (UTS #39 §5.1). A warning.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// assert!(Handle::parse("p\u{0430}ypal", &Network::GENERAL)?.is_mixed_script());
    /// assert!(!Handle::parse("日本のアリス", &Network::GENERAL)?.is_mixed_script());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_mixed_script(&self) -> bool {
        !self.0.is_ascii() && !(&*self.0).is_single_script()
    }
}

/// A handle is personal and never appears in `Debug`; [`Display`](fmt::Display) is the deliberate way to show it.
impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
