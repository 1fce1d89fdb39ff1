//! The bindings of the npm package `contact-resolution`.
//!
//! Values cross the border as JSON text, in the shape of the command line's JSON lines. `lib/` in this package turns them
//! into objects and errors. A failure is the JSON `{"error": {"code", "message"}}`.

#[cfg(feature = "engine")]
mod directory;
#[cfg(feature = "engine")]
mod host;
mod json;
mod parse;
#[cfg(feature = "engine")]
mod resolve;
#[cfg(feature = "engine")]
mod shared;
#[cfg(feature = "engine")]
mod start;
