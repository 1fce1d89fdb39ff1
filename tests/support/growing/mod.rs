//! Inputs that can grow, each with the work that is done on them.
//!
//! The time of each must be linear in its size. `tests/hostile` compares two sizes by the clock, and
//! `benches/instructions/growth.rs` counts the instructions at three sizes.

mod directories;
mod results;
mod servers;
mod texts;

const PHONE: &str = "+14155552671";

/// Work on an input that is ready. It returns a number that depends on the result, so that no work is left out.
pub(crate) type Work = Box<dyn FnOnce() -> usize>;

/// An input of any size.
pub(crate) struct Case {
    /// The name of the case.
    pub(crate) name: &'static str,
    /// The smallest size at which the growing part dominates the cost.
    pub(crate) size: usize,
    /// Makes an input of a size.
    pub(crate) prepare: fn(usize) -> Work,
}

const fn case(name: &'static str, size: usize, prepare: fn(usize) -> Work) -> Case {
    Case {
        name,
        size,
        prepare,
    }
}

/// Returns all cases.
pub(crate) fn cases() -> impl Iterator<Item = &'static Case> {
    let lists = [
        directories::CASES,
        results::CASES,
        servers::CASES,
        texts::CASES,
    ];
    lists.into_iter().flatten()
}

/// Does the work. Callgrind counts the instructions in this function only.
#[inline(never)]
pub(crate) fn measured(work: Work) -> usize {
    work()
}
