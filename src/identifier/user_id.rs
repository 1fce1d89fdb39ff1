//! User ids: the names that a network itself gives to its users.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::{FieldErrorCode, ParseError, phone::MAX_SHORT_CODE};
use crate::network::grammar::{Base, GrammarMatch, MatchedText};
use crate::network::{AccountGrammar, Embedded, IdentifierKind, TextClass, matrix_ids, unseen};
use crate::small_text::SmallText;

/// A user id, as one account of its network reads it.
///
/// An id has three texts. They are mostly equal.
///
/// - [`as_str`](UserId::as_str) is the search key. Letter case and brackets are folded in it.
/// - [`identity`](UserId::identity) is equal in two records of one person.
/// - [`to_send`](UserId::to_send) is the text to send to the network.
///
/// On a bridged network an id may also be a Matrix id (`@whatsapp_1415…:example.org`). The host names the same user by it.
///
/// ```
/// use contact_resolution::{Network, UserId};
///
/// let id = UserId::parse("14155552671:22@s.whatsapp.net", &Network::WHATSAPP)?;
/// assert_eq!(id, UserId::parse("14155552671", &Network::WHATSAPP)?);
/// assert_eq!(id.to_send(), "14155552671@s.whatsapp.net");
///
/// let nick = UserId::parse("net_Ada", &Network::IRC)?;
/// assert_eq!((nick.as_str(), nick.identity(), nick.to_send()), ("net_ada", "net_Ada", "net_Ada"));
/// # Ok::<(), contact_resolution::ParseError>(())
/// ```
#[derive(Clone)]
pub struct UserId {
    texts: MatchedText,
}

/// An address that an id embeds.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum EmbeddedAddress<'a> {
    /// A phone number with `+`, as text: not yet known to be one.
    Phone(Cow<'a, str>),
    /// An email address, as text: not yet known to be one.
    Email(&'a str),
}

impl UserId {
    /// Parses an id by the grammar of a network or of an account. White space around it is not dropped, because no id has
    /// any.
    ///
    /// # Errors
    ///
    /// Returns an error with
    /// - [`FieldErrorCode::InvalidId`] if the network has no such ids
    /// - [`FieldErrorCode::NotAPerson`] if it is the id of a group, a channel or a room
    /// - [`FieldErrorCode::InvisibleCharacter`] if a character of it is not shown
    ///
    /// ```
    /// use contact_resolution::{FieldErrorCode, Network, UserId};
    ///
    /// assert_eq!(UserId::parse("alice:example.org", &Network::MATRIX)?.as_str(), "@alice:example.org");
    /// let code = |text: &str, network: &Network| UserId::parse(text, network).unwrap_err().code();
    /// assert_eq!(code("Alice Example", &Network::TELEGRAM), FieldErrorCode::InvalidId);
    /// assert_eq!(code("!room:example.org", &Network::MATRIX), FieldErrorCode::NotAPerson);
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    pub fn parse<'a>(
        text: &str,
        grammar: impl Into<AccountGrammar<'a>>,
    ) -> Result<UserId, ParseError> {
        match read(text, grammar.into())? {
            GrammarMatch::Person(texts) => Ok(UserId { texts }),
            GrammarMatch::NotAPerson { .. } => Err(ParseError::new(FieldErrorCode::NotAPerson)),
        }
    }

    /// Returns the normalized text, which people are found by.
    ///
    /// ```
    /// # use contact_resolution::{Network, UserId};
    /// assert_eq!(UserId::parse("t024be7ld-u012ab3cd", &Network::SLACK)?.as_str(), "T024BE7LD-U012AB3CD");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.texts.key.as_str()
    }

    /// Returns the text that two records of one person share. It is not folded where the network may tell letter case or
    /// brackets apart.
    ///
    /// ```
    /// # use contact_resolution::{Network, UserId};
    /// let [a, b] = ["net_bob", "net_Bob"].map(|text| UserId::parse(text, &Network::IRC).unwrap());
    /// assert!(a == b && a.identity() != b.identity());
    /// ```
    #[must_use]
    pub fn identity(&self) -> &str {
        self.texts.identity()
    }

    /// Returns the text to send to the network: as it was typed, in the network's own form.
    ///
    /// ```
    /// # use contact_resolution::{Network, UserId};
    /// assert_eq!(UserId::parse("<@80351110224678912>", &Network::DISCORD)?.to_send(), "80351110224678912");
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn to_send(&self) -> &str {
        self.texts.to_send()
    }

    /// Returns whether only ids of the network have this form. Then the text is read as an id in any payload field. A
    /// bare number is not distinctive.
    ///
    /// ```
    /// # use contact_resolution::{Network, UserId};
    /// assert!(UserId::parse("lid-123456789012", &Network::WHATSAPP)?.is_distinctive());
    /// assert!(!UserId::parse("14155552671", &Network::WHATSAPP)?.is_distinctive());
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_distinctive(&self) -> bool {
        self.texts.is_distinctive
    }

    /// Returns the phone number or email address that the id embeds.
    ///
    /// ```
    /// use contact_resolution::EmbeddedAddress;
    /// # use contact_resolution::{Network, UserId};
    ///
    /// let id = UserId::parse("14155552671@s.whatsapp.net", &Network::WHATSAPP)?;
    /// assert!(matches!(id.address(), Some(EmbeddedAddress::Phone(number)) if number == "+14155552671"));
    /// # Ok::<(), contact_resolution::ParseError>(())
    /// ```
    #[must_use]
    pub fn address(&self) -> Option<EmbeddedAddress<'_>> {
        let (kind, before, text) = self.embedded_parts()?;
        Some(match (kind, before) {
            (IdentifierKind::Email, _) => EmbeddedAddress::Email(text),
            (_, "") => EmbeddedAddress::Phone(text.into()),
            (_, plus) => EmbeddedAddress::Phone([plus, text].concat().into()),
        })
    }

    /// Returns the text to [send](UserId::to_send).
    pub(crate) fn into_sent(self) -> SmallText {
        let MatchedText {
            key,
            identity,
            sent,
            ..
        } = self.texts;
        sent.or(identity).unwrap_or(key)
    }

    pub(crate) fn identity_text(&self) -> &SmallText {
        self.texts.identity.as_ref().unwrap_or(&self.texts.key)
    }

    /// Returns the short code that the id embeds, if it is one of an address that may also be a number.
    pub(crate) fn embedded_short_code(&self) -> Option<&str> {
        let (start, end) = self.texts.embedded;
        let text = self.texts.key.as_str().get(start..end)?;
        let is_short_code = self.texts.embeds == Embedded::Address && is_short_code(text);
        is_short_code.then_some(text)
    }

    /// Returns the kind and the text of the [address](UserId::address).
    pub(crate) fn embedded(&self) -> Option<(IdentifierKind, SmallText)> {
        let (kind, before, text) = self.embedded_parts()?;
        let mut address = SmallText::from(before);
        address.push_str(text);
        Some((kind, address))
    }

    /// Returns the kind of the embedded address, the `+` that it lacks, and its text.
    fn embedded_parts(&self) -> Option<(IdentifierKind, &'static str, &str)> {
        let (start, end) = self.texts.embedded;
        let text = self.texts.key.as_str().get(start..end)?;
        let (kind, before) = match self.texts.embeds {
            Embedded::Email => (IdentifierKind::Email, ""),
            Embedded::Phone => (IdentifierKind::Phone, "+"),
            Embedded::Address if text.contains('@') => (IdentifierKind::Email, ""),
            Embedded::Address if text.starts_with('+') => (IdentifierKind::Phone, ""),
            Embedded::Address | Embedded::Nothing => return None,
        };
        Some((kind, before, text))
    }

    /// Returns whether the network folds ids, so that people are found by a text that is not the identity.
    pub(crate) fn is_folded(&self) -> bool {
        self.texts.is_folded
    }

    /// Returns whether the network's grammar takes any visible text. Then it does not show that this text is an id.
    pub(crate) fn is_any_text(&self) -> bool {
        self.texts.is_any_text
    }

    /// Returns the id without the name of a device, such as an XMPP resource.
    pub(crate) fn base(&self) -> &Base {
        &self.texts.base
    }
}

