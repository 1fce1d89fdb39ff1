//! How well a candidate's name fits the hint.

use super::form::{Form, Forms, TokenKind};
use super::level::{JOINED, MatchKind, SAME, SOUND, SOUND_ACROSS, level};
use super::sound::Sounds;
use super::tokens::{MAX_TOKENS, Name};

/// How well a name fits a hint: 0 for not at all, [`Score::MAX`] for the same name.
///
/// Scores are whole numbers, equal on every machine, and compare only under one hint. Adding a candidate never changes
/// the score of another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Score(u32);

/// Scores from here on are clear matches, all below are not: the two never mix, whatever the weights are.
pub(super) const CLEAR: u32 = 900_000;
/// Two names of three words that share one, such as a family's. Who shares even that much may be meant (a nickname, a
/// second family name, a relative's entry), and taking the wrong person is the worse error.
pub(super) const RELATIVE: u32 = 2 * WHOLE * CLEAR / (2 * WHOLE + 4 * MISSING + 4 * UNSAID);

impl Score {
    /// The same name but for case, marks and spaces.
    pub const MAX: Self = Self(1_000_000);

    /// The number, up to a million.
    ///
    /// ```
    /// # use contact_resolution::name::Score;
    /// assert_eq!(Score::MAX.get(), 1_000_000);
    /// ```
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// Whether the name is the hint's in another spelling: equal after folding of case, marks, written-out umlauts, order
    /// and spaces, initials and transliteration, or but for one edit in one of several tokens.
    ///
    /// A given name alone is not clear: many bear it.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, score};
    /// let fits = |hint, name| score(&Name::new(hint), &Name::new(name)).is_match();
    /// assert!(fits("Sample, B.", "Bob Sample") && fits("Bob Sampel", "Bob Sample") && fits("Jörg Müller", "Joerg Mueller"));
    /// assert!(!fits("Bob", "Bob Sample") && !fits("Bobby Sample", "Bob Sample"));
    /// ```
    #[must_use]
    pub fn is_match(self) -> bool {
        self.0 >= CLEAR
    }

    /// Whether the name is clearly somebody else's. One that shares a family name is not, since it may yet be meant.
    ///
    /// ```
    /// # use contact_resolution::name::{Name, score};
    /// let hint = Name::new("Bob Sample");
    /// assert!(score(&hint, &Name::new("Alice Example")).is_none());
    /// assert!(!score(&hint, &Name::new("Alice Sample")).is_none());
    /// ```
    #[must_use]
    pub fn is_none(self) -> bool {
        self.0 < RELATIVE
    }
}

/// What a token counts by its kind. An initial is a part of a word; particles tell families apart a little, noise nobody.
pub(super) const fn weight(kind: TokenKind) -> u32 {
    match kind {
        TokenKind::Word => 100,
        TokenKind::Initial => 50,
        TokenKind::Particle => 30,
        TokenKind::Noise => 8,
    }
}

/// A hint's token that the candidate lacks contradicts it, nearly as much as a match would have confirmed.
pub(super) const MISSING: u32 = 90;
/// A candidate's token that the hint lacks may just not have been said.
pub(super) const UNSAID: u32 = 35;
/// Both in hundredths of a token's weight.
pub(super) const WHOLE: u32 = 100;
const _: () = assert!(UNSAID < MISSING && MISSING < WHOLE);

/// A name in another order is a little less the same, so that "Bob Sample" comes before "Sample Bob".
const REORDERED: u64 = 992;
/// The whole name as a handle of it: bsample, bobs.
const HANDLE: u64 = 850_000;

/// One token of the hint and what it was matched with.
#[derive(Clone, Copy)]
struct Pair {
    hint: usize,
    candidate: usize,
    /// How many tokens it takes on either side; one, but where tokens are joined.
    spans: (usize, usize),
    worth: u32,
    level: MatchKind,
}

/// Which tokens belong together. Fixed in size, so that scoring allocates nothing.
struct Alignment {
    pairs: [Option<Pair>; MAX_TOKENS],
    hint_used: u16,
    candidate_used: u16,
}

