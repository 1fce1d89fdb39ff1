//! The API's error body, and this crate's error for JSON that it cannot read.

use std::error::Error;
use std::fmt;
use std::io::{self, BufReader};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::redacted;
use super::surrogates::{self, Replacing};

/// The body of a response with a status other than 200.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ApiError {
    /// The error as text for people.
    pub message: String,
    /// The error as a code for programs.
    pub code: String,
    /// Further details, such as validation issues, candidates or fields.
    #[serde(
        default,
        deserialize_with = "null_too",
        skip_serializing_if = "Option::is_none"
    )]
    pub details: Option<Value>,
    /// Members that this crate does not read, unchanged.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// Reads a value, including `null`.
fn null_too<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

redacted! { ApiError }

/// The error for a JSON text that cannot be read. It holds the position and the kind of error, and never quotes the
/// text.
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
    Incomplete,
}

impl ReadError {
    fn of(error: &serde_json::Error) -> Self {
        ReadError {
            kind: match error.classify() {
                Category::Data => ErrorKind::Shape,
                Category::Eof => ErrorKind::Incomplete,
                Category::Syntax | Category::Io => ErrorKind::Syntax,
            },
            // An empty text has no first byte, but positions count from 1.
            line: error.line().max(1),
            column: error.column().max(1),
        }
    }

    /// Returns the line, counted from 1.
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

    /// Returns the byte in the line, counted from 1.
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
            ErrorKind::Syntax => "not valid JSON",
            ErrorKind::Shape => "a member is missing, duplicated or of the wrong type",
            ErrorKind::Incomplete => "the JSON ends too early",
        };
        write!(f, "{what} (line {}, column {})", self.line, self.column)
    }
}

impl Error for ReadError {}

/// Reads a JSON text as a type of this module.
///
/// ```
/// use contact_resolution::wire::{self, StartRequest};
///
/// let request: StartRequest = wire::read(br#"{"accountID": "matrix", "user": {}}"#)?;
/// assert_eq!(request.account_id, "matrix");
///
/// let error = wire::read::<StartRequest>(br#"{"accountID": "matrix", "user": "Alice"}"#).unwrap_err();
/// assert_eq!(error.to_string(), "a member is missing, duplicated or of the wrong type (line 1, column 39)");
/// # Ok::<_, wire::ReadError>(())
/// ```
///
/// # Errors
///
/// Returns an error if the text is not valid JSON or does not have the shape of the type.
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, ReadError> {
    let read = |json: &[u8]| serde_json::from_slice(json).map_err(|error| ReadError::of(&error));
    match read(json) {
        Err(error) if error.kind == ErrorKind::Syntax => read(&surrogates::replaced(json)),
        read => read,
    }
}

/// Reads a JSON text as [`read`] does, without keeping it in memory. A [`ReadError`] is inside of the error.
pub(crate) fn read_from<T: DeserializeOwned>(json: impl io::Read) -> io::Result<T> {
    let json = BufReader::new(Replacing::new(json));
    serde_json::from_reader(json).map_err(|error| {
        if error.is_io() {
            error.into()
        } else {
            io::Error::new(io::ErrorKind::InvalidData, ReadError::of(&error))
        }
    })
}
