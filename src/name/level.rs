//! How much two tokens say that they are one name.

use super::form::{Form, TokenKind, Writing};
use super::nicknames::NICKNAMES;
use super::similarity::{ONE, edits, jaro_winkler};
use super::surnames::SURNAMES;

/// In what way two tokens are one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MatchKind {
    /// Equal once folded.
    Same,
    /// Equal in Latin letters.
    Transliterated,
    /// Equal with ae, oe, ue and aa read as one vowel.
    Digraph,
    /// One family name in two scripts, by the table.
    FamilyName,
    /// Two tokens here are one there.
    Joined,
    /// Romanized in two ways, with one sound.
    Sound,
    /// A letter added, dropped, replaced, or swapped with its neighbour.
    OneEdit,
    /// One is what bearers of the other are called.
    Nickname,
    /// Two edits.
    TwoEdits,
    /// The same consonants.
    Consonants,
    /// One begins the other.
    Prefix,
    /// The first letter for the whole.
    Initial,
    /// A stretch of the other, with a pet ending or none: it may be chance.
    Pet,
    /// Alike in most letters.
    Similar,
}

impl MatchKind {
    /// Whether this level takes two tokens for two spellings of one name, by itself: what a clear match is made of.
    pub(super) fn is_match(self) -> bool {
        matches!(
            self,
            Self::Same
                | Self::Transliterated
                | Self::Digraph
                | Self::FamilyName
                | Self::Joined
                | Self::Initial
                | Self::OneEdit
        )
    }

    /// Whether the tokens have more in common than some letters.
    pub(super) fn is_kin(self) -> bool {
        !matches!(self, Self::Pet | Self::Similar)
    }

    /// Whether it takes more than the first letters of a name.
    pub(super) fn is_whole(self) -> bool {
        !matches!(self, Self::Initial | Self::Prefix)
    }
}

impl std::fmt::Display for MatchKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Transliterated => "same in Latin letters",
            Self::Digraph => "same but for a written-out vowel",
            Self::FamilyName => "family name in another script",
            Self::Joined => "written as one word",
            Self::Sound => "same sound",
            Self::OneEdit => "one edit",
            Self::Nickname => "nickname",
            Self::TwoEdits => "two edits",
            Self::Consonants => "same consonants",
            Self::Prefix => "beginning",
            Self::Initial => "initial",
            Self::Pet => "pet form",
            Self::Similar => "alike",
        })
    }
}

/// What a token is worth that is the same.
pub(super) const SAME: u32 = 1000;
/// Transliteration loses little, but something.
const TRANSLITERATED: u32 = SAME - 15;
/// A written-out umlaut may be no umlaut: Michael, Samuel.
pub(super) const DIGRAPH: u32 = TRANSLITERATED - 15;
/// A space is easily lost; what it parts is not. Below a digraph, since the parts are shorter than the whole.
pub(super) const JOINED: u32 = DIGRAPH - 10;
/// Two characters may share a spelling (Chan is 陈 and 曾).
const FAMILY_NAME: u32 = DIGRAPH - 20;
/// A clear match has at least one word that agrees, but for an edit.
pub(super) const AGREES: u32 = FAMILY_NAME;
/// The same sound in two scripts: there is no other spelling to go by.
pub(super) const SOUND_ACROSS: u32 = FAMILY_NAME - 20;
/// No edit is as good as a spelling that is right.
const EDIT: u32 = SOUND_ACROSS;
/// An edit weighs by its share of the token.
const EDIT_SHARE: u32 = 250;
/// An edit in fewer letters makes another name of it: Bob, Rob, Rod.
pub(super) const EDIT_LETTERS: u32 = 4;
/// A nickname may be anyone's; a misspelt name is still that name.
const NICKNAME: u32 = EDIT - EDIT_SHARE / 4 - 10;
/// Consonants in two scripts, one of which may have written no others.
const CONSONANTS_ACROSS: u32 = NICKNAME;
/// The same sound in one script is a spelling that somebody chose: Kathryn, Catherine.
pub(super) const SOUND: u32 = NICKNAME;
/// Two edits are allowed where they leave most of a token.
const TWO_EDITS: u32 = EDIT - 70;
pub(super) const TWO_EDITS_LETTERS: u32 = 8;
/// Family names that share a character are mostly strangers' in one script: Wong and Ng.
const FAMILY_SPELLING: u32 = 750;
/// Vowels tell Maria from Mario; and two consonants in one script are Layla's and Luella's.
const CONSONANTS: u32 = 780;
/// A name that was begun: from here to the whole, by its share of the letters.
const PREFIX: u32 = 700;
const PREFIX_SHARE: u32 = 200;
/// A stretch of a name with a pet ending is how nicknames are made (Mellie, Lina, Beth), and there are stretches enough.
pub(super) const PET: u32 = PREFIX - 50;
/// What is hardly alike only breaks ties: between strangers who share the rest of a name.
pub(super) const HARDLY_MOST: u32 = 30;
const HARDLY_FROM: u32 = 3_500;
/// One letter of a name agrees with one name in ten.
pub(super) const INITIAL: u32 = 720;
/// Jaro-Winkler below this says nothing about two names in one script: any two have as much in common.
const ALIKE_FROM: u32 = 7_000;
/// Two scripts agree less where they mean the same, and by chance as well.
const ALIKE_ACROSS_FROM: u32 = 4_500;
/// And even at its best it is no more than a beginning.
pub(super) const ALIKE_MOST: u32 = PREFIX;