/// How well `candidate` fits `hint`. Not symmetric: a hint may say less than the name, but not more.
///
/// ```
/// use contact_resolution::name::{Name, Score, score};
///
/// let hint = Name::new("B. Sample");
/// assert!(score(&hint, &Name::new("Bob Sample")).is_match());
/// assert!(score(&hint, &Name::new("Alice Example")).is_none());
/// assert_eq!(score(&hint, &Name::new("b sample")), Score::MAX);
/// ```
#[must_use]
pub fn score(hint: &Name, candidate: &Name) -> Score {
    let told = |i, j| level(hint.form(i), candidate.form(j));
    score_by(hint, candidate, true, told).0
}

/// How many of the hint's words the candidate has: as they are written or said, begun, abbreviated, misspelt by an edit or
/// two, or by a nickname. Titles, initials and particles count only in a hint of nothing else.
///
/// ```
/// use contact_resolution::name::{Name, matched_words};
///
/// let hint = Name::new("Dr. Anna Smith");
/// assert_eq!(matched_words(&hint, &Name::new("Smyth, Ana")), 2);
/// assert_eq!(matched_words(&hint, &Name::new("Ana Jones")), 1);
/// assert_eq!(matched_words(&hint, &Name::new("Nadia Schmidtke")), 0);
/// ```
#[must_use]
pub fn matched_words(hint: &Name, candidate: &Name) -> usize {
    let told = |i, j| level(hint.form(i), candidate.form(j));
    score_by(hint, candidate, true, told).1
}

/// A bit for each token of the hint that counts as one of its words.
pub(super) fn words(hint: &impl Forms) -> u16 {
    let are = |counts: fn(TokenKind) -> bool| {
        let places = (0..hint.len()).filter(|&at| counts(hint.kind(at)));
        places.fold(0, |set, at| set | bits(at, 1))
    };
    match are(|kind| kind == TokenKind::Word) {
        0 => are(|_| true),
        words => words,
    }
}

/// The score, and how many of the hint's words were found, given what each token of the hint is worth with each of the candidate, and
/// whether some may be joined.
pub(super) fn score_by(
    hint: &impl Forms,
    candidate: &impl Forms,
    joins: bool,
    level: impl FnMut(usize, usize) -> (u32, MatchKind),
) -> (Score, usize) {
    if hint.len() == 0 || candidate.len() == 0 {
        return (Score(0), 0);
    }
    if hint.len() == candidate.len()
        && hint
            .forms()
            .zip(candidate.forms())
            .all(|(x, y)| x.folded() == y.folded())
    {
        return (Score::MAX, words(hint).count_ones() as usize);
    }
    let alignment = align(hint, candidate, joins, level);
    let handle = handle(hint, candidate);
    let raw = handle.max(alignment.value(hint, candidate));
    let found = if handle > 0 {
        words(hint)
    } else {
        words(hint) & alignment.kin()
    };
    let score = band(raw, alignment.is_match(hint, candidate));
    (score, found.count_ones() as usize)
}

/// Clear matches have the upper band to themselves, at a tenth of the scale.
fn band(raw: u64, clear: bool) -> Score {
    // The very best is for names that are the same.
    let raw = raw.min(999_999);
    let banded = if clear {
        u64::from(CLEAR) + raw / 10
    } else {
        raw * u64::from(CLEAR - 1) / 1_000_000
    };
    Score(u32::try_from(banded).unwrap_or(0))
}

/// What the names are worth if one is the other's handle.
fn handle(hint: &impl Forms, candidate: &impl Forms) -> u64 {
    let made = match (hint.len(), candidate.len()) {
        (1, 2..) => is_handle(
            hint.form(0).latin(),
            candidate.form(0).latin(),
            candidate.form(candidate.len() - 1).latin(),
        ),
        (2.., 1) => is_handle(
            candidate.form(0).latin(),
            hint.form(0).latin(),
            hint.form(hint.len() - 1).latin(),
        ),
        _ => false,
    };
    if made { HANDLE } else { 0 }
}

