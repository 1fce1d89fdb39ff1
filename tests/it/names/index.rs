//! A search finds the names that comparing with every name finds, in the same order.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use contact_resolution::name::{
    Name, NameHit, NameIndex, Score, has_every_word, matched_words, score,
};
use proptest::prelude::*;

/// A small stock of words, so that names share them, are similar, join and abbreviate.
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
    "Joe",
    "Jo",
    "Noël",
    "Sample",
    "Sampel",
    "Samples",
    "Example",
    "Smith",
    "Smyth",
    "Schmidt",
    "Müller",
    "Muller",
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
    "محمد",
    "محمود",
    "عامر",
    "عمر",
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

pub(super) fn name() -> impl Strategy<Value = String> {
    let word = prop_oneof![8 => prop::sample::select(WORDS).prop_map(String::from), 1 => "[a-c]{1,6}", 1 => "[a-z]{3,9}"];
    prop::collection::vec(word, 1..5).prop_map(|words| words.join(" "))
}

/// One to three names of one person, mostly one.
pub(super) fn names() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![3 => prop::collection::vec(name(), 1), 1 => prop::collection::vec(name(), 1..4)]
}

type Found = (u16, Score, bool);

fn found(hit: &NameHit<'_, u16>) -> Found {
    (*hit.id, hit.score, hit.has_every_word)
}

/// Finds the best people by comparing the hint with every name.
fn scan(people: &BTreeMap<u16, Vec<Name>>, hint: &Name, most: usize) -> Vec<Found> {
    let best_name = |names: &Vec<Name>| {
        let ranks = names.iter().map(|name| {
            let score = score(hint, name);
            (matched_words(hint, name), has_every_word(hint, name), score)
        });
        ranks
            .filter(|&(words, _, score)| words > 0 && !score.is_mismatch())
            .max()
    };
    let mut all: Vec<_> = people
        .iter()
        .filter_map(|(&id, names)| Some((Reverse(best_name(names)?), id)))
        .collect();
    all.sort_unstable();
    let words = all.first().map(|&(Reverse((words, ..)), _)| words);
    all.into_iter()
        .filter(|&(Reverse((count, ..)), _)| Some(count) == words)
        .take(most)
        .map(|(Reverse((_, has_every_word, score)), id)| (id, score, has_every_word))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn search_equals_a_scan(
        steps in prop::collection::vec((0_u16..60, prop::option::weighted(0.85, names())), 1..120),
        hints in prop::collection::vec(name(), 12),
        most in 1_usize..8,
    ) {
        let (mut index, mut people) = (NameIndex::new(), BTreeMap::new());
        for (id, texts) in steps {
            if let Some(texts) = texts {
                let names: Vec<Name> = texts.iter().map(|text| Name::new(text)).collect();
                match names.as_slice() {
                    [only] => index.upsert(id, only),
                    several => index.upsert_names(&id, several),
                }
                people.insert(id, names);
            } else {
                prop_assert_eq!(index.remove(&id), people.remove(&id).is_some());
            }
            prop_assert_eq!(index.len(), people.len());
        }
        for hint in hints {
            let name = Name::new(&hint);
            let hits: Vec<_> = index.search(&name, most).iter().map(found).collect();
            prop_assert_eq!(hits, scan(&people, &name, most), "{}", hint);
        }
    }

    #[test]
    fn names_with_every_word_come_first(texts in prop::collection::vec(name(), 1..40), hint in name()) {
        let mut index = NameIndex::new();
        for (id, text) in (0_u16..).zip(&texts) {
            index.upsert(id, &Name::new(text));
        }
        let hits = index.search(&Name::new(&hint), usize::MAX);
        prop_assert!(hits.is_sorted_by_key(|hit| (Reverse(hit.has_every_word), Reverse(hit.score), *hit.id)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn new_names_never_reorder_the_others(
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
        let all = |index: &NameIndex<u16>| -> Vec<Found> {
            index.search(&hint, usize::MAX).iter().map(found).collect()
        };
        let before = all(&index);
        for (id, text) in ids.skip(some.len()).zip(&more) {
            index.upsert(id, &Name::new(text));
        }
        let mut after = all(&index);
        after.retain(|(id, ..)| usize::from(*id) < some.len());
        // A name with more of the words replaces all of them.
        prop_assert!(after.is_empty() || after == before);
    }
}

/// Returns the names that a search finds, in order.
fn search<'a>(hint: &str, names: &[&'a str]) -> Vec<&'a str> {
    let mut index = NameIndex::new();
    for (id, name) in names.iter().enumerate() {
        index.upsert(id, &Name::new(name));
    }
    let hits = index.search(&Name::new(hint), names.len());
    hits.iter().map(|hit| names[*hit.id]).collect()
}

#[test]
fn exact_word_in_a_longer_name_comes_before_another_name() {
    for (hint, expected, other) in [
        ("Ana", "Ana López", "Anna"),
        ("Ana", "Ana López", "Hana"),
        ("Bob", "Bob Jones", "Robert"),
        ("Bob", "Bob Jones", "Rob"),
        ("Dan", "Dan Brown", "Dana"),
        ("Dan", "Dan Brown", "Dean"),
        ("Joe", "Joe Delacroix Montgomery", "Jo"),
        ("Müller", "Muller Andersson Whitaker", "Miller"),
        ("Иван", "Иван Петров", "Ивана"),
        ("محمد", "محمد علي", "محمود"),
        ("عمر", "عمر منصور", "عامر"),
        ("עומר", "עומר כהן לוי פרץ", "אומר"),
        ("김민준", "김민준 (work)", "김민진"),
        ("Γιώργος", "Γιώργος Παπάς", "Γιώργης"),
        ("ნინო", "ნინო ბერიძე", "ნინა"),
        ("अमित", "अमित शर्मा", "अमिता"),
    ] {
        let found = search(hint, &[other, expected]);
        assert_eq!(found.first(), Some(&expected), "{hint}: {found:?}");
    }
}

#[test]
fn whole_name_comes_before_a_name_in_brackets() {
    let names = ["John Doe (Mary Major)", "Mary Major"];
    assert_eq!(search("Mary Major", &names)[0], "Mary Major");
}

#[test]
fn person_is_found_once_by_any_of_several_names() {
    let mut index = NameIndex::new();
    index.upsert_names(&1, ["Robert Sample", "Bob", "Bob Sample"].map(Name::new));
    index.upsert(2, &Name::new("Bobby Example"));
    for (hint, ids) in [
        ("Bob Sample", vec![1]),
        ("Robert", vec![1, 2]),
        ("Bob", vec![1, 2]),
    ] {
        let hits = index.search(&Name::new(hint), 5);
        assert_eq!(
            hits.iter().map(|hit| *hit.id).collect::<Vec<_>>(),
            ids,
            "{hint}"
        );
    }
    index.upsert_names(&1, [Name::new("Alice")]);
    assert!(
        index
            .search(&Name::new("Robert Sample"), 5)
            .iter()
            .all(|hit| *hit.id == 2)
    );
    index.upsert_names(&1, Vec::<Name>::new());
    assert_eq!(index.len(), 1);
}

#[test]
fn blank_hint_or_no_room_finds_no_one() {
    let mut index = NameIndex::new();
    index.upsert(1, &Name::new("Alice Example"));
    assert!(index.search(&Name::new(""), 5).is_empty());
    assert!(index.search(&Name::new("Alice"), 0).is_empty());
    assert!(index.search(&Name::new("Quentin Xylophone"), 5).is_empty());
    assert_eq!(format!("{index:?}"), "NameIndex { ids: 1, .. }");
}
