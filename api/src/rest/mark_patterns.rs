//! Patterns of marks.

use actix_web::web;
use domain::area::{Area, MarkMode, MarkPattern, Reset};
use domain::grant::ObjectType;
use domain::id::{AreaId, Kind, MarkPatternId};
use domain::rule::{Violation, code};
use persistence::{Filter, Key, Reader, Stored, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::commands::mark_patterns::{self, MarkModeName, MarkPatternInput, MarkedKindName, ResetName};
use crate::commands::{Refusal, Work, marks, references};
use crate::demo::ids;
use crate::http::body::Json;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, Shown};
use crate::rights::{AreaAdminister, Authority};
use crate::{resource_handlers, view};

view! {
    /// A pattern of marks: what the marks of new objects of one type are made of, in an area, in all areas of a kind, or
    /// everywhere.
    #[schema(example = json!({
        "id": ids::mark_pattern("marks-tasks"), "external_id": "marks-tasks", "area_id": null, "area_kind": "area",
        "object_type": "task",
        "pattern": "{year}-{month}/{area}/{counter}", "reset": "month", "mode": "fixed", "unique": true,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 21
    }))]
    MarkPatternView {
        /// The area whose objects it marks.
        area_id: Option<Uuid>,
        /// The kind of areas whose objects it marks.
        #[schema(inline)]
        area_kind: Option<MarkedKindName>,
        /// The code of the type of the objects.
        #[schema(max_length = 100)]
        object_type: String,
        /// Text and tokens.
        #[schema(max_length = 200)]
        pattern: String,
        /// When the counter starts again.
        #[schema(inline)]
        reset: ResetName,
        /// Who decides on the mark.
        #[schema(inline)]
        mode: MarkModeName,
        /// Whether no two objects may get the same mark.
        unique: bool,
    }
}

impl Shown for MarkPattern {
    type View = MarkPatternView;
    const PLURAL: &'static str = "mark-patterns";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "area_id", kind: FilterKind::Id("area_id"), what: "Of this area" },
            FilterSpec {
                name: "area_kind",
                kind: FilterKind::Word("area_kind", &["area", "project", "calendar"]),
                what: "Of these kinds of areas",
            },
            FilterSpec { name: "object_type", kind: FilterKind::Text("object_type"), what: "For objects of this type" },
            FilterSpec {
                name: "mode",
                kind: FilterKind::Word("mode", &["fixed", "editable", "user_defined"]),
                what: "Of these modes",
            },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
        ],
        sorts: &[("object_type", "object_type"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &[],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> MarkPatternView {
        let pattern = &stored.value;
        MarkPatternView {
            id: pattern.id.0,
            external_id: pattern.external_id.clone(),
            area_id: pattern.area_id.map(|id| id.0),
            area_kind: pattern.area_kind.map(Into::into),
            object_type: pattern.object_type.clone(),
            pattern: pattern.pattern.clone(),
            reset: pattern.reset.into(),
            mode: pattern.mode.into(),
            unique: pattern.unique,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    /// Everybody sees the patterns of kinds and of the company, and those of the areas that they may know of.
    fn visible<'a>(app: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        if authority.allow::<AreaAdminister>().is_ok() {
            return Ok(Visible::All);
        }
        let model = app.live().model();
        let areas = model.areas().map(|area| model.area_id(area)).filter(|area| authority.sees_area(*area));
        let areas = areas.map(|area| Value::Uuid(area.0)).collect();
        Ok(Visible::Only(Filter::Or(vec![Filter::IsNull("area_id", true), Filter::AnyOf("area_id", areas)])))
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        let known = stored.value.area_id.is_none_or(|area| authority.sees_area(area));
        if known || authority.allow::<AreaAdminister>().is_ok() { Ok(()) } else { Err(Refusal::NotFound) }
    }
}

resource_handlers! {
    MarkPattern, MarkPatternInput, MarkPatternView, "mark-patterns", "mark-patterns",
    list: "Lists patterns of marks: those of kinds of areas and of the company, and those of areas that the caller may know of." "listMarkPatterns",
    get: "Reads a pattern of marks." "getMarkPattern",
    create: "Creates a pattern of marks. Needs `system:area.administer`." "createMarkPattern",
    update: "Changes a pattern of marks; marks that it gave stay. Needs `system:area.administer`." "updateMarkPattern",
    upsert: "Creates or updates a pattern of marks by your own id. Needs `system:area.administer`." "upsertMarkPattern",
    remove: "Removes a pattern of marks with its counters; marks that it gave stay. Needs `system:area.administer`." "deleteMarkPattern"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = mark_patterns::may_define(work)?;
            mark_patterns::remove(work, &allowed, MarkPatternId(id), expected)
        },
}

