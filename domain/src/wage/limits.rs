//! Amounts of a wage type, the limits of an offer, and what goes beyond them (P-07).

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::named_values;
use crate::rule::{Violation, code};

/// An amount in the unit of its wage type, exact to a thousandth.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Amount(i64);

impl Amount {
    /// The largest amount: a million.
    pub const MAX: Amount = Amount(1_000_000_000);

    /// The amount of so many thousandths.
    pub const fn thousandths(thousandths: i64) -> Self {
        Self(thousandths)
    }

    /// So many thousandths.
    pub const fn as_thousandths(self) -> i64 {
        self.0
    }

    /// The amount as a number, if it is one from 0 to a million with at most three decimals.
    pub fn parse(number: f64) -> Option<Self> {
        let thousandths = (number * 1_000.0).round();
        let fits = (0.0..=1_000_000_000.0).contains(&thousandths);
        // A decimal of three places comes back as the number it was.
        #[allow(clippy::cast_possible_truncation, reason = "the bounds were looked at")]
        (fits && (thousandths / 1_000.0 - number).abs() < 1e-9).then_some(Self(thousandths as i64))
    }

    /// The number.
    #[allow(clippy::cast_precision_loss, reason = "a thousand million is exact")]
    pub fn number(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// The sum; an amount never grows beyond what a number can hold.
    #[must_use]
    pub const fn plus(self, other: Amount) -> Amount {
        Amount(self.0.saturating_add(other.0))
    }

    /// What is left after taking the other away, at least nothing.
    #[must_use]
    pub fn less(self, other: Amount) -> Amount {
        Amount(self.0.saturating_sub(other.0).max(0))
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0 % 1_000 == 0 {
            serializer.serialize_i64(self.0 / 1_000)
        } else {
            serializer.serialize_f64(self.number())
        }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        Amount::parse(number).ok_or_else(|| serde::de::Error::custom("no amount from 0 to a million in thousandths"))
    }
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.number().fmt(f)
    }
}

/// The most that may be recorded, each absent for no limit (P-07).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Serialize, Deserialize)]
pub struct Limits {
    /// In one entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_entry: Option<Amount>,
    /// On one day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_day: Option<Amount>,
    /// In one calendar month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_month: Option<Amount>,
    /// In one calendar year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_per_year: Option<Amount>,
}

named_values! {
    /// Which limit.
    pub enum LimitName {
        /// In one entry.
        MaxPerEntry = "max_per_entry",
        /// On one day.
        MaxPerDay = "max_per_day",
        /// In one calendar month.
        MaxPerMonth = "max_per_month",
        /// In one calendar year.
        MaxPerYear = "max_per_year",
    }
}

/// What was recorded already; Remit keeps no time entries, so callers say it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Recorded {
    /// On the day of the entry.
    pub in_day: Amount,
    /// In its month, that day included.
    pub in_month: Amount,
    /// In its year, that day included.
    pub in_year: Amount,
}

impl Recorded {
    /// So much on the day, in its month and in its year. What was recorded on a day was so in its month and year as well,
    /// whatever is said of these.
    #[must_use]
    pub fn of(in_day: Amount, in_month: Amount, in_year: Amount) -> Self {
        let in_month = in_month.max(in_day);
        Self { in_day, in_month, in_year: in_year.max(in_month) }
    }
}

/// A limit that an entry would go beyond.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Exceeded {
    /// Which one.
    pub limit: LimitName,
    /// The most that may be recorded.
    pub most: Amount,
    /// How much of it is left.
    pub left: Amount,
}

impl Limits {
    /// No limit.
    pub const NONE: Limits = Limits { max_per_entry: None, max_per_day: None, max_per_month: None, max_per_year: None };

    /// The limits with their names.
    pub const fn named(&self) -> [(LimitName, Option<Amount>); 4] {
        [
            (LimitName::MaxPerEntry, self.max_per_entry),
            (LimitName::MaxPerDay, self.max_per_day),
            (LimitName::MaxPerMonth, self.max_per_month),
            (LimitName::MaxPerYear, self.max_per_year),
        ]
    }

    /// Limit by limit the lower one; absent means unlimited (P-07).
    #[must_use]
    pub fn stricter(&self, other: &Limits) -> Limits {
        let lower = |a: Option<Amount>, b: Option<Amount>| a.into_iter().chain(b).min();
        Limits {
            max_per_entry: lower(self.max_per_entry, other.max_per_entry),
            max_per_day: lower(self.max_per_day, other.max_per_day),
            max_per_month: lower(self.max_per_month, other.max_per_month),
            max_per_year: lower(self.max_per_year, other.max_per_year),
        }
    }

