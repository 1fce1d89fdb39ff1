//! The error of this crate's private functions, which `?` makes from both of its sources.

use contact_resolution::store::{StoreError, StoreErrorKind};
use tokio_postgres::error::SqlState;

pub(crate) struct DatabaseError(StoreError);

pub(crate) type Result<T> = std::result::Result<T, DatabaseError>;

impl DatabaseError {
    pub(crate) fn new(kind: StoreErrorKind) -> Self {
        DatabaseError(StoreError::new(kind))
    }

    pub(crate) fn is_unreachable(&self) -> bool {
        self.0.kind() == StoreErrorKind::Unreachable
    }
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

impl From<tokio_postgres::Error> for DatabaseError {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(state) = error.code() else {
            // The error is not from the server. The connection failed, or a column does not have the type that the schema
            // gives it. tokio-postgres has no public kind for the latter, only this text.
            let is_misread = error.to_string().starts_with("error deserializing");
            return DatabaseError::new(if is_misread {
                StoreErrorKind::Corrupt
            } else {
                StoreErrorKind::Unreachable
            });
        };
        let number = format!("SQLSTATE {}", state.code());
        DatabaseError(StoreError::new(kind(state)).with_number(number))
    }
}

fn kind(state: &SqlState) -> StoreErrorKind {
    match *state {
        SqlState::QUERY_CANCELED => StoreErrorKind::TimedOut,
        SqlState::LOCK_NOT_AVAILABLE
        | SqlState::T_R_DEADLOCK_DETECTED
        | SqlState::T_R_SERIALIZATION_FAILURE => StoreErrorKind::Busy,
        SqlState::DISK_FULL => StoreErrorKind::Full,
        SqlState::READ_ONLY_SQL_TRANSACTION | SqlState::INSUFFICIENT_PRIVILEGE => {
            StoreErrorKind::ReadOnly
        }
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED => StoreErrorKind::Corrupt,
        _ => match state.code().get(..2) {
            // The classes of connection, authorization, catalog name, resources and operator intervention.
            Some("08" | "28" | "3D" | "53" | "57") => StoreErrorKind::Unreachable,
            _ => StoreErrorKind::Failed,
        },
    }
}
