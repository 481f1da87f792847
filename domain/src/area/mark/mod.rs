//! Patterns by which new objects get their mark.

mod pattern;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::area::AreaKind;
use crate::id::{AreaId, MarkPatternId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;

pub use pattern::{MarkValues, Pattern, PatternFault};

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
