//! The databases that Remit works on.

/// Which database it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BackendName {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgresql,
}

impl BackendName {
    /// `sqlite` or `postgresql`.
    pub const fn as_str(self) -> &'static str {
        match self {
            BackendName::Sqlite => "sqlite",
            BackendName::Postgresql => "postgresql",
        }
    }
}
