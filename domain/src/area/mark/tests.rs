//! What patterns give, when they repeat, and what is wrong with them.

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
    let choose =
        |of: &[MarkPattern], area| MarkPattern::choose(of.iter(), area, "document").map(|found| found.pattern.clone());
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
    assert_eq!(Reset::ALL.iter().map(|reset| of(*reset)).collect::<Vec<_>>(), ["", "2026", "2026-03", "2026-03-07"]);
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