    /// The limits that an entry of that amount would go beyond, given what was recorded already.
    pub fn exceeded(&self, amount: Amount, recorded: &Recorded) -> Vec<Exceeded> {
        let already = |limit| match limit {
            LimitName::MaxPerEntry => Amount::default(),
            LimitName::MaxPerDay => recorded.in_day,
            LimitName::MaxPerMonth => recorded.in_month,
            LimitName::MaxPerYear => recorded.in_year,
        };
        let named = self.named().into_iter().filter_map(|(limit, most)| Some((limit, most?)));
        named
            .filter(|(limit, most)| already(*limit).plus(amount) > *most)
            .map(|(limit, most)| Exceeded { limit, most, left: most.less(already(limit)) })
            .collect()
    }

    /// What is wrong with the values: a longer time's limit below a shorter one's would make the shorter one
    /// meaningless.
    pub(super) fn check(&self, out: &mut Vec<Violation>) {
        let mut shorter: Option<(LimitName, Amount)> = None;
        for (limit, most) in self.named() {
            let Some(most) = most else { continue };
            let pointer = format!("/{limit}");
            if !(Amount(0)..=Amount::MAX).contains(&most) {
                out.push(Violation::new(code::OUT_OF_RANGE, format!("from 0 to {}", Amount::MAX)).at(pointer));
            } else if let Some((name, amount)) = shorter.filter(|(_, amount)| *amount > most) {
                let detail = format!("is below {name}, which is {amount}");
                out.push(Violation::new(code::WAGE_LIMITS_CONTRADICT, detail).at(pointer));
            }
            shorter = Some((limit, most));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn amount(number: f64) -> Option<Amount> {
        Some(Amount::parse(number).unwrap())
    }

    // P-07
    #[test]
    fn what_a_day_has_its_month_and_year_have_as_well() {
        let [none, two, three] = [0, 2_000, 3_000].map(Amount::thousandths);
        assert_eq!(Recorded::of(three, none, none), Recorded { in_day: three, in_month: three, in_year: three });
        assert_eq!(Recorded::of(none, three, two), Recorded { in_day: none, in_month: three, in_year: three });
        assert_eq!(Recorded::of(none, two, three), Recorded { in_day: none, in_month: two, in_year: three });
    }

    #[test]
    fn amounts_are_exact_to_a_thousandth() {
        assert_eq!(Amount::parse(7.5), Some(Amount::thousandths(7_500)));
        assert_eq!(serde_json::to_string(&amount(7.5)).unwrap(), "7.5");
        assert_eq!(serde_json::to_string(&amount(8.0)).unwrap(), "8");
        assert_eq!(serde_json::from_str::<Amount>("0.001").unwrap(), Amount::thousandths(1));
        for wrong in [-0.001, 0.0001, 1_000_000.001, f64::NAN, f64::INFINITY] {
            assert_eq!(Amount::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_entry_is_held_against_every_limit() {
        // P-07: the caller says what was recorded already.
        let limits = Limits { max_per_entry: amount(4.0), max_per_day: amount(8.0), ..Limits::NONE };
        let recorded = Recorded { in_day: amount(5.0).unwrap(), ..Recorded::default() };
        let beyond = |number| limits.exceeded(amount(number).unwrap(), &recorded);
        assert_eq!(beyond(3.0), []);
        let day = Exceeded { limit: LimitName::MaxPerDay, most: amount(8.0).unwrap(), left: amount(3.0).unwrap() };
        assert_eq!(beyond(3.5), [day]);
        assert_eq!(
            beyond(6.0).into_iter().map(|over| over.limit).collect::<Vec<_>>(),
            [LimitName::MaxPerEntry, LimitName::MaxPerDay]
        );
    }

    #[test]
    fn a_longer_time_has_no_lower_limit_than_a_shorter_one() {
        let mut out = Vec::new();
        Limits { max_per_day: amount(8.0), max_per_year: amount(7.0), ..Limits::NONE }.check(&mut out);
        assert_eq!(out.iter().map(|fault| fault.pointer.as_deref()).collect::<Vec<_>>(), [Some("/max_per_year")]);
    }

    proptest! {
        #[test]
        fn the_stricter_limits_allow_what_both_allow(
            a in proptest::array::uniform4(proptest::option::of(0..20_i64)),
            b in proptest::array::uniform4(proptest::option::of(0..20_i64)),
            entry in 0..30_i64, day in 0..20_i64, month in 0..20_i64,
        ) {
            // P-07: field by field the stricter; absent means unlimited.
            let limits = |[entry, day, month, year]: [Option<i64>; 4]| Limits {
                max_per_entry: entry.map(Amount), max_per_day: day.map(Amount),
                max_per_month: month.map(Amount), max_per_year: year.map(Amount),
            };
            let recorded = Recorded { in_day: Amount(day), in_month: Amount(day + month), in_year: Amount(day + month) };
            let allows = |limits: Limits| limits.exceeded(Amount(entry), &recorded).is_empty();
            let both = limits(a).stricter(&limits(b));
            prop_assert_eq!(allows(both), allows(limits(a)) && allows(limits(b)));
            prop_assert_eq!(both, limits(b).stricter(&limits(a)));
        }
    }
}
