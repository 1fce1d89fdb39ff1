//! Comparing two tokens: the kind of the match and its worth.

use super::match_kind::MatchKind;
use super::similarity::{ONE, edits, jaro_winkler};
use crate::name::data::nicknames::NICKNAMES;
use crate::name::data::surnames::SURNAMES;
use crate::name::text::token::{Token, TokenKind, Writing};

/// The result of comparing two tokens.
#[derive(Clone, Copy)]
pub(in crate::name) struct TokenMatch {
    /// In thousandths. Zero if nothing indicates one name.
    pub(in crate::name) worth: u32,
    pub(in crate::name) kind: MatchKind,
}

impl TokenMatch {
    pub(in crate::name) const NONE: Self = Self::new(0, MatchKind::Similar);

    pub(in crate::name) const fn new(worth: u32, kind: MatchKind) -> Self {
        Self { worth, kind }
    }

    /// Returns the match of greater worth, and `self` if both are equal.
    fn or_better(self, other: Self) -> Self {
        if other.worth > self.worth {
            other
        } else {
            self
        }
    }
}

/// The worth of equal tokens. The others derive from it, in this order.
pub(in crate::name) const SAME: u32 = 1000;
/// Transliteration loses a little information.
const TRANSLITERATED: u32 = SAME - 15;
/// The vowel pair of a name is not always an umlaut: Michael, Samuel.
pub(in crate::name) const DIGRAPH: u32 = TRANSLITERATED - 15;
/// Below `DIGRAPH`. A missing space is a common typo, but each part matches less text.
pub(in crate::name) const JOINED: u32 = DIGRAPH - 10;
/// Two characters can share a spelling (Chan is 陈 and 曾).
const FAMILY_NAME: u32 = DIGRAPH - 20;
/// The worth from which two tokens agree without an edit. A match of names needs at least one such token.
pub(in crate::name) const AGREES_FROM: u32 = FAMILY_NAME;
/// The same sound in two scripts, which have no common spelling to compare.
pub(in crate::name) const SOUND_ACROSS_SCRIPTS: u32 = FAMILY_NAME - 20;
/// No edit is worth as much as a correct spelling.
const EDIT: u32 = SOUND_ACROSS_SCRIPTS;
/// An edit costs this divided by the length of the token.
const EDIT_SHARE: u32 = 250;
/// An edit in fewer letters makes another name: Bob, Rob, Rod.
pub(in crate::name) const EDIT_LETTERS: u32 = 4;
/// A nickname is worth less than an edit, because several names have the same nickname.
const NICKNAME: u32 = EDIT - EDIT_SHARE / 4 - 10;
/// The same consonants in two scripts, one of which may omit vowels.
const CONSONANTS_ACROSS_SCRIPTS: u32 = NICKNAME;
/// The same sound in one script is another spelling that was chosen on purpose: Kathryn, Catherine.
pub(in crate::name) const SOUND: u32 = NICKNAME;
/// Two edits are allowed if most of the token remains.
const TWO_EDITS: u32 = EDIT - 70;
pub(in crate::name) const TWO_EDITS_LETTERS: u32 = 8;
/// In one script, family names that share a character usually belong to different people: Wong and Ng.
const FAMILY_SPELLING: u32 = 750;
/// Vowels distinguish Maria from Mario. Two consonants in one script are also those of Layla and Luella.
const CONSONANTS: u32 = 780;
/// A name that is typed in part is worth this plus its share of the letters.
const PREFIX: u32 = 700;
const PREFIX_SHARE: u32 = 200;
/// Nicknames are often parts of a name with a pet ending (Mellie, Lina, Beth), but many other parts are not.
pub(in crate::name) const PET: u32 = PREFIX - 50;
/// Little similarity only breaks ties between names that share another token.
const FAINT_MAX: u32 = 30;
const FAINT_FROM: u32 = 3_500;
/// One letter of a name agrees with one name in ten.
pub(in crate::name) const INITIAL: u32 = 720;
/// Two names in one script have this Jaro-Winkler similarity by chance.
const SIMILAR_FROM: u32 = 7_000;
/// Across scripts, equal names are less similar, and so are other names.
const SIMILAR_ACROSS_FROM: u32 = 4_500;
/// Similar letters are never worth more than a prefix.
pub(in crate::name) const WEAK_MATCH_MAX: u32 = PREFIX;

pub(in crate::name) const fn one_edit(letters: u32) -> u32 {
    EDIT - EDIT_SHARE / letters
}

pub(in crate::name) const fn two_edits(letters: u32) -> u32 {
    TWO_EDITS - EDIT_SHARE / letters
}

const _: () = assert!(
    SAME > TRANSLITERATED && TRANSLITERATED > DIGRAPH && DIGRAPH > JOINED && JOINED > FAMILY_NAME
);
const _: () = assert!(FAMILY_NAME > SOUND_ACROSS_SCRIPTS && SOUND_ACROSS_SCRIPTS > one_edit(64));
const _: () = assert!(one_edit(4) > NICKNAME && NICKNAME > two_edits(64));
const _: () = assert!(
    two_edits(8) > CONSONANTS
        && CONSONANTS > INITIAL
        && PREFIX + PREFIX_SHARE > INITIAL
        && PREFIX > PET
);
const _: () = assert!(WEAK_MATCH_MAX < INITIAL);

