//! How a token sounds, coarsely: the same for the ways one name is romanized.

/// Classes of sounds, five bits each, the first one highest. Nothing if the token is too long for it.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Sounds(u128);

/// Five bits a sound.
const BITS: u32 = 5;
/// As many as fit.
const MOST: u32 = u128::BITS / BITS;

impl Sounds {
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn count(self) -> u32 {
        (u128::BITS - self.0.leading_zeros()).div_ceil(BITS)
    }

    /// The sound at a place, counted from the last.
    fn at(self, place: u32) -> u8 {
        u8::try_from(self.0 >> (BITS * place) & 31).unwrap_or(0)
    }

    /// The sounds of two tokens written as one.
    pub(super) fn then(self, next: Self) -> Self {
        if self.is_empty() || next.is_empty() || self.count() + next.count() > MOST {
            return Self::default();
        }
        let joined = self.0 << (BITS * next.count());
        // A sound held over the border is one.
        let held = self.0 & 31 == next.0 >> (BITS * next.count().saturating_sub(1));
        if held {
            Self(
                self.0 << (BITS * (next.count() - 1))
                    | next.0 & !(31 << (BITS * (next.count() - 1))),
            )
        } else {
            Self(joined | next.0)
        }
    }

    /// Every beginning, itself included.
    pub(super) fn prefixes(self) -> impl Iterator<Item = Self> {
        (0..self.count()).map(move |cut| Self(self.0 >> (BITS * cut)))
    }

    /// Every ending, itself included.
    pub(super) fn suffixes(self) -> impl Iterator<Item = Self> {
        (0..self.count())
            .map(move |kept| Self(self.0 & (u128::MAX >> (u128::BITS - BITS * (kept + 1)))))
    }

    /// A number that is equal where all consonants are.
    pub(super) fn consonants(self) -> u16 {
        let sounds = (0..self.count())
            .rev()
            .map(|place| u16::from(self.at(place)));
        sounds
            .filter(|&sound| sound > u16::from(U))
            .fold(0, |all, sound| all.wrapping_mul(37).wrapping_add(sound))
    }

    /// A number that is equal where all sounds are.
    pub(super) fn voice(self) -> u16 {
        let folded = self.0 ^ self.0 >> 61;
        u16::try_from(folded.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) >> 112)
            .unwrap_or(0)
    }

    /// Only the consonants: scripts that leave vowels out, and romanizations that disagree about them. Nothing if there
    /// are fewer than two, or more than a number holds.
    pub(super) fn skeleton(self) -> u64 {
        let mut skeleton = 0_u64;
        for place in (0..self.count()).rev() {
            let sound = self.at(place);
            if sound > U {
                if skeleton >> 59 != 0 {
                    return 0;
                }
                skeleton = skeleton << BITS | u64::from(sound);
            }
        }
        if skeleton >> BITS == 0 { 0 } else { skeleton }
    }
}

const A: u8 = 1;
const I: u8 = 2;
const U: u8 = 3;
const K: u8 = 4;
const CH: u8 = 5;
const S: u8 = 6;
const T: u8 = 7;
const P: u8 = 8;
const F: u8 = 9;
const V: u8 = 10;
const L: u8 = 11;
const R: u8 = 12;
const M: u8 = 13;
const N: u8 = 14;
const H: u8 = 15;
const DIGIT: u8 = 16;

/// The sounds of a token in Latin letters. Voice is dropped (Park is Bak, Peking Beijing), as are vowels but for their
/// place in the mouth, and the h that only marks a sound.
pub(super) fn sounds(latin: &[u8]) -> Sounds {
    let (mut all, mut count, mut last, mut i) = (0_u128, 0, 0, 0);
    while i < latin.len() {
        let rest = &latin[i..];
        let (sound, read) = match rest {
            [b'e', b'o' | b'u', ..] | [b'o' | b'u', b'e', ..] => (U, 2),
            [b'a', b'e' | b'a', ..] => (A, 2),
            [b'a', ..] => (A, 1),
            [b'e' | b'i' | b'y', ..] => (I, 1),
            [b'w', ..] if i == 0 => (V, 1),
            [b'o' | b'u' | b'w', ..] => (U, 1),
            [b's', b'c', b'h', ..] => (S, 3),
            [b't', b'c', b'h', ..] | [b'd', b'z', b'h', ..] => (CH, 3),
            [b's', b'h', ..] | [b't', b's' | b'z', ..] | [b'd', b'z', ..] => (S, 2),
            [b'h', b's', ..] if i == 0 => (S, 2),
            // Christos and Chloe are said as Kristian and Klaus.
            [b'c', b'h', b'r' | b'l', ..] | [b'k' | b'g', b'h', ..] | [b'c', b'k', ..] => (K, 2),
            [b'c' | b'z', b'h', ..] | [b'd', b'j', ..] => (CH, 2),
            [b'p', b'h', ..] => (F, 2),
            [b't', b'h', ..] => (T, 2),
            // Two sounds, but for the start of a word; the second is read next.
            [b'x', ..] if i > 0 && last != K => (K, 0),
            [b'c', b'e' | b'i' | b'y', ..] | [b's' | b'z' | b'x', ..] => (S, 1),
            [b'c' | b'k' | b'q' | b'g', ..] => (K, 1),
            [b'j', ..] => (CH, 1),
            [b't' | b'd', ..] => (T, 1),
            [b'p' | b'b', ..] => (P, 1),
            [b'f', ..] => (F, 1),
            [b'v', ..] => (V, 1),
            [b'l', ..] => (L, 1),
            [b'r', ..] => (R, 1),
            [b'm', ..] => (M, 1),
            [b'n', ..] => (N, 1),
            // Said at the start and between vowels, elsewhere a mark of the letter before.
            [b'h', next, ..] if i == 0 || last <= U && b"aeiouy".contains(next) => (H, 1),
            [digit @ b'0'..=b'9', ..] => (DIGIT + digit - b'0', 1),
            _ => (0, 1),
        };
        i += read;
        if sound != 0 && sound != last {
            if count == MOST {
                return Sounds::default();
            }
            all = all << BITS | u128::from(sound);
            count += 1;
            last = sound;
        }
    }
    Sounds(all)
}
