//! Wage types: what working time is recorded as, who offers them to whom, and with which limits (P-07, P-08).

mod limits;
mod offer;

pub use limits::{Amount, Exceeded, LimitName, Limits, Recorded};
pub use offer::{WageMode, WageOffer};

use serde::{Deserialize, Serialize};

use crate::id::WageTypeId;
use crate::rule::{Violation, code};
use crate::text;

/// What working time, absence or another claim is recorded as (P-07).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WageType {
    /// The record's id.
    pub id: WageTypeId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Unique code.
    pub code: String,
    /// Name.
    pub name: String,
    /// What its amounts count: `hour`, `day`, `km`.
    pub unit: String,
    /// Whose requests for it are checked and closed: 1 or 2 (P-08).
    pub request_group: i32,
}

/// Longest name of a unit, in characters.
pub const UNIT_MAX: usize = 40;

impl WageType {
    /// What is wrong with the values (P-07). The code stays: others name the type by it.
    pub fn check(&self, before: Option<&WageType>) -> Vec<Violation> {
        let mut out = Vec::new();
        text::code(&mut out, "/code", &self.code);
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        text::required(&mut out, "/unit", &self.unit, UNIT_MAX);
        if !matches!(self.request_group, 1 | 2) {
            out.push(Violation::new(code::OUT_OF_RANGE, "1 or 2").at("/request_group"));
        }
        if before.is_some_and(|before| before.code != self.code) {
            out.push(Violation::new(code::NOT_CHANGEABLE, "callers name the wage type by its code").at("/code"));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::WageTypeId;

    #[test]
    fn a_wage_type_has_code_name_unit_and_group() {
        // P-07
        let holiday = WageType {
            id: WageTypeId(uuid::Uuid::nil()),
            external_id: None,
            code: "holiday".into(),
            name: "Holiday".into(),
            unit: "day".into(),
            request_group: 1,
        };
        assert_eq!(holiday.check(None), []);
        let wrong = WageType { code: "no spaces".into(), unit: " ".into(), request_group: 3, ..holiday.clone() };
        let found: Vec<_> = wrong.check(Some(&holiday)).into_iter().filter_map(|fault| fault.pointer).collect();
        assert_eq!(found, ["/code", "/unit", "/request_group", "/code"]);
    }
}
