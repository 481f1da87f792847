//! What one may do and another not (P-05): two users, or the members of two roles.

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::access::effect::{Likeness, RightChange, compared_roles, compared_users};
use domain::access::{Model, RoleIx};
use domain::id::{RoleId, UserId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::authzen::time::instant;
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::params::Params;
use crate::http::reply::Reply;
use crate::plans::{RightChangeView, RightSourceView};
use crate::rest::crud::{Answer, REVISION};
use crate::rest::grants::ScopeView;
use crate::rights::AccessCheck;

/// What two may do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "of": "role", "first_id": ids::role("finance-team"), "second_id": ids::role("interns"), "from": "2026-03-01",
    "only_first": [{"module": "document", "actions": ["edit", "read"], "scope": [{"type": "department",
    "id": ids::department("finance"), "include_subtree": true}], "code": "role_allow", "other_code": "no_grant",
    "valid_from": null, "valid_to": null, "via": []}], "only_second": [], "shared_role_ids": [], "cut_short": false
}))]
pub struct ComparisonAnswer {
    /// `user` or `role`.
    #[schema(max_length = 10)]
    of: &'static str,
    /// The first.
    first_id: Uuid,
    /// The second.
    second_id: Uuid,
    /// The day from which on they are compared.
    from: NaiveDate,
    /// What only the first may do.
    #[schema(max_items = 100000)]
    only_first: Vec<DifferenceView>,
    /// What only the second may do.
    #[schema(max_items = 100000)]
    only_second: Vec<DifferenceView>,
    /// The roles that both are in on that day, directly or through others: what they give is common.
    #[schema(max_items = 100000)]
    shared_role_ids: Vec<Uuid>,
    /// There was too much to be compared in full.
    cut_short: bool,
}

/// A right that one of the two has and the other has not.
#[derive(Serialize, ToSchema)]
pub struct DifferenceView {
    /// The module's code.
    #[schema(max_length = 100)]
    module: String,
    /// The actions.
    #[schema(max_items = 128)]
    actions: Vec<String>,
    /// The code of the wage type that may be recorded, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    wage_type: Option<String>,
    /// To what they may be done; two scopes mean what lies in both. Of a wage type, none means one's own folder.
    #[schema(max_items = 2)]
    scope: Vec<ScopeView>,
    /// How it is decided for who has it.
    #[schema(max_length = 100)]
    code: &'static str,
    /// How it is decided for the other.
    #[schema(max_length = 100)]
    other_code: &'static str,
    /// First day; null from that day on.
    #[schema(required = true)]
    valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
    /// The grants that give it.
    #[schema(max_items = 10)]
    via: Vec<RightSourceView>,
}

impl DifferenceView {
    fn of(right: &RightChange) -> Self {
        // Of a gain the second one has it, of a loss the first.
        let (code, other_code) = if right.gained { (right.after, right.before) } else { (right.before, right.after) };
        Self {
            module: right.module.clone(),
            actions: right.actions.clone(),
            wage_type: right.wage_type.clone(),
            scope: right.scope.iter().map(ScopeView::of).collect(),
            code: code.as_str(),
            other_code: other_code.as_str(),
            valid_from: right.window.valid_from,
            valid_to: right.window.valid_to,
            via: RightChangeView::of(right).via,
        }
    }
}

/// Who is compared with whom.
enum Two {
    Users(UserId, UserId),
    Roles(RoleId, RoleId),
}

/// What one may do and the other not: two users, as if both accounts were active, or the members of two roles. Priorities,
/// nesting and windows count as in decisions; what people stand in relation to by themselves, their own folder and
/// their objects, is not compared. Needs `system:access.check`.
#[utoipa::path(get, path = "/api/v1/access/compare", tag = "decisions", operation_id = "compareAccess",
    params(("of" = String, Query, description = "Two users or two roles"),
        ("first_id" = Uuid, Query, description = "The first"),
        ("second_id" = Uuid, Query, description = "The second"),
        ("at" = Option<String>, Query, description = "From this day or instant on; now when absent")),
    responses((status = 200, description = "What they differ in", body = ComparisonAnswer)))]
pub async fn get(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let zone = app.zone();
    let at = params.parsed("at", "a day or an instant", |text| instant(text, &zone));
    let of = params.word("of", &["user", "role"]);
    let (first, second) = (params.uuid("first_id"), params.uuid("second_id"));
    for (name, missing) in [("of", of.is_none()), ("first_id", first.is_none()), ("second_id", second.is_none())] {
        if missing {
            params.fault(name, "required", "is missing");
        }
    }
    let two = first.zip(second).map(|(first, second)| match of.as_deref() {
        Some("role") => Two::Roles(RoleId(first), RoleId(second)),
        _ => Two::Users(UserId(first), UserId(second)),
    });
    params.done()?;
    app.run(move |app| {
        caller.authority.allow::<AccessCheck>()?;
        let model = app.live().model();
        let at = at.unwrap_or_else(|| app.clock().now());
        let zone = app.zone();
        let (day, from) = (zone.day_number(at), zone.day(at));
        let two = two.ok_or(Refusal::NotFound)?;
        let (of, [first, second], likeness, shared) = match two {
            Two::Users(first, second) => {
                let (one, other) = model.user(first).zip(model.user(second)).ok_or(Refusal::NotFound)?;
                let shared = shared(model.effective_roles(one, day), &model.effective_roles(other, day));
                ("user", [first.0, second.0], compared_users(&model, one, other, day), shared)
            }
            Two::Roles(first, second) => {
                let (one, other) = model.role(first).zip(model.role(second)).ok_or(Refusal::NotFound)?;
                let shared = shared(model.roles_above(one, day), &model.roles_above(other, day));
                ("role", [first.0, second.0], compared_roles(&model, one, other, day), shared)
            }
        };
        let answer = answer(&model, (of, [first, second], from), &likeness, shared);
        Ok(Reply::ok().header(REVISION, model.revision().to_string()).json(answer))
    })
    .await
}

/// The roles that stand in both lists.
fn shared(mut one: Vec<RoleIx>, other: &[RoleIx]) -> Vec<RoleIx> {
    one.retain(|role| other.contains(role));
    one
}

fn answer(
    model: &Model,
    (of, [first_id, second_id], from): (&'static str, [Uuid; 2], NaiveDate),
    likeness: &Likeness,
    shared: Vec<RoleIx>,
) -> ComparisonAnswer {
    let mut shared_role_ids: Vec<Uuid> = shared.into_iter().map(|role| model.role_id(role).0).collect();
    shared_role_ids.sort_unstable();
    ComparisonAnswer {
        of,
        first_id,
        second_id,
        from,
        only_first: likeness.only_first.iter().map(DifferenceView::of).collect(),
        only_second: likeness.only_second.iter().map(DifferenceView::of).collect(),
        shared_role_ids,
        cut_short: likeness.cut_short,
    }
}
