//! Personal notes: what users write down for themselves (U-13).

use crate::rule::{Violation, code};
use crate::text;

/// Most notes of one account.
pub const NOTES_MAX: i64 = 1_000;

/// Longest text of a note, in characters.
pub const TEXT_MAX: usize = 20_000;

/// What is wrong with a note.
pub fn check(title: Option<&str>, note: &str) -> Vec<Violation> {
    let mut out = Vec::new();
    text::optional(&mut out, "/title", title, text::NAME_MAX);
    // Lines and tabs are what notes are made of; other control characters are not.
    let bad = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if note.trim().is_empty() {
        out.push(Violation::new(code::REQUIRED, "must not be empty").at("/text"));
    } else if note.chars().count() > TEXT_MAX {
        out.push(Violation::new(code::TOO_LONG, format!("at most {TEXT_MAX} characters")).at("/text"));
    } else if note.chars().any(bad) {
        out.push(Violation::new(code::BAD_CHARACTER, "holds a control character").at("/text"));
    }
    out
}

/// Refuses one note more than an account may have.
///
/// # Errors
/// It has as many already.
pub fn check_count(notes: i64) -> Result<(), Violation> {
    if notes < NOTES_MAX {
        return Ok(());
    }
    Err(Violation::new(code::TOO_MANY_NOTES, format!("an account has at most {NOTES_MAX} notes")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_lines_but_no_other_control_characters() {
        // U-13
        let faults = |title, note: &str| -> Vec<_> {
            check(title, note).into_iter().map(|fault| (fault.pointer.unwrap(), fault.code.name)).collect()
        };
        assert!(faults(Some("Monday"), "one\n\ttwo\r\n").is_empty());
        assert_eq!(faults(Some("a\nb"), " \n"), [("/title".into(), "bad_character"), ("/text".into(), "required")]);
        assert_eq!(faults(None, "bell \u{7}"), [("/text".into(), "bad_character")]);
        assert!(faults(None, &"x".repeat(TEXT_MAX)).is_empty());
        assert_eq!(faults(None, &"x".repeat(TEXT_MAX + 1)), [("/text".into(), "too_long")]);
    }

    #[test]
    fn so_many_notes_and_no_more() {
        // U-13
        assert!(check_count(NOTES_MAX - 1).is_ok());
        assert_eq!(check_count(NOTES_MAX).unwrap_err().code, code::TOO_MANY_NOTES);
    }
}
