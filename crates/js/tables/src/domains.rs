//! The properties of characters in domain names (UTS #46, RFC 5892 and RFC 5893).

use super::normal_forms::{Form, decompose};
use super::{Mapping, Property};

static BIDI: Property = Property::new(include_bytes!("generated/bidi.runs"));
static JOINING: Property = Property::new(include_bytes!("generated/joining.runs"));
static STATUS: Property = Property::new(include_bytes!("generated/domain_status.runs"));
static MAPPED: Mapping = Mapping::new(include_bytes!("generated/domain.mappings"));

/// The status of a character that no domain name has, also in other cases and forms.
pub const DISALLOWED: u16 = 0;
/// The status of a character that is left out.
pub const IGNORED: u16 = 1;
/// The status of a character that stays as it is.
pub const VALID: u16 = 2;
/// The status of a character that is replaced by others.
pub const REPLACED: u16 = 3;

/// Returns the number of a character's `Bidi_Class`. Zero is one that no rule of domain names mentions.
#[must_use]
pub fn bidi_class(c: char) -> u16 {
    BIDI.get(c)
}

/// Returns the number of a character's `Joining_Type`. Zero is one that no rule of domain names mentions.
#[must_use]
pub fn joining_type(c: char) -> u16 {
    JOINING.get(c)
}

/// Appends the characters that replace a character in a domain name, before normalization. Returns the character's status.
pub fn map(c: char, to: &mut Vec<char>) -> u16 {
    let status = STATUS.get(c);
    match (status, MAPPED.get(c)) {
        (DISALLOWED, _) => to.push(char::REPLACEMENT_CHARACTER),
        (IGNORED, _) => {}
        (_, Some(mapped)) => to.extend(mapped),
        (REPLACED, None) => push_replaced(c, to),
        _ => to.push(c),
    }
    status
}

/// Appends the lower case of the parts of a character, which replaces most characters.
fn push_replaced(c: char, to: &mut Vec<char>) {
    for part in decompose([c], Form::Compatible) {
        match MAPPED.get(part) {
            Some(lower) => to.extend(lower),
            None => to.push(part),
        }
    }
}
