//! The reading of stored text as identifiers.

use crate::identifier::email::EmailText;
use crate::identifier::phone::{PhoneSpelling, PhoneText};
use crate::identifier::{EmailPolicy, FieldErrorCode, Identifier, Region, UserId, link};
use crate::network::{AccountGrammar, IdentifierKind};
use crate::person::{Account, Person, StoredIdentifier, keep_first};

/// The rules of an account that stored text is read by.
#[derive(Clone, Copy)]
pub(crate) struct KeyRules<'a> {
    pub(super) grammar: AccountGrammar<'a>,
    pub(super) region: Option<Region>,
}

impl<'a> KeyRules<'a> {
    pub(crate) fn new(account: &'a Account) -> Self {
        KeyRules::in_region(account, account.home_region())
    }

    /// The rules of an account with this home region.
    pub(crate) fn in_region(account: &'a Account, region: Option<Region>) -> Self {
        KeyRules {
            grammar: account.grammar(),
            region,
        }
    }
}

/// What a stored text is read as.
pub(super) struct StoredText {
    pub(super) identifier: Identifier,
    usage: Usage,
    pub(super) is_link: bool,
}

/// What a reading of stored text may be used for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Usage {
    /// It reads exactly, and a create sends its normalized form.
    Normalized,
    /// It reads as another text than the stored one, and a create sends the stored text.
    AsStored,
    /// It is only a search key.
    Search,
}

impl StoredText {
    /// Reads a text as a payload field of its kind is read.
    pub(super) fn read(kind: IdentifierKind, text: &str, rules: KeyRules) -> Option<Self> {
        if kind == IdentifierKind::Id {
            let id = UserId::parse(text, rules.grammar).ok();
            return match id {
                Some(id) => Some(StoredText::of(Identifier::Id(id), Usage::Normalized)),
                None => StoredText::link(text, rules)?,
            };
        }
        match StoredText::link(text, rules) {
            Some(link) => link,
            None => StoredText::of_kind(kind, text, rules)
                .or_else(|| StoredText::of_another_kind(kind, text, rules)),
        }
    }

    fn of(identifier: Identifier, usage: Usage) -> Self {
        StoredText {
            identifier,
            usage,
            is_link: false,
        }
    }

    /// Reads a link. Returns `None` if the text is not a link.
    #[expect(
        clippy::option_option,
        reason = "a link may have no person as its target"
    )]
    fn link(text: &str, rules: KeyRules) -> Option<Option<Self>> {
        let target = link::parse_trimmed(text, rules.grammar)?.ok();
        let read = target.and_then(|link| StoredText::of_kind(link.kind, link.text(), rules));
        Some(read.map(|read| StoredText {
            is_link: true,
            ..read
        }))
    }

    fn of_kind(kind: IdentifierKind, text: &str, rules: KeyRules) -> Option<Self> {
        let grammar = rules.grammar;
        match kind {
            IdentifierKind::Id => {
                let id = UserId::parse(text, grammar).ok()?;
                Some(StoredText::of(Identifier::Id(id), Usage::Normalized))
            }
            IdentifierKind::Handle => {
                let handle = Identifier::handle(text, grammar).ok()?;
                Some(StoredText::of(handle, Usage::Normalized))
            }
            IdentifierKind::Email => {
                let read = EmailText::parse(text, EmailPolicy::RFC).ok()?;
                let usage = if read.is_wrapped {
                    Usage::AsStored
                } else {
                    Usage::Normalized
                };
                Some(StoredText::of(Identifier::Email(read.email), usage))
            }
            IdentifierKind::Phone => {
                let own = grammar.network().own_number_ranges();
                let (phone, usage) = match PhoneText::parse(text, rules.region, own) {
                    Ok(read) => match read.spelling {
                        PhoneSpelling::Digits => (read.phone, Usage::Normalized),
                        // A retired form has a key of its own.
                        PhoneSpelling::Retired(Some(_)) => return None,
                        PhoneSpelling::Retired(None) | PhoneSpelling::WithKeypadNote => {
                            (read.phone, Usage::Search)
                        }
                        _ => (read.phone, Usage::AsStored),
                    },
                    // Without a region, the plus is a guess.
                    Err(error) => (error.with_plus?, Usage::Search),
                };
                Some(StoredText::of(Identifier::Phone(phone), usage))
            }
        }
    }

    /// Reads a text that is stored as one kind and is an identifier of another kind.
    ///
    /// Examples are an address that is stored as a handle and a handle that is stored as a number. Such a text is only a
    /// search key.
    fn of_another_kind(kind: IdentifierKind, text: &str, rules: KeyRules) -> Option<Self> {
        let other = if text.starts_with('@') {
            IdentifierKind::Handle
        } else if text.contains('@') {
            IdentifierKind::Email
        } else if text.starts_with('+') {
            IdentifierKind::Phone
        } else {
            return None;
        };
        let read = (other != kind).then(|| StoredText::of_kind(other, text, rules))??;
        Some(StoredText::of(read.identifier, Usage::Search))
    }
}

