//! `HINT<tab>NAME<tab>NAME…`: a name fits itself best, and the index finds the names that comparing with each name finds.
#![no_main]

use std::cmp::Reverse;

use contact_resolution::name::{
    Name, NameIndex, Score, has_every_word, matched_words, real_name, score,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &str| {
    let (hint, names) = input.split_once('\t').unwrap_or((input, ""));
    if let Some(name) = real_name(hint, &[], &[]) {
        assert_eq!(real_name(name, &[], &[]), Some(name));
    }
    let hint = Name::new(hint);
    let names: Vec<Name> = names.split('\t').take(20).map(Name::new).collect();
    let mut index = NameIndex::new();
    let mut ranked = Vec::new();
    for (at, name) in names.iter().enumerate() {
        if !name.is_blank() {
            assert_eq!(score(name, name), Score::MAX);
        }
        index.upsert(at, name);
        let (score, words) = (score(&hint, name), matched_words(&hint, name));
        if !score.is_mismatch() && words > 0 {
            let rank = (words, has_every_word(&hint, name), score);
            ranked.push((Reverse(rank), at));
        }
    }
    ranked.sort_unstable();
    let most = ranked.first().map(|(Reverse((words, ..)), _)| *words);
    ranked.retain(|(Reverse((words, ..)), _)| Some(*words) == most);
    let expected: Vec<_> = ranked
        .into_iter()
        .map(|(Reverse((_, _, score)), at)| (at, score))
        .take(5)
        .collect();
    let found = index.search(&hint, 5);
    let found: Vec<_> = found.iter().map(|hit| (*hit.id, hit.score)).collect();
    assert_eq!(found, expected);
});
