//! The API's error body, and this crate's own error for a body that does not fit.

use std::error::Error;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::{Nullable, redacted};

/// The body of an answer that is not 200.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// What went wrong, for people.
    pub message: String,
    /// What went wrong, for programs.
    pub code: String,
    /// Anything more: validation issues, candidates, fields.
    #[serde(default, skip_serializing_if = "Nullable::is_absent")]
    pub details: Nullable<Value>,
    /// Members this crate does not read, kept as they came.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

redacted! { ApiError }

/// A JSON text that could not be read: where, and what was wrong with it, never what it said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadError {
    kind: ErrorKind,
    line: usize,
    column: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ErrorKind {
    Syntax,
    Shape,
    StartResult,
}

impl ReadError {
    /// The line, counted from 1.
    ///
    /// ```
    /// use contact_resolution::wire::{self, Snapshot};
    ///
    /// let error = wire::read::<Snapshot>(b"{\n]").unwrap_err();
    /// assert_eq!(error.line(), 2);
    /// ```
    #[must_use]
    pub fn line(&self) -> usize {
        self.line
    }

    /// The byte in the line, counted from 1.
    ///
    /// ```
    /// use contact_resolution::wire::{self, Snapshot};
    ///
    /// let error = wire::read::<Snapshot>(b"{]").unwrap_err();
    /// assert_eq!(error.column(), 2);
    /// ```
    #[must_use]
    pub fn column(&self) -> usize {
        self.column
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            ErrorKind::Syntax => "no valid JSON",
            ErrorKind::Shape => "a member is missing, doubled or of the wrong type",
            ErrorKind::StartResult => "the JSON ends too early",
        };
        write!(f, "{what} (line {}, column {})", self.line, self.column)
    }
}

impl Error for ReadError {}

/// Reads one JSON text as a wire shape.
///
/// ```
/// use contact_resolution::wire::{self, StartRequest};
///
/// let request: StartRequest = wire::read(br#"{"accountID": "matrix", "user": {}}"#)?;
/// assert_eq!(request.account_id, "matrix");
///
/// let error = wire::read::<StartRequest>(br#"{"accountID": "matrix", "user": "Alice"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "a member is missing, doubled or of the wrong type (line 1, column 39)");
/// # Ok::<_, wire::ReadError>(())
/// ```
///
/// # Errors
///
/// Where the text is no JSON, or not of the shape, the error tells the place and does not quote the text.
pub fn read<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, ReadError> {
    serde_json::from_slice(json).map_err(|error| ReadError {
        kind: match error.classify() {
            Category::Data => ErrorKind::Shape,
            Category::Eof => ErrorKind::StartResult,
            Category::Syntax | Category::Io => ErrorKind::Syntax,
        },
        // A text that ends before it begins has no first byte to tell.
        line: error.line().max(1),
        column: error.column().max(1),
    })
}
