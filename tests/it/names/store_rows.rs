//! A search over the rows of a store suggests the people that the memory directory suggests, in the same order.

use std::collections::{BTreeMap, BTreeSet};

use contact_resolution::store::{NameSearch, keys_of_word, row_key, words_of};
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
    people: BTreeMap<String, BTreeSet<String>>,
    records: BTreeMap<String, Person>,
}

impl Rows {
    fn of(people: &[Person]) -> Self {
        let mut rows = Rows::default();
        for person in people {
            let row_key = row_key(person);
            for word in words_of(person) {
                for key in keys_of_word(&word) {
                    rows.words.entry(key).or_default().insert(word.clone());
                }
                rows.people.entry(word).or_default().insert(row_key.clone());
            }
            rows.records.insert(row_key, person.clone());
        }
        rows
    }

    fn suggest(&self, name: &str, limit: usize) -> Vec<Person> {
        let mut search = NameSearch::new(name, limit);
        let keys = search.word_keys();
        let words = keys.iter().filter_map(|key| self.words.get(key)).flatten();
        search.set_words(words);
        while let Some(queries) = search.next_queries() {
            for query in queries {
                let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
                for list in &query.lists {
                    let holders = list.iter().filter_map(|word| self.people.get(word));
                    let holders: BTreeSet<&String> = holders.flatten().collect();
                    for holder in holders {
                        *counts.entry(holder).or_default() += 1;
                    }
                }
                counts.retain(|_, count| *count >= query.least);
                for row_key in search.new_row_keys(counts.into_keys().map(str::to_owned)) {
                    search.add_person(self.records[&row_key].clone());
                }
            }
        }
        search.into_people()
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
    #![proptest_config(ProptestConfig::with_cases(200))]

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
