//! What a problem means and what to do about it: one row per code, for who has to mend a program
//! that met it.

pub mod fields;
mod http;
mod people;
mod placements;
mod rights;
mod values;
mod wages;

use domain::rule::{Violation, code};

use crate::http::problem::{self, FieldError, Problem};

/// Help with one code. In its texts back-ticks enclose what is code.
pub struct Help {
    /// The code.
    pub code: &'static str,
    /// What it means, in a sentence or two.
    pub means: &'static str,
    /// What to change and send again.
    pub remedy: &'static str,
    path: &'static str,
    pointer: Option<&'static str>,
    field_code: Option<&'static str>,
    detail: &'static str,
}

/// A table of help: the code, the path of an example, the field to blame and the code of its fault
/// where that is another, the example's detail (empty where the service gives none); what it
/// means; what to do.
macro_rules! help {
    ($($code:literal on $path:literal $(at $pointer:literal $($field:literal)?)?: $detail:literal,
        $means:literal, $remedy:literal;)*) => {
        /// The rows of this part.
        pub const ROWS: &[super::Help] = &[$(super::Help {
            code: $code,
            means: $means,
            remedy: $remedy,
            path: $path,
            pointer: super::help!(@ $($pointer)?),
            field_code: super::help!(@ $($($field)?)?),
            detail: $detail,
        }),*];
    };
    (@) => { None };
    (@ $some:literal) => { Some($some) };
}
use help;

/// Every row.
pub fn all() -> impl Iterator<Item = &'static Help> {
    [http::ROWS, values::ROWS, people::ROWS, placements::ROWS, rights::ROWS, wages::ROWS].into_iter().flatten()
}

/// The help with a code.
pub fn find(code: &str) -> Option<&'static Help> {
    all().find(|help| help.code == code)
}

impl Help {
    /// A problem of this code as a caller may get it.
    pub fn example(&self) -> Option<Problem> {
        let mut problem = match code::ALL.iter().find(|code| code.name == self.code) {
            Some(code) => {
                let violation = Violation::new(*code, self.detail);
                Problem::violations(&[match self.pointer {
                    Some(pointer) => violation.at(pointer),
                    None => violation,
                }])
            }
            None if self.code == problem::FORBIDDEN.name => Problem::forbidden("system", "position.edit"),
            None => {
                let code = problem::ALL.iter().find(|code| code.name == self.code)?;
                let errors = self.pointer.map(|pointer| FieldError {
                    pointer: pointer.to_owned(),
                    code: self.field_code.unwrap_or(self.code).to_owned(),
                    detail: self.detail.to_owned(),
                });
                let problem = Problem::new(*code);
                match errors {
                    Some(error) => problem.detail("see errors").errors(vec![error]),
                    None if self.detail.is_empty() => problem,
                    None => problem.detail(self.detail),
                }
            }
        };
        problem.instance = Some(self.path.replace("{id}", "019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11"));
        problem.request_id = Some("019aa0b27a517c049d6a7a3f0c1f5e11".to_owned());
        Some(problem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_catalogue_has_its_help_and_no_other_does() {
        let mut helped: Vec<_> = all().map(|help| help.code).collect();
        let mut known: Vec<_> = problem::catalogue().into_iter().map(|(code, ..)| code).collect();
        helped.sort_unstable();
        known.sort_unstable();
        assert_eq!(helped, known);
    }

    #[test]
    fn texts_are_short_and_whole() {
        for Help { code, means, remedy, .. } in all() {
            for text in [means, remedy] {
                assert!((20..=400).contains(&text.chars().count()), "{code}: {text}");
                assert!(text.ends_with('.') && text.matches('`').count() % 2 == 0, "{code}: {text}");
            }
        }
    }

    // An example is an answer of the service: same code, status, title and rule.
    #[test]
    fn every_code_has_an_example_that_is_true() {
        for (code, status, title, rule) in problem::catalogue() {
            let example = find(code).and_then(Help::example).unwrap_or_else(|| panic!("{code} has no example"));
            let example = serde_json::to_value(&example).unwrap();
            assert_eq!(example["code"], code);
            assert_eq!(example["status"], status, "{code}");
            assert_eq!(example["title"], title, "{code}");
            assert_eq!(example["rule"].as_str(), rule, "{code}");
            assert_eq!(example["type"], format!("/docs/problems/{code}"));
            assert!(example["detail"] != "", "{code}");
        }
    }
}
