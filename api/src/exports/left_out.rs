//! Rows that an export leaves out, unless a filter asks for them: those that no import takes, since
//! they follow from others or can't be made again.

use persistence::{Filter, Value};

use crate::imports::ImportKind;

/// Adds what is usual to the filters of a request.
pub fn usual(kind: ImportKind, filters: &mut Vec<Filter>) {
    let words = |words: &[&str]| words.iter().map(|word| Value::Text((*word).to_owned())).collect();
    let (asked_by, usual): (&[&str], Filter) = match kind {
        // They belong to their department, whose row names them.
        ImportKind::RoleRules => (&["department_link"], Filter::Equals("department_link", Value::Bool(false))),
        // They follow from contracts.
        ImportKind::Memberships => {
            (&["source", "contract_id", "rule_id"], Filter::AnyOf("source", words(&["manual", "scim"])))
        }
        // Nobody starts in the trash.
        ImportKind::Users => (&["state"], Filter::AnyOf("state", words(&["invited", "active", "blocked"]))),
        _ => return,
    };
    let asked = |filter: &Filter| match filter {
        Filter::Equals(column, _) | Filter::AnyOf(column, _) => asked_by.contains(column),
        _ => false,
    };
    if !filters.iter().any(asked) {
        filters.push(usual);
    }
}
