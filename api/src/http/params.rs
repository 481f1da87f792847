//! Query parameters: every one is known and typed, or the answer is a 400 that names them all.

use std::collections::BTreeMap;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::app::App;
use crate::clock;
use crate::http::problem::{self, FieldError, Problem};

/// The years that days and instants lie in: those that RFC 3339 can write.
pub const YEARS: std::ops::RangeInclusive<i32> = 0..=9999;

/// Longest name of something, in characters, as the contract has it.
const NAME_MAX: usize = 201;

/// The query string, decoded, each name once.
#[derive(Clone, Debug, Default)]
pub struct Params {
    values: BTreeMap<String, String>,
    faults: Vec<FieldError>,
    read: Vec<String>,
}

impl FromRequest for Params {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Params::parse(request.query_string())))
    }
}

/// Most items of a page: up to 200, as it is configured.
pub fn page_limit(request: &HttpRequest) -> i64 {
    request.app_data::<web::Data<App>>().map_or(200, |app| app.config().page_limit)
}

/// An id in its one usual spelling, so that a thing has one address.
pub fn hyphenated(text: &str) -> Option<Uuid> {
    text.parse().ok().filter(|_| text.len() == 36)
}

/// For operations that take no parameters at all: any is refused.
pub struct NoParams;

impl FromRequest for NoParams {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Params::parse(request.query_string()).done().map(|()| NoParams))
    }
}

impl Params {
    /// Decodes a query string.
    pub fn parse(query: &str) -> Self {
        let mut out = Params::default();
        if !is_utf8(query) {
            out.fault("", "bad_query", "the query string is not UTF-8");
            return out;
        }
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query);
        match pairs {
            Ok(pairs) => {
                for (name, value) in pairs.into_inner() {
                    if value.contains('\0') || name.contains('\0') {
                        out.fault(&name, "bad_character", "NUL is not allowed");
                    } else if out.values.insert(name.clone(), value).is_some() {
                        out.fault(&name, "duplicate_parameter", "is given twice");
                    }
                }
            }
            Err(_) => out.fault("", "bad_query", "the query string can't be decoded"),
        }
        out
    }

    /// Notes a fault of a parameter.
    pub fn fault(&mut self, name: &str, code: &str, detail: &str) {
        self.faults.push(FieldError { pointer: name.to_owned(), code: code.to_owned(), detail: detail.to_owned() });
    }

    /// The text of a parameter.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.read.push(name.to_owned());
        self.values.get(name).cloned()
    }

    /// A name: an id, a code, an id of the caller's. Longer than any is none.
    pub fn name(&mut self, name: &str) -> Option<String> {
        self.parsed(name, &format!("at most {NAME_MAX} characters"), |text| {
            (text.chars().count() <= NAME_MAX).then(|| text.to_owned())
        })
    }

    /// A name that must be there; empty, with a fault, when it is not.
    pub fn needed(&mut self, name: &str) -> String {
        if self.values.get(name).is_none_or(String::is_empty) {
            self.fault(name, "required", "is missing");
        }
        self.name(name).unwrap_or_default()
    }

    /// A parameter of a type that is parsed from text.
    pub fn parsed<T>(&mut self, name: &str, what: &str, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(name)?;
        let value = parse(&text);
        if value.is_none() {
            self.fault(name, "bad_parameter", &format!("must be {what}"));
        }
        value
    }

    /// A UUID.
    pub fn uuid(&mut self, name: &str) -> Option<Uuid> {
        self.parsed(name, "a UUID", hyphenated)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        self.parsed(name, "true or false", |text| text.parse().ok())
    }

    /// A whole number within bounds.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        self.parsed(name, &format!("a whole number from {least} to {most}"), |text| {
            text.parse().ok().filter(|number| (least..=most).contains(number))
        })
    }

    /// A day.
    pub fn date(&mut self, name: &str) -> Option<NaiveDate> {
        self.parsed(name, "a day, YYYY-MM-DD", clock::day)
    }

    /// An instant with its offset (RFC 3339).
    pub fn instant(&mut self, name: &str) -> Option<DateTime<Utc>> {
        self.parsed(name, "an RFC 3339 instant", |text| {
            if text.len() > 64 {
                return None;
            }
            // An unescaped plus sign of an offset arrives as a blank.
            DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|at| at.to_utc())
        })
    }

    /// One of the given words.
    pub fn word(&mut self, name: &str, words: &[&str]) -> Option<String> {
        self.parsed(name, &format!("one of {}", words.join(", ")), |text| {
            words.contains(&text).then(|| text.to_owned())
        })
    }

    /// One or more of the given words, separated by commas.
    pub fn words(&mut self, name: &str, words: &[&str]) -> Option<Vec<String>> {
        self.parsed(name, &format!("one or more of {}", words.join(", ")), |text| {
            let given: Vec<&str> = text.split(',').collect();
            let known = given.iter().all(|word| words.contains(word));
            known.then(|| given.into_iter().map(str::to_owned).collect())
        })
    }

    /// One or more of named values, separated by commas; none when nothing is said.
    pub fn named<T: Copy>(&mut self, name: &str, all: &[T], as_str: impl Fn(T) -> &'static str) -> Vec<T> {
        let words: Vec<&str> = all.iter().map(|value| as_str(*value)).collect();
        let given = self.words(name, &words).unwrap_or_default();
        all.iter().copied().filter(|value| given.iter().any(|word| word == as_str(*value))).collect()
    }

    /// Refuses what was wrong and what nobody asked for.
    ///
    /// # Errors
    /// 400 with every fault.
    pub fn done(mut self) -> Result<(), Problem> {
        let unknown: Vec<String> = self.values.keys().filter(|name| !self.read.contains(name)).cloned().collect();
        for name in unknown {
            self.fault(&name, "unknown_parameter", "there is no such parameter");
        }
        if self.faults.is_empty() {
            return Ok(());
        }
        Err(Problem::new(problem::BAD_PARAMETER).detail("see errors").errors(self.faults))
    }
}

/// Whether percent-encoded text stands for UTF-8; decoding alone would put in other characters.
pub fn is_utf8(encoded: &str) -> bool {
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *byte == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) => {
                decoded.push(escaped);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                decoded.push(*byte);
                rest = after;
            }
        }
    }
    std::str::from_utf8(&decoded).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_at_once() {
        let mut params = Params::parse("limit=0&frob=1&active=maybe&a=1&a=2");
        assert_eq!(params.number("limit", 1, 200), None);
        assert_eq!(params.flag("active"), None);
        let problem = params.done().unwrap_err();
        let names: Vec<_> = problem.errors.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(names, ["a", "limit", "active", "a", "frob"]);
    }
}
