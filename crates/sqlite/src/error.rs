//! The error of this crate's private functions, which `?` makes from both of its sources.

use contact_resolution::store::{StoreError, StoreErrorKind};
use rusqlite::ErrorCode;

pub(crate) struct DatabaseError(StoreError);

pub(crate) type Result<T> = std::result::Result<T, DatabaseError>;

impl DatabaseError {
    pub(crate) fn new(kind: StoreErrorKind) -> Self {
        DatabaseError(StoreError::new(kind))
    }
}

/// Returns the error of a damaged store.
pub(crate) fn corrupt() -> DatabaseError {
    DatabaseError::new(StoreErrorKind::Corrupt)
}

impl From<StoreError> for DatabaseError {
    fn from(error: StoreError) -> Self {
        DatabaseError(error)
    }
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        error.0
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        let kind = match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreErrorKind::Busy,
            // Without a code, a column does not have the type that the schema gives it.
            Some(ErrorCode::DatabaseCorrupt) | None => StoreErrorKind::Corrupt,
            Some(ErrorCode::NotADatabase) => StoreErrorKind::NotAStore,
            Some(ErrorCode::DiskFull) => StoreErrorKind::Full,
            Some(ErrorCode::ReadOnly) => StoreErrorKind::ReadOnly,
            Some(ErrorCode::OperationInterrupted) => StoreErrorKind::TimedOut,
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                StoreErrorKind::Unreachable
            }
            Some(_) => StoreErrorKind::Failed,
        };
        let store_error = StoreError::new(kind);
        DatabaseError(match error.sqlite_error() {
            Some(error) => store_error.with_number(format!("SQLite {}", error.extended_code)),
            None => store_error,
        })
    }
}
