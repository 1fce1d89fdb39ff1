//! A search over the rows of a store suggests the people that the memory directory suggests, in the same order.

use std::collections::{BTreeMap, BTreeSet};

use contact_resolution::store::{
    NameRow, NameSearch, StoreErrorKind, keys_of_word, name_rows, row_key,
};
use contact_resolution::{
    Account, DirectChat, Directory, MemoryDirectory, Network, Person, Timestamp,
};
use proptest::prelude::*;

use super::index::{name, names};
use crate::people::{HintKind, people};

/// The rows that a store keeps for suggestions.
#[derive(Default)]
struct Rows {
    words: BTreeMap<String, BTreeSet<String>>,
    /// The row keys of people and their names, by word.
    names: BTreeMap<String, Vec<(String, String)>>,
    records: BTreeMap<String, Person>,
}

impl Rows {
    fn of(people: &[Person]) -> Self {
        let mut rows = Rows::default();
        for person in people {
            let row_key = row_key(person);
            for NameRow { word, names, .. } in name_rows(person) {
                for key in keys_of_word(&word) {
                    rows.words.entry(key).or_default().insert(word.clone());
                }
                let row = (row_key.clone(), names);
                rows.names.entry(word).or_default().push(row);
            }
            rows.records.insert(row_key, person.clone());
        }
        rows
    }

    /// Returns the rows of a list of words.
    fn rows_of(&self, list: &[String]) -> Vec<&(String, String)> {
        let rows = list.iter().filter_map(|word| self.names.get(word));
        rows.flatten().collect()
    }

    fn suggest(&self, name: &str, limit: usize) -> Vec<Person> {
        let mut search = NameSearch::new(name, limit);
        let keys = search.word_keys();
        let words = keys.iter().filter_map(|key| self.words.get(key)).flatten();
        search.set_words(words);
        while let Some(queries) = search.next_queries() {
            for query in queries {
                let lists = query.lists.iter().map(|list| self.rows_of(list));
                let mut lists: Vec<_> = lists.collect();
                lists.sort_by_key(Vec::len);
                lists.truncate(query.sufficient_lists());
                for (row_key, names) in lists.into_iter().flatten() {
                    search.add_row(row_key, names).unwrap();
                }
            }
        }
        let best = search.into_row_keys().into_iter();
        best.map(|row_key| self.records[&row_key].clone()).collect()
    }
}

fn directory_of(people: &[Person]) -> MemoryDirectory {
    let mut directory = MemoryDirectory::new();
    directory.insert_account(Account::new("irc", Network::IRC, "me"));
    for person in people {
        assert!(directory.upsert("irc", person));
    }
    directory
}

fn person(number: usize, names: Vec<String>) -> Person {
    let mut person = if number.is_multiple_of(7) {
        Person::local(format!("{number}"))
    } else {
        Person::new(format!("{number}"))
    };
    let mut names = names.into_iter();
    person.full_name = names.next();
    person.other_names = names.collect();
    person.group_only = number.is_multiple_of(11);
    if number.is_multiple_of(3) {
        let mut chat = DirectChat::new("!chat");
        if number.is_multiple_of(2) {
            let time = format!("2026-01-{:02}T00:00:00Z", 1 + number % 20);
            chat.last_activity = Timestamp::parse(&time);
        }
        person.chats.push(chat);
    }
    person
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn rows_suggest_what_memory_suggests(
        all in prop::collection::vec(names(), 1..120),
        hints in prop::collection::vec(name(), 12),
        limit in 0_usize..8,
    ) {
        let people: Vec<Person> = all.into_iter().enumerate().map(|(n, names)| person(n, names)).collect();
        let (rows, directory) = (Rows::of(&people), directory_of(&people));
        for hint in hints {
            let Ok(expected) = directory.suggest("irc", &hint, limit);
            prop_assert_eq!(rows.suggest(&hint, limit), expected, "{}", hint);
        }
    }
}

#[test]
fn rows_of_many_people_suggest_what_memory_suggests() {
    let names = people(4_000);
    let people: Vec<Person> = (0..)
        .zip(&names)
        .map(|(n, name)| person(n, vec![name.clone()]))
        .collect();
    let (rows, directory) = (Rows::of(&people), directory_of(&people));
    for name in names.iter().step_by(200) {
        for hint in HintKind::ALL.map(|kind| kind.hint(name)) {
            let Ok(expected) = directory.suggest("irc", &hint, 5);
            assert_eq!(rows.suggest(&hint, 5), expected, "{hint}");
        }
    }
}

#[test]
fn damaged_names_are_an_error() {
    let mut search = NameSearch::new("Alice", 5);
    for names in [
        "",
        "walice",
        "-walice",
        "yesterday\nwalice",
        "\nxalice",
        "\nwalice  wsample",
    ] {
        let error = search.add_row("id:1", names).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{names:?}");
    }
    // More tokens than a name has are ignored.
    search
        .add_row("id:1", &format!("\n{}", "walice ".repeat(40).trim()))
        .unwrap();
}

#[test]
fn rows_of_a_person_with_many_names_grow_in_proportion() {
    let size_of = |count: usize| -> usize {
        let mut person = Person::new("1");
        person.other_names = (0..count)
            .map(|n| format!("Alice Sample Number{n} Tester"))
            .collect();
        name_rows(&person).iter().map(|row| row.names.len()).sum()
    };
    assert!(
        size_of(80) < 9 * size_of(10),
        "{} {}",
        size_of(80),
        size_of(10)
    );
    // A search reads a hundred names of a person.
    assert_eq!(size_of(100), size_of(1_000));
}
