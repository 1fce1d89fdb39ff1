//! JSON text, and errors in it.

use contact_resolution::ParseError;
use serde::Serialize;

/// A failure: a stable code for programs, and a message for developers.
#[derive(Clone, Serialize)]
pub(crate) struct Failure {
    code: String,
    message: String,
}

impl Failure {
    pub(crate) fn new(code: impl Into<String>, message: &impl ToString) -> Self {
        Failure {
            code: code.into(),
            message: message.to_string(),
        }
    }

    /// Returns the failure of an argument that the caller can correct.
    pub(crate) fn invalid(message: &impl ToString) -> Self {
        Failure::new("invalid_request", message)
    }
}

impl From<ParseError> for Failure {
    fn from(error: ParseError) -> Self {
        Failure::new(error.code().as_str(), &error)
    }
}

/// Returns the JSON of a result.
pub(crate) fn text<T: Serialize>(result: Result<T, impl Into<Failure>>) -> String {
    #[derive(Serialize)]
    struct Failed {
        error: Failure,
    }
    match result.map_err(Into::into) {
        Ok(value) => write(&value),
        Err(error) => write(&Failed { error }),
    }
}

/// Returns the JSON of a value.
pub(crate) fn write(value: &impl Serialize) -> String {
    // The types of this package have text keys and no failing parts, so they always can be written.
    serde_json::to_string(value).unwrap_or_default()
}
