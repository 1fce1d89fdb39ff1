//! A search finds the same people as a comparison with every name.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use contact_resolution::name::{Name, NameIndex, Score, matched_words, score};
use proptest::prelude::*;

/// Few words, so that names share words, are one edit apart, join and abbreviate.
const WORDS: &[&str] = &[
    "Anna",
    "Anne",
    "Ann",
    "Marie",
    "Annemarie",
    "Mary",
    "Maria",
    "Mario",
    "Robert",
    "Bob",
    "Bobby",
    "Rob",
    "Roberto",
    "Sample",
    "Sampel",
    "Samples",
    "Example",
    "Smith",
    "Smyth",
    "Schmidt",
    "Müller",
    "Mueller",
    "Miller",
    "van",
    "der",
    "Meer",
    "Vandermeer",
    "al",
    "Rahman",
    "Abdul",
    "Abdulrahman",
    "Dr",
    "Jr",
    "(work)",
    "B",
    "S",
    "b",
    "bsample",
    "bobs",
    "99",
    "김민준",
    "Kim",
    "Gim",
    "Min-jun",
    "Minjun",
    "王小明",
    "Wang",
    "Xiao",
    "Ming",
    "Xiaoming",
    "Hsiao-ming",
    "Иван",
    "Ivan",
    "Петров",
    "Petrov",
    "Petroff",
    "خالد",
    "Khaled",
    "Yi",
    "Li",
    "Lee",
    "aa",
    "a",
    "ab",
    "abab",
    "bab",
    "🔥",
    "Alexander",
    "Alexandra",
    "Sasha",
];

fn name() -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => prop::sample::select(WORDS).prop_map(String::from), 1 => "[a-c]{1,6}", 1 => "[a-z]{3,9}"];
    prop::collection::vec(word, 1..5).prop_map(|words| words.join(" "))
}

fn scan(people: &BTreeMap<u16, Name>, hint: &Name, most: usize) -> Vec<(u16, Score)> {
    let mut all: Vec<_> = people
        .iter()
        .map(|(&id, name)| (matched_words(hint, name), Reverse(score(hint, name)), id))
        .filter(|&(words, Reverse(score), _)| words > 0 && !score.is_mismatch())
        .collect();
    let words = all.iter().map(|found| found.0).max();
    all.retain(|found| Some(found.0) == words);
    all.sort_unstable_by_key(|&(_, score, id)| (score, id));
    all.truncate(most);
    all.into_iter()
        .map(|(_, Reverse(score), id)| (id, score))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn search_finds_what_a_scan_finds(
        steps in prop::collection::vec((0_u16..60, prop::option::weighted(0.85, name())), 1..120),
        hints in prop::collection::vec(name(), 12),
        most in 1_usize..8,
    ) {
        let (mut index, mut people) = (NameIndex::new(), BTreeMap::new());
        for (id, text) in steps {
            if let Some(text) = text {
                index.upsert(id, &Name::new(&text));
                people.insert(id, Name::new(&text));
            } else {
                prop_assert_eq!(index.remove(&id), people.remove(&id).is_some());
            }
            prop_assert_eq!(index.len(), people.len());
        }
        for hint in hints {
            let name = Name::new(&hint);
            let found: Vec<_> = index.search(&name, most).into_iter().map(|(id, score)| (*id, score)).collect();
            prop_assert_eq!(found, scan(&people, &name, most), "{}", hint);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn added_names_never_reorder_the_others(
        some in prop::collection::vec(name(), 1..40),
        more in prop::collection::vec(name(), 1..40),
        hint in name(),
    ) {
        let hint = Name::new(&hint);
        let mut index = NameIndex::new();
        let ids = 0_u16..;
        for (id, text) in ids.clone().zip(&some) {
            index.upsert(id, &Name::new(text));
        }
        let found = |index: &NameIndex<u16>| -> Vec<(u16, Score)> {
            let found = index.search(&hint, usize::MAX).into_iter();
            found.map(|(id, score)| (*id, score)).collect()
        };
        let before = found(&index);
        for (id, text) in ids.skip(some.len()).zip(&more) {
            index.upsert(id, &Name::new(text));
        }
        let mut after = found(&index);
        after.retain(|(id, _)| usize::from(*id) < some.len());
        // A name that has more of the words excludes all other names.
        prop_assert!(after.is_empty() || after == before);
    }
}

#[test]
fn search_without_a_fitting_name_finds_no_one() {
    let mut index = NameIndex::new();
    index.upsert(1, &Name::new("Alice Example"));
    assert!(index.search(&Name::new(""), 5).is_empty());
    assert!(index.search(&Name::new("Alice"), 0).is_empty());
    assert!(index.search(&Name::new("Quentin Xylophone"), 5).is_empty());
    assert_eq!(format!("{index:?}"), "NameIndex { names: 1, .. }");
}
