//! Bounds of the texts that come from outside: length, control characters, form.

use crate::rule::{Violation, code};

/// Longest name, title or other one-line text, in characters.
pub const NAME_MAX: usize = 200;
/// Longest note, in characters.
pub const NOTE_MAX: usize = 2_000;
/// Longest code or external id, in characters.
pub const CODE_MAX: usize = 100;

/// A one-line text that must not be empty.
pub fn required(out: &mut Vec<Violation>, pointer: &str, value: &str, max: usize) {
    if value.trim().is_empty() {
        out.push(Violation::new(code::REQUIRED, "must not be empty").at(pointer));
    } else {
        bounded(out, pointer, value, max);
    }
}

/// A one-line text that may be absent, but not empty.
pub fn optional(out: &mut Vec<Violation>, pointer: &str, value: Option<&str>, max: usize) {
    if let Some(value) = value {
        required(out, pointer, value, max);
    }
}

/// A text of several lines that may be absent.
pub fn note(out: &mut Vec<Violation>, pointer: &str, value: Option<&str>) {
    if let Some(value) = value {
        if value.chars().count() > NOTE_MAX {
            out.push(Violation::new(code::TOO_LONG, format!("at most {NOTE_MAX} characters")).at(pointer));
        }
        if value.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            out.push(Violation::new(code::BAD_CHARACTER, "control characters are not allowed").at(pointer));
        }
    }
}

/// A code: letters, digits, `-`, `_`, `.`, 1 to 100 of them.
pub fn code(out: &mut Vec<Violation>, pointer: &str, value: &str) {
    required(out, pointer, value, CODE_MAX);
    if !value.is_empty() && !value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.')) {
        out.push(Violation::new(code::BAD_CODE, "letters, digits, '-', '_' and '.' only").at(pointer));
    }
}

fn bounded(out: &mut Vec<Violation>, pointer: &str, value: &str, max: usize) {
    if value.chars().count() > max {
        out.push(Violation::new(code::TOO_LONG, format!("at most {max} characters")).at(pointer));
    }
    if value.chars().any(char::is_control) {
        out.push(Violation::new(code::BAD_CHARACTER, "control characters are not allowed").at(pointer));
    }
}

/// A list of at most so many things, each once.
pub fn listed<T: PartialEq>(out: &mut Vec<Violation>, pointer: &str, list: &[T], max: usize) {
    if list.len() > max {
        out.push(Violation::new(code::OUT_OF_RANGE, format!("at most {max}")).at(pointer));
    }
    for (at, item) in list.iter().enumerate() {
        if list.iter().take(at).any(|other| other == item) {
            out.push(Violation::new(code::DUPLICATE_ITEM, "is named twice").at(format!("{pointer}/{at}")));
        }
    }
}