/// Whether `one` is the initial of one name and all of the other: bsample or bobs.
fn is_handle(one: &str, first: &str, last: &str) -> bool {
    let made = |whole: &str, rest: &str| {
        whole.len() > 1 && !rest.is_empty() && one.len() == whole.len() + 1
    };
    made(last, first) && one.ends_with(last) && one.as_bytes()[0] == first.as_bytes()[0]
        || made(first, last)
            && one.starts_with(first)
            && one.as_bytes()[one.len() - 1] == last.as_bytes()[0]
}

/// The handles of a name: the words [`is_handle`] takes for it.
pub(super) fn handles(name: &Name) -> Vec<String> {
    let ends = (name.len() > 1).then(|| (name.form(0).latin(), name.form(name.len() - 1).latin()));
    let made = ends.and_then(|(first, last)| {
        Some([
            format!("{}{last}", first.chars().next()?),
            format!("{first}{}", last.chars().next()?),
        ])
    });
    made.into_iter().flatten().collect()
}

fn align(
    hint: &impl Forms,
    candidate: &impl Forms,
    joins: bool,
    level: impl FnMut(usize, usize) -> (u32, MatchKind),
) -> Alignment {
    let mut alignment = Alignment {
        pairs: [None; MAX_TOKENS],
        hint_used: 0,
        candidate_used: 0,
    };
    if joins && hint.len() != candidate.len() {
        alignment.join(hint, candidate);
    }
    match hint.len().max(candidate.len()) {
        // Nearly every name; the work of a larger table is felt.
        ..=3 => alignment.assign::<3>(hint, candidate, level, exact::<3, { 1 << 3 }>),
        4..=EXACT => {
            alignment.assign::<EXACT>(hint, candidate, level, exact::<EXACT, { 1 << EXACT }>);
        }
        _ => alignment.assign::<MAX_TOKENS>(hint, candidate, level, greedy),
    }
    alignment
}

/// Up to as many tokens on either side the best assignment is found; it looks at every set of them.
const EXACT: usize = 6;

/// For each of the hint's tokens, the candidate's.
type Chosen<const MOST: usize> = [Option<usize>; MOST];
type Gains<const MOST: usize> = [[u32; MOST]; MOST];

/// The assignment of the highest total gain. Of equal ones, the first.
fn exact<const MOST: usize, const SETS: usize>(
    rows: usize,
    columns: usize,
    gains: &Gains<MOST>,
) -> Chosen<MOST> {
    let mut best = [0_u32; SETS];
    let mut took = [[u8::MAX; SETS]; MOST];
    for (row, took) in took.iter_mut().enumerate().take(rows) {
        // Downwards, so that a smaller set still has what it was worth without this row.
        for set in (1..1_usize << columns).rev() {
            for column in (0..columns).filter(|c| set >> c & 1 == 1) {
                let (with, without) = (gains[row][column], set & !(1 << column));
                if with > 0 && best[without] + with > best[set] {
                    best[set] = best[without] + with;
                    took[set] = u8::try_from(column).unwrap_or(u8::MAX);
                }
            }
        }
    }
    let mut chosen = [None; MOST];
    let mut set = (1 << columns) - 1;
    for row in (0..rows).rev() {
        let column = usize::from(took[row][set]);
        if column < columns {
            chosen[row] = Some(column);
            set &= !(1 << column);
        }
    }
    chosen
}

/// For long names: the best pair first, the first of equal ones.
fn greedy<const MOST: usize>(rows: usize, columns: usize, gains: &Gains<MOST>) -> Chosen<MOST> {
    let mut chosen = [None; MOST];
    let mut taken = 0_u16;
    loop {
        let mut best = (0, 0, 0);
        for row in (0..rows).filter(|&r| chosen[r].is_none()) {
            for column in (0..columns).filter(|c| taken >> c & 1 == 0) {
                let worth = gains[row][column];
                if worth > best.0 {
                    best = (worth, row, column);
                }
            }
        }
        if best.0 == 0 {
            return chosen;
        }
        chosen[best.1] = Some(best.2);
        taken |= 1 << best.2;
    }
}

impl Alignment {
    fn take(&mut self, pair: Pair) {
        self.hint_used |= bits(pair.hint, pair.spans.0);
        self.candidate_used |= bits(pair.candidate, pair.spans.1);
        self.pairs[pair.hint] = Some(pair);
    }

