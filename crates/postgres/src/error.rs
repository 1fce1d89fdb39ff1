//! The error of this crate's private functions, which `?` makes from all of its sources.

use contact_resolution::store::{StoreError, StoreErrorKind};
use deadpool::managed::PoolError;
use tokio_postgres::error::SqlState;

pub(crate) struct DatabaseError {
    error: StoreError,
    /// Whether the server does not know a prepared statement, or knows another one of this name.
    is_statement_lost: bool,
}

pub(crate) type Result<T> = std::result::Result<T, DatabaseError>;

impl DatabaseError {
    pub(crate) fn new(kind: StoreErrorKind) -> Self {
        StoreError::new(kind).into()
    }

    pub(crate) fn is_unreachable(&self) -> bool {
        self.error.kind() == StoreErrorKind::Unreachable
    }

    /// Returns whether a connection pooler sent a prepared statement to another connection. Nothing was executed.
    pub(crate) fn is_statement_lost(&self) -> bool {
        self.is_statement_lost
    }
}

impl From<StoreError> for DatabaseError {
    fn from(error: StoreError) -> Self {
        DatabaseError {
            error,
            is_statement_lost: false,
        }
    }
}

impl From<DatabaseError> for StoreError {
    fn from(error: DatabaseError) -> Self {
        error.error
    }
}

impl From<PoolError<DatabaseError>> for DatabaseError {
    fn from(error: PoolError<DatabaseError>) -> Self {
        match error {
            PoolError::Backend(error) => error,
            // All connections are in use.
            PoolError::Timeout(_) => DatabaseError::new(StoreErrorKind::TimedOut),
            _ => DatabaseError::new(StoreErrorKind::Failed),
        }
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
        DatabaseError {
            error: StoreError::new(kind(state)).with_number(number),
            is_statement_lost: [
                SqlState::INVALID_SQL_STATEMENT_NAME,
                SqlState::DUPLICATE_PSTATEMENT,
            ]
            .contains(state),
        }
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
        // Citus reports a worker that dies during a statement as an internal error.
        SqlState::INTERNAL_ERROR => StoreErrorKind::Unreachable,
        _ => match state.code().get(..2) {
            // The classes of connection, authorization, catalog name, resources, operator intervention and system errors.
            Some("08" | "28" | "3D" | "53" | "57" | "58") => StoreErrorKind::Unreachable,
            _ => StoreErrorKind::Failed,
        },
    }
}
