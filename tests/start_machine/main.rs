//! The start's machine, driven by hand: what it needs, in which order, and how it ends, word for word.

mod claims;
mod debug;
mod ends;
mod lookups;
mod resume;
mod walk;
