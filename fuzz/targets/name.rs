//! `HINT<tab>NAME<tab>NAME…`: a name is its own best match, and the index finds what comparing with each name finds:
//! those that have the most of the hint's words.
#![no_main]

use std::cmp::Reverse;

use contact_resolution::name::{Name, NameIndex, Score, score, matched_words};
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
        let (score, words) = (score(&hint, name), matched_words(&hint, name));
        if !score.is_mismatch() && words > 0 {
            scored.push((Reverse(words), Reverse(score), at));
        }
    }
    scored.sort_unstable();
    let most = scored.first().map(|(words, ..)| *words);
    scored.retain(|(words, ..)| Some(*words) == most);
    let scored: Vec<_> = scored
        .into_iter()
        .map(|(_, score, at)| (score, at))
        .take(5)
        .collect();
    let found = index.search(&hint, 5);
    let found: Vec<_> = found
        .into_iter()
        .map(|(at, score)| (Reverse(score), *at))
        .collect();
    assert_eq!(found, scored);
});
