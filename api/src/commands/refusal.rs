//! Why something was not done.

use domain::rule::Violation;
use persistence::StoreError;

use crate::http::problem::{self, FieldError, Problem};

/// Why something was not done.
#[derive(Debug)]
pub enum Refusal {
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// The caller lacks a permission.
    Forbidden {
        /// The module's code.
        module: String,
        /// The action.
        action: String,
    },
    /// The thing has changed since it was read.
    Stale,
    /// Rules of the domain are broken.
    Violations(Vec<Violation>),
    /// Values do not meet their published schema.
    Schema {
        /// Whether a fault is one of form (400) rather than of value (422).
        form: bool,
        /// Every fault.
        errors: Vec<FieldError>,
    },
    /// Something that only the face that was asked can refuse.
    Other(Box<Problem>),
    /// The database could not do it.
    Store(StoreError),
    /// A fault of the program.
    Internal(String),
}

impl Refusal {
    /// The caller lacks this permission.
    pub fn forbidden(module: &str, action: &str) -> Self {
        Self::Forbidden { module: module.to_owned(), action: action.to_owned() }
    }

    /// A fault of the program.
    pub fn internal(what: impl Into<String>) -> Self {
        Self::Internal(what.into())
    }

    /// Every fault with its pointer and code: what an import lists for a row.
    pub fn faults(&self) -> Vec<FieldError> {
        match self {
            Self::Violations(violations) => violations.iter().map(problem::field_error).collect(),
            Self::Schema { errors, .. } => errors.clone(),
            Self::Forbidden { module, action } => vec![FieldError {
                pointer: String::new(),
                code: "forbidden".to_owned(),
                detail: format!("{module}:{action} is needed"),
            }],
            Self::NotFound => vec![FieldError {
                pointer: String::new(),
                code: "not_found".to_owned(),
                detail: "there is no such thing, or you may not know of it".to_owned(),
            }],
            Self::Other(problem) if !problem.errors.is_empty() => problem.errors.clone(),
            Self::Other(problem) => vec![itself(problem)],
            Self::Stale => vec![],
            Self::Store(_) | Self::Internal(_) => vec![FieldError {
                pointer: String::new(),
                code: "internal".to_owned(),
                detail: "something went wrong inside".to_owned(),
            }],
        }
    }

    /// The same of a whole operation, of which nothing else is seen: a problem with faults stands before them.
    pub fn faults_of_operation(&self) -> Vec<FieldError> {
        let mut faults = self.faults();
        if let Self::Other(problem) = self
            && !problem.errors.is_empty()
        {
            faults.insert(0, itself(problem));
        }
        faults
    }

    /// Whether a row alone is to blame, so that an import can go on with the next.
    pub fn of_row(&self) -> bool {
        !matches!(self, Self::Store(_) | Self::Internal(_))
    }
}

/// A problem as a fault of nothing in particular.
fn itself(problem: &Problem) -> FieldError {
    FieldError {
        pointer: String::new(),
        code: problem.code.to_owned(),
        detail: problem.detail.clone().unwrap_or_default(),
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<Violation> for Refusal {
    fn from(violation: Violation) -> Self {
        Self::Violations(vec![violation])
    }
}

impl From<Vec<Violation>> for Refusal {
    fn from(violations: Vec<Violation>) -> Self {
        Self::Violations(violations)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Other(Box::new(problem))
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound => Problem::not_found(),
            Refusal::Forbidden { module, action } => Problem::forbidden(&module, &action),
            Refusal::Stale => Problem::new(problem::STALE).detail("read it again, then send its present ETag"),
            Refusal::Violations(violations) => Problem::violations(&violations),
            Refusal::Schema { form, errors } => {
                Problem::new(if form { problem::BODY_NOT_ALLOWED } else { problem::INVALID_VALUES })
                    .detail("see errors")
                    .errors(errors)
            }
            Refusal::Other(problem) => *problem,
            Refusal::Store(StoreError::Busy) => Problem::new(problem::BUSY),
            Refusal::Store(error @ StoreError::Unavailable(_)) => {
                log::error!("database: {error}");
                Problem::new(problem::UNAVAILABLE)
            }
            Refusal::Store(error @ StoreError::Conflict { .. }) => {
                log::warn!("database refused: {error}");
                Problem::new(problem::CONFLICT)
            }
            Refusal::Store(error) => {
                log::error!("database: {error}");
                Problem::new(problem::INTERNAL)
            }
            Refusal::Internal(what) => {
                log::error!("internal: {what}");
                Problem::new(problem::INTERNAL)
            }
        }
    }
}