pub(super) const fn one_edit(letters: u32) -> u32 {
    EDIT - EDIT_SHARE / letters
}

pub(super) const fn two_edits(letters: u32) -> u32 {
    TWO_EDITS - EDIT_SHARE / letters
}

const _: () = assert!(
    SAME > TRANSLITERATED && TRANSLITERATED > DIGRAPH && DIGRAPH > JOINED && JOINED > FAMILY_NAME
);
const _: () = assert!(FAMILY_NAME > SOUND_ACROSS && SOUND_ACROSS > one_edit(64));
const _: () = assert!(one_edit(4) > NICKNAME && NICKNAME > two_edits(64));
const _: () = assert!(
    two_edits(8) > CONSONANTS
        && CONSONANTS > INITIAL
        && PREFIX + PREFIX_SHARE > INITIAL
        && PREFIX > PET
);
const _: () = assert!(ALIKE_MOST < INITIAL);

/// What two tokens are worth together, in thousandths, and why. Zero says that nothing speaks for it.
///
/// Noise is worth something only where it is the same.
pub(super) fn level(a: Form<'_>, b: Form<'_>) -> (u32, MatchKind) {
    let noise = a.kind == TokenKind::Noise || b.kind == TokenKind::Noise;
    if noise && a.folded() != b.folded() {
        (0, MatchKind::Similar)
    } else {
        likeness(a, b)
    }
}

/// The same whatever the tokens are in their names.
pub(super) fn likeness(a: Form<'_>, b: Form<'_>) -> (u32, MatchKind) {
    let kin = kinship(a, b);
    if kin.0 >= ALIKE_MOST {
        kin
    } else {
        resemblance(a, b)
    }
}

/// How much two tokens that are not kin look like each other: no more than [`ALIKE_MOST`].
pub(super) fn resemblance(a: Form<'_>, b: Form<'_>) -> (u32, MatchKind) {
    let (mine, theirs) = (a.sketch.letters, b.sketch.letters);
    if mine & theirs == 0 || a.is_initial() || b.is_initial() {
        return (0, MatchKind::Similar);
    }
    let (p, q) = (a.latin().as_bytes(), b.latin().as_bytes());
    let alike = (
        alike(p, q, a.is_latin() != b.is_latin()),
        MatchKind::Similar,
    );
    // Most are told apart by a letter of the stem.
    let among = |pet: u32, name: u32| pet & !name & !PET_ENDING == 0;
    let pet = || among(mine, theirs) && is_pet(p, q) || among(theirs, mine) && is_pet(q, p);
    if alike.0 < PET && a.writing() == b.writing() && pet() {
        return (PET, MatchKind::Pet);
    }
    alike
}

