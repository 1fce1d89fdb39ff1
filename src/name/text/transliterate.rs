//! Transliteration of folded tokens: the letter pairs of Greek, and every other letter alone.

use super::fold::{Script, script};

/// A Greek digraph, with its Latin letters at the start of a word, inside and before a voiceless consonant or the end
/// (ELOT 743, ISO 843).
struct Digraph {
    greek: [char; 2],
    at_start: &'static str,
    inside: &'static str,
    before_voiceless: &'static str,
}

impl Digraph {
    const fn always(greek: [char; 2], latin: &'static str) -> Self {
        Digraph {
            greek,
            at_start: latin,
            inside: latin,
            before_voiceless: latin,
        }
    }

    const fn vowel(greek: [char; 2], voiced: &'static str, voiceless: &'static str) -> Self {
        Digraph {
            greek,
            at_start: voiced,
            inside: voiced,
            before_voiceless: voiceless,
        }
    }
}

const DIGRAPHS: &[Digraph] = &[
    Digraph::always(['ο', 'υ'], "ou"),
    Digraph::vowel(['α', 'υ'], "av", "af"),
    Digraph::vowel(['ε', 'υ'], "ev", "ef"),
    Digraph::vowel(['η', 'υ'], "iv", "if"),
    Digraph::always(['γ', 'γ'], "ng"),
    Digraph::always(['γ', 'ξ'], "nx"),
    Digraph::always(['γ', 'χ'], "nch"),
    Digraph {
        greek: ['μ', 'π'],
        at_start: "b",
        inside: "mp",
        before_voiceless: "mp",
    },
];

/// The consonants before which a digraph is voiceless. The end of a word counts as one.
const VOICELESS: &[char] = &['θ', 'κ', 'ξ', 'π', 'σ', 'τ', 'φ', 'χ', 'ψ'];

/// Appends a folded token in lower-case Latin letters and digits.
pub(in crate::name) fn push_latin(folded: &str, latin: &mut String) {
    let mut rest = folded.chars();
    let mut is_start = true;
    while let Some(c) = rest.next() {
        let pair = if script(c) == Script::Greek {
            digraph(c, rest.as_str())
        } else {
            None
        };
        if let Some(pair) = pair {
            rest.next();
            let next = rest.as_str().chars().next();
            latin.push_str(if is_start && pair.at_start != pair.inside {
                pair.at_start
            } else if next.is_none_or(|next| VOICELESS.contains(&next)) {
                pair.before_voiceless
            } else {
                pair.inside
            });
        } else {
            let ascii = any_ascii::any_ascii_char(c).chars();
            let ascii = ascii.filter(char::is_ascii_alphanumeric);
            latin.extend(ascii.map(|c| c.to_ascii_lowercase()));
        }
        is_start = false;
    }
}

/// Returns the digraph that a letter begins, if it is one.
fn digraph(first: char, rest: &str) -> Option<&'static Digraph> {
    let pair = [first, rest.chars().next()?];
    DIGRAPHS.iter().find(|digraph| digraph.greek == pair)
}

#[cfg(test)]
mod tests {
    use super::push_latin;

    #[test]
    fn greek_pairs_are_written_by_their_sound() {
        for (greek, expected) in [
            ("παπαδοπουλοσ", "papadopoulos"),
            ("γεωργιου", "georgiou"),
            ("ευαγγελοσ", "evangelos"),
            ("ευτυχια", "eftychia"),
            ("αυγουστοσ", "avgoustos"),
            ("σταυροσ", "stavros"),
            ("μπαμπησ", "bampis"),
            ("μαριοσ", "marios"),
        ] {
            let mut latin = String::new();
            push_latin(greek, &mut latin);
            assert_eq!(latin, expected, "{greek}");
        }
    }
}
