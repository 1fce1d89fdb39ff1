//! How one member is read.

use super::{Certainty, IdentifierCandidate, PayloadField, Rejection, SearchKey, Triage, Warning};
use crate::identifier::{
    Email, FieldErrorCode, Identifier, ParseError, ParsedPhone, Phone, Region, UserId, link, phone,
};
use crate::key::Key;
use crate::network::{AccountGrammar, IdentifierKind};
use crate::person::Account;
use crate::policy::Policy;
use crate::wire::UserPayload;

/// Reads the members of one payload, one after another.
pub(super) struct Reader<'a> {
    grammar: AccountGrammar<'a>,
    policy: &'a Policy,
    region: Option<Region>,
    id: Option<&'a str>,
    full_name: Option<&'a str>,
    triage: Triage,
}

impl<'a> Reader<'a> {
    pub(super) fn new(payload: &'a UserPayload, account: &'a Account, policy: &'a Policy) -> Self {
        let full_name = payload
            .full_name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty());
        Reader {
            grammar: account.grammar(),
            policy,
            region: account.home_region().or(policy.default_region),
            id: PayloadField::Id.of(payload),
            full_name,
            triage: Triage {
                has_name: full_name.is_some(),
                ..Triage::default()
            },
        }
    }

    pub(super) fn read(mut self, payload: &UserPayload) -> Triage {
        for field in PayloadField::ALL {
            if let Some(text) = field.of(payload) {
                self.member(field, text);
            }
        }
        self.triage.warnings.sort_unstable();
        self.triage.warnings.dedup();
        self.triage
    }

    fn member(&mut self, field: PayloadField, text: &str) {
        let read = match link::parse(text, self.grammar) {
            Some(Ok(link)) => self.link(field, link.kind, &link.text),
            Some(Err(error)) => Err(error),
            None => self.text(field, text),
        };
        if let Err(error) = read {
            self.triage.rejections.push(Rejection { field, error });
        }
        // A known person is found by the very text they are stored with, whatever it reads as.
        self.add(field, Read::verbatim(field.kind(), text));
    }

    /// What a link leads to has its kind's full strength, whatever slot the link came in.
    fn link(
        &mut self,
        field: PayloadField,
        kind: IdentifierKind,
        text: &str,
    ) -> Result<(), ParseError> {
        let identifier = match kind {
            IdentifierKind::Id => Identifier::Id(UserId::parse(text, self.grammar)?),
            IdentifierKind::Phone => return self.phone(field, text, Certainty::Exact),
            IdentifierKind::Email => Identifier::Email(Email::parse_with(text, self.policy.email)?),
            IdentifierKind::Handle => Identifier::handle(text, self.grammar)?,
        };
        self.add(field, Read::new(identifier, Certainty::Exact));
        Ok(())
    }

    /// Reads text as what it unmistakably is, else as what its slot is for, else as what it may be.
    fn text(&mut self, field: PayloadField, text: &str) -> Result<(), ParseError> {
        let plain = self.is_plain(text);
        let id = UserId::parse(text, self.grammar);
        let own_id = id
            .as_ref()
            .ok()
            .filter(|id| id.is_distinctive() || (field == PayloadField::Id && !plain));
        if let Some(id) = own_id {
            self.add(
                field,
                Read::new(Identifier::Id(id.clone()), Certainty::Exact),
            );
            if id.is_distinctive() {
                return Ok(());
            }
        }
        let email = Email::parse_with(text, self.policy.email);
        let email_error = match email {
            Ok(email) => {
                self.add(field, Read::new(Identifier::Email(email), Certainty::Exact));
                return Ok(());
            }
            Err(error) => error,
        };
        let has_letters = text.contains(char::is_alphabetic);
        let own_error = if field == PayloadField::PhoneNumber {
            match self.phone(field, text, Certainty::Exact) {
                // Digits that are no number are nothing else; words may be.
                Err(error) if has_letters => error,
                read => return read,
            }
        } else {
            if !has_letters && Phone::parse(text).is_ok() {
                return self.phone(field, text, Certainty::Exact);
            }
            if own_id.is_some() {
                return Ok(());
            }
            match field {
                PayloadField::Email => email_error,
                PayloadField::Username => match Identifier::handle(text, self.grammar) {
                    Ok(handle) if self.grammar.network().accepts(IdentifierKind::Handle) => {
                        self.add(field, Read::new(handle, Certainty::Exact).plain(plain));
                        return Ok(());
                    }
                    Ok(_) => ParseError::new(FieldErrorCode::InvalidHandle),
                    Err(error) => error,
                },
                PayloadField::Id | PayloadField::PhoneNumber => id
                    .as_ref()
                    .err()
                    .copied()
                    .unwrap_or(ParseError::new(FieldErrorCode::InvalidId)),
            }
        };
        self.interpretation(field, text, id.ok(), plain)
            .ok_or(own_error)
    }

    /// Reads plain text from the slot of another kind: digits as an id where ids are numbers, else as a national number;
    /// words as a handle.
    fn interpretation(
        &mut self,
        field: PayloadField,
        text: &str,
        id: Option<UserId>,
        plain: bool,
    ) -> Option<()> {
        if !text.contains(char::is_alphabetic) {
            if let Some(id) = id.as_ref().filter(|id| id.address().is_none()) {
                self.add(
                    field,
                    Read::new(Identifier::Id(id.clone()), Certainty::Interpreted),
                );
                return Some(());
            }
            if self.phone(field, text, Certainty::Interpreted).is_ok() {
                return Some(());
            }
        }
        // In its own slot a handle is one, even where the network has none to look up.
        let read = match (Identifier::handle(text, self.grammar), id) {
            (Ok(handle), _) if field == PayloadField::Username => {
                Read::new(handle, Certainty::Exact)
            }
            (Ok(handle), _) => Read::new(handle, Certainty::Interpreted),
            // What was meant as an address is no id, and a word may be anybody's.
            (Err(_), id) => {
                let id = id.filter(|_| !text.contains('@'))?;
                let is_word = !text.contains(char::is_numeric);
                Read::new(Identifier::Id(id), Certainty::Interpreted).plain(is_word)
            }
        };
        let plain = plain || read.could_be_name;
        self.add(field, read.plain(plain));
        Some(())
    }

    /// Reads a phone number; `reading` is that of a national one.
    fn phone(
        &mut self,
        field: PayloadField,
        text: &str,
        certainty: Certainty,
    ) -> Result<(), ParseError> {
        if let Some(legacy) = phone::legacy(text, self.region) {
            return self.retired_number(field, text, &legacy);
        }
        let plus = with_plus(text);
        match Phone::parse_in(text, self.region) {
            Ok(ParsedPhone {
                phone,
                extension,
                assumed,
                ..
            }) => {
                let certainty = if assumed.is_none() {
                    Certainty::Exact
                } else {
                    certainty
                };
                let plus = plus.filter(|plus| *plus != phone);
                let warnings = [
                    assumed.map(Warning::AssumedRegion),
                    extension.map(|_| Warning::Extension(field)),
                    (!phone.is_valid()).then_some(Warning::NotValid(field)),
                    plus.map(|_| Warning::AlsoReads(field)),
                ];
                self.triage.warnings.extend(warnings.into_iter().flatten());
                let mut read = Read::new(Identifier::Phone(phone), certainty);
                if let Some(plus) = plus {
                    read.found_by(
                        Key::new(IdentifierKind::Phone, plus.as_str()),
                        Certainty::Interpreted,
                    );
                }
                self.add(field, read);
                Ok(())
            }
            Err(error) => self.no_number(field, text, plus, error),
        }
    }

    /// A number in a form its country has retired finds who is stored with it or with today's form, and creates nothing.
    fn retired_number(
        &mut self,
        field: PayloadField,
        text: &str,
        legacy: &phone::Legacy,
    ) -> Result<(), ParseError> {
        let mut read = Read::verbatim(IdentifierKind::Phone, legacy.as_str());
        read.found_by(
            Key::new(IdentifierKind::Phone, legacy.modern().as_str()),
            Certainty::Variant,
        );
        self.add(field, read);
        let error = Phone::parse_in(text, self.region).err();
        Err(error.unwrap_or(ParseError::new(FieldErrorCode::WrongLength)))
    }

    /// Reads what is no number where it was typed: one that lost its plus, a short code.
    fn no_number(
        &mut self,
        field: PayloadField,
        text: &str,
        plus: Option<Phone>,
        error: ParseError,
    ) -> Result<(), ParseError> {
        if let Some(plus) = plus {
            let mut read = Read::new(Identifier::Phone(plus), Certainty::Interpreted);
            // Without a region the plus would be a guess: it may find someone known, and creates nothing.
            if self.region.is_none() {
                read.identifier = None;
            }
            self.add(field, read);
            return if self.region.is_none() {
                Err(error)
            } else {
                Ok(())
            };
        }
        if self.grammar.network().takes_short_codes()
            && let Ok(id) = UserId::parse(text, self.grammar)
            && id.address().is_none()
        {
            self.add(field, Read::new(Identifier::Id(id), Certainty::Exact));
            return Ok(());
        }
        Err(error)
    }

    /// Whether a person may have typed the text as a name: it came in through the id or is the name itself, and nothing
    /// marks it as an identifier.
    fn is_plain(&self, text: &str) -> bool {
        let is_marked = text.contains('@') || text.contains(char::is_numeric);
        !is_marked && (self.id == Some(text) || self.full_name == Some(text))
    }

    fn add(&mut self, field: PayloadField, read: Read) {
        let Read {
            kind,
            certainty,
            identifier,
            keys,
            could_be_name,
        } = read;
        let fields = [field].into_iter().collect();
        if let Some(Identifier::Handle(handle)) = &identifier
            && handle.is_mixed_script()
        {
            self.triage.warnings.push(Warning::MixedScript(field));
        }
        let look_alike = identifier.as_ref().and_then(Identifier::look_alike_key);
        self.triage.add(IdentifierCandidate {
            kind,
            certainty,
            fields,
            identifier,
            could_be_name,
            keys,
            look_alike,
        });
    }
}

