//! The text of a pattern, taken apart: tokens, faults with their position, and whether it can repeat itself.

use chrono::{Datelike, NaiveDate};

use super::Reset;
use crate::rule::{Code, Violation, code};

/// A token of a pattern.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Token {
    /// `{year}`: four digits.
    Year,
    /// `{month}` or `{month:2}`: whether it has two digits always.
    Month(bool),
    /// `{day}` or `{day:2}`.
    Day(bool),
    /// `{user}`
    User,
    /// `{area}`
    Area,
    /// `{counter}` or `{counter:N}`: at least so many digits.
    Counter(usize),
}

/// A part of a pattern.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Part {
    Text(String),
    Token(Token),
}

/// What is wrong with the text of a pattern, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PatternFault {
    /// The character at which it begins, counted from 1.
    pub position: usize,
    /// The reason.
    pub code: Code,
    /// What is wrong.
    pub detail: String,
}

impl PatternFault {
    /// The same as a violation.
    pub fn violation(&self) -> Violation {
        Violation::new(self.code, format!("at character {}: {}", self.position, self.detail))
    }
}

/// What stands for the tokens of a pattern in one mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MarkValues<'a> {
    /// The day, in the organisation's time zone.
    pub day: NaiveDate,
    /// The login of the object's author, else the display name, else [`NOBODY`](super::NOBODY).
    pub user: &'a str,
    /// The area's mark, else the nearest one above it, else [`NO_AREA_MARK`](super::NO_AREA_MARK).
    pub area: &'a str,
    /// The number.
    pub counter: i64,
}

/// The text of a pattern, taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pattern {
    parts: Vec<Part>,
}

/// Every token, for messages.
const TOKENS: &str = "{year} {month} {month:2} {day} {day:2} {user} {area} {counter} {counter:N}";

impl Pattern {
    /// Takes a text apart.
    ///
    /// # Errors
    /// Every unknown token, stray brace and width out of bounds.
    pub fn parse(text: &str) -> Result<Self, Vec<PatternFault>> {
        let (mut parts, mut faults) = (Vec::new(), Vec::new());
        let (mut plain, mut open): (String, Option<(usize, String)>) = (String::new(), None);
        let stray = |position, brace: char, what: &str| {
            let detail = format!("this '{brace}' {what}");
            PatternFault { position, code: code::MARK_BRACE_STRAY, detail }
        };
        for (at, c) in text.chars().enumerate() {
            let position = at + 1;
            match (c, &mut open) {
                ('{', Some((begun, _))) => {
                    faults.push(stray(*begun, '{', "is not closed"));
                    open = Some((position, String::new()));
                }
                ('{', None) => {
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    open = Some((position, String::new()));
                }
                ('}', Some((begun, name))) => {
                    match token(name) {
                        Ok(token) => parts.push(Part::Token(token)),
                        Err((code, detail)) => faults.push(PatternFault { position: *begun, code, detail }),
                    }
                    open = None;
                }
                ('}', None) => faults.push(stray(position, '}', "closes nothing")),
                (c, Some((_, name))) => name.push(c),
                (c, None) => plain.push(c),
            }
        }
        if let Some((begun, _)) = open {
            faults.push(stray(begun, '{', "is not closed"));
        }
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        if faults.is_empty() { Ok(Self { parts }) } else { Err(faults) }
    }

