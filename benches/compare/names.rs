//! Prints how often the right name comes first, by this crate and by the measures of other crates.
//!
//! A line of the input is `{"hint":"…","names":["…",…]}`, with the right name first in `names`. Names with equal scores
//! share the place.

#![expect(clippy::cast_precision_loss, reason = "lengths of names are small")]

use std::io::{BufRead, stdin};

use any_ascii::any_ascii;
use contact_resolution::name::{Name, score};
use serde_json::Value;
use strsim::jaro_winkler;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Returns the similarity of a hint and a name.
type Measure = fn(&str, &str) -> f64;

const MEASURES: &[(&str, Measure)] = &[
    ("this crate", |hint, name| {
        score(&Name::new(hint), &Name::new(name)).get().into()
    }),
    ("Jaro-Winkler", jaro_winkler),
    ("Jaro-Winkler, transliterated and sorted", sorted),
    ("Monge-Elkan, transliterated", monge_elkan),
    ("best-pairs Jaro-Winkler", best_pairs),
];

fn main() {
    let mut first = vec![0.0; MEASURES.len()];
    let mut count = 0.0;
    for line in stdin().lock().lines() {
        let line: Value =
            serde_json::from_str(&line.expect("a line of UTF-8")).expect("a line of JSON");
        let hint = line["hint"].as_str().expect("a hint");
        let names = line["names"].as_array().expect("names");
        let names: Vec<&str> = names
            .iter()
            .map(|name| name.as_str().expect("a name"))
            .collect();
        for (first, (_, measure)) in first.iter_mut().zip(MEASURES) {
            let scores: Vec<f64> = names.iter().map(|name| measure(hint, name)).collect();
            let level = scores.iter().filter(|score| **score >= scores[0]);
            if scores.iter().all(|score| *score <= scores[0]) {
                *first += 1.0 / level.count() as f64;
            }
        }
        count += 1.0;
    }
    for (first, (measure, _)) in first.iter().zip(MEASURES) {
        println!("{:.3} {measure}", first / count);
    }
}

/// Folds as users of the peers do: lower case, without marks, and without apostrophes inside words.
fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter) && !"'’ʼ`".contains(*letter))
        .collect::<String>()
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

fn sorted(hint: &str, name: &str) -> f64 {
    let sorted = |text| {
        let mut words = words(&any_ascii(text));
        words.sort_unstable();
        words.join(" ")
    };
    jaro_winkler(&sorted(hint), &sorted(name))
}

/// Returns the mean similarity of each word to the most similar word of the other text.
fn monge_elkan(hint: &str, name: &str) -> f64 {
    let (hint, name) = (words(&any_ascii(hint)), words(&any_ascii(name)));
    let one_way = |from: &[String], to: &[String]| {
        let best = |word: &String| {
            to.iter()
                .map(|other| jaro_winkler(word, other))
                .fold(0.0, f64::max)
        };
        from.iter().map(best).sum::<f64>() / from.len().max(1) as f64
    };
    f64::midpoint(one_way(&hint, &name), one_way(&name, &hint))
}

/// The measure of moov's watchman, without its phonetic filter.
///
/// Each word of the hint is paired with one word of the name, the best pairs first, and is weighted by its length. Words of
/// the name without a pair lower the score a little.
fn best_pairs(hint: &str, name: &str) -> f64 {
    let (hint, name) = (words(hint), words(name));
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (at, word) in hint.iter().enumerate() {
        pairs.extend(
            name.iter()
                .enumerate()
                .map(|(to, other)| (pair(word, other), at, to)),
        );
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (mut taken, mut given) = (vec![false; hint.len()], vec![false; name.len()]);
    let (mut sum, mut matched) = (0.0, 0);
    for (score, at, to) in pairs {
        if !taken[at] && !given[to] {
            (taken[at], given[to]) = (true, true);
            sum += score * (hint[at].len() + name[to].len()) as f64;
            matched += name[to].len();
        }
    }
    let length = |words: &[String]| words.iter().map(String::len).sum::<usize>();
    let average = sum / (length(&hint) + matched).max(1) as f64;
    average * lessened(matched as f64 / length(&name).max(1) as f64, 0.15)
}

fn pair(word: &str, other: &str) -> f64 {
    let lengths = word.len().min(other.len()) as f64 / word.len().max(other.len()) as f64;
    let long = if lengths < 0.9 {
        lessened(lengths, 0.3)
    } else {
        1.0
    };
    let start = if word.as_bytes()[0] == other.as_bytes()[0] {
        1.0
    } else {
        0.9
    };
    jaro_winkler(word, other) * long * start
}

/// Returns a factor that is lower by `weight` of the missing part.
fn lessened(whole: f64, weight: f64) -> f64 {
    1.0 - (1.0 - whole) * weight
}
