//! Patterns by which new objects get their mark.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::area::AreaKind;
use crate::id::{AreaId, MarkPatternId};
use crate::named_values;
use crate::rule::{Code, Violation, code};
use crate::text;

/// Longest pattern, and longest mark, in characters.
pub const MARK_MAX: usize = 200;

/// What stands for `{area}` where neither the area nor one above it has a mark.
pub const NO_AREA_MARK: &str = "X";

/// What stands for `{user}` where no account is the author.
pub const NOBODY: &str = "nobody";

named_values! {
    /// When a counter starts again.
    pub enum Reset {
        /// Never.
        Never = "never",
        /// On the first of January.
        Year = "year",
        /// On the first of each month.
        Month = "month",
        /// Each day.
        Day = "day",
    }
}

named_values! {
    /// Who decides on the mark.
    pub enum MarkMode {
        /// The pattern; a mark can't be given or edited.
        Fixed = "fixed",
        /// The pattern; it can be edited afterwards.
        Editable = "editable",
        /// Who creates the object; the pattern where they give none.
        UserDefined = "user_defined",
    }
}

/// The pattern for the objects of one type in an area, in all areas of a kind, or everywhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct MarkPattern {
    /// The record's id.
    pub id: MarkPatternId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// The area whose objects it marks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_id: Option<AreaId>,
    /// The kind of areas whose objects it marks; with neither it is the company's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area_kind: Option<AreaKind>,
    /// The code of the type of the objects.
    pub object_type: String,
    /// Text and tokens.
    pub pattern: String,
    /// When the counter starts again.
    pub reset: Reset,
    /// Who decides on the mark.
    pub mode: MarkMode,
    /// Whether no two objects may get the same mark.
    pub unique: bool,
}

impl Reset {
    /// The span of time in which a counter runs on: its key is the same on all days of it.
    pub fn period(self, day: NaiveDate) -> String {
        match self {
            Reset::Never => String::new(),
            Reset::Year => day.format("%Y").to_string(),
            Reset::Month => day.format("%Y-%m").to_string(),
            Reset::Day => day.format("%Y-%m-%d").to_string(),
        }
    }
}

impl MarkPattern {
    /// What is wrong with the values, `before` being the stored ones.
    pub fn check(&self, before: Option<&Self>) -> Vec<Violation> {
        let mut out = Vec::new();
        if self.area_id.is_some() && self.area_kind.is_some() {
            let detail = "give an area or a kind of areas, not both";
            out.push(Violation::new(code::MARK_PATTERN_PLACE, detail).at("/area_kind"));
        }
        if let Some(before) = before {
            let mut fixed = |changed: bool, pointer: &str| {
                if changed {
                    out.push(Violation::new(code::NOT_CHANGEABLE, "a pattern stays what it is for").at(pointer));
                }
            };
            fixed(before.area_id != self.area_id, "/area_id");
            fixed(before.area_kind != self.area_kind, "/area_kind");
            fixed(before.object_type != self.object_type, "/object_type");
        }
        text::required(&mut out, "/pattern", &self.pattern, MARK_MAX);
        match Pattern::parse(&self.pattern) {
            Err(faults) => out.extend(faults.iter().map(|fault| fault.violation().at("/pattern"))),
            Ok(pattern) if self.unique => {
                out.extend(pattern.repeats(self.reset, self.area_id.is_some()).into_iter().map(|why| {
                    let detail = format!("{why}; or say that marks need not be unique");
                    Violation::new(code::MARK_PATTERN_REPEATS, detail).at("/unique")
                }));
            }
            Ok(_) => {}
        }
        out
    }

    /// Whether it is for the same objects as another.
    pub fn is_twin_of(&self, other: &Self) -> bool {
        self.id != other.id && self.is_for(other.area_id, other.area_kind, &other.object_type)
    }

    /// Whether it is for exactly that.
    pub fn is_for(&self, area: Option<AreaId>, kind: Option<AreaKind>, object_type: &str) -> bool {
        self.area_id == area && self.area_kind == kind && self.object_type == object_type
    }