/// The number that digits alone are with a plus before them, where that is a valid one.
fn with_plus(text: &str) -> Option<Phone> {
    if !text.chars().all(char::is_numeric) {
        return None;
    }
    let parsed = Phone::parse(&format!("+{text}")).ok()?;
    parsed.phone.is_valid().then_some(parsed.phone)
}

/// What a text was read as, before it is known whether another slot says the same.
struct Read {
    kind: IdentifierKind,
    certainty: Certainty,
    identifier: Option<Identifier>,
    keys: Vec<SearchKey>,
    could_be_name: bool,
}

impl Read {
    fn new(identifier: Identifier, certainty: Certainty) -> Self {
        let mut read = Read {
            kind: identifier.kind(),
            certainty,
            identifier: None,
            keys: vec![SearchKey {
                key: identifier.key(),
                certainty,
            }],
            could_be_name: false,
        };
        match &identifier {
            Identifier::Id(id) => {
                if let Some(address) = id.embedded_identifier() {
                    read.found_by(address.key(), certainty);
                    read.found_by_variants(&address);
                }
            }
            number => read.found_by_variants(number),
        }
        Read {
            identifier: Some(identifier),
            ..read
        }
    }

    /// A text that is searched for as it is: a stored record is found by the very text it was stored with.
    fn verbatim(kind: IdentifierKind, text: &str) -> Self {
        let certainty = Certainty::Exact;
        let keys = vec![SearchKey {
            key: Key::new(kind, text),
            certainty,
        }];
        Read {
            kind,
            certainty,
            identifier: None,
            keys,
            could_be_name: false,
        }
    }

    fn plain(self, could_be_name: bool) -> Self {
        Read {
            could_be_name,
            ..self
        }
    }

    fn found_by(&mut self, key: Key, certainty: Certainty) {
        if self.keys.iter().all(|search| search.key != key) {
            self.keys.push(SearchKey { key, certainty });
        }
    }

    fn found_by_variants(&mut self, number: &Identifier) {
        if let Identifier::Phone(phone) = number {
            for variant in phone.variants() {
                self.found_by(
                    Key::new(IdentifierKind::Phone, variant.as_str()),
                    Certainty::Variant,
                );
            }
        }
    }
}
