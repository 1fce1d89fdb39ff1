//! Search by name in a database, with the results of [`MemoryDirectory`](crate::MemoryDirectory).

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt;
use std::hash::BuildHasher;
use std::ops::Range;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use smallvec::SmallVec;

use super::{StoreError, StoreErrorKind};
use crate::name::word_rows::{self, Stage};
use crate::name::{MAX_NAMES, Name, NameHit, PreparedNames, prepared, real_name};
use crate::person::{Person, Timestamp};

pub use crate::name::word_rows::WordQuery;

/// A row of a person's names. A store keeps it beside the account and the [`row_key`](super::row_key) of the person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct NameRow {
    /// A word of a name.
    pub word: String,
    /// The newest activity of the person and the names with the word, as a [`NameSearch`] reads them.
    pub names: String,
}

impl fmt::Debug for NameRow {
    /// Shows nothing, because names are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NameRow").finish_non_exhaustive()
    }
}

/// Returns the rows of a person's names, one for each word.
///
/// The own user and people known from groups alone have none, because they are not suggested. The rows depend on the names and
/// on the newest activity of the chats.
///
/// ```
/// use contact_resolution::Person;
/// use contact_resolution::store::name_rows;
///
/// let zoe = Person::new("zoe-id").with_name("Zoë SAMPLE");
/// let words: Vec<_> = name_rows(&zoe).into_iter().map(|row| row.word).collect();
/// assert_eq!(words, ["sample", "zoe"]);
/// ```
#[must_use]
pub fn name_rows(person: &Person) -> Vec<NameRow> {
    let newest = newest_text(person);
    let mut rows: BTreeMap<String, String> = BTreeMap::new();
    for name in searched_names(person).take(MAX_NAMES).map(Name::new) {
        let text = prepared::text_of(&name);
        for word in word_rows::words_of(&name) {
            let names = match rows.get_mut(word) {
                Some(names) => names,
                None => rows.entry(word.to_owned()).or_insert(newest.clone()),
            };
            // A name can have a word twice.
            if names.lines().next_back() != Some(&text) {
                names.push('\n');
                names.push_str(&text);
            }
        }
    }
    let rows = rows.into_iter();
    rows.map(|(word, names)| NameRow { word, names }).collect()
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

/// A search by name in a store, without the reads. It finds the people that a [`MemoryDirectory`](crate::MemoryDirectory)
/// suggests, in the same order.
///
/// The store selects the words with one of [`word_keys`](NameSearch::word_keys). It then selects the [`NameRow`]s of each
/// [`next_queries`](NameSearch::next_queries), until there are no more queries. It reads the records of the best people alone.
///
/// ```
/// use contact_resolution::Person;
/// use contact_resolution::store::{NameSearch, keys_of_word, name_rows, row_key};
///
/// let people = [Person::new("1").with_name("Alice Sample"), Person::new("2").with_name("Bob Sample")];
/// let rows: Vec<_> = people.iter().flat_map(|person| name_rows(person).into_iter().map(|row| (row_key(person), row))).collect();
///
/// let mut search = NameSearch::new("Sample, Alise", 5);
/// let keys = search.word_keys();
/// let words = rows.iter().map(|(_, row)| &row.word);
/// search.set_words(words.filter(|word| keys_of_word(word).iter().any(|key| keys.contains(key))));
/// while let Some(queries) = search.next_queries() {
///     for query in queries {
///         for (row_key, row) in &rows {
///             if query.lists.iter().any(|list| list.contains(&row.word)) {
///                 search.add_row(row_key, &row.names)?;
///             }
///         }
///     }
/// }
/// assert_eq!(search.into_row_keys()[0], "id:1");
/// # Ok::<_, contact_resolution::store::StoreError>(())
/// ```
pub struct NameSearch {
    hint: Name,
    limit: usize,
    stages: std::vec::IntoIter<Stage>,
    /// The least words of the last stage, and whether it found whole words only.
    last: Option<(usize, bool)>,
    /// The texts of all found people, in one piece. A search finds tens of thousands.
    texts: String,
    people: Vec<FoundPerson>,
    /// The places of the people, by their row keys.
    places: HashTable<usize>,
    hasher: RandomState,
    names: PreparedNames,
}

/// A person with a name that a query found.
struct FoundPerson {
    row_key: Range<usize>,
    newest: Newest,
    /// The names of the rows that were added.
    rows: SmallVec<[Range<usize>; 1]>,
}

/// Whether there is a direct chat, and the newest activity of one.
type Newest = (bool, Option<Timestamp>);

impl NameSearch {
    /// Creates a search for at most `limit` people.
    #[must_use]
    pub fn new(name: &str, limit: usize) -> Self {
        NameSearch {
            hint: Name::new(name),
            limit,
            stages: Vec::new().into_iter(),
            last: None,
            texts: String::new(),
            people: Vec::new(),
            places: HashTable::new(),
            hasher: RandomState::default(),
            names: PreparedNames::default(),
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

    /// Adds a row that a query found. Further rows do no harm.
    ///
    /// # Errors
    ///
    /// Returns an error of the kind [`Corrupt`](StoreErrorKind::Corrupt) if the names are not those of a [`NameRow`].
    pub fn add_row(&mut self, row_key: &str, names: &str) -> Result<(), StoreError> {
        let corrupt = || StoreError::new(StoreErrorKind::Corrupt);
        let (newest, prepared) = names.split_once('\n').ok_or_else(corrupt)?;
        let newest = newest_from_text(newest).ok_or_else(corrupt)?;
        let place = self.place_of(row_key, newest);
        let Self {
            texts,
            people,
            names,
            ..
        } = self;
        let Some(person) = people.get_mut(place) else {
            return Ok(());
        };
        // The rows of two words of a name are mostly equal.
        if person
            .rows
            .iter()
            .any(|row| text_at(texts, row) == prepared)
        {
            return Ok(());
        }
        let mut is_first_name = person.rows.is_empty();
        person.rows.push(push_text(texts, prepared));
        for name in prepared.lines() {
            if !names.insert(place, name, is_first_name) {
                return Err(corrupt());
            }
            is_first_name = false;
        }
        Ok(())
    }

    /// Returns the place of the person with a row key, who is added if necessary.
    fn place_of(&mut self, row_key: &str, newest: Newest) -> usize {
        let Self {
            texts,
            people,
            places,
            hasher,
            ..
        } = self;
        let hash = hasher.hash_one(row_key);
        let known = places.find(hash, |&place| row_key_at(texts, people, place) == row_key);
        if let Some(&known) = known {
            return known;
        }
        let place = people.len();
        people.push(FoundPerson {
            row_key: push_text(texts, row_key),
            newest,
            rows: SmallVec::new(),
        });
        places.insert_unique(hash, place, |&place| {
            hasher.hash_one(row_key_at(texts, people, place))
        });
        place
    }

    /// Returns the row keys of the best people, best first.
    #[must_use]
    pub fn into_row_keys(self) -> Vec<String> {
        let (hits, _) = self.best();
        let best = hits
            .iter()
            .map(|hit| row_key_at(&self.texts, &self.people, *hit.id));
        best.map(str::to_owned).collect()
    }

    /// Returns the best people so far, by their places, and the number of the hint's words that each has.
    fn best(&self) -> (Vec<NameHit<'_, usize>>, usize) {
        let order = |at: &usize| self.people.get(*at).map(|person| person.order(&self.texts));
        self.names.search_by_key(&self.hint, self.limit, order)
    }

    /// Returns whether the people of the last stage come before all others.
    fn is_done(&self) -> bool {
        let Some((least, whole_only)) = self.last else {
            return false;
        };
        let (hits, words) = self.best();
        if whole_only {
            return hits.len() == self.limit && hits.iter().all(|hit| hit.has_every_word);
        }
        words >= least
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

impl FoundPerson {
    /// Orders people with equal scores: a direct chat first, then the newest activity, then the smaller id.
    fn order<'a>(&self, texts: &'a str) -> (Reverse<Newest>, &'a str, bool) {
        let row_key = text_at(texts, &self.row_key);
        let (kind, id) = row_key.split_once(':').unwrap_or(("", row_key));
        (Reverse(self.newest), id, kind == "local")
    }
}

/// Returns the row key of the person at a place.
fn row_key_at<'a>(texts: &'a str, people: &[FoundPerson], place: usize) -> &'a str {
    let person = people.get(place);
    person.map_or("", |person| text_at(texts, &person.row_key))
}

fn text_at<'a>(texts: &'a str, at: &Range<usize>) -> &'a str {
    texts.get(at.clone()).unwrap_or_default()
}

/// Adds a text, and returns its place.
fn push_text(texts: &mut String, text: &str) -> Range<usize> {
    let start = texts.len();
    texts.push_str(text);
    start..texts.len()
}

/// Returns the names by which a person is suggested.
fn searched_names(person: &Person) -> impl Iterator<Item = &str> {
    let is_shown = !person.is_self && !person.group_only;
    let names = person.full_name.iter().chain(&person.other_names);
    names
        .filter(move |_| is_shown)
        .filter_map(|name| real_name(name, &[], &[]))
}

/// The newest activity of a person with a direct chat, if no activity is known.
const NO_ACTIVITY: &str = "-";

/// Returns the newest activity of a person's direct chats as text, which is empty if there is no chat.
fn newest_text(person: &Person) -> String {
    match person.chats.iter().map(|chat| chat.last_activity).max() {
        None => String::new(),
        Some(None) => NO_ACTIVITY.into(),
        Some(Some(time)) => time.to_compact(),
    }
}

fn newest_from_text(text: &str) -> Option<Newest> {
    match text {
        "" => Some((false, None)),
        NO_ACTIVITY => Some((true, None)),
        time => Timestamp::from_compact(time).map(|time| (true, Some(time))),
    }
}