    /// The pattern for an object of a type in an area or in none: the area's, else that of its kind, else the
    /// company's.
    pub fn choose<'p>(
        patterns: impl Iterator<Item = &'p Self> + Clone,
        area: Option<(AreaId, AreaKind)>,
        object_type: &str,
    ) -> Option<&'p Self> {
        let find = |area, kind| patterns.clone().find(|one| one.is_for(area, kind, object_type));
        let of_area = area.and_then(|(id, kind)| find(Some(id), None).or_else(|| find(None, Some(kind))));
        of_area.or_else(|| find(None, None))
    }
}

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
    /// The login of the object's author, else the display name, else [`NOBODY`].
    pub user: &'a str,
    /// The area's mark, else the nearest one above it, else [`NO_AREA_MARK`].
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

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn values(on: &str, area: &'static str, counter: i64) -> MarkValues<'static> {
        MarkValues { day: day(on), user: "greta.simon", area, counter }
    }

    fn expand(pattern: &str, values: &MarkValues<'_>) -> String {
        Pattern::parse(pattern).unwrap().expand(values)
    }

    fn pattern(text: &str, reset: Reset) -> MarkPattern {
        MarkPattern {
            id: MarkPatternId(Uuid::from_u128(1)),
            external_id: None,
            area_id: None,
            area_kind: None,
            object_type: "document".into(),
            pattern: text.into(),
            reset,
            mode: MarkMode::Fixed,
            unique: true,
        }
    }

    #[test]
    fn the_worked_example_gives_its_mark() {
        //
        let text = "{year}-{month}/{area}/{counter}";
        assert_eq!(expand(text, &values("2020-01-31", "Ucetnictvi", 345)), "2020-1/Ucetnictvi/345");
        assert!(pattern(text, Reset::Month).check(None).is_empty());
    }

    #[test]
    fn every_token_is_filled_in() {
        //
        let text = "{year} {month} {month:2} {day} {day:2} {user} {area} {counter} {counter:4} {counter:2}";
        let mark = expand(text, &values("2026-03-07", "Ctl", 345));
        assert_eq!(mark, "2026 3 03 7 07 greta.simon Ctl 345 0345 345");
    }

    #[test]
    fn faults_are_told_with_their_position() {
        //
        let faults = |text: &str| -> Vec<(usize, &str)> {
            Pattern::parse(text).unwrap_err().into_iter().map(|fault| (fault.position, fault.code.name)).collect()
        };
        assert_eq!(faults("é-{yer}"), [(3, "mark_token_unknown")]);
        assert_eq!(faults("{year}-{}"), [(8, "mark_token_unknown")]);
        assert_eq!(faults("{Year}"), [(1, "mark_token_unknown")]);
        assert_eq!(faults("{year:4}"), [(1, "mark_token_unknown")]);
        assert_eq!(faults("{counter:}{counter:x}"), [(1, "mark_token_unknown"), (11, "mark_token_unknown")]);
        assert_eq!(faults("a}b{year"), [(2, "mark_brace_stray"), (4, "mark_brace_stray")]);
        assert_eq!(faults("{{year}}"), [(1, "mark_brace_stray"), (8, "mark_brace_stray")]);
        for wide in ["{counter:0}", "{counter:10}", "{counter:99999999999999999999}", "{month:3}", "{day:1}"] {
            assert_eq!(faults(wide), [(1, "mark_width_out_of_range")], "{wide}");
        }
        for good in ["{counter:1}", "{counter:9}", "no token at all"] {
            assert!(Pattern::parse(good).is_ok(), "{good}");
        }
        let found = pattern("{year}-{user}-{x}", Reset::Never).check(None);
        assert_eq!((found.len(), found[0].pointer.as_deref()), (1, Some("/pattern")));
        assert!(found[0].detail.starts_with("at character 15:"), "{}", found[0].detail);
    }

    #[test]
    fn a_pattern_that_can_repeat_itself_must_say_so() {
        //
        let repeats = |text: &str, reset, in_area: bool| {
            let area_id = in_area.then_some(AreaId(Uuid::from_u128(7)));
            let checked = MarkPattern { area_id, ..pattern(text, reset) };
            assert!(MarkPattern { unique: false, ..checked.clone() }.check(None).is_empty());
            let found = checked.check(None);
            assert!(found.iter().all(|found| found.code == code::MARK_PATTERN_REPEATS), "{found:?}");
            !found.is_empty()
        };
        for (text, reset) in [
            ("{year}/{area}", Reset::Never),
            ("{counter}/{area}", Reset::Year),
            ("{year}/{area}/{counter}", Reset::Month),
            ("{month}/{area}/{counter}", Reset::Month),
            ("{year}-{month}/{area}/{counter}", Reset::Day),
            ("{day}.{month}./{area}/{counter}", Reset::Day),
            // The 11th of January, the first of November.
            ("{area}/{year}{month}{counter}", Reset::Month),
            ("{area}/{year}-{month}1{counter}", Reset::Month),
            ("{area}{counter}", Reset::Never),
        ] {
            assert!(repeats(text, reset, false), "{text}");
        }
        for (text, reset) in [
            ("{area}/{counter}", Reset::Never),
            ("{year}{month:2}{counter}/{area}", Reset::Month),
            ("{area}-{year}-{counter:5}", Reset::Year),
            ("{day}.{month}.{year}/{area}/{counter}", Reset::Day),
        ] {
            assert!(!repeats(text, reset, false), "{text}");
        }
        // Only the pattern of an area knows which area it is.
        assert!(repeats("{year}-{counter}", Reset::Year, false));
        assert!(!repeats("{year}-{counter}", Reset::Year, true));
    }

    #[test]
    fn a_pattern_is_for_an_area_or_a_kind_and_stays_there() {
        //
        let text = "{area}/{counter}";
        let area_id = Some(AreaId(Uuid::from_u128(7)));
        let both = MarkPattern { area_id, area_kind: Some(AreaKind::Area), ..pattern(text, Reset::Never) };
        assert_eq!(both.check(None)[0].code, code::MARK_PATTERN_PLACE);
        let moved = MarkPattern { area_id, ..pattern(text, Reset::Never) };
        assert_eq!(moved.check(Some(&pattern(text, Reset::Never)))[0].code, code::NOT_CHANGEABLE);
    }

    #[test]
    fn the_nearest_pattern_is_taken() {
        //
        let area = AreaId(Uuid::from_u128(7));
        let own = MarkPattern { area_id: Some(area), ..pattern("a", Reset::Never) };
        let of_kind = MarkPattern { area_kind: Some(AreaKind::Project), ..pattern("k", Reset::Never) };
        let everywhere = pattern("c", Reset::Never);
        let other_type = MarkPattern { object_type: "task".into(), ..pattern("t", Reset::Never) };
        let all = [other_type, everywhere, of_kind, own];
        let choose = |of: &[MarkPattern], area| {
            MarkPattern::choose(of.iter(), area, "document").map(|found| found.pattern.clone())
        };
        let here = Some((area, AreaKind::Project));
        assert_eq!(choose(&all, here).as_deref(), Some("a"));
        assert_eq!(choose(&all[..3], here).as_deref(), Some("k"));
        assert_eq!(choose(&all[..3], Some((area, AreaKind::Area))).as_deref(), Some("c"));
        assert_eq!(choose(&all, None).as_deref(), Some("c"));
        assert_eq!(choose(&all[..1], here), None);
    }

    #[test]
    fn a_period_is_as_long_as_its_reset() {
        //
        let of = |reset: Reset| reset.period(day("2026-03-07"));
        assert_eq!(
            Reset::ALL.iter().map(|reset| of(*reset)).collect::<Vec<_>>(),
            ["", "2026", "2026-03", "2026-03-07"]
        );
    }

    /// Texts of patterns: all tokens in some order, with something or nothing between.
    fn texts() -> impl Strategy<Value = String> {
        let between = || prop::sample::select(vec!["", "", "-", "/", "1", "1/", "/1", ".", " ", "{user}", "/{user}/"]);
        let months = prop::sample::select(vec!["{month}", "{month:2}"]);
        let days = prop::sample::select(vec!["{day}", "{day:2}"]);
        let counters = prop::sample::select(vec!["{counter}", "{counter:3}"]);
        let tokens =
            (months, days, counters).prop_map(|(month, day, counter)| vec!["{year}", month, day, counter, "{area}"]);
        let shuffled = tokens.prop_flat_map(|tokens| Just(tokens).prop_shuffle());
        (shuffled, prop::collection::vec(between(), 6)).prop_map(|(tokens, between)| {
            let pairs = between.iter().zip(tokens).map(|(between, token)| format!("{between}{token}"));
            pairs.collect::<String>() + between.last().unwrap()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

        // what passes as unique gives no mark twice, whoever creates the object.
        #[test]
        fn a_unique_pattern_never_repeats_itself(text in texts(), reset in prop::sample::select(Reset::ALL.to_vec())) {
            let read = Pattern::parse(&text).unwrap();
            if !read.repeats(reset, false).is_empty() {
                return Ok(());
            }
            let mut given = HashMap::new();
            for area in ["A", "A-1", "1", "11", "X.1"] {
                for user in ["ada", "1", "a/1", "1/A"] {
                    for on in ["2020-01-01", "2020-01-11", "2020-11-01", "2020-11-11", "2021-01-01", "2120-02-02"] {
                        for counter in [1, 2, 11, 111, 211] {
                            let mark = read.expand(&MarkValues { day: day(on), user, area, counter });
                            let of = (area, reset.period(day(on)), counter);
                            let known = given.entry(mark.clone()).or_insert_with(|| of.clone());
                            prop_assert!(*known == of, "{text}: {mark} for {known:?} and {of:?}");
                        }
                    }
                }
            }
        }
    }
}