/// Compares two tokens. A noise token matches only the same token.
///
/// A match that is worth less than `least` may be returned as no match. That saves most comparisons of letters.
pub(in crate::name) fn match_tokens(a: &Token<'_>, b: &Token<'_>, least: u32) -> TokenMatch {
    let noise = a.kind == TokenKind::Noise || b.kind == TokenKind::Noise;
    if (noise || least > TRANSLITERATED) && a.folded() != b.folded() {
        TokenMatch::NONE
    } else {
        match_words(a, b, least)
    }
}

/// Compares two tokens without regard to their kinds, like [`match_tokens`].
pub(in crate::name) fn match_words(a: &Token<'_>, b: &Token<'_>, least: u32) -> TokenMatch {
    if a.signature.excludes(b.signature) {
        return TokenMatch::NONE;
    }
    let strong = strong_match(a, b);
    if strong.worth >= WEAK_MATCH_MAX || least > WEAK_MATCH_MAX {
        strong
    } else {
        weak_match(a, b)
    }
}

/// Compares the letters of two tokens that have no strong match. The worth is at most [`WEAK_MATCH_MAX`].
///
/// A separate function, so that [`match_words`] is small enough to be inlined.
#[inline(never)]
fn weak_match(a: &Token<'_>, b: &Token<'_>) -> TokenMatch {
    let (a_letters, b_letters) = (a.signature.letters, b.signature.letters);
    if a_letters & b_letters == 0 || a.is_initial() || b.is_initial() {
        return TokenMatch::NONE;
    }
    let (p, q) = (a.latin().as_bytes(), b.latin().as_bytes());
    let worth = similarity_worth(p, q, a.is_latin() != b.is_latin());
    // The letter sets exclude most pairs from the search for a pet form.
    let has_stem = |pet: u32, name: u32| pet & !name & !PET_ENDING_LETTERS == 0;
    let is_pet = || {
        has_stem(a_letters, b_letters) && is_pet_form(p, q)
            || has_stem(b_letters, a_letters) && is_pet_form(q, p)
    };
    if worth < PET && a.writing() == b.writing() && is_pet() {
        return TokenMatch::new(PET, MatchKind::Pet);
    }
    TokenMatch::new(worth, MatchKind::Similar)
}

/// Compares two tokens in every way except by similarity. The worth is zero or at least [`WEAK_MATCH_MAX`].
pub(in crate::name) fn strong_match(a: &Token<'_>, b: &Token<'_>) -> TokenMatch {
    let (p, q) = (a.latin().as_bytes(), b.latin().as_bytes());
    let latin = p == q && !p.is_empty();
    let syllables = || a.writing() == Writing::Syllables && b.writing() == Writing::Syllables;
    if latin || !a.is_latin() {
        if a.folded() == b.folded() {
            return TokenMatch::new(SAME, MatchKind::Same);
        }
        if latin && !syllables() {
            return TokenMatch::new(TRANSLITERATED, MatchKind::Transliterated);
        }
    }
    if p.is_empty() || q.is_empty() {
        return TokenMatch::NONE;
    }
    let is_prefix = p[0] == q[0] && (p.starts_with(q) || q.starts_with(p));
    if a.is_initial() || b.is_initial() {
        return if is_prefix {
            TokenMatch::new(INITIAL, MatchKind::Initial)
        } else {
            TokenMatch::NONE
        };
    }
    let across = a.is_latin() != b.is_latin();
    let mut best = TokenMatch::NONE;
    if !a.surnames().is_empty() && SURNAMES.shares_row(a.surnames(), b.surnames()) {
        if across {
            return TokenMatch::new(FAMILY_NAME, MatchKind::FamilyName);
        }
        best = TokenMatch::new(FAMILY_SPELLING, MatchKind::Sound);
    }
    let same_consonants = a.signature.consonant_hash == b.signature.consonant_hash;
    if same_consonants && !syllables() && a.without_digraphs().eq(b.without_digraphs()) {
        return TokenMatch::new(DIGRAPH, MatchKind::Digraph);
    }
    if !a.nicknames().is_empty() && NICKNAMES.shares_row(a.nicknames(), b.nicknames()) {
        best = best.or_better(TokenMatch::new(NICKNAME, MatchKind::Nickname));
    }
    if same_consonants {
        best = best.or_better(phonetic_match(a, b, across));
    }
    let (short, long) = (p.len().min(q.len()), p.len().max(q.len()));
    let length = u32::try_from(long).unwrap_or(u32::MAX);
    if long - short <= 2 && short + 1 >= EDIT_LETTERS as usize && length >= EDIT_LETTERS {
        // A typo in the first letter is rare, so it excludes a second edit.
        let limit = if length >= TWO_EDITS_LETTERS && p[0] == q[0] {
            2
        } else {
            1
        };
        // An edit removes at most one letter from a set and adds at most one.
        let few = |mine: u32, theirs: u32| (mine & !theirs).count_ones() <= limit;
        let (a_letters, b_letters) = (a.signature.letters, b.signature.letters);
        if few(a_letters, b_letters) && few(b_letters, a_letters) && !syllables() {
            best = best.or_better(match edits(p, q, limit) {
                Some(1) => TokenMatch::new(one_edit(length), MatchKind::OneEdit),
                Some(2) => TokenMatch::new(two_edits(length), MatchKind::TwoEdits),
                _ => TokenMatch::NONE,
            });
        }
    }
    if is_prefix && short >= 2 {
        let share = PREFIX_SHARE * u32::try_from(short).unwrap_or(0) / length;
        best = best.or_better(TokenMatch::new(PREFIX + share, MatchKind::Prefix));
    }
    best
}

