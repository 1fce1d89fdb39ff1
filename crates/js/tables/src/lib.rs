//! The tables of characters that the replaced crates read.
//!
//! The program `generator` writes them from the crates that they replace, which `npm run build` does first. Each table is
//! unpacked when it is first used.

pub mod domains;
pub mod look_alikes;
pub mod normal_forms;
pub mod transliterations;

use std::sync::OnceLock;

use layout::mappings::Mappings;
use layout::runs::Runs;

/// A property that is unpacked at its first use.
struct Property {
    packed: &'static [u8],
    runs: OnceLock<Runs>,
}

impl Property {
    const fn new(packed: &'static [u8]) -> Property {
        Property {
            packed,
            runs: OnceLock::new(),
        }
    }

    fn get(&self, c: char) -> u16 {
        self.runs.get_or_init(|| Runs::unpack(self.packed)).get(c)
    }
}

/// Mappings that are unpacked at their first use.
struct Mapping {
    packed: &'static [u8],
    mappings: OnceLock<Mappings>,
}

impl Mapping {
    const fn new(packed: &'static [u8]) -> Mapping {
        Mapping {
            packed,
            mappings: OnceLock::new(),
        }
    }

    fn get(&self, c: char) -> Option<&[char]> {
        self.mappings
            .get_or_init(|| Mappings::unpack(self.packed, |_, _, _| ()))
            .get(c)
    }
}
