//! Identifiers of a payload, each with the fields that it came from.

use std::fmt;

use smallvec::SmallVec;

use super::{PayloadField, PayloadFields};
use crate::codes::codes;
use crate::identifier::{Identifier, Phone};
use crate::key::Key;
use crate::network::IdentifierKind;

codes! {
    /// How sure the reading of a text is, the most certain first.
    ///
    /// ```
    /// use contact_resolution::Certainty;
    ///
    /// assert_eq!(Certainty::Interpreted.as_str(), "interpreted");
    /// ```
    pub enum Certainty {
        /// The text is in its own field, or is unmistakable in any field.
        Exact = "exact",
        /// Plain text in the field of another kind, digits that are also another number, or an identifier beside text that was
        /// left out.
        Interpreted = "interpreted",
        /// Another spelling of the same subscriber's number, by the rules of its country.
        Variant = "variant",
    }
}

/// A key to search known people by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchKey {
    /// The key.
    pub key: Key,
    /// The certainty that a person who holds the key is meant.
    pub certainty: Certainty,
}

/// An identifier of the payload with the fields that it came from.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdentifierCandidate {
    /// The kind of the identifier. An id that embeds an address remains an id.
    pub kind: IdentifierKind,
    /// The certainty of the reading.
    ///
    /// [`Certainty::Variant`] marks the present form of a number in a retired form. A chat is created with such a
    /// number only after a lookup has confirmed it.
    pub certainty: Certainty,
    /// The fields that the identifier came from.
    pub fields: PayloadFields,
    /// The identifier that a chat could be created with. Without one, the candidate only finds people who are stored
    /// with its keys.
    pub identifier: Option<Identifier>,
    /// Whether the text is an unmarked word, which may be a person's name. Such a word finds people by their handle but
    /// never creates a chat.
    pub is_unmarked_word: bool,
    /// Most candidates have one key.
    pub(super) keys: SmallVec<[SearchKey; 1]>,
    /// The keys of people with a similar identifier. They are suggested but never chosen.
    pub look_alikes: Vec<Key>,
}

impl IdentifierCandidate {
    /// Returns the text to send to the network. A number or an address is in its normalized form, and a handle or an id is
    /// as typed.
    #[must_use]
    pub fn text(&self) -> &str {
        match &self.identifier {
            Some(identifier @ (Identifier::Id(_) | Identifier::Handle(_))) => identifier.to_send(),
            // The key of a number or of an address is its text.
            _ => self.own_key().map_or("", Key::value),
        }
    }

    /// Returns the keys that identify a known person, the candidate's own key first.
    #[must_use]
    pub fn keys(&self) -> &[SearchKey] {
        &self.keys
    }

    /// Returns whether the text allows a chat with an unknown person.
    ///
    /// ```
    /// use contact_resolution::{Account, Network, Policy, wire::UserPayload};
    /// use contact_resolution::pipeline::triage::triage;
    ///
    /// let account = Account::new("telegram", Network::from_bridge_type("telegram"), "me");
    /// let payload = UserPayload { username: Some("jonas_m".into()), ..UserPayload::default() };
    /// let triage = triage(&payload, &account, &Policy::default());
    /// assert!(triage.candidates[0].can_create());
    /// ```
    #[must_use]
    pub fn can_create(&self) -> bool {
        self.identifier.is_some() && !self.is_unmarked_word
    }

    /// Returns whether a create needs the network's confirmation first, because the number has a retired form.
    pub(crate) fn needs_confirmation(&self) -> bool {
        self.certainty == Certainty::Variant
    }

    /// Returns the exact keys of ids or handles that are one edit, one swap or one change of case away.
    ///
    /// People with these keys are suggested before a create and never chosen. There are about eighty keys per
    /// character.
    pub(crate) fn near_keys(&self) -> Vec<Key> {
        let near = self.identifier.as_ref().map(Identifier::near_texts);
        let near = near.unwrap_or_default();
        near.iter().map(|text| Key::new(self.kind, text)).collect()
    }

    /// Returns whether a stored text is almost the identifier.
    pub(crate) fn is_near(&self, stored: &str) -> bool {
        let identifier = self.identifier.as_ref();
        identifier.is_some_and(|identifier| identifier.is_near(stored))
    }

    /// Returns the number, if the identifier is one.
    pub(super) fn number(&self) -> Option<&Phone> {
        match &self.identifier {
            Some(Identifier::Phone(number)) => Some(number),
            _ => None,
        }
    }

    pub(super) fn own_key(&self) -> Option<&Key> {
        self.keys.first().map(|search| &search.key)
    }

    /// Adds a field that has the own key as its exact text, and makes the certainty exact.
    pub(super) fn confirm(&mut self, field: PayloadField) {
        self.fields.extend([field]);
        self.certainty = Certainty::Exact;
        if let Some(own) = self.keys.first_mut() {
            own.certainty = Certainty::Exact;
        }
    }

    /// Merges a reading of the same key from another field.
    pub(super) fn merge(&mut self, other: IdentifierCandidate) {
        self.fields.extend(other.fields.iter());
        // A candidate without an identifier is only a search text.
        if other.identifier.is_some() {
            let is_search_text = self.identifier.is_none();
            self.is_unmarked_word =
                other.is_unmarked_word && (is_search_text || self.is_unmarked_word);
            if is_search_text || other.certainty < self.certainty {
                self.identifier = other.identifier;
            }
        }
        self.certainty = self.certainty.min(other.certainty);
        for key in other.look_alikes {
            if !self.look_alikes.contains(&key) {
                self.look_alikes.push(key);
            }
        }
        for search in other.keys {
            match self.keys.iter_mut().find(|known| known.key == search.key) {
                Some(known) => known.certainty = known.certainty.min(search.certainty),
                None => self.keys.push(search),
            }
        }
    }
}

/// The text is personal and never appears in `Debug`.
impl fmt::Debug for IdentifierCandidate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentifierCandidate")
            .field("kind", &self.kind)
            .field("certainty", &self.certainty)
            .field("fields", &self.fields)
            .field("is_unmarked_word", &self.is_unmarked_word)
            .field("can_create", &self.can_create())
            .finish_non_exhaustive()
    }
}