impl StoredIdentifier {
    /// Reads the text as payload text is read: without its label, as a link, as a national number. Returns `None` if it
    /// is no identifier that a chat may be created with.
    ///
    /// ```
    /// use contact_resolution::{Account, IdentifierKind, Network, StoredIdentifier};
    ///
    /// let account = Account::new("signal", Network::from_bridge_type("signal"), "me");
    /// let stored = |text: &str| StoredIdentifier { kind: IdentifierKind::Phone, text: text.into() };
    /// assert_eq!(stored("Mobile: +1 212 555 0142").read(&account).unwrap().as_str(), "+12125550142");
    /// assert_eq!(stored("call me").read(&account), None);
    /// ```
    #[must_use]
    pub fn read(&self, account: &Account) -> Option<Identifier> {
        let read = StoredText::read(self.kind, self.text.trim(), KeyRules::new(account))?;
        (read.usage != Usage::Search).then_some(read.identifier)
    }

    /// Returns what a create may send for a stored text, or `None` if the text is only searched for.
    ///
    /// It is the normalized form if the text reads exactly, else the stored text. An id is always sent as it is stored.
    pub(crate) fn to_send(kind: IdentifierKind, text: &str, account: &Account) -> Option<Self> {
        let text = text.trim();
        let sent = |kind: IdentifierKind, text: &str| StoredIdentifier {
            kind,
            text: text.to_owned(),
        };
        if kind == IdentifierKind::Id {
            return (!text.is_empty()).then(|| sent(kind, text));
        }
        let read = StoredText::read(kind, text, KeyRules::new(account))?;
        match (read.identifier.kind(), read.usage) {
            (IdentifierKind::Id, _) | (_, Usage::Search) => None,
            (kind, Usage::Normalized) => Some(sent(kind, read.identifier.to_send())),
            (kind, Usage::AsStored) => Some(sent(kind, text)),
        }
    }

    /// Returns why the text cannot be read as an identifier that a chat may be created with.
    fn unread_code(&self, account: &Account) -> Option<FieldErrorCode> {
        if self.read(account).is_some() {
            return None;
        }
        let (text, grammar) = (self.text.trim(), account.grammar());
        let own = account.network.own_number_ranges();
        let (error, otherwise) = match self.kind {
            IdentifierKind::Id => (
                UserId::parse(text, grammar).err(),
                FieldErrorCode::InvalidId,
            ),
            IdentifierKind::Phone => (
                PhoneText::parse(text, account.home_region(), own)
                    .err()
                    .map(|error| error.error),
                FieldErrorCode::NotANumber,
            ),
            IdentifierKind::Email => (
                EmailText::parse(text, EmailPolicy::RFC).err(),
                FieldErrorCode::InvalidEmail,
            ),
            IdentifierKind::Handle => (
                Identifier::handle(text, grammar).err(),
                FieldErrorCode::InvalidHandle,
            ),
        };
        Some(error.map_or(otherwise, |error| error.code()))
    }
}

impl Person {
    /// Creates a [local person](Person::local) from a row of an address book, and returns the identifiers that cannot be
    /// read, each with the reason.
    ///
    /// These are stored too, and found by the same text. No chat is created with them.
    ///
    /// ```
    /// use contact_resolution::{Account, FieldErrorCode, IdentifierKind, Network, Person, Region};
    ///
    /// let mut account = Account::new("signal", Network::SIGNAL, "me");
    /// account.region = Some(Region::US);
    /// let row = [(IdentifierKind::Phone, "(212) 555-0142"), (IdentifierKind::Phone, "ask Bob")];
    /// let (ada, unread) = Person::from_row("row-17", "Ada Okafor", row, &account);
    /// assert_eq!(ada.identifiers.len(), 2);
    /// assert_eq!((unread[0].0.text.as_str(), unread[0].1), ("ask Bob", FieldErrorCode::NotANumber));
    /// ```
    #[must_use]
    pub fn from_row<'a>(
        record_key: impl Into<String>,
        full_name: &str,
        identifiers: impl IntoIterator<Item = (IdentifierKind, &'a str)>,
        account: &Account,
    ) -> (Person, Vec<(StoredIdentifier, FieldErrorCode)>) {
        let mut person = Person::local(record_key);
        person.full_name = Some(full_name.trim().to_owned()).filter(|name| !name.is_empty());
        let mut unread = Vec::new();
        for (kind, text) in identifiers {
            if text.trim().is_empty() {
                continue;
            }
            let text = text.to_owned();
            let stored = StoredIdentifier { kind, text };
            if let Some(code) = stored.unread_code(account) {
                unread.push((stored.clone(), code));
            }
            person.identifiers.push(stored);
        }
        keep_first(&mut person.identifiers);
        (person, unread)
    }
}
