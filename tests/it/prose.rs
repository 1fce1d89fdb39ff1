//! Comments are written in plain English: words that make a sentence hard to follow stay rare.

use std::fs;
use std::path::{Path, PathBuf};

/// Words, and how often they may occur in 10,000 words of comments.
const LIMITS: [(&[&str], usize); 7] = [
    (&["what", "whatever"], 20),
    (&["where"], 20),
    (&["who"], 40),
    (&["whose", "whom", "whoever"], 3),
    (&["tell", "tells", "told"], 3),
    (&["nobody", "somebody", "anybody", "everybody"], 3),
    (&["stand", "stands"], 3),
];

fn source_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            source_files(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// Returns the words of the comments of a file, without code in backticks and in code blocks.
fn comment_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        let Some(comment) = line.trim_start().strip_prefix("//") else {
            continue;
        };
        let comment = comment.trim_start_matches(['/', '!']).trim();
        if comment.starts_with("```") {
            is_code = !is_code;
            continue;
        }
        if is_code {
            continue;
        }
        let prose = comment.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        let is_part = |c: char| c.is_alphabetic() || c == '\'';
        let found = prose.split(|c| !is_part(c)).filter(|word| !word.is_empty());
        words.extend(found.map(str::to_lowercase));
    }
    words
}

#[test]
fn comments_are_plain_english() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "crates"] {
        let folder = root.join(folder);
        if folder.exists() {
            source_files(&folder, &mut files);
        }
    }
    let texts = files.iter().map(|file| fs::read_to_string(file).unwrap());
    let words: Vec<String> = texts.flat_map(|text| comment_words(&text)).collect();
    for (rare, limit) in LIMITS {
        let count = words
            .iter()
            .filter(|word| rare.contains(&word.as_str()))
            .count();
        let total = words.len();
        assert!(
            count * 10_000 <= limit * total,
            "{rare:?}: {count} of {total} words, at most {limit} of 10,000"
        );
    }
}
