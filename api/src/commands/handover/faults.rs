//! What stands in the way of a hand-over: every fault at once, thing by thing (L-02).

use domain::rule::{Violation, code, verdict};
use domain::user::Responsibility;

use crate::commands::Refusal;
use crate::commands::responsibilities::{self, Item, LISTED};
use crate::http::problem::{self, FieldError, Problem};

/// What stands in the way.
#[derive(Default)]
pub struct Faults {
    errors: Vec<FieldError>,
    /// The first permission that is missing.
    missing: Option<(String, String)>,
    /// What makes no sense in the request itself.
    request: Vec<Violation>,
    /// Whether a thing can't be handed over for another reason.
    others: bool,
}

impl Faults {
    /// A thing that can't be handed over.
    pub fn add(&mut self, pointer: &str, item: &Item, refusal: &Refusal) {
        match refusal {
            Refusal::Forbidden { module, action } => {
                self.missing.get_or_insert_with(|| (module.clone(), action.clone()));
            }
            _ => self.others = true,
        }
        // An implicit thing has no place in the body: its fault says which it is.
        let lead = if pointer.is_empty() { format!("{} {}: ", item.kind, item.id) } else { String::new() };
        self.errors.extend(refusal.faults().into_iter().map(|fault| FieldError {
            pointer: pointer.to_owned(),
            detail: format!("{lead}{}", fault.detail),
            code: fault.code,
        }));
    }

    /// Something that makes no sense in the request itself.
    pub fn violation(&mut self, pointer: &str, violation: Violation) {
        self.request.push(violation.at(pointer));
    }

    /// Things that the caller may not see can't be handed over by that caller: they are told as counts by kind.
    pub fn hidden(&mut self, items: &[Item]) {
        let Some(first) = items.first() else { return };
        let (module, action) = match first.kind {
            Responsibility::AreaOwned => ("system", "area.administer"),
            Responsibility::FillerManaged => ("system", "user.read"),
            Responsibility::RoleManaged => ("system", "role.read"),
            Responsibility::PersonalGrant => ("system", "grant.read"),
            Responsibility::ContractSupervised => ("hr", "contracts.read"),
            Responsibility::ObjectAssigned | Responsibility::DepartmentHeaded => ("system", "object.administer"),
        };
        self.missing.get_or_insert_with(|| (module.to_owned(), action.to_owned()));
        self.errors.push(FieldError {
            pointer: String::new(),
            code: problem::FORBIDDEN.name.to_owned(),
            detail: format!("you may not see {}", responsibilities::counts(items.iter())),
        });
    }

    /// All of them at once: a missing permission where nothing else is wrong, the request's own faults where no thing
    /// was tried in vain, else the things one by one.
    ///
    /// # Errors
    /// There are any.
    pub fn verdict(mut self) -> Result<(), Refusal> {
        if self.errors.is_empty() {
            return Ok(verdict(self.request)?);
        }
        let problem = match self.missing {
            Some((module, action)) if !self.others && self.request.is_empty() => Problem::forbidden(&module, &action),
            _ => Problem::violations(&[Violation::new(code::NOT_TRANSFERRED, "nothing was handed over: see errors")]),
        };
        self.errors.splice(0..0, self.request.iter().map(problem::field_error));
        self.errors.truncate(LISTED);
        Err(problem.errors(self.errors).into())
    }
}
