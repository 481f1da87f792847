//! What can go wrong, without values from rows.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Which sort of constraint of the database refused a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Constraint {
    /// Another row carries the same unique value.
    Unique,
    /// A row that is referred to does not exist.
    ForeignKey,
    /// A value lies outside what the column allows.
    Check,
    /// A value is missing.
    NotNull,
}

/// Why the store could not do what it was asked. Messages hold no value of a row.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The deadline passed before the writer's turn, or a free connection, came. Nothing was done.
    #[error("the store is busy")]
    Busy,
    /// The database can't be reached.
    #[error("the database can't be reached: {0}")]
    Unavailable(String),
    /// Another process serves this database file.
    #[error("another process serves this database file")]
    Claimed,
    /// A constraint of the database refused the change. Nothing was written.
    #[error("the database refused the change: {constraint:?} {}", name.as_deref().unwrap_or("?"))]
    Conflict {
        /// Its sort.
        constraint: Constraint,
        /// Its name where the database tells it; a unique one is named `<table>_<columns>_key` on
        /// both databases.
        name: Option<String>,
    },
    /// The log no longer holds what was asked for.
    #[error("the log begins with revision {oldest}")]
    Pruned {
        /// The oldest revision that the log holds.
        oldest: i64,
    },
    /// What is stored can't be read as what it should be.
    #[error("stored data can't be read: {0}")]
    Corrupt(String),
    /// A mistake of the caller, such as an unknown column.
    #[error("the store was misused: {0}")]
    Misuse(String),
    /// Anything else that the database says.
    #[error("the database failed: {0}")]
    Other(String),
}

impl StoreError {
    pub(crate) fn unavailable(error: impl std::fmt::Display) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<DieselError> for StoreError {
    fn from(error: DieselError) -> Self {
        let (kind, information) = match error {
            DieselError::DatabaseError(kind, information) => (kind, information),
            DieselError::DeserializationError(error) => return Self::Corrupt(error.to_string()),
            DieselError::RollbackErrorOnCommit { commit_error, .. } => {
                return Self::from(*commit_error);
            }
            other => return Self::Other(other.to_string()),
        };
        let message = information.message();
        let constraint = match kind {
            DatabaseErrorKind::UniqueViolation => Constraint::Unique,
            DatabaseErrorKind::ForeignKeyViolation => Constraint::ForeignKey,
            DatabaseErrorKind::CheckViolation => Constraint::Check,
            DatabaseErrorKind::NotNullViolation => Constraint::NotNull,
            DatabaseErrorKind::ClosedConnection => return Self::unavailable(message),
            // SQLite names neither the connection's loss nor its lock by a kind.
            _ if message.contains("database is locked") => return Self::Busy,
            _ => return Self::Other(message.to_owned()),
        };
        let name = information.constraint_name().map(str::to_owned);
        Self::Conflict { constraint, name: name.or_else(|| named_in(message)) }
    }
}

/// The constraint that a message of SQLite names: `UNIQUE constraint failed: users.login_key`,
/// `CHECK constraint failed: users_state_check`, `... failed: index 'users_login_key_key'`.
fn named_in(message: &str) -> Option<String> {
    let (_, what) = message.split_once("constraint failed: ")?;
    if let Some(index) = what.strip_prefix("index ") {
        return Some(index.trim_matches('\'').to_owned());
    }
    let mut parts = what.split(", ").map(|part| part.split_once('.'));
    let Some(Some((table, first))) = parts.next() else {
        return Some(what.to_owned());
    };
    let mut name = format!("{table}_{first}");
    for (_, column) in parts.flatten() {
        name.push('_');
        name.push_str(column);
    }
    Some(name + "_key")
}

#[cfg(test)]
mod tests {
    use super::named_in;

    #[test]
    fn constraints_of_sqlite_are_named_as_those_of_postgresql() {
        for (message, name) in [
            ("UNIQUE constraint failed: users.login_key", Some("users_login_key_key")),
            ("UNIQUE constraint failed: m.a, m.b", Some("m_a_b_key")),
            ("UNIQUE constraint failed: index 'grants_parts_key'", Some("grants_parts_key")),
            ("CHECK constraint failed: users_state_check", Some("users_state_check")),
            ("FOREIGN KEY constraint failed", None),
        ] {
            assert_eq!(named_in(message).as_deref(), name);
        }
    }
}
