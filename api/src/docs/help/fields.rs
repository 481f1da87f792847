//! Help with the codes that stand in `errors` only: what is wrong with one field of a body, a row or a
//! query. Whatever else stands there is the code of a problem, and has its page.

use serde::Serialize;

/// Help with one code.
#[derive(Serialize)]
pub struct FieldHelp {
    /// The code.
    pub code: &'static str,
    /// What it means and what to do. Back-ticks enclose what is code.
    pub means: &'static str,
}

const fn row(code: &'static str, means: &'static str) -> FieldHelp {
    FieldHelp { code, means }
}

/// Every row, in the order of the alphabet.
pub const FIELDS: &[FieldHelp] = &[
    row("area_owned", "The account owns this area, which `detail` links to. Give it another owner."),
    row(
        "bad_format",
        "The text is no valid day, instant or id. Write days as `2026-01-31`, instants as `2026-01-31T08:00:00Z`.",
    ),
    row("bad_query", "The query string can't be decoded. Percent-encode its values, as UTF-8."),
    row(
        "changed_since",
        "This record, whose kind and id `detail` names, has changed since the plan was made. Look at it, then make the plan anew.",
    ),
    row(
        "contract_supervised",
        "The account's worker supervises this contract, which `detail` links to. Give it another supervisor.",
    ),
    row(
        "department_headed",
        "The account's worker heads this department, which `detail` links to. Give it another head, or none.",
    ),
    row(
        "duplicate_parameter",
        "The query parameter is given twice. Send it once; several words go into one, separated by commas.",
    ),
    row(
        "filler_managed",
        "The account owns an area in which this external filler, which `detail` links to, is managed. Give the area another owner.",
    ),
    row("holds_login", "The password holds the account's login. Choose one that does not."),
    row("is_email", "The password is the account's e-mail address. Choose another."),
    row(
        "object_assigned",
        "This open object, which `detail` links to, is assigned to the account. Assign it to another, or finish it.",
    ),
    row("role_managed", "The account manages this role, which `detail` links to. Name another manager, or none."),
    row(
        "too_common",
        "The password is one of those that everybody tries first. Choose another; some words in a row do well.",
    ),
    row("too_short", "The text has fewer characters than the field takes. `detail` says how many it needs."),
    row(
        "unknown_field",
        "The body or row has a field that the thing does not have. Look for a typing mistake; fields are snake_case.",
    ),
    row("unknown_parameter", "The operation has no such query parameter. Look for a typing mistake, or leave it out."),
    row("unknown_value", "The text is none of the words that the field takes. `detail` lists them."),
    row(
        "wrong_form",
        "The value fits none of the forms that the field takes. Compare it with the schema in `/openapi.json`.",
    ),
    row("wrong_length", "The password is too short or too long. `detail` says how long it may be."),
    row(
        "wrong_type",
        "The value has another JSON type than the field: a number instead of a text, a text instead of a list.",
    ),
];

/// Whether a code stands in `errors` only.
pub fn is_field_code(code: &str) -> bool {
    FIELDS.iter().any(|help| help.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docs::help;

    #[test]
    fn each_code_is_told_in_one_place() {
        assert!(FIELDS.is_sorted_by_key(|help| help.code));
        for FieldHelp { code, means } in FIELDS {
            assert!(help::find(code).is_none(), "{code} has a page");
            assert!(means.ends_with('.') && means.matches('`').count() % 2 == 0, "{code}: {means}");
        }
    }
}
