//! Invented names of people, the same on every run, and hints that a user may type for them.

/// A generator of pseudorandom numbers.
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

/// Returns a word of syllables. The product of two draws favors the first syllables, as real names favor some.
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

/// Returns given and family names as in an address book. A few are a single name or have a middle name or an initial.
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

/// A kind of hint that a user may type for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HintKind {
    AsWritten,
    FamilyNameFirst,
    LettersSwapped,
    Begun,
    Initial,
    GivenNameAlone,
    FamilyNameAlone,
    NameTooMany,
    OtherFamilyName,
    OtherName,
}

impl HintKind {
    pub(crate) const ALL: [Self; 10] = [
        Self::AsWritten,
        Self::FamilyNameFirst,
        Self::LettersSwapped,
        Self::Begun,
        Self::Initial,
        Self::GivenNameAlone,
        Self::FamilyNameAlone,
        Self::NameTooMany,
        Self::OtherFamilyName,
        Self::OtherName,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AsWritten => "as written",
            Self::FamilyNameFirst => "family name first",
            Self::LettersSwapped => "two letters swapped",
            Self::Begun => "family name typed in part",
            Self::Initial => "initial",
            Self::GivenNameAlone => "given name alone",
            Self::FamilyNameAlone => "family name alone",
            Self::NameTooMany => "an extra name",
            Self::OtherFamilyName => "another family name",
            Self::OtherName => "another name",
        }
    }

    /// Returns the hint for a person of a given and a family name.
    pub(crate) fn hint(self, name: &str) -> String {
        let (given, family) = name.split_once(' ').unwrap_or((name, name));
        match self {
            Self::AsWritten => name.to_owned(),
            Self::FamilyNameFirst => format!("{family}, {given}"),
            Self::LettersSwapped => {
                let (head, tail) = family.split_at(1);
                let (second, rest) = tail.split_at(1);
                format!("{given} {second}{head}{rest}")
            }
            Self::Begun => format!("{given} {}", &family[..3]),
            Self::Initial => format!("{}. {family}", &given[..1]),
            Self::GivenNameAlone => given.to_owned(),
            Self::FamilyNameAlone => family.to_owned(),
            Self::NameTooMany => format!("{given} Quentin {family}"),
            Self::OtherFamilyName => format!("{given} Xylophone"),
            Self::OtherName => "Quentin Xylophone".to_owned(),
        }
    }
}