/// A pattern to be looked at.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "pattern": "{year}-{month}/{area}/{counter}", "reset": "month", "area_external_id": "bookkeeping",
    "object_type": "task", "count": 3
}))]
pub struct PreviewInput {
    /// Text and tokens.
    #[schema(min_length = 1, max_length = 200)]
    pub pattern: String,
    /// When the counter starts again; `never` when absent.
    #[schema(inline)]
    pub reset: Option<ResetName>,
    /// The area whose objects it is to mark; without one it is to be the company's.
    pub area_id: Option<Uuid>,
    /// The area by your own id or its mark.
    #[schema(min_length = 1, max_length = 100)]
    pub area_external_id: Option<String>,
    /// The code of the type of the objects: examples go on from the numbers that were taken there.
    #[schema(min_length = 1, max_length = 100)]
    pub object_type: Option<String>,
    /// How many examples; 3 when absent.
    #[schema(minimum = 1, maximum = 20)]
    pub count: Option<i64>,
}

/// What a pattern would give.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "faults": [], "examples": ["2026-3/Ucetnictvi/2", "2026-3/Ucetnictvi/3", "2026-3/Ucetnictvi/4"],
    "unique_possible": true, "repeats": []
}))]
pub struct MarkPreviewView {
    /// What is wrong with the text, and where; without fault there are examples.
    #[schema(max_items = 200)]
    faults: Vec<PatternFaultView>,
    /// The next marks that it would give, today and to the caller. No number is taken.
    #[schema(max_items = 20)]
    examples: Vec<String>,
    /// Whether it can be used with `unique`.
    unique_possible: bool,
    /// Why it can give the same mark twice.
    #[schema(max_items = 10)]
    repeats: Vec<String>,
}

/// A fault in the text of a pattern.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"position": 8, "code": "mark_token_unknown", "detail": "there is no such token"}))]
pub struct PatternFaultView {
    /// The character at which it begins, counted from 1.
    #[schema(minimum = 1)]
    position: usize,
    /// Stable code.
    #[schema(max_length = 100)]
    code: &'static str,
    /// What is wrong.
    #[schema(max_length = 1000)]
    detail: String,
}

/// Shows the next marks that a pattern would give, without taking a number, or what is wrong with it and where. Needs
/// `system:area.administer`.
#[utoipa::path(post, path = "/api/v1/mark-patterns/preview", tag = "mark-patterns", operation_id = "previewMarkPattern",
    request_body = PreviewInput, responses((status = 200, description = "What it would give", body = MarkPreviewView)))]
pub async fn preview(app: web::Data<App>, caller: Caller, _none: NoParams, body: Json<PreviewInput>) -> Answer {
    app.run(move |app| {
        caller.authority.allow::<AreaAdminister>()?;
        let (said, today) = (body.0, app.zone().day(app.clock().now()));
        let found = app.store().read(|reader| {
            let area = area(reader, said.area_id, said.area_external_id.as_deref())?;
            if let Some(code) = &said.object_type
                && reader.find::<ObjectType>(&Key::Code(Kind::ObjectType, code.clone()))?.is_empty()
            {
                let detail = "there is no object type of that code";
                return Err(Violation::new(code::UNKNOWN_REFERENCE, detail).at("/object_type").into());
            }
            let pattern = MarkPattern {
                id: MarkPatternId(Uuid::nil()),
                external_id: None,
                area_id: area.as_ref().map(|area| area.id),
                area_kind: None,
                object_type: said.object_type.unwrap_or_default(),
                pattern: said.pattern,
                reset: said.reset.map_or(Reset::Never, Into::into),
                mode: MarkMode::Fixed,
                unique: true,
            };
            let count = said.count.unwrap_or(3);
            marks::preview(reader, &pattern, area.as_ref(), caller.authority.author_id(), today, count)
        })?;
        let fault = |fault: domain::area::PatternFault| PatternFaultView {
            position: fault.position,
            code: fault.code.name,
            detail: fault.detail,
        };
        Ok(Reply::ok().json(MarkPreviewView {
            unique_possible: found.faults.is_empty() && found.repeats.is_empty(),
            faults: found.faults.into_iter().map(fault).collect(),
            examples: found.examples,
            repeats: found.repeats,
        }))
    })
    .await
}

/// The area that a body names.
fn area(reader: &mut Reader<'_>, id: Option<Uuid>, external_id: Option<&str>) -> Result<Option<Area>, Refusal> {
    let found = match (id, external_id) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            let detail = "give area_id or area_external_id, not both";
            return Err(Violation::new(code::BAD_VALUE, detail).at("/area_external_id").into());
        }
        (Some(id), None) => reader.get::<Area>(AreaId(id).0)?,
        (None, Some(name)) => {
            let by_id = reader.find::<Area>(&Key::ExternalId(Kind::Area, name.to_owned()))?.pop();
            match by_id {
                Some(found) => Some(found),
                None => reader.find::<Area>(&Key::AreaMark(name.to_owned()))?.pop(),
            }
        }
    };
    match (found, external_id) {
        (Some(found), _) => Ok(Some(found.value)),
        (None, Some(_)) => Err(references::unknown(Kind::Area, "/area_external_id").into()),
        (None, None) => {
            Err(Violation::new(code::UNKNOWN_REFERENCE, "there is no area of that id").at("/area_id").into())
        }
    }
}