    /// The mark that it gives.
    pub fn expand(&self, values: &MarkValues<'_>) -> String {
        let MarkValues { day, user, area, counter } = *values;
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Token(Token::Year) => out.push_str(&format!("{:04}", day.year())),
                Part::Token(Token::Month(false)) => out.push_str(&day.month().to_string()),
                Part::Token(Token::Month(true)) => out.push_str(&format!("{:02}", day.month())),
                Part::Token(Token::Day(false)) => out.push_str(&day.day().to_string()),
                Part::Token(Token::Day(true)) => out.push_str(&format!("{:02}", day.day())),
                Part::Token(Token::User) => out.push_str(user),
                Part::Token(Token::Area) => out.push_str(area),
                Part::Token(Token::Counter(width)) => out.push_str(&format!("{counter:0width$}")),
            }
        }
        out
    }

    /// Whether it counts.
    pub fn counts(&self) -> bool {
        self.has(|token| matches!(token, Token::Counter(_)))
    }

    /// Whether it names the user.
    pub fn names_user(&self) -> bool {
        self.has(|token| matches!(token, Token::User))
    }

    /// Whether it names the area.
    pub fn names_area(&self) -> bool {
        self.has(|token| matches!(token, Token::Area))
    }

    fn has(&self, is_it: impl Fn(Token) -> bool) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Token(token) if is_it(*token)))
    }

    /// Why it can give the same mark twice; nothing for one that can't. `one_area` says that it is for the
    /// objects of one area.
    ///
    /// A counter runs for itself in each area and period, so a mark must show all three, and must show them so that
    /// they can be read off again: `{year}{month}{counter}` gives `2020111` for the 11th of January and for the first
    /// of November.
    pub fn repeats(&self, reset: Reset, one_area: bool) -> Vec<String> {
        let mut out = Vec::new();
        if !self.counts() {
            out.push("it repeats itself without {counter}".to_owned());
        }
        let mut must = |shown: bool, token: &str, why: &str| {
            if !shown {
                out.push(format!("it repeats itself without {token}: {why}"));
            }
        };
        let (year, month, day) = (
            self.has(|token| token == Token::Year),
            self.has(|token| matches!(token, Token::Month(_))),
            self.has(|token| matches!(token, Token::Day(_))),
        );
        let again = format!("the counter starts again each {reset}");
        must(year || reset == Reset::Never, "{year}", &again);
        must(month || matches!(reset, Reset::Never | Reset::Year), "{month}", &again);
        must(day || reset != Reset::Day, "{day}", &again);
        must(one_area || self.names_area(), "{area}", "the counter runs in each area for itself");
        if out.is_empty() && !self.can_be_read() {
            out.push(
                "it can repeat itself: put something that is no digit beside numbers that vary in length, and a '/' \
                 or a space beside {area} and {user}"
                    .to_owned(),
            );
        }
        out
    }

    /// Whether the parts of a mark can be told apart. From both ends parts are taken off whose end is known; what is
    /// left must be one part, or of no weight.
    fn can_be_read(&self) -> bool {
        let mut left = self.parts.as_slice();
        while let [first, rest @ ..] = left {
            if !first.ends_before(rest.first()) {
                break;
            }
            left = rest;
        }
        while let [rest @ .., last] = left {
            if !last.begins_after(rest.last()) {
                break;
            }
            left = rest;
        }
        left.len() <= 1 || left.iter().all(|part| matches!(part, Part::Text(_) | Part::Token(Token::User)))
    }
}

impl Part {
    /// Whether it is always as long.
    fn has_width(&self) -> bool {
        matches!(self, Part::Text(_) | Part::Token(Token::Year | Token::Month(true) | Token::Day(true)))
    }

    /// Whether a character can't stand in it.
    fn excludes(&self, c: char) -> bool {
        match self {
            Part::Token(Token::Month(_) | Token::Day(_) | Token::Counter(_)) => !c.is_ascii_digit(),
            // As marks of areas are: see `area_mark`.
            Part::Token(Token::Area) => c == '/' || c.is_whitespace(),
            _ => false,
        }
    }

    /// Whether it can be seen where it ends, from its begin on.
    fn ends_before(&self, next: Option<&Part>) -> bool {
        let bounds = |text: &str| text.chars().next().is_some_and(|c| self.excludes(c));
        self.has_width() || next.is_none_or(|next| matches!(next, Part::Text(text) if bounds(text)))
    }

    /// Whether it can be seen where it begins, from its end back.
    fn begins_after(&self, previous: Option<&Part>) -> bool {
        let bounds = |text: &str| text.chars().next_back().is_some_and(|c| self.excludes(c));
        self.has_width() || previous.is_none_or(|previous| matches!(previous, Part::Text(text) if bounds(text)))
    }
}

/// The token of that name.
fn token(name: &str) -> Result<Token, (Code, String)> {
    let unknown = || (code::MARK_TOKEN_UNKNOWN, format!("there is no such token; there are {TOKENS}"));
    let (name, width) = name.split_once(':').map_or((name, None), |(name, width)| (name, Some(width)));
    let number = |width: &str| -> Option<usize> {
        width.chars().all(|c| c.is_ascii_digit()).then(|| width.parse().unwrap_or(usize::MAX))
    };
    let wide = |bounds: std::ops::RangeInclusive<usize>| match width {
        None => Ok(None),
        Some(width) => match number(width).filter(|_| !width.is_empty()) {
            Some(given) if bounds.contains(&given) => Ok(Some(given)),
            Some(_) if bounds.start() == bounds.end() => {
                Err((code::MARK_WIDTH_OUT_OF_RANGE, format!("the width can only be {}", bounds.start())))
            }
            Some(_) => {
                let detail = format!("the width must be {} to {}", bounds.start(), bounds.end());
                Err((code::MARK_WIDTH_OUT_OF_RANGE, detail))
            }
            None => Err(unknown()),
        },
    };
    Ok(match (name, width) {
        ("year", None) => Token::Year,
        ("month", _) => Token::Month(wide(2..=2)?.is_some()),
        ("day", _) => Token::Day(wide(2..=2)?.is_some()),
        ("user", None) => Token::User,
        ("area", None) => Token::Area,
        ("counter", _) => Token::Counter(wide(1..=9)?.unwrap_or(1)),
        _ => return Err(unknown()),
    })
}