    /// Takes the tokens that are single on both sides.
    fn assign<const MOST: usize>(
        &mut self,
        hint: &impl Forms,
        candidate: &impl Forms,
        mut level: impl FnMut(usize, usize) -> (u32, MatchKind),
        choose: impl FnOnce(usize, usize, &Gains<MOST>) -> Chosen<MOST>,
    ) {
        let (rows, columns) = (hint.len(), candidate.len());
        let mut table = [[(0, MatchKind::Similar); MOST]; MOST];
        let mut gains = [[0; MOST]; MOST];
        for i in (0..rows).filter(|i| self.hint_used >> i & 1 == 0) {
            for j in (0..columns).filter(|j| self.candidate_used >> j & 1 == 0) {
                let (worth, level) = level(i, j);
                table[i][j] = (worth, level);
                gains[i][j] = worth * (weight(hint.kind(i)) + weight(candidate.kind(j)));
            }
        }
        let chosen = choose(rows, columns, &gains);
        for (i, j) in chosen.into_iter().enumerate() {
            if let Some(j) = j {
                let (worth, level) = table[i][j];
                self.take(Pair {
                    hint: i,
                    candidate: j,
                    spans: (1, 1),
                    worth,
                    level,
                });
            }
        }
    }

    /// Takes the tokens that are one word on one side and two or three on the other: Anne Marie, van der Meer, 志偉.
    fn join(&mut self, hint: &impl Forms, candidate: &impl Forms) {
        for i in 0..hint.len() {
            for j in 0..candidate.len() {
                for parts in 2..=3 {
                    if j + parts <= candidate.len() && self.is_free(i, 1, j, parts) {
                        self.take_joined(
                            (i, j),
                            (1, parts),
                            joined(candidate, j, parts, hint.form(i)),
                        );
                    }
                    if i + parts <= hint.len() && self.is_free(i, parts, j, 1) {
                        self.take_joined(
                            (i, j),
                            (parts, 1),
                            joined(hint, i, parts, candidate.form(j)),
                        );
                    }
                }
            }
        }
    }

    fn take_joined(
        &mut self,
        (hint, candidate): (usize, usize),
        spans: (usize, usize),
        joined: Option<(u32, MatchKind)>,
    ) {
        if let Some((worth, level)) = joined {
            self.take(Pair {
                hint,
                candidate,
                spans,
                worth,
                level,
            });
        }
    }

    fn is_free(
        &self,
        hint: usize,
        hint_span: usize,
        candidate: usize,
        candidate_span: usize,
    ) -> bool {
        self.hint_used & bits(hint, hint_span) == 0
            && self.candidate_used & bits(candidate, candidate_span) == 0
    }

    fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().flatten()
    }

    /// The hint's tokens that have more than letters in common with what they are matched with.
    fn kin(&self) -> u16 {
        let kin = self.pairs().filter(|pair| pair.level.is_kin());
        kin.fold(0, |set, pair| set | bits(pair.hint, pair.spans.0))
    }

    /// The share of what was to be matched that was, in millionths.
    fn value(&self, hint: &impl Forms, candidate: &impl Forms) -> u64 {
        let (mut got, mut asked, mut next, mut in_order) = (0, 0, 0, true);
        for pair in self.pairs() {
            let both = weight_of(hint, bits(pair.hint, pair.spans.0))
                + weight_of(candidate, bits(pair.candidate, pair.spans.1));
            got += u64::from(both * pair.worth);
            asked += u64::from(both * WHOLE);
            in_order &= pair.candidate >= next;
            next = pair.candidate;
        }
        asked += u64::from(2 * MISSING * weight_of(hint, !self.hint_used));
        asked += u64::from(2 * UNSAID * weight_of(candidate, !self.candidate_used));
        let value = got * (u64::from(WHOLE) * 1_000_000 / u64::from(SAME)) / asked.max(1);
        if in_order {
            value
        } else {
            value * REORDERED / 1000
        }
    }

    /// Whether the names are two spellings of one: nothing is left over but noise and initials, and what is matched is
    /// clear. One edit is forgiven, beside another token that agrees.
    fn is_match(&self, hint: &impl Forms, candidate: &impl Forms) -> bool {
        if !self.pairs().all(|p| p.level.is_match()) {
            return false;
        }
        let agreeing = self
            .pairs()
            .filter(|p| p.level.is_whole() && hint.kind(p.hint) == TokenKind::Word)
            .count();
        let edits = self
            .pairs()
            .filter(|p| p.level == MatchKind::OneEdit)
            .count();
        let spare = |kind: TokenKind| {
            kind == TokenKind::Noise || kind == TokenKind::Initial && agreeing > 1
        };
        edits <= 1
            && agreeing > edits
            && left(hint, self.hint_used).all(spare)
            && left(candidate, self.candidate_used).all(spare)
    }
}

