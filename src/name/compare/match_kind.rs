//! The ways in which two tokens can match.

/// The way in which two tokens match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::name) enum MatchKind {
    /// Equal after folding.
    Same,
    /// Equal in Latin letters.
    Transliterated,
    /// Equal if ae, oe, ue and aa are read as one vowel.
    Digraph,
    /// One family name in two scripts, according to the table.
    FamilyName,
    /// Two or three tokens of one name are one token of the other.
    Joined,
    /// One name in two scripts, in another usual romanization: Сергей and Sergei.
    Romanized,
    /// Two romanizations with the same sound.
    Sound,
    /// One letter is added, dropped or replaced, or two neighboring letters are swapped.
    OneEdit,
    /// One is a nickname of the other.
    Nickname,
    /// Two edits apart.
    TwoEdits,
    /// Equal consonants.
    Consonants,
    /// One is a prefix of the other.
    Prefix,
    /// One is the first letter of the other.
    Initial,
    /// One is a part of the other, perhaps with the ending of a pet name. This can be a coincidence.
    Pet,
    /// Most letters agree.
    Similar,
}

impl MatchKind {
    /// Whether this kind makes two tokens spellings of one name, or of two names one edit apart.
    pub(in crate::name) fn is_near_match(self) -> bool {
        matches!(
            self,
            Self::Same
                | Self::Transliterated
                | Self::Digraph
                | Self::FamilyName
                | Self::Joined
                | Self::Romanized
                | Self::Initial
                | Self::OneEdit
        )
    }

    /// Whether the tokens have more in common than some letters.
    pub(in crate::name) fn is_strong(self) -> bool {
        !matches!(self, Self::Pet | Self::Similar)
    }

    /// Whether more than the first letters of a token matched.
    pub(in crate::name) fn is_whole(self) -> bool {
        !matches!(self, Self::Initial | Self::Prefix)
    }
}

impl std::fmt::Display for MatchKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Same => "same",
            Self::Transliterated => "same in Latin letters",
            Self::Digraph => "same except for a vowel pair",
            Self::FamilyName => "family name in another script",
            Self::Joined => "written as one word",
            Self::Romanized => "another romanization",
            Self::Sound => "same sound",
            Self::OneEdit => "one edit",
            Self::Nickname => "nickname",
            Self::TwoEdits => "two edits",
            Self::Consonants => "same consonants",
            Self::Prefix => "prefix",
            Self::Initial => "initial",
            Self::Pet => "pet form",
            Self::Similar => "similar letters",
        })
    }
}
