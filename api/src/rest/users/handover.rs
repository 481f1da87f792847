//! Handing over what an account answers for (L-02).

use actix_web::web;
use domain::id::{Kind, UserId};
use domain::rule::{Violation, verdict};
use domain::user::User;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::handover::{self, Handed, Handover, Named};
use crate::commands::references::{self, one};
use crate::commands::responsibilities::ResponsibilityName;
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::body::{Fields, parse};
use crate::http::planning::MayPlan;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer};
use crate::rest::worker_links::WarningView;

/// The field with the caller's id of a successor.
const EXTERNAL_ID: &str = "successor_external_id";

/// What is to be handed over, and to whom.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "successor_external_id": "hana.maier",
    "items": [{"kind": "object_assigned", "id": ids::object("task-check")}]
}))]
pub struct HandoverRequest {
    /// Who takes over what names no successor of its own.
    successor_id: Option<Uuid>,
    /// The same by your own id or the login.
    #[schema(min_length = 1, max_length = 100)]
    pub successor_external_id: Option<String>,
    /// The things to hand over, as `getUserResponsibilities` lists them; all but personal grants when absent.
    #[schema(max_items = 1000)]
    items: Option<Vec<HandoverItem>>,
    /// Whether all personal grants go along; else only those that `items` names.
    #[serde(default)]
    include_personal_grants: bool,
}

/// One thing to hand over.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandoverItem {
    /// What sort.
    #[schema(inline)]
    kind: ResponsibilityName,
    /// The area, filler, object, role, department, contract or grant.
    id: Uuid,
    /// Who takes it; the successor of all when absent.
    successor_id: Option<Uuid>,
    /// The same by your own id or the login.
    #[schema(min_length = 1, max_length = 100)]
    pub successor_external_id: Option<String>,
}

/// What went to whom.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("greta.simon"),
    "transferred": [
        {"kind": "object_assigned", "id": ids::object("task-check"), "successor_id": ids::user("hana.maier")}
    ],
    "warnings": []
}))]
pub struct HandedOverView {
    /// The account that handed over.
    user_id: Uuid,
    /// Each thing that went over.
    #[schema(max_items = 1000000)]
    transferred: Vec<HandedOverItem>,
    /// What somebody should look at: `bearer_not_active`, `personal_system_grant`.
    #[schema(max_items = 1000)]
    warnings: Vec<WarningView>,
}

/// One thing that went over.
#[derive(Serialize, ToSchema)]
pub struct HandedOverItem {
    /// What sort.
    #[schema(inline)]
    kind: ResponsibilityName,
    /// The area, filler, object, role, department, contract, or the new grant.
    id: Uuid,
    /// Who has it now.
    successor_id: Uuid,
}

impl From<Handed> for HandedOverItem {
    fn from(handed: Handed) -> Self {
        Self { kind: handed.kind.into(), id: handed.id, successor_id: handed.successor.0 }
    }
}

/// Hands over what a user answers for, or chosen things of it, to one or several successors: all of it, or nothing, and
/// then every fault stands in `errors`, thing by thing. Each needs the right to change it: `system:role.edit`,
/// `system:department.edit`, `hr:contracts.edit` on the worker, `system:area.administer`, `edit` on the object, `system:grant.edit`. Fillers go with
/// the areas in which they are managed. A personal
/// grant comes to its successor as a new one. Needs `system:user.read`, except for oneself.
#[utoipa::path(post, path = "/api/v1/users/{id}/responsibilities/transfer", tag = "users",
    operation_id = "transferUserResponsibilities",
    params(("id" = Uuid, Path, description = "The user's id")), request_body = HandoverRequest,
    responses((status = 200, description = "Handed over", body = HandedOverView)))]
pub async fn transfer(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    body: Fields<HandoverRequest>,
) -> Answer {
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let found = work.tx.get::<User>(id.0)?;
                crud::seen(work.app, work.authority, found)?;
                let asked = asked(work, body.0)?;
                handover::transfer(work, UserId(id.0), asked)
            },
            |work, handed| {
                let transferred = handed.into_iter().map(HandedOverItem::from).collect();
                let warnings = work.warnings.iter().map(WarningView::of).collect();
                Ok(Reply::ok().json(HandedOverView { user_id: id.0, transferred, warnings }))
            },
        )
    })
    .await
}

/// A body with its successors by id.
fn asked(work: &mut Work<'_, '_>, mut fields: Map<String, Value>) -> Result<Handover, Refusal> {
    let mut faults = Vec::new();
    let pointer = match by_id(work, "", &mut fields, &mut faults)? {
        EXTERNAL_ID => "/successor_external_id",
        _ => "/successor_id",
    };
    let mut named_by = Vec::new();
    for (place, item) in fields.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
        if let Value::Object(item) = item {
            named_by.push(by_id(work, &format!("/items/{place}"), item, &mut faults)?);
        }
    }
    verdict(faults)?;
    let request: HandoverRequest = parse(Value::Object(fields))?;
    let named = |(item, named_by): (HandoverItem, &'static str)| Named {
        kind: item.kind.into(),
        id: item.id,
        successor: item.successor_id.map(UserId),
        named_by,
    };
    Ok(Handover {
        successor: request.successor_id.map(UserId),
        pointer,
        items: request.items.map(|items| items.into_iter().zip(named_by).map(named).collect()),
        personal_grants: request.include_personal_grants,
    })
}

/// Names a successor by id, with a fault where there is none; the field that named it.
fn by_id(
    work: &mut Work<'_, '_>,
    place: &str,
    fields: &mut Map<String, Value>,
    faults: &mut Vec<Violation>,
) -> Result<&'static str, Refusal> {
    let field = if fields.contains_key(EXTERNAL_ID) { EXTERNAL_ID } else { "successor_id" };
    match references::resolve(work.tx, fields, &[one("successor", Kind::User)]) {
        Err(Refusal::Violations(found)) => {
            let pointer =
                |violation: &Violation| format!("{place}{}", violation.pointer.as_deref().unwrap_or_default());
            faults.extend(found.into_iter().map(|violation| {
                let at = pointer(&violation);
                violation.at(at)
            }));
        }
        other => other?,
    }
    Ok(field)
}