/// A set of neighbouring tokens.
fn bits(at: usize, span: usize) -> u16 {
    ((1 << span) - 1) << at
}

/// The kinds of the tokens that are not in a set.
fn left(name: &impl Forms, used: u16) -> impl Iterator<Item = TokenKind> {
    (0..name.len())
        .filter(move |at| used >> at & 1 == 0)
        .map(|at| name.kind(at))
}

fn weight_of(name: &impl Forms, set: u16) -> u32 {
    left(name, !set).map(weight).sum()
}

/// What several neighbouring tokens are worth as one word.
fn joined(many: &impl Forms, at: usize, parts: usize, one: Form<'_>) -> Option<(u32, MatchKind)> {
    let parts = || (at..at + parts).map(|at| many.form(at));
    let is_part = |form: Form<'_>| {
        matches!(form.kind, TokenKind::Word | TokenKind::Particle)
            && !form.is_initial()
            && !form.latin().is_empty()
    };
    if !parts().chain([one]).all(is_part) {
        return None;
    }
    let mut rest = one.latin();
    if !rest.is_empty() && parts().map(|part| part.latin().len()).sum::<usize>() == rest.len() {
        let fits = parts().all(|part| {
            rest.strip_prefix(part.latin()).is_some_and(|after| {
                rest = after;
                true
            })
        });
        if fits {
            return Some((JOINED, MatchKind::Joined));
        }
    }
    let sounds = parts().map(Form::sounds).reduce(Sounds::then)?;
    let across = parts().all(|part| part.writing() != one.writing());
    (!sounds.is_empty() && sounds == one.sounds())
        .then_some((if across { SOUND_ACROSS } else { SOUND }, MatchKind::Sound))
}

/// Two tokens that were matched, for people to read: [`Display`](std::fmt::Display) shows them.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Matched {
    /// Of the hint, folded.
    pub hint: String,
    /// Of the candidate, folded.
    pub candidate: String,
    /// Why they belong together.
    pub level: MatchKind,
}

impl std::fmt::Debug for Matched {
    /// Says how they belong together, never what they are.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Matched({})", self.level)
    }
}

impl std::fmt::Display for Matched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ~ {}: {}", self.hint, self.candidate, self.level)
    }
}

/// Which tokens [`score`] matched, in the hint's order.
///
/// ```
/// use contact_resolution::name::{MatchKind, Name, explain};
///
/// let matched = explain(&Name::new("B. Müller"), &Name::new("Mueller, Bob"));
/// assert_eq!(matched[0].to_string(), "b ~ bob: initial");
/// assert_eq!(matched[1].level, MatchKind::Digraph);
/// ```
#[must_use]
pub fn explain(hint: &Name, candidate: &Name) -> Vec<Matched> {
    let text = |name: &Name, at: usize, span: usize| {
        let tokens: Vec<&str> = (at..at + span).map(|at| name.form(at).folded()).collect();
        tokens.join(" ")
    };
    let matched = |p: &Pair| Matched {
        hint: text(hint, p.hint, p.spans.0),
        candidate: text(candidate, p.candidate, p.spans.1),
        level: p.level,
    };
    align(hint, candidate, true, |i, j| {
        level(hint.form(i), candidate.form(j))
    })
    .pairs()
    .map(matched)
    .collect()
}
