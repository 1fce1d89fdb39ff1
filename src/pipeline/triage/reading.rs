//! The reading of one payload field as a candidate, before it is merged with other fields.

use smallvec::smallvec;

use super::{Certainty, IdentifierCandidate, PayloadField, SearchKey};
use crate::identifier::phone::{self, PhoneSpelling, PhoneText};
use crate::identifier::{Identifier, Phone};
use crate::key::{Key, embedded_key};
use crate::network::IdentifierKind;

impl IdentifierCandidate {
    /// Returns the reading of a field as an identifier, with every key that finds known people.
    pub(super) fn new(field: PayloadField, identifier: Identifier, certainty: Certainty) -> Self {
        let key = identifier.key();
        IdentifierCandidate::with_key(field, identifier, key, certainty)
    }

    /// Returns the reading of a text as a number. A text in E.164 is the value of its key.
    pub(super) fn of_number(
        field: PayloadField,
        text: &str,
        number: Phone,
        certainty: Certainty,
    ) -> Self {
        let key = if number.as_bytes() == text.as_bytes() {
            Key::new(IdentifierKind::Phone, text)
        } else {
            Key::phone(&number)
        };
        IdentifierCandidate::with_key(field, Identifier::Phone(number), key, certainty)
    }

    /// Returns the reading of an identifier with its key.
    fn with_key(
        field: PayloadField,
        identifier: Identifier,
        key: Key,
        certainty: Certainty,
    ) -> Self {
        let mut reading = IdentifierCandidate::without_identifier(field, key, certainty);
        // Numbers have no look-alikes.
        if !matches!(identifier, Identifier::Phone(_)) {
            reading.add_look_alike(identifier.look_alike_key());
            reading.add_look_alike(identifier.seen_look_alike_key());
        }
        match &identifier {
            Identifier::Id(id) => {
                // An exact text is stronger than a folded one.
                for key in id.folded_keys() {
                    reading.add_key(key, certainty.max(Certainty::Interpreted));
                }
                if let Some(key) = embedded_key(id) {
                    let number = match id.embedded_identifier() {
                        Some(Identifier::Phone(number)) => Some(number),
                        Some(_) => None,
                        // The id may have a number in a form that its country has retired.
                        None => phone::legacy(key.value(), None).map(|old| old.modern()),
                    };
                    reading.add_key(key, certainty);
                    if let Some(number) = number {
                        reading.add_number_with_variants(&number);
                    }
                }
            }
            Identifier::Phone(number) => reading.add_variants(number),
            Identifier::Email(_) | Identifier::Handle(_) => {}
        }
        reading.identifier = Some(identifier);
        reading
    }

    /// Returns a reading without an identifier. It only finds people who are stored with this key.
    pub(super) fn without_identifier(field: PayloadField, key: Key, certainty: Certainty) -> Self {
        IdentifierCandidate {
            kind: key.kind(),
            certainty,
            fields: [field].into_iter().collect(),
            identifier: None,
            keys: smallvec![SearchKey { key, certainty }],
            is_unmarked_word: false,
            look_alikes: Vec::new(),
        }
    }

    pub(super) fn with_unmarked_word(self, is_unmarked_word: bool) -> Self {
        IdentifierCandidate {
            is_unmarked_word,
            ..self
        }
    }

    pub(super) fn add_key(&mut self, key: Key, certainty: Certainty) {
        if self.keys.iter().all(|search| search.key != key) {
            self.keys.push(SearchKey { key, certainty });
        }
    }

    /// Adds the key of people with a similar identifier.
    pub(super) fn add_look_alike(&mut self, key: Option<Key>) {
        self.look_alikes
            .extend(key.filter(|key| !self.look_alikes.contains(key)));
    }

    /// Adds the numbers that digits may mean, with their other spellings.
    pub(super) fn add_number_keys(&mut self, read: &PhoneText) {
        if let PhoneSpelling::Retired(Some(old)) = read.spelling {
            let key = Key::new(IdentifierKind::Phone, old.as_str());
            self.add_key(key, Certainty::Interpreted);
        }
        let is_retired = matches!(read.spelling, PhoneSpelling::Retired(_));
        let other = read.other.map(|(_, other)| other);
        for phone in [Some(read.phone), other].into_iter().flatten() {
            if !is_retired {
                let key = Key::new(IdentifierKind::Phone, phone.as_str());
                self.add_key(key, Certainty::Interpreted);
            }
            self.add_number_with_variants(&phone);
        }
    }

    /// Adds the number and its other spellings, unless they are there with a higher certainty.
    pub(super) fn add_number_with_variants(&mut self, number: &Phone) {
        self.add_key(Key::phone(number), Certainty::Variant);
        self.add_variants(number);
    }

    fn add_variants(&mut self, number: &Phone) {
        for variant in number.variants() {
            let key = Key::new(IdentifierKind::Phone, variant.as_str());
            self.add_key(key, Certainty::Variant);
        }
    }
}
