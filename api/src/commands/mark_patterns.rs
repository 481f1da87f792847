//! Patterns of marks: only area administrators define them. What marks they give is in
//! [`crate::commands::marks`].

use domain::area::{Area, AreaKind, MarkMode, MarkPattern, Reset};
use domain::id::{AreaId, Kind, MarkPatternId};
use domain::rule::{Violation, code, verdict};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::modules::type_by_code;
use crate::commands::references::{Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::http::problem::Problem;
use crate::rights::{Action, Allowed, AreaAdminister};

/// What a caller says about a pattern of marks.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "marks-information", "area_kind": "project", "object_type": "information",
    "pattern": "{area}/{year}/{counter:3}", "reset": "year", "mode": "editable"
}))]
pub struct MarkPatternInput {
    /// Your own id for it, unique among patterns.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// The area whose objects it marks. Can't change later.
    pub area_id: Option<Uuid>,
    /// The area by your own id or its mark.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub area_external_id: Option<String>,
    /// The kind of areas whose objects it marks; without area and kind it is the company's. Can't change later.
    #[schema(inline)]
    pub area_kind: Option<MarkedKindName>,
    /// The code of the type of the objects that it marks. Can't change later.
    #[schema(min_length = 1, max_length = 100)]
    pub object_type: String,
    /// Text and tokens: `{year}` `{month}` `{month:2}` `{day}` `{day:2}` `{user}` `{area}` `{counter}` `{counter:N}`.
    #[schema(min_length = 1, max_length = 200)]
    pub pattern: String,
    /// When the counter starts again; `never` when absent.
    #[schema(inline)]
    pub reset: Option<ResetName>,
    /// Who decides on the mark; `fixed` when absent.
    #[schema(inline)]
    pub mode: Option<MarkModeName>,
    /// Whether no two objects may get the same mark; `true` when absent, and refused for a pattern that can repeat
    /// itself.
    pub unique: Option<bool>,
}

mirrored! {
    /// The kind of areas whose objects a pattern marks.
    MarkedKindName is AreaKind { Area = "area", Project = "project", Calendar = "calendar" }
    /// When a counter starts again.
    ResetName is Reset { Never = "never", Year = "year", Month = "month", Day = "day" }
    /// Who decides on a mark.
    MarkModeName is MarkMode { Fixed = "fixed", Editable = "editable", UserDefined = "user_defined" }
}

/// Asks for the right to define patterns; the refusal says whom to ask.
///
/// # Errors
/// The authority lacks it.
pub fn may_define(work: &Work<'_, '_>) -> Result<Allowed<AreaAdminister>, Refusal> {
    work.authority.allow::<AreaAdminister>().map_err(|_| {
        Problem::forbidden(AreaAdminister::MODULE, AreaAdminister::NAME)
            .detail(
                "only area administrators define the patterns of marks, owners of areas do not: ask somebody who has \
                 system:area.administer",
            )
            .into()
    })
}

impl Resource for MarkPattern {
    type Input = MarkPatternInput;
    const REFERENCES: &'static [Reference] = &[one("area", Kind::Area)];

    fn input(&self) -> MarkPatternInput {
        MarkPatternInput {
            external_id: self.external_id.clone(),
            area_id: self.area_id.map(|id| id.0),
            area_external_id: None,
            area_kind: self.area_kind.map(Into::into),
            object_type: self.object_type.clone(),
            pattern: self.pattern.clone(),
            reset: Some(self.reset.into()),
            mode: Some(self.mode.into()),
            unique: Some(self.unique),
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<MarkPattern>>) -> Result<(), Refusal> {
        may_define(work).map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<MarkPattern>>,
        input: MarkPatternInput,
    ) -> Result<MarkPattern, Refusal> {
        let old = before.map(|before| &before.value);
        let pattern = MarkPattern {
            id: old
                .map_or_else(|| MarkPatternId(work.new_id::<MarkPattern>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            area_id: input.area_id.map(AreaId),
            area_kind: input.area_kind.map(Into::into),
            object_type: input.object_type,
            pattern: input.pattern,
            reset: input.reset.map_or(Reset::Never, Into::into),
            mode: input.mode.map_or(MarkMode::Fixed, Into::into),
            unique: input.unique.unwrap_or(true),
        };
        let mut out = pattern.check(old);
        if old.is_none() {
            work.referred::<Area>(input.area_id, "/area_id", &mut out)?;
            type_by_code(work, &pattern.object_type, "/object_type", &mut out)?;
            let others = work.tx.find::<MarkPattern>(&Key::PatternsFor(pattern.object_type.clone()))?;
            if let Some(other) = others.iter().find(|other| pattern.is_twin_of(&other.value)) {
                let detail = format!("it is {}", other.value.id);
                out.push(Violation::new(code::MARK_PATTERN_EXISTS, detail).at("/object_type"));
            }
        }
        save::check_external_id::<MarkPattern>(work, pattern.id.0, pattern.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        save::put(work, before, &pattern)?;
        Ok(pattern)
    }

    fn twin(work: &mut Work<'_, '_>, input: &MarkPatternInput) -> Result<Option<Stored<MarkPattern>>, Refusal> {
        if input.external_id.is_some() {
            return Ok(None);
        }
        let (area, kind) = (input.area_id.map(AreaId), input.area_kind.map(Into::into));
        let all = work.tx.find::<MarkPattern>(&Key::PatternsFor(input.object_type.clone()))?;
        Ok(all.into_iter().find(|one| one.value.is_for(area, kind, &input.object_type)))
    }
}

/// Removes a pattern, with its counters. Marks that it gave stay.
///
/// # Errors
/// It does not exist or is stale.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<AreaAdminister>,
    id: MarkPatternId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let pattern = work.get::<MarkPattern>(id.0)?;
    expected.check(pattern.revision)?;
    work.tx.remove::<MarkPattern>(id.0)?;
    Ok(())
}
