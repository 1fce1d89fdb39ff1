//! `HINT<tab>NAME<tab>NAME…`: a name is its own best match, and the index finds what comparing with each name finds.
#![no_main]

use std::cmp::Reverse;

use contact_resolution::name::{Name, NameIndex, Score, score};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (hint, names) = input.split_once('\t').unwrap_or((input, ""));
    let hint = Name::new(hint);
    let names: Vec<Name> = names.split('\t').take(20).map(Name::new).collect();
    let mut index = NameIndex::new();
    let mut scored = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if !name.is_blank() {
            assert_eq!(score(name, name), Score::MAX);
        }
        index.upsert(at, name);
        let score = score(&hint, name);
        if !score.is_none() {
            scored.push((Reverse(score), at));
        }
    }
    scored.sort_unstable();
    scored.truncate(5);
    let found = index.search(&hint, 5);
    let found: Vec<_> = found
        .into_iter()
        .map(|(at, score)| (Reverse(score), *at))
        .collect();
    assert_eq!(found, scored);
});
