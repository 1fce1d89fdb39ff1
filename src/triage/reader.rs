//! How one member is read.

use super::{Candidate, Reading, Rejection, SearchKey, Slot, Triage, Warning};
use crate::identifier::{
    Email, FieldCode, Identifier, Key, ParseError, ParsedPhone, Phone, Region, UserId, link, phone,
};
use crate::network::{Kind, Network};
use crate::person::Account;
use crate::policy::Policy;
use crate::wire::UserPayload;

/// Reads the members of one payload, one after another.
pub(super) struct Reader<'a> {
    network: &'static Network,
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
            network: account.network,
            policy,
            region: account.home_region().or(policy.default_region),
            id: Slot::Id.of(payload),
            full_name,
            triage: Triage {
                has_name: full_name.is_some(),
                ..Triage::default()
            },
        }
    }

    pub(super) fn read(mut self, payload: &UserPayload) -> Triage {
        for slot in Slot::ALL {
            if let Some(text) = slot.of(payload) {
                self.member(slot, text);
            }
        }
        self.triage.warnings.sort_unstable();
        self.triage.warnings.dedup();
        self.triage
    }

    fn member(&mut self, slot: Slot, text: &str) {
        let read = match link::unwrap(text, self.network) {
            Some(Ok(link)) => self.link(slot, link.kind, &link.text),
            Some(Err(error)) => Err(error),
            None => self.text(slot, text),
        };
        if let Err(error) = read {
            self.triage.rejections.push(Rejection { slot, error });
        }
        // A known person is found by the very text they are stored with, whatever it reads as.
        self.add(slot, Read::verbatim(slot.kind(), text));
    }

    /// What a link leads to has its kind's full strength, whatever slot the link came in.
    fn link(&mut self, slot: Slot, kind: Kind, text: &str) -> Result<(), ParseError> {
        let identifier = match kind {
            Kind::Id => Identifier::Id(UserId::parse(text, self.network)?),
            Kind::Phone => return self.phone(slot, text, Reading::Exact),
            Kind::Email => Identifier::Email(Email::parse_with(text, self.policy.email)?),
            Kind::Handle => Identifier::handle(text, self.network)?,
        };
        self.add(slot, Read::new(identifier, Reading::Exact));
        Ok(())
    }

    /// Reads text as what it unmistakably is, else as what its slot is for, else as what it may be.
    fn text(&mut self, slot: Slot, text: &str) -> Result<(), ParseError> {
        let plain = self.is_plain(text);
        let id = UserId::parse(text, self.network);
        let own_id = id
            .as_ref()
            .ok()
            .filter(|id| id.is_distinctive() || (slot == Slot::Id && !plain));
        if let Some(id) = own_id {
            self.add(slot, Read::new(Identifier::Id(id.clone()), Reading::Exact));
            if id.is_distinctive() {
                return Ok(());
            }
        }
        let email = Email::parse_with(text, self.policy.email);
        let email_error = match email {
            Ok(email) => {
                self.add(slot, Read::new(Identifier::Email(email), Reading::Exact));
                return Ok(());
            }
            Err(error) => error,
        };
        let has_letters = text.contains(char::is_alphabetic);
        let own_error = if slot == Slot::PhoneNumber {
            match self.phone(slot, text, Reading::Exact) {
                // Digits that are no number are nothing else; words may be.
                Err(error) if has_letters => error,
                read => return read,
            }
        } else {
            if !has_letters && Phone::parse(text).is_ok() {
                return self.phone(slot, text, Reading::Exact);
            }
            if own_id.is_some() {
                return Ok(());
            }
            match slot {
                Slot::Email => email_error,
                Slot::Username => match Identifier::handle(text, self.network) {
                    Ok(handle) if self.network.takes(Kind::Handle) => {
                        self.add(slot, Read::new(handle, Reading::Exact).plain(plain));
                        return Ok(());
                    }
                    Ok(_) => ParseError::new(FieldCode::InvalidHandle),
                    Err(error) => error,
                },
                Slot::Id | Slot::PhoneNumber => id
                    .as_ref()
                    .err()
                    .copied()
                    .unwrap_or(ParseError::new(FieldCode::InvalidId)),
            }
        };
        self.interpretation(slot, text, id.ok(), plain)
            .ok_or(own_error)
    }

    /// Reads plain text from the slot of another kind: digits as an id where ids are numbers, else as a national number;
    /// words as a handle.
    fn interpretation(
        &mut self,
        slot: Slot,
        text: &str,
        id: Option<UserId>,
        plain: bool,
    ) -> Option<()> {
        if !text.contains(char::is_alphabetic) {
            if let Some(id) = id.as_ref().filter(|id| id.address().is_none()) {
                self.add(
                    slot,
                    Read::new(Identifier::Id(id.clone()), Reading::Interpretation),
                );
                return Some(());
            }
            if self.phone(slot, text, Reading::Interpretation).is_ok() {
                return Some(());
            }
        }
        // In its own slot a handle is one, even where the network has none to look up.
        let read = match (Identifier::handle(text, self.network), id) {
            (Ok(handle), _) if slot == Slot::Username => Read::new(handle, Reading::Exact),
            (Ok(handle), _) => Read::new(handle, Reading::Interpretation),
            // What was meant as an address is no id, and a word may be anybody's.
            (Err(_), id) => {
                let id = id.filter(|_| !text.contains('@'))?;
                let is_word = !text.contains(char::is_numeric);
                Read::new(Identifier::Id(id), Reading::Interpretation).plain(is_word)
            }
        };
        let plain = plain || read.plain_text;
        self.add(slot, read.plain(plain));
        Some(())
    }

    /// Reads a phone number; `reading` is that of a national one.
    fn phone(&mut self, slot: Slot, text: &str, reading: Reading) -> Result<(), ParseError> {
        if let Some(legacy) = phone::legacy(text, self.region) {
            return self.retired_number(slot, text, &legacy);
        }
        let plus = with_plus(text);
        match Phone::parse_in(text, self.region) {
            Ok(ParsedPhone {
                phone,
                extension,
                assumed,
                ..
            }) => {
                let reading = if assumed.is_none() {
                    Reading::Exact
                } else {
                    reading
                };
                let plus = plus.filter(|plus| *plus != phone);
                let warnings = [
                    assumed.map(Warning::AssumedRegion),
                    extension.map(|_| Warning::Extension(slot)),
                    (!phone.is_valid()).then_some(Warning::NotValid(slot)),
                    plus.map(|_| Warning::AlsoReads(slot)),
                ];
                self.triage.warnings.extend(warnings.into_iter().flatten());
                let mut read = Read::new(Identifier::Phone(phone), reading);
                if let Some(plus) = plus {
                    read.found_by(
                        Key::new(Kind::Phone, plus.as_str()),
                        Reading::Interpretation,
                    );
                }
                self.add(slot, read);
                Ok(())
            }
            Err(error) => self.no_number(slot, text, plus, error),
        }
    }

    /// A number in a form its country has retired finds who is stored with it or with today's form, and creates nothing.
    fn retired_number(
        &mut self,
        slot: Slot,
        text: &str,
        legacy: &phone::Legacy,
    ) -> Result<(), ParseError> {
        let mut read = Read::verbatim(Kind::Phone, legacy.as_str());
        read.found_by(
            Key::new(Kind::Phone, legacy.modern().as_str()),
            Reading::Variant,
        );
        self.add(slot, read);
        let error = Phone::parse_in(text, self.region).err();
        Err(error.unwrap_or(ParseError::new(FieldCode::WrongLength)))
    }

    /// Reads what is no number where it was typed: one that lost its plus, a short code.
    fn no_number(
        &mut self,
        slot: Slot,
        text: &str,
        plus: Option<Phone>,
        error: ParseError,
    ) -> Result<(), ParseError> {
        if let Some(plus) = plus {
            let mut read = Read::new(Identifier::Phone(plus), Reading::Interpretation);
            // Without a region the plus would be a guess: it may find someone known, and creates nothing.
            if self.region.is_none() {
                read.identifier = None;
            }
            self.add(slot, read);
            return if self.region.is_none() {
                Err(error)
            } else {
                Ok(())
            };
        }
        if self.network.short_codes
            && let Ok(id) = UserId::parse(text, self.network)
            && id.address().is_none()
        {
            self.add(slot, Read::new(Identifier::Id(id), Reading::Exact));
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

    fn add(&mut self, slot: Slot, read: Read) {
        let Read {
            kind,
            reading,
            identifier,
            keys,
            plain_text,
        } = read;
        let slots = [slot].into_iter().collect();
        if let Some(Identifier::Handle(handle)) = &identifier
            && handle.is_mixed_script()
        {
            self.triage.warnings.push(Warning::MixedScript(slot));
        }
        let alike = identifier.as_ref().and_then(Identifier::alike);
        self.triage.add(Candidate {
            kind,
            reading,
            slots,
            identifier,
            plain_text,
            keys,
            alike,
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
    kind: Kind,
    reading: Reading,
    identifier: Option<Identifier>,
    keys: Vec<SearchKey>,
    plain_text: bool,
}

impl Read {
    fn new(identifier: Identifier, reading: Reading) -> Self {
        let mut read = Read {
            kind: identifier.kind(),
            reading,
            identifier: None,
            keys: vec![SearchKey {
                key: identifier.key(),
                reading,
            }],
            plain_text: false,
        };
        match &identifier {
            Identifier::Id(id) => {
                if let Some(address) = Identifier::carried_by(id) {
                    read.found_by(address.key(), reading);
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
    fn verbatim(kind: Kind, text: &str) -> Self {
        let reading = Reading::Exact;
        let keys = vec![SearchKey {
            key: Key::new(kind, text),
            reading,
        }];
        Read {
            kind,
            reading,
            identifier: None,
            keys,
            plain_text: false,
        }
    }

    fn plain(self, plain_text: bool) -> Self {
        Read { plain_text, ..self }
    }

    fn found_by(&mut self, key: Key, reading: Reading) {
        if self.keys.iter().all(|search| search.key != key) {
            self.keys.push(SearchKey { key, reading });
        }
    }

    fn found_by_variants(&mut self, number: &Identifier) {
        if let Identifier::Phone(phone) = number {
            for variant in phone.variants() {
                self.found_by(Key::new(Kind::Phone, variant.as_str()), Reading::Variant);
            }
        }
    }
}
