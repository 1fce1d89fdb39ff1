//! Words of a name that identify a person little or not at all: titles, suffixes, labels and particles.

/// The bytes of the longest word in these lists. Longer tokens need no lookup.
pub(in crate::name) const LONGEST: usize = 9;

/// Whether a folded token is a title, a suffix or a label of an address book.
pub(in crate::name) fn is_title(folded: &str) -> bool {
    folded.len() <= LONGEST && TITLES.binary_search(&folded).is_ok()
}

/// Whether a folded token distinguishes relatives of one name.
pub(in crate::name) fn is_generation(folded: &str) -> bool {
    matches!(folded, "jr" | "jnr" | "sr" | "snr" | "ii" | "iii" | "iv")
}

/// Whether a word in Latin letters is a particle. The first word of a name can be a given name instead, such as Ben.
pub(in crate::name) fn is_particle(latin: &str, is_first: bool) -> bool {
    latin.len() <= LONGEST
        && (PARTICLES.binary_search(&latin).is_ok()
            || !is_first && INNER_PARTICLES.binary_search(&latin).is_ok())
}

/// Titles, suffixes and labels. None of them is a common name. Sorted.
#[rustfmt::skip]
const TITLES: &[&str] = &[
    "cell", "dr", "dra", "esq", "frau", "herr", "home", "ii", "iii", "ing", "iv", "jnr", "jr", "llc", "ltd", "mba", "mlle", "mme", "mob",
    "mobile", "monsieur", "mr", "mrs", "ms", "msc", "mx", "office", "phd", "prof", "professor", "senor", "senora", "sir", "snr", "sr",
    "sra", "tel", "telegram", "whatsapp", "work",
];

/// Words that are particles before another word. Sorted.
#[rustfmt::skip]
const PARTICLES: &[&str] = &[
    "abu", "al", "ash", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "hadji", "haji", "hajji", "ibn", "la", "mullah",
    "shaikh", "shaykh", "sheik", "sheikh", "ter", "ul", "van", "von", "zu",
];

/// Words that are particles between two words, but given names at the start. Sorted.
#[rustfmt::skip]
const INNER_PARTICLES: &[&str] = &[
    "ad", "an", "ar", "as", "ben", "bin", "bint", "da", "das", "do", "le", "of", "ould", "uld",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_and_short_enough_to_be_searched() {
        for list in [TITLES, PARTICLES, INNER_PARTICLES] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|word| word.len() <= LONGEST));
        }
    }
}
