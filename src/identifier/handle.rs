//! Handles: user names, screen names, nicks.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use unicode_security::MixedScript;

use super::look_alike::skeleton;
use super::{FieldErrorCode, ParseError};
use crate::network::grammar::GrammarMatch;
use crate::network::{AccountGrammar, Handles, TextClass, unseen};
use crate::small_text::SmallText;

/// A handle, in the form that its network compares.
///
/// It has no leading `@` (or what the network writes there) and no separators that do not count. It is in lower case
/// where the network folds case.
///
/// ```
/// use contact_resolution::{Handle, Network};
///
/// let handle = Handle::parse("@Alice_Example", &Network::TELEGRAM)?;
/// assert_eq!(handle.as_str(), "alice_example");
/// assert_eq!(Handle::parse("Al.ice", &Network::FACEBOOK)?, Handle::parse("alice", &Network::FACEBOOK)?);
/// # Ok::<(), contact_resolution::ParseError>(())
/// ```
#[derive(Clone)]
pub struct Handle {
    key: SmallText,
    /// The text to send, if it is not the key.
    sent: Option<SmallText>,
    is_distinctive: bool,
}

impl Handle {
    /// Parses a handle by the grammar of a network or of an account. White space around it is not dropped, because no handle
    /// has any.
    ///
    /// # Errors
    ///
    /// Returns an error with
    /// - [`FieldErrorCode::InvalidHandle`] if the network has no such handles
    /// - [`FieldErrorCode::InvisibleCharacter`] if a character of it is not shown
    /// - [`FieldErrorCode::UnsupportedKind`] if the network has no handles
    ///
    /// ```
    /// use contact_resolution::{FieldErrorCode, Handle, Network};
    ///
    /// let code = |text: &str, network: &Network| Handle::parse(text, network).unwrap_err().code();
    /// assert_eq!(code("alice__b", &Network::TELEGRAM), FieldErrorCode::InvalidHandle);
    /// assert_eq!(code("ali\u{200B}ce", &Network::TELEGRAM), FieldErrorCode::InvisibleCharacter);
    /// assert_eq!(code("alice", &Network::SMS), FieldErrorCode::UnsupportedKind);
    /// ```
    pub fn parse<'a>(
        text: &str,
        grammar: impl Into<AccountGrammar<'a>>,
    ) -> Result<Handle, ParseError> {
        let account = grammar.into();
        let rules = account.network().rules();
        let grammar = match rules.handles() {
            Handles::None => return Err(ParseError::new(FieldErrorCode::UnsupportedKind)),
            Handles::AreIds => &rules.id,
            Handles::Grammar(grammar) => grammar,
        };
        if text.len() > grammar.longest() {
            return Err(ParseError::new(FieldErrorCode::InvalidHandle));
        }
        let class = TextClass::of(text);
        if !class.is_printable()
            && let Some(c) = unseen(text)
        {
            return Err(ParseError::found(FieldErrorCode::InvisibleCharacter, c));
        }
        if let Some((key, is_distinctive)) = grammar.read_word(text, class, account) {
            return Ok(Handle {
                key: key.into(),
                sent: None,
                is_distinctive,
            });
        }
        match grammar.read(text, class, account) {
            Some(GrammarMatch::Person(texts)) => Ok(Handle {
                sent: texts.sent.or(texts.identity),
                is_distinctive: texts.is_distinctive,
                key: texts.key,
            }),
            Some(GrammarMatch::NotAPerson { .. }) | None => {
                Err(ParseError::new(FieldErrorCode::InvalidHandle))
            }
        }
    }

    /// Returns the normalized text.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// assert_eq!(Handle::parse("/u/Alice-99", &Network::REDDIT)?.as_str(), "alice-99");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.key.as_str()
    }

    pub(crate) fn text(&self) -> &SmallText {
        &self.key
    }

    /// Parses a text that nothing but a handle of the network looks like, such as the `nick!user@host` of IRC.
    pub(crate) fn parse_distinctive(text: &str, account: AccountGrammar) -> Option<Handle> {
        match account.network().rules().handles() {
            Handles::Grammar(grammar) if grammar.has_distinctive() => {
                let handle = Handle::parse(text, account).ok()?;
                handle.is_distinctive.then_some(handle)
            }
            Handles::Grammar(_) | Handles::AreIds | Handles::None => None,
        }
    }

    /// Returns the text to send to the network: as it was typed, without a prefix.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// assert_eq!(Handle::parse("@ElonMusk_x", &Network::TWITTER)?.to_send(), "ElonMusk_x");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn to_send(&self) -> &str {
        self.sent.as_ref().unwrap_or(&self.key).as_str()
    }

    /// Returns the text to [send](Handle::to_send).
    pub(crate) fn into_sent(self) -> SmallText {
        self.sent.unwrap_or(self.key)
    }

    /// Returns what the handle looks like (UTS #39 §4). Handles that are mistaken for one another have equal skeletons.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// let handle = Handle::parse("rnodern", &Network::GENERAL)?;
    /// assert_eq!(handle.skeleton(), Handle::parse("modern", &Network::GENERAL)?.skeleton());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn skeleton(&self) -> String {
        skeleton(self.as_str())
    }

    /// Returns whether its letters are of scripts that are not written together (UTS #39 §5.1). It is a warning.
    ///
    /// ```
    /// # use contact_resolution::{Handle, Network};
    /// assert!(Handle::parse("p\u{0430}ypal", &Network::GENERAL)?.is_mixed_script());
    /// assert!(!Handle::parse("日本のアリス", &Network::GENERAL)?.is_mixed_script());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_mixed_script(&self) -> bool {
        !self.as_str().is_ascii() && !self.as_str().is_single_script()
    }
}

/// Handles are compared by their normalized text.
impl PartialEq for Handle {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for Handle {}

impl PartialOrd for Handle {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Handle {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl Hash for Handle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// A handle is personal and never appears in `Debug`. [`Display`](fmt::Display) is the deliberate way to show it.
impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handle(…)")
    }
}

impl fmt::Display for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
