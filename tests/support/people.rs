//! People with invented names, the same on every run, and what one may type when looking for them.

/// A stream of numbers that are none in particular.
struct Draws(u64);

impl Draws {
    fn new(seed: u64) -> Self {
        Self(seed ^ 0x9E37_79B9_7F4A_7C15)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap_or(0)
    }
}

const STARTS: &[&str] = &[
    "ma", "jo", "an", "ka", "le", "ro", "sa", "da", "mi", "el", "vi", "pe", "ga", "lu", "no", "he",
    "to", "be", "chri", "ste",
];
const MIDDLES: &[&str] = &[
    "ri", "na", "ber", "li", "so", "ndra", "the", "xa", "mo", "va", "cke", "rdi", "ller", "ste",
    "ki", "do",
];
const ENDS: &[&str] = &[
    "a", "o", "s", "n", "th", "son", "ski", "ez", "er", "ian", "ne", "ov", "mann", "ra",
];

/// A word of syllables, common ones more often: the less of two draws favours the first, much as names do.
fn word(draws: &mut Draws, parts: usize) -> String {
    let mut pick = |syllables: &[&'static str]| {
        let product = draws.below(syllables.len()) * draws.below(syllables.len());
        syllables[product / syllables.len()]
    };
    let mut word = pick(STARTS).to_owned();
    (0..parts).for_each(|_| word.push_str(pick(MIDDLES)));
    word.push_str(pick(ENDS));
    word
}

/// Given and family names as in an address book, a few alone, with a middle name, or with two family names.
pub(crate) fn people(count: usize) -> Vec<String> {
    let mut draws = Draws::new(0);
    (0..count)
        .map(|n| {
            let given = word(&mut draws, 1);
            let parts = if n % 3 == 0 {
                1
            } else {
                2 + usize::from(n % 5 == 0)
            };
            let family = word(&mut draws, parts);
            match n % 20 {
                0 => given,
                1 => format!("{given} {} {family}", word(&mut draws, 1)),
                2 => format!("{given} {}. {family}", &family[..1]),
                _ => format!("{given} {family}"),
            }
        })
        .collect()
}

/// Kinds of hints.
pub(crate) const KINDS: &[&str] = &[
    "as written",
    "family name first",
    "two letters swapped",
    "begun",
    "initial",
    "given name alone",
    "family name alone",
    "a name too many",
    "a stranger's family name",
    "a stranger",
];

/// What one may type for a person of a given and a family name.
pub(crate) fn hint(kind: &str, name: &str) -> String {
    let (given, family) = name.split_once(' ').unwrap_or((name, name));
    match kind {
        "family name first" => format!("{family}, {given}"),
        "two letters swapped" => {
            let (head, tail) = family.split_at(1);
            let (second, rest) = tail.split_at(1);
            format!("{given} {second}{head}{rest}")
        }
        "begun" => format!("{given} {}", &family[..3]),
        "initial" => format!("{}. {family}", &given[..1]),
        "given name alone" => given.to_owned(),
        "family name alone" => family.to_owned(),
        "a name too many" => format!("{given} Quentin {family}"),
        "a stranger's family name" => format!("{given} Xylophone"),
        "a stranger" => "Quentin Xylophone".to_owned(),
        _ => name.to_owned(),
    }
}
