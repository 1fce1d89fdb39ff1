//! Search by name in a database, with the results of [`MemoryDirectory`](crate::MemoryDirectory).

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

use crate::name::word_rows::{self, Stage};
use crate::name::{Name, NameHit, NameIndex, matched_words, real_name};
use crate::person::{Person, Timestamp};

pub use crate::name::word_rows::WordQuery;

/// Returns the words of a person's names. For each of them a store keeps a row `(account, word, person)`.
///
/// The own user and people known from groups alone have none, because they are not suggested.
///
/// ```
/// use contact_resolution::Person;
/// use contact_resolution::store::words_of;
///
/// let zoe = Person::new("zoe-id").with_name("Zoë SAMPLE");
/// assert_eq!(words_of(&zoe), ["sample", "zoe"]);
/// ```
#[must_use]
pub fn words_of(person: &Person) -> Vec<String> {
    let mut words = BTreeSet::new();
    for name in searched_names(person) {
        words.extend(word_rows::words_of(&Name::new(name)).map(str::to_owned));
    }
    words.into_iter().collect()
}

/// Returns the keys of a word. For each of them a store keeps a row `(account, key, word)`, once for all people.
///
/// ```
/// use contact_resolution::store::{NameSearch, keys_of_word};
///
/// let searched = NameSearch::new("Alise", 5).word_keys();
/// assert!(keys_of_word("alice").iter().any(|key| searched.contains(key)));
/// ```
#[must_use]
pub fn keys_of_word(word: &str) -> Vec<String> {
    word_rows::keys_of(word)
}

/// A search by name in a store, without the reads. It suggests the same people as a
/// [`MemoryDirectory`](crate::MemoryDirectory).
///
/// The store selects the words with one of [`word_keys`](NameSearch::word_keys). It then selects the people of each
/// [`next_queries`](NameSearch::next_queries) by these words, until there are no more queries.
///
/// ```
/// use std::collections::BTreeMap;
/// use contact_resolution::Person;
/// use contact_resolution::store::{NameSearch, keys_of_word, row_key, words_of};
///
/// let people = [Person::new("1").with_name("Alice Sample"), Person::new("2").with_name("Bob Sample")];
/// let by_row_key: BTreeMap<_, _> = people.iter().map(|person| (row_key(person), person)).collect();
///
/// let mut search = NameSearch::new("Sample, Alise", 5);
/// let keys = search.word_keys();
/// let words = people.iter().flat_map(words_of);
/// search.set_words(words.filter(|word| keys_of_word(word).iter().any(|key| keys.contains(key))));
/// while let Some(queries) = search.next_queries() {
///     for query in queries {
///         let has = |person: &Person, list: &Vec<String>| words_of(person).iter().any(|word| list.contains(word));
///         let count = |person: &Person| query.lists.iter().filter(|list| has(person, list)).count();
///         let found = by_row_key.iter().filter(|(_, person)| count(person) >= query.least);
///         for row_key in search.new_row_keys(found.map(|(row_key, _)| row_key.clone())) {
///             search.add_person(by_row_key[&row_key].clone());
///         }
///     }
/// }
/// assert_eq!(search.into_people()[0].id, "1");
/// ```
pub struct NameSearch {
    hint: Name,
    limit: usize,
    stages: std::vec::IntoIter<Stage>,
    /// The least words of the last stage, and whether it found whole words only.
    last: Option<(usize, bool)>,
    row_keys: BTreeSet<String>,
    people: Vec<Person>,
    names: NameIndex<usize>,
}

impl NameSearch {
    /// Creates a search for at most `limit` people.
    #[must_use]
    pub fn new(name: &str, limit: usize) -> Self {
        NameSearch {
            hint: Name::new(name),
            limit,
            stages: Vec::new().into_iter(),
            last: None,
            row_keys: BTreeSet::new(),
            people: Vec::new(),
            names: NameIndex::new(),
        }
    }

    /// Returns the keys to select words by. Returns no keys if the limit is zero.
    #[must_use]
    pub fn word_keys(&self) -> Vec<String> {
        if self.limit == 0 {
            return Vec::new();
        }
        word_rows::keys_for(&self.hint).into_iter().collect()
    }

    /// Takes the words that the store has for the keys. Further words do no harm.
    pub fn set_words(&mut self, words: impl IntoIterator<Item: AsRef<str>>) {
        self.stages = word_rows::stages(&self.hint, words).into_iter();
    }

    /// Returns the next queries for people, or `None` if no other person can be among the best.
    pub fn next_queries(&mut self) -> Option<Vec<WordQuery>> {
        if self.limit == 0 || self.is_done() {
            return None;
        }
        let stage = self.stages.next()?;
        self.last = Some((stage.least, stage.whole_only));
        Some(stage.queries)
    }

    /// Returns which of the row keys that a query found are new, in order. The store then reads these people.
    pub fn new_row_keys(&mut self, row_keys: impl IntoIterator<Item = String>) -> Vec<String> {
        let mut new = Vec::new();
        for row_key in row_keys {
            if self.row_keys.insert(row_key.clone()) {
                new.push(row_key);
            }
        }
        // Records in the order of their primary key are read faster.
        new.sort_unstable();
        new
    }

    /// Adds a person that a query found.
    pub fn add_person(&mut self, person: Person) {
        let names: Vec<Name> = searched_names(&person).map(Name::new).collect();
        self.names.upsert_names(&self.people.len(), names);
        self.people.push(person);
    }

    /// Returns the best people, best first.
    #[must_use]
    pub fn into_people(self) -> Vec<Person> {
        let best: Vec<usize> = self.best().iter().map(|hit| *hit.id).collect();
        let mut people: Vec<_> = self.people.into_iter().map(Some).collect();
        let take = |at: usize| people.get_mut(at).and_then(Option::take);
        best.into_iter().filter_map(take).collect()
    }

    /// Returns the best people so far, by their places.
    fn best(&self) -> Vec<NameHit<'_, usize>> {
        let order = |at: &usize| self.people.get(*at).map(order);
        self.names.search_by_key(&self.hint, self.limit, order)
    }

    /// Returns whether the people of the last stage come before all others.
    fn is_done(&self) -> bool {
        let Some((least, whole_only)) = self.last else {
            return false;
        };
        let hits = self.best();
        if whole_only {
            return hits.len() == self.limit && hits.iter().all(|hit| hit.has_every_word);
        }
        // All hits have the same number of the hint's words.
        let best = hits.first().and_then(|hit| self.people.get(*hit.id));
        let names = best.into_iter().flat_map(searched_names);
        let words = names.map(|name| matched_words(&self.hint, &Name::new(name)));
        words.max().unwrap_or(0) >= least
    }
}

impl fmt::Debug for NameSearch {
    /// Shows no name, because names are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameSearch")
            .field("people", &self.people.len())
            .finish_non_exhaustive()
    }
}

/// Returns the names by which a person is suggested.
fn searched_names(person: &Person) -> impl Iterator<Item = &str> {
    let is_shown = !person.is_self && !person.group_only;
    let names = person.full_name.iter().chain(&person.other_names);
    names
        .filter(move |_| is_shown)
        .filter_map(|name| real_name(name, &[], &[]))
}

/// Orders people with equal scores: a direct chat first, then the newest activity, then the smaller id.
fn order(person: &Person) -> (Reverse<(bool, Option<Timestamp>)>, &str, bool) {
    let newest = person.chats.iter().map(|chat| chat.last_activity).max();
    let newest = (newest.is_some(), newest.flatten());
    (Reverse(newest), person.id.as_str(), person.is_local)
}