/// Returns whether a text has as few digits as a short code.
pub(crate) fn is_short_code(text: &str) -> bool {
    (1..=MAX_SHORT_CODE).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a text is the id of a group, a channel or a room, and nothing else looks like it.
pub(crate) fn is_clearly_no_person(text: &str, grammar: AccountGrammar) -> bool {
    let read = read(text, grammar);
    matches!(
        read,
        Ok(GrammarMatch::NotAPerson {
            is_distinctive: true
        })
    )
}

fn read(text: &str, grammar: AccountGrammar) -> Result<GrammarMatch, ParseError> {
    let own = &grammar.network().rules().id;
    let matrix = matrix_ids();
    if text.len() > own.longest().max(matrix.longest()) {
        return Err(ParseError::new(FieldErrorCode::InvalidId));
    }
    let class = TextClass::of(text);
    if !class.is_printable()
        && let Some(c) = unseen(text)
    {
        return Err(ParseError::found(FieldErrorCode::InvisibleCharacter, c));
    }
    // Matrix ids are tried first, because the grammar of some networks takes any text.
    let may_be_matrix = text.starts_with(['@', '!', '#']);
    let matrix_match = may_be_matrix
        .then(|| matrix.read(text, class, grammar))
        .flatten();
    matrix_match
        .or_else(|| own.read(text, class, grammar))
        .ok_or(ParseError::new(FieldErrorCode::InvalidId))
}

/// Ids are compared by the text that people are found by.
impl PartialEq for UserId {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for UserId {}

impl PartialOrd for UserId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for UserId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for UserId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

/// An id is personal and never appears in `Debug`. [`Display`](fmt::Display) is the deliberate way to show it.
impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(…)")
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for EmbeddedAddress<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            EmbeddedAddress::Phone(_) => "Phone(…)",
            EmbeddedAddress::Email(_) => "Email(…)",
        })
    }
}