/// Compares two tokens by their sounds.
fn phonetic_match(a: &Token<'_>, b: &Token<'_>, across: bool) -> TokenMatch {
    let code = a.phonetic_code();
    if a.signature.sound_hash == b.signature.sound_hash
        && code == b.phonetic_code()
        && !code.is_empty()
    {
        return if !across {
            TokenMatch::new(SOUND, MatchKind::Sound)
        } else if is_same_romanized(a, b) {
            TokenMatch::new(SOUND_ACROSS_SCRIPTS, MatchKind::Romanized)
        } else {
            TokenMatch::new(SOUND_ACROSS_SCRIPTS, MatchKind::Sound)
        };
    }
    let consonants = a.consonant_code();
    if consonants == 0 || consonants != b.consonant_code() {
        TokenMatch::NONE
    } else if across {
        TokenMatch::new(CONSONANTS_ACROSS_SCRIPTS, MatchKind::Consonants)
    } else if consonants >> 10 != 0 {
        TokenMatch::new(CONSONANTS, MatchKind::Consonants)
    } else {
        TokenMatch::NONE
    }
}

/// Whether two tokens of alphabets are equal except for letters that romanizations write in several ways: Sergei and
/// Sergey, Yulia and Yuliya, Alexei and Aleksej.
fn is_same_romanized(a: &Token<'_>, b: &Token<'_>) -> bool {
    let of_syllables = |token: &Token<'_>| token.writing() == Writing::Syllables;
    !of_syllables(a) && !of_syllables(b) && romanized(a.latin()).eq(romanized(b.latin()))
}

/// Returns Latin letters with j and y as i, equal neighbors of i as one, and x as ks.
fn romanized(latin: &str) -> impl Iterator<Item = u8> {
    let letters = latin.bytes().flat_map(|letter| match letter {
        b'j' | b'y' => [Some(b'i'), None],
        b'x' => [Some(b'k'), Some(b's')],
        letter => [Some(letter), None],
    });
    let mut last = 0;
    letters.flatten().filter(move |&letter| {
        let before = std::mem::replace(&mut last, letter);
        letter != b'i' || before != b'i'
    })
}

const fn similar_from(across: bool) -> u32 {
    if across {
        SIMILAR_ACROSS_FROM
    } else {
        SIMILAR_FROM
    }
}

/// Returns the least Jaro-Winkler similarity that has this worth, or `None` if no similarity does.
pub(in crate::name) fn similarity_for(worth: u32, across: bool) -> Option<u32> {
    let from = similar_from(across);
    (worth < WEAK_MATCH_MAX).then(|| {
        if worth > FAINT_MAX {
            from + (worth - FAINT_MAX) * (ONE - from) / (WEAK_MATCH_MAX - FAINT_MAX)
        } else {
            FAINT_FROM + worth * (from - FAINT_FROM) / FAINT_MAX
        }
    })
}

/// Returns the worth of the Jaro-Winkler similarity of two tokens.
fn similarity_worth(p: &[u8], q: &[u8], across: bool) -> u32 {
    let similarity = jaro_winkler(p, q);
    let from = similar_from(across);
    if similarity > from {
        FAINT_MAX + (similarity - from) * (WEAK_MATCH_MAX - FAINT_MAX) / (ONE - from)
    } else {
        similarity.saturating_sub(FAINT_FROM) * FAINT_MAX / (from - FAINT_FROM)
    }
}

/// The letters i, e and y, which end pet names. They are also the letters that a written-out umlaut can add.
pub(in crate::name) const PET_ENDING_LETTERS: u32 =
    1 << (b'i' - b'a') | 1 << (b'e' - b'a') | 1 << (b'y' - b'a');

/// Whether `pet` without its ending (such as -ie and a doubled letter) is a part of `name` of at least three letters.
fn is_pet_form(pet: &[u8], name: &[u8]) -> bool {
    let stem = pet.len()
        - pet
            .iter()
            .rev()
            .take_while(|b| matches!(b, b'i' | b'e' | b'y'))
            .count();
    let stem = if stem > 3 && pet[stem - 1] == pet[stem - 2] {
        stem - 1
    } else {
        stem
    };
    stem >= 3 && name.len() > stem && name.windows(stem).any(|part| part == &pet[..stem])
}
