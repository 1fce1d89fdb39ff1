//! Phonetic codes. Different romanizations of one name have the same code.

/// The classes of a token's sounds, five bits each, with the first sound in the highest bits. Empty if the token has too
/// many sounds.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(in crate::name) struct PhoneticCode(u128);

const BITS_PER_SOUND: u32 = 5;
const MAX_SOUNDS: u32 = u128::BITS / BITS_PER_SOUND;

impl PhoneticCode {
    pub(in crate::name) fn is_empty(self) -> bool {
        self.0 == 0
    }

    fn count(self) -> u32 {
        (u128::BITS - self.0.leading_zeros()).div_ceil(BITS_PER_SOUND)
    }

    /// Returns the sound at a position, counted from the last.
    fn at(self, position: u32) -> u8 {
        u8::try_from(self.0 >> (BITS_PER_SOUND * position) & 31).unwrap_or(0)
    }

    /// Returns the code of two tokens written as one.
    pub(in crate::name) fn then(self, next: Self) -> Self {
        if self.is_empty() || next.is_empty() || self.count() + next.count() > MAX_SOUNDS {
            return Self::default();
        }
        let joined = self.0 << (BITS_PER_SOUND * next.count());
        // Equal sounds on both sides of the border are one sound.
        let is_shared = self.0 & 31 == next.0 >> (BITS_PER_SOUND * next.count().saturating_sub(1));
        if is_shared {
            Self(
                self.0 << (BITS_PER_SOUND * (next.count() - 1))
                    | next.0 & !(31 << (BITS_PER_SOUND * (next.count() - 1))),
            )
        } else {
            Self(joined | next.0)
        }
    }

    /// Returns every prefix of the code, the code included.
    pub(in crate::name) fn prefixes(self) -> impl Iterator<Item = Self> {
        (0..self.count()).map(move |cut| Self(self.0 >> (BITS_PER_SOUND * cut)))
    }

    /// Returns every suffix of the code, the code included.
    pub(in crate::name) fn suffixes(self) -> impl Iterator<Item = Self> {
        (0..self.count()).map(move |kept| {
            Self(self.0 & (u128::MAX >> (u128::BITS - BITS_PER_SOUND * (kept + 1))))
        })
    }

    /// Returns a hash of the consonants.
    pub(in crate::name) fn consonant_hash(self) -> u16 {
        let sounds = (0..self.count())
            .rev()
            .map(|position| u16::from(self.at(position)));
        sounds
            .filter(|&sound| sound > u16::from(U))
            .fold(0, |all, sound| all.wrapping_mul(37).wrapping_add(sound))
    }

    /// Returns a hash of all sounds.
    pub(in crate::name) fn sound_hash(self) -> u16 {
        let folded = self.0 ^ self.0 >> 61;
        u16::try_from(folded.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835) >> 112)
            .unwrap_or(0)
    }

    /// Returns the consonants in the classes that romanizations of other scripts keep, without one sound.
    ///
    /// s and t are one class, and so are k and ch, and p, f and v. An h is left out, and so is a k after an n, as in ng.
    pub(in crate::name) fn coarse_consonants(
        self,
        without: Option<u8>,
    ) -> impl Iterator<Item = u8> {
        let mut last = 0;
        let sounds = (0..self.count())
            .rev()
            .map(move |position| self.at(position));
        sounds.filter_map(move |sound| {
            let before = std::mem::replace(&mut last, sound);
            match sound {
                _ if without == Some(sound) => None,
                K if before == N => None,
                S | T => Some(S),
                K | CH => Some(K),
                P | F | V => Some(P),
                L | R | M | N => Some(sound),
                _ => None,
            }
        })
    }

    /// Returns the code of the consonants alone. Some scripts omit vowels, and romanizations disagree about them.
    ///
    /// Returns zero if there are fewer than two consonants, or too many for a `u64`.
    pub(in crate::name) fn consonant_code(self) -> u64 {
        let mut code = 0_u64;
        for position in (0..self.count()).rev() {
            let sound = self.at(position);
            if sound > U {
                if code >> 59 != 0 {
                    return 0;
                }
                code = code << BITS_PER_SOUND | u64::from(sound);
            }
        }
        if code >> BITS_PER_SOUND == 0 { 0 } else { code }
    }
}

const A: u8 = 1;
const I: u8 = 2;
const U: u8 = 3;
const K: u8 = 4;
pub(in crate::name) const CH: u8 = 5;
const S: u8 = 6;
const T: u8 = 7;
const P: u8 = 8;
const F: u8 = 9;
pub(in crate::name) const V: u8 = 10;
const L: u8 = 11;
const R: u8 = 12;
const M: u8 = 13;
const N: u8 = 14;
const H: u8 = 15;
const DIGIT: u8 = 16;

/// Returns the phonetic code of a token in Latin letters.
///
/// Voiced and voiceless consonants share a class (Park and Bak, Peking and Beijing). Vowels have three classes. An h that
/// only modifies another letter has none.
pub(in crate::name) fn phonetic_code(latin: &[u8]) -> PhoneticCode {
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
            // As in Christos and Chloe.
            [b'c', b'h', b'r' | b'l', ..] | [b'k' | b'g', b'h', ..] | [b'c', b'k', ..] => (K, 2),
            [b'c' | b'z', b'h', ..] | [b'd', b'j', ..] => (CH, 2),
            [b'p', b'h', ..] => (F, 2),
            [b't', b'h', ..] => (T, 2),
            // Two sounds, except at the start of a word. The second sound is read next.
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
            // Spoken at the start and between vowels. Elsewhere it modifies the letter before it.
            [b'h', next, ..] if i == 0 || last <= U && b"aeiouy".contains(next) => (H, 1),
            [digit @ b'0'..=b'9', ..] => (DIGIT + digit - b'0', 1),
            _ => (0, 1),
        };
        i += read;
        if sound != 0 && sound != last {
            if count == MAX_SOUNDS {
                return PhoneticCode::default();
            }
            all = all << BITS_PER_SOUND | u128::from(sound);
            count += 1;
            last = sound;
        }
    }
    PhoneticCode(all)
}
