//! The claim key of a start. Two starts for one person must have equal claim keys.

use super::ChatStart;
use crate::key::Key;
use crate::ledger::ClaimKey;
use crate::network::IdentifierKind;
use crate::person::{Person, StoredIdentifier};
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;

impl ChatStart<'_> {
    /// Returns the claim key of the chosen person, or of the attempt if no person is known.
    pub(super) fn claim_key(&self, attempt: &Attempt) -> ClaimKey {
        match &self.person {
            Some(person) if person.stored(IdentifierKind::Id).next().is_some() => {
                self.claim_key_of(person)
            }
            // Only an identifier names a person without an id.
            _ => self.key_of(attempt.kind, &attempt.value),
        }
    }

    /// Returns the claim key of a person. It is the key of the id that the network named, else of the smallest id. So
    /// it does not depend on the record that has the id.
    pub(super) fn claim_key_of(&self, person: &Person) -> ClaimKey {
        let ids = || person.stored(IdentifierKind::Id);
        let named = self.lookups.iter().find_map(|lookup| match &lookup.result {
            LookupResult::Confirmed { person: named, .. } if ids().any(|id| id == named.id) => {
                Some(named.id.as_str())
            }
            _ => None,
        });
        let id = named.or_else(|| ids().min()).unwrap_or_default();
        self.key_of(IdentifierKind::Id, id)
    }

    /// Returns the claim key of an identifier. An id that embeds an address has the key of the address.
    fn key_of(&self, kind: IdentifierKind, text: &str) -> ClaimKey {
        let stored = StoredIdentifier {
            kind,
            text: text.to_owned(),
        };
        // The keys are those of the text, of the identifier, and of the embedded address, in this order.
        let mut keys = stored.keys(self.account()).into_iter();
        let key = keys.rfind(|key| !key.is_look_alike());
        let key = key.unwrap_or_else(|| Key::new(kind, text));
        ClaimKey::new(self.account().id.as_str(), key)
    }
}