/// How two tokens are one name in any way but being alike: worth [`ALIKE_MOST`] at least, or nothing.
pub(super) fn kinship(a: Form<'_>, b: Form<'_>) -> (u32, MatchKind) {
    let (p, q) = (a.latin().as_bytes(), b.latin().as_bytes());
    let latin = p == q && !p.is_empty();
    let syllables = || a.writing() == Writing::Syllables && b.writing() == Writing::Syllables;
    if latin || !a.is_latin() {
        if a.folded() == b.folded() {
            return (SAME, MatchKind::Same);
        }
        if latin && !syllables() {
            return (TRANSLITERATED, MatchKind::Transliterated);
        }
    }
    if p.is_empty() || q.is_empty() {
        return NOTHING;
    }
    let begins = p.starts_with(q) || q.starts_with(p);
    if a.is_initial() || b.is_initial() {
        return if begins {
            (INITIAL, MatchKind::Initial)
        } else {
            NOTHING
        };
    }
    let across = a.is_latin() != b.is_latin();
    let mut best = NOTHING;
    if !a.family().is_empty() && SURNAMES.meet(a.family(), b.family()) {
        if across {
            return (FAMILY_NAME, MatchKind::FamilyName);
        }
        best = (FAMILY_SPELLING, MatchKind::Sound);
    }
    let consonant = a.sketch.consonants == b.sketch.consonants;
    if consonant && !syllables() && a.reduced().eq(b.reduced()) {
        return (DIGRAPH, MatchKind::Digraph);
    }
    if !a.nicknames().is_empty() && NICKNAMES.meet(a.nicknames(), b.nicknames()) {
        best = better(best, (NICKNAME, MatchKind::Nickname));
    }
    if consonant {
        best = better(best, consonance(a, b, across));
    }
    let (short, long) = (p.len().min(q.len()), p.len().max(q.len()));
    let length = u32::try_from(long).unwrap_or(u32::MAX);
    if long - short <= 2 && short + 1 >= EDIT_LETTERS as usize && length >= EDIT_LETTERS {
        // The first letter is seldom wrong.
        let limit = if length >= TWO_EDITS_LETTERS && p[0] == q[0] {
            2
        } else {
            1
        };
        // An edit takes at most one letter from a set, and adds at most one.
        let few = |mine: u32, theirs: u32| (mine & !theirs).count_ones() <= limit;
        let (mine, theirs) = (a.sketch.letters, b.sketch.letters);
        if few(mine, theirs) && few(theirs, mine) && !syllables() {
            match edits(p, q, limit) {
                Some(1) => best = better(best, (one_edit(length), MatchKind::OneEdit)),
                Some(2) => best = better(best, (two_edits(length), MatchKind::TwoEdits)),
                _ => {}
            }
        }
    }
    if begins && short >= 2 {
        let share = PREFIX_SHARE * u32::try_from(short).unwrap_or(0) / length;
        best = better(best, (PREFIX + share, MatchKind::Prefix));
    }
    best
}

/// What two tokens are worth by their sounds.
fn consonance(a: Form<'_>, b: Form<'_>, across: bool) -> (u32, MatchKind) {
    let sounds = a.sounds();
    if a.sketch.voice == b.sketch.voice && sounds == b.sounds() && !sounds.is_empty() {
        let worth = if across { SOUND_ACROSS } else { SOUND };
        return (worth, MatchKind::Sound);
    }
    let skeleton = a.skeleton();
    if skeleton == 0 || skeleton != b.skeleton() {
        NOTHING
    } else if across {
        (CONSONANTS_ACROSS, MatchKind::Consonants)
    } else if skeleton >> 10 != 0 {
        (CONSONANTS, MatchKind::Consonants)
    } else {
        NOTHING
    }
}

const NOTHING: (u32, MatchKind) = (0, MatchKind::Similar);

const fn alike_from(across: bool) -> u32 {
    if across {
        ALIKE_ACROSS_FROM
    } else {
        ALIKE_FROM
    }
}

/// The least Jaro-Winkler that is worth so much by itself; none if nothing is.
pub(super) fn alike_needs(worth: u32, across: bool) -> Option<u32> {
    let from = alike_from(across);
    (worth < ALIKE_MOST).then(|| {
        if worth > HARDLY_MOST {
            from + (worth - HARDLY_MOST) * (ONE - from) / (ALIKE_MOST - HARDLY_MOST)
        } else {
            HARDLY_FROM + worth * (from - HARDLY_FROM) / HARDLY_MOST
        }
    })
}

/// What likeness in most letters is worth.
fn alike(p: &[u8], q: &[u8], across: bool) -> u32 {
    let alike = jaro_winkler(p, q);
    let from = alike_from(across);
    if alike > from {
        HARDLY_MOST + (alike - from) * (ALIKE_MOST - HARDLY_MOST) / (ONE - from)
    } else {
        alike.saturating_sub(HARDLY_FROM) * HARDLY_MOST / (from - HARDLY_FROM)
    }
}

/// The letters i, e and y.
pub(super) const PET_ENDING: u32 = 1 << (b'i' - b'a') | 1 << (b'e' - b'a') | 1 << (b'y' - b'a');

/// Whether `pet` is a stretch of `name`, at least three letters, but for an ending such as -ie and its doubled letter.
fn is_pet(pet: &[u8], name: &[u8]) -> bool {
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
    stem >= 3 && name.len() > stem && name.windows(stem).any(|stretch| stretch == &pet[..stem])
}

fn better(a: (u32, MatchKind), b: (u32, MatchKind)) -> (u32, MatchKind) {
    if b.0 > a.0 { b } else { a }
}
