//! Look-alike characters and scripts (UTS #39).

use std::sync::OnceLock;

use super::{Mapping, Property};

static IGNORABLE: Property = Property::new(include_bytes!("generated/ignorable.runs"));
static PROTOTYPES: Mapping = Mapping::new(include_bytes!("generated/prototypes.mappings"));
static SCRIPTS: Property = Property::new(include_bytes!("generated/scripts.runs"));
static SCRIPT_SETS: &[u8] = include_bytes!("generated/script_sets.words");

/// A set of scripts and of writing systems of several scripts. The bits have no order.
pub type ScriptSet = [u64; 3];

/// Whether a character is not shown (`Default_Ignorable_Code_Point`).
#[must_use]
pub fn is_ignorable(c: char) -> bool {
    IGNORABLE.get(c) != 0
}

/// Returns the prototype of a decomposed character and its look-alikes. Returns `None` if the character is its own prototype.
pub fn prototype(c: char) -> Option<&'static [char]> {
    PROTOTYPES.get(c)
}

/// Returns the scripts in which a character is used. A text has one script if all its characters have one in common.
#[must_use]
pub fn scripts(c: char) -> ScriptSet {
    static SETS: OnceLock<Vec<ScriptSet>> = OnceLock::new();
    let sets = SETS.get_or_init(|| {
        let (words, _) = SCRIPT_SETS.as_chunks::<8>();
        let (sets, _) = words.as_chunks::<3>();
        let set = |words: &[[u8; 8]; 3]| words.map(u64::from_le_bytes);
        sets.iter().map(set).collect()
    });
    let set = sets.get(usize::from(SCRIPTS.get(c)));
    set.copied().unwrap_or_default()
}
