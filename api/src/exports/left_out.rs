//! Rows that an export leaves out, unless a filter asks for them: those that no import takes, since
//! they follow from others or can't be made again.

use domain::id::UserId;
use persistence::{Filter, Value};

use crate::app::App;
use crate::http::page::Visible;
use crate::imports::ImportKind;
use crate::rights::Authority;

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
        // They come with the object.
        ImportKind::Grants => (&["source", "template_id"], Filter::AnyOf("source", words(&["manual"]))),
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

/// Which of the rows that the caller may see are sent. A qualification of an account in the trash is one of
/// nobody to an import: it is sent to whoever asks for that account's. Rows of areas say all their settings, and so are for who
/// administers areas.
pub fn visible<'a>(
    app: &App,
    authority: &'a Authority,
    kind: ImportKind,
    filters: &[Filter],
    visible: Visible<'a>,
) -> Visible<'a> {
    let asked = filters.iter().any(|filter| matches!(filter, Filter::Equals("user_id", _)));
    match visible {
        Visible::All if kind == ImportKind::Qualifications && !asked => {
            let model = app.live().model();
            let there = move |user| model.user(UserId(user)).is_some_and(|user| !model.user_state(user).1.is_gone());
            Visible::Check { column: "user_id", may: Box::new(there) }
        }
        Visible::All | Visible::Check { .. } if kind == ImportKind::Areas && authority.administers_areas() => visible,
        _ if kind == ImportKind::Areas => Visible::Only(Filter::Ids(vec![])),
        visible => visible,
    }
}
