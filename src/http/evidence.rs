//! How sure the answer to a lookup is, by the facts of the network and the dialect, and by the people in the answer.

use crate::identifier::Identifier;
use crate::key::Key;
use crate::network::{Dialect, IdentifierKind, LookupFact};
use crate::person::{Account, Person};
use crate::pipeline::decide::Attempt;
use crate::pipeline::lookup::LookupResult;

/// A question to the network about one identifier.
pub(super) struct Question<'a> {
    account: &'a Account,
    attempt: &'a Attempt,
    fact: LookupFact,
    /// The keys of the identifier.
    keys: Vec<Key>,
    /// The keys of other spellings of the same number.
    variants: Vec<Key>,
}

impl<'a> Question<'a> {
    pub(super) fn new(dialect: &Dialect, account: &'a Account, attempt: &'a Attempt) -> Self {
        let mut keys = attempt.stored().keys(account);
        keys.retain(|key| !key.is_look_alike());
        let read = attempt.stored().read(account);
        let number = match &read {
            Some(Identifier::Id(id)) => id.embedded_identifier(),
            _ => read,
        };
        let variants = match &number {
            Some(Identifier::Phone(phone)) => phone
                .variants()
                .map(|variant| Key::new(IdentifierKind::Phone, variant.as_str()))
                .collect(),
            _ => Vec::new(),
        };
        Question {
            account,
            attempt,
            fact: dialect.lookup(&account.network, attempt.kind),
            keys,
            variants,
        }
    }

    /// Returns the result of an answer that names one person as the owner of the identifier.
    pub(super) fn named(&self, person: Person, chat: Option<String>) -> LookupResult {
        if person.network_id().is_none_or(|id| id.trim().is_empty()) {
            return LookupResult::Inconclusive;
        }
        let person = self.with_real_name(person);
        let is_repeated = self.holds(&person, &self.keys) || self.holds(&person, &self.variants);
        if !is_repeated && self.is_other_id(&person.id) {
            // Only the person with the id that was asked about will do.
            return match self.fact {
                LookupFact::Echoes => LookupResult::Echo {
                    person: Person::new(self.attempt.value.as_str()),
                    chat: None,
                },
                _ => LookupResult::Inconclusive,
            };
        }
        let is_echo = match self.fact {
            LookupFact::Echoes => true,
            LookupFact::Asks => false,
            _ => is_repeated && chat.is_none() && !self.adds_knowledge(&person),
        };
        if is_echo {
            LookupResult::Echo { person, chat }
        } else {
            LookupResult::Confirmed { person, chat }
        }
    }

    /// Returns the result of an answer with a list of people, which may contain other people.
    pub(super) fn among(&self, people: &[Person]) -> LookupResult {
        if people.is_empty() && self.fact == LookupFact::Asks {
            return LookupResult::Absent;
        }
        for keys in [&self.keys, &self.variants] {
            let mut holders: Vec<&Person> = people
                .iter()
                .filter(|person| self.holds(person, keys))
                .collect();
            holders.sort_unstable_by_key(|person| person.id.as_str());
            holders.dedup_by_key(|person| person.id.as_str());
            match holders.as_slice() {
                [] => {}
                [person] => return self.named(Person::clone(person), None),
                // The answer does not show which of them the network means.
                _ => return LookupResult::Inconclusive,
            }
        }
        LookupResult::Inconclusive
    }

    /// Returns the result of a search. A search may miss the person, so a result without the identifier shows nothing.
    pub(super) fn found(&self, people: impl Iterator<Item = Person>) -> LookupResult {
        let mut holders: Vec<Person> = people
            .filter(|person| !person.id.trim().is_empty() && self.holds(person, &self.keys))
            .collect();
        holders.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        holders.dedup_by(|one, other| one.id == other.id);
        match (holders.pop(), holders.as_slice()) {
            (Some(mut person), []) => {
                let chat = person.chats.pop().map(|chat| chat.id);
                let person = self.with_real_name(person);
                LookupResult::Confirmed { person, chat }
            }
            _ => LookupResult::Inconclusive,
        }
    }

    /// Returns a person without a name that is a placeholder.
    fn with_real_name(&self, mut person: Person) -> Person {
        let name = self.account.real_full_name(&person);
        person.full_name = name.map(str::to_owned);
        person
    }

    /// Returns the result of an answer that reports no such person.
    pub(super) fn not_found(&self) -> LookupResult {
        match self.fact {
            LookupFact::OwnTable => LookupResult::Inconclusive,
            _ => LookupResult::Absent,
        }
    }

    /// Returns whether the question was about an id, and the id of the answer is of the same kind and another one.
    ///
    /// An id of another kind is a redirect, such as from a number to a LID. A longer id may contain the id that was asked
    /// about, such as a Slack id with its team.
    fn is_other_id(&self, id: &str) -> bool {
        let asked = self.attempt.value.as_str();
        self.attempt.kind == IdentifierKind::Id
            && self.account.id_kind(asked).is_some()
            && self.account.id_kind(asked) == self.account.id_kind(id)
            && !is_part(asked, id)
            && !is_part(id, asked)
    }

    fn holds(&self, person: &Person, keys: &[Key]) -> bool {
        !keys.is_empty()
            && person
                .keys(self.account)
                .iter()
                .any(|key| keys.contains(key))
    }

    /// Returns whether an answer has more about a person than the question: a name or an identifier that is not made
    /// from it.
    fn adds_knowledge(&self, person: &Person) -> bool {
        let is_new = |key: &Key| {
            key.kind() != IdentifierKind::Id
                && !key.is_look_alike()
                && !self.keys.contains(key)
                && !self.variants.contains(key)
                && !self.is_made_from_question(key.value(), person)
        };
        let name = person.full_name.as_deref();
        name.is_some_and(|name| !self.is_made_from_question(name, person))
            || person.keys(self.account).iter().any(is_new)
    }

    /// Returns whether a text of the answer repeats the identifier that was asked about, or the id of the answer.
    fn is_made_from_question(&self, text: &str, person: &Person) -> bool {
        let text = bare(text);
        [&self.attempt.value, &person.id].into_iter().any(|asked| {
            bare(asked) == text || asked.rsplit([':', '/', '@']).any(|part| bare(part) == text)
        })
    }
}

/// Returns whether a text begins or ends another one, next to a character that is neither a letter nor a digit.
fn is_part(part: &str, whole: &str) -> bool {
    let (part, whole) = (part.to_lowercase(), whole.to_lowercase());
    let is_sign = |next: Option<char>| next.is_none_or(|c| !c.is_alphanumeric());
    let before = whole.strip_suffix(part.as_str());
    let after = whole.strip_prefix(part.as_str());
    before.is_some_and(|before| is_sign(before.chars().next_back()))
        || after.is_some_and(|after| is_sign(after.chars().next()))
}

/// Returns the letters and digits of a text, in lower case.
fn bare(text: &str) -> String {
    let signs = text.chars().filter(|c| c.is_alphanumeric());
    signs.flat_map(char::to_lowercase).collect()
}
