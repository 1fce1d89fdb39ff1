//! The properties of characters that the crate `idna` needs, with the same results as those of ICU.

use tables::domains;
use tables::normal_forms::{Form, combining_class, compose, decompose, is_mark};

// The numbers of the classes and types in the tables.
const L: u16 = 1;
const R: u16 = 2;
const AL: u16 = 3;
const EN: u16 = 4;
const AN: u16 = 5;
const ES: u16 = 6;
const CS: u16 = 7;
const ET: u16 = 8;
const ON: u16 = 9;
const BN: u16 = 10;
const NSM: u16 = 11;
const DUAL: u16 = 1;
const LEFT: u16 = 2;
const RIGHT: u16 = 3;
const TRANSPARENT: u16 = 4;

/// The class of a virama.
const VIRAMA: u8 = 9;

/// The joining types of a letter that joins the previous letter.
pub const LEFT_OR_DUAL_JOINING_MASK: Mask = mask(&[LEFT, DUAL]);
/// The joining types of a letter that joins the next letter.
pub const RIGHT_OR_DUAL_JOINING_MASK: Mask = mask(&[RIGHT, DUAL]);
/// The classes that make a domain one of both directions.
pub const RTL_MASK: Mask = mask(&[R, AL, AN]);
/// The classes at the start of a label (RFC 5893 §2, also for the other masks).
pub const FIRST_BC_MASK: Mask = mask(&[L, R, AL]);
/// The classes at the end of a label from left to right.
pub const LAST_LTR_MASK: Mask = mask(&[L, EN]);
/// The classes at the end of a label from right to left.
pub const LAST_RTL_MASK: Mask = mask(&[R, AL, EN, AN]);
/// The classes inside a label from left to right.
pub const MIDDLE_LTR_MASK: Mask = mask(&[L, EN, ES, CS, ET, ON, BN, NSM]);
/// The classes inside a label from right to left.
pub const MIDDLE_RTL_MASK: Mask = mask(&[R, AL, AN, EN, ES, CS, ET, ON, BN, NSM]);

const fn mask(values: &[u16]) -> Mask {
    let mut mask = 0;
    let mut rest = values;
    while let [value, tail @ ..] = rest {
        mask |= 1 << *value;
        rest = tail;
    }
    Mask(mask)
}

/// A set of classes or types.
#[derive(Clone, Copy, Debug)]
pub struct Mask(u32);

/// A set of types.
pub type JoiningTypeMask = Mask;

impl Mask {
    /// Returns whether the sets have a member in common.
    #[must_use]
    pub fn intersects(self, other: Mask) -> bool {
        self.0 & other.0 != 0
    }
}

/// A class of direction (`Bidi_Class`).
#[derive(Clone, Copy, Debug)]
pub struct BidiClass(u16);

impl BidiClass {
    /// Returns the set of this class.
    #[must_use]
    pub fn to_mask(self) -> Mask {
        Mask(1 << self.0)
    }

    /// Returns whether the character is written from left to right.
    #[must_use]
    pub fn is_ltr(self) -> bool {
        self.0 == L
    }

    /// Returns whether the character is a mark without a width.
    #[must_use]
    pub fn is_nonspacing_mark(self) -> bool {
        self.0 == NSM
    }

    /// Returns whether the character is a European digit.
    #[must_use]
    pub fn is_european_number(self) -> bool {
        self.0 == EN
    }

    /// Returns whether the character is an Arabic digit.
    #[must_use]
    pub fn is_arabic_number(self) -> bool {
        self.0 == AN
    }
}

/// How a letter joins others (`Joining_Type`).
#[derive(Clone, Copy, Debug)]
pub struct JoiningType(u16);

impl JoiningType {
    /// Returns the set of this type.
    #[must_use]
    pub fn to_mask(self) -> Mask {
        Mask(1 << self.0)
    }

    /// Returns whether the letters before and after join through the character.
    #[must_use]
    pub fn is_transparent(self) -> bool {
        self.0 == TRANSPARENT
    }
}

/// The properties of characters.
#[derive(Clone, Copy, Debug, Default)]
pub struct Adapter;

impl Adapter {
    /// Returns the properties.
    #[must_use]
    pub const fn new() -> Adapter {
        Adapter
    }

    /// Returns whether a joiner after the character shapes it.
    #[must_use]
    pub fn is_virama(&self, c: char) -> bool {
        combining_class(c) == VIRAMA
    }

    /// Returns whether the character is a mark.
    #[must_use]
    pub fn is_mark(&self, c: char) -> bool {
        is_mark(c)
    }

    /// Returns the class of direction of a character.
    #[must_use]
    pub fn bidi_class(&self, c: char) -> BidiClass {
        BidiClass(domains::bidi_class(c))
    }

    /// Returns how a character joins others.
    #[must_use]
    pub fn joining_type(&self, c: char) -> JoiningType {
        JoiningType(domains::joining_type(c))
    }

    /// Returns the characters as a domain name has them, in form C. A character that it cannot have becomes U+FFFD.
    pub fn map_normalize(&self, chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
        let mut mapped = Vec::new();
        for c in chars {
            domains::map(c, &mut mapped);
        }
        normalized(mapped)
    }

    /// Returns the characters as [`Adapter::map_normalize`] does, with U+FFFD also for those that it leaves out.
    pub fn normalize_validate(
        &self,
        chars: impl Iterator<Item = char>,
    ) -> impl Iterator<Item = char> {
        let mut mapped = Vec::new();
        for c in chars {
            if domains::map(c, &mut mapped) == domains::IGNORED {
                mapped.push(char::REPLACEMENT_CHARACTER);
            }
        }
        normalized(mapped)
    }
}

fn normalized(chars: Vec<char>) -> impl Iterator<Item = char> {
    compose(decompose(chars, Form::Canonical)).into_iter()
}
