//! What a user may do (P-05), for `/users/{id}/permissions` and `/me/permissions`.

use actix_web::{HttpRequest, web};
use domain::access::{Model, PathStep, Permission, Via};
use domain::grant::{Holder, Scope};
use domain::id::UserId;
use domain::role::PRIORITY_MAX;
use persistence::Value;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{date_of, day_of, module_of, read_at};
use crate::app::{App, Caller};
use crate::commands::Refusal;
use crate::demo::ids;
use crate::http::memory_page::MemoryPage;
use crate::http::params::Params;
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION};
use crate::rest::grants::ScopeView;
use crate::rights::AccessCheck;

/// What a user may do on a day.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("anna.keller"), "day": "2026-03-01", "active": true, "items": [{"module": "time",
    "module_active": true, "scope": {"type": "worker", "id": ids::worker("w-119")}, "allow": ["record"],
    "deny": [], "via": "personal", "grant_id": ids::grant("g-anna-personal"), "valid_from": null,
    "valid_to": null, "set_aside": false, "set_aside_in_part": false}, {"module": "time", "module_active": true,
    "scope": {"type": "all"}, "allow": ["record", "report.check", "report.close", "request1.check",
    "request1.close", "request2.check", "request2.close", "schedule"], "deny": [], "via": "role",
    "grant_id": ids::grant("g-timekeepers"), "role_id": ids::role("timekeepers"), "priority": 20,
    "path": [{"membership_id": ids::membership("m-1"), "role_id": ids::role("timekeepers"), "source": "manual",
    "valid_from": null, "valid_to": null}], "valid_from": null, "valid_to": null, "set_aside": false,
    "set_aside_in_part": true}], "next_cursor": null
}))]
pub struct PermissionsAnswer {
    /// The user.
    user_id: Uuid,
    /// The day, in the organisation's time zone.
    day: chrono::NaiveDate,
    /// Whether the account may do anything at all now (G-1, U-10); the items say what it may once it is
    /// active.
    active: bool,
    /// Every grant that applies, and rights by relation, on this page.
    #[schema(max_items = 1000)]
    items: Vec<PermissionView>,
    /// Give it as `cursor` to get the next page; null at the end.
    #[schema(required, max_length = 4000)]
    next_cursor: Option<String>,
    /// How many there are in all; only with `total=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    total: Option<i64>,
}

/// Items of a page when nobody says how many: so many that hardly anybody has more.
const USUAL: i64 = 1_000;

/// The place of an item: relations first, then personal grants, then roles by falling priority; what tells those alike
/// apart comes last.
type Place = (i64, i64, Uuid, String);

fn place(model: &Model, permission: &Permission) -> Place {
    let scope = match &permission.scope {
        Scope::Worker { id } => id.0,
        Scope::Area { id } => id.0,
        Scope::Object { id } => id.0,
        _ => Uuid::nil(),
    };
    match &permission.via {
        Via::Relation(relation) => (0, 0, scope, format!("{relation} {}", model.module_code(permission.module))),
        Via::Grant { grant, priority: None, .. } => (1, 0, model.grant_id(*grant).0, String::new()),
        Via::Grant { grant, priority: Some(priority), .. } => {
            (2, i64::from(PRIORITY_MAX) - i64::from(*priority), model.grant_id(*grant).0, String::new())
        }
    }
}

fn cursor_of((sort, priority, id, rest): Place) -> Vec<Value> {
    vec![Value::Integer(sort), Value::Integer(priority), Value::Uuid(id), Value::Text(rest)]
}

fn place_of(values: &[Value]) -> Option<Place> {
    match values {
        [Value::Integer(sort), Value::Integer(priority), Value::Uuid(id), Value::Text(rest)] => {
            Some((*sort, *priority, *id, rest.clone()))
        }
        _ => None,
    }
}

/// A grant that applies to a user, or a right by relation.
#[derive(Serialize, ToSchema)]
pub struct PermissionView {
    /// The module's code.
    #[schema(max_length = 100)]
    module: String,
    /// Whether the module is switched on; otherwise this gives nothing.
    module_active: bool,
    /// What it covers.
    scope: ScopeView,
    /// Allowed actions.
    #[schema(max_items = 128)]
    allow: Vec<String>,
    /// Denied actions.
    #[schema(max_items = 128)]
    deny: Vec<String>,
    /// `personal`, `role` or `relation`.
    #[schema(max_length = 20)]
    via: &'static str,
    /// The relation's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    relation: Option<String>,
    /// The grant.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    grant_id: Option<Uuid>,
    /// The role that holds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    role_id: Option<Uuid>,
    /// Your own id of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    role_external_id: Option<String>,
    /// The role's priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    priority: Option<i32>,
    /// How the user comes to the role.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 1000)]
    path: Vec<PathStepView>,
    /// First day of the grant.
    #[schema(required = true)]
    valid_from: Option<chrono::NaiveDate>,
    /// Last day of the grant.
    #[schema(required = true)]
    valid_to: Option<chrono::NaiveDate>,
    /// Whether personal grants set it aside for all that it covers (P-03).
    set_aside: bool,
    /// Whether personal grants set it aside for a part of what it covers.
    set_aside_in_part: bool,
}

/// One step of the way from a user to a role.
#[derive(Serialize, ToSchema)]
pub struct PathStepView {
    /// The membership.
    membership_id: Uuid,
    /// The role that it leads into.
    role_id: Uuid,
    /// Your own id of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    role_external_id: Option<String>,
    /// Where the membership came from.
    #[schema(max_length = 20)]
    source: String,
    /// First day of the membership.
    #[schema(required = true)]
    valid_from: Option<chrono::NaiveDate>,
    /// Last day of the membership.
    #[schema(required = true)]
    valid_to: Option<chrono::NaiveDate>,
    /// The contract that an automatic membership follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    contract_id: Option<Uuid>,
    /// The rule that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    rule_id: Option<Uuid>,
}

impl PathStepView {
    /// A step as callers see it.
    pub fn of(model: &Model, step: &PathStep) -> Self {
        Self {
            membership_id: step.membership.0,
            role_id: step.role.0,
            role_external_id: model.role_external_id(step.role).map(str::to_owned),
            source: step.source.to_string(),
            valid_from: step.window.valid_from,
            valid_to: step.window.valid_to,
            contract_id: step.contract.map(|id| id.0),
            rule_id: step.rule.map(|id| id.0),
        }
    }
}

fn view(model: &Model, permission: &Permission) -> PermissionView {
    let mut out = PermissionView {
        module: model.module_code(permission.module).to_owned(),
        module_active: permission.module_active,
        scope: ScopeView::named(model, &permission.scope),
        allow: permission.allow.clone(),
        deny: permission.deny.clone(),
        via: "relation",
        relation: None,
        grant_id: None,
        role_id: None,
        role_external_id: None,
        priority: None,
        path: vec![],
        valid_from: permission.window.valid_from,
        valid_to: permission.window.valid_to,
        set_aside: permission.set_aside,
        set_aside_in_part: permission.set_aside_in_part,
    };
    match &permission.via {
        Via::Relation(relation) => out.relation = Some(relation.to_string()),
        Via::Grant { grant, holder, priority, path } => {
            out.grant_id = Some(model.grant_id(*grant).0);
            out.priority = *priority;
            out.path = path.iter().map(|step| PathStepView::of(model, step)).collect();
            match holder {
                Holder::Role(role) => {
                    out.via = "role";
                    out.role_id = Some(role.0);
                    out.role_external_id = model.role_external_id(*role).map(str::to_owned);
                }
                Holder::User(_) => out.via = "personal",
            }
        }
    }
    out
}

/// Answers what a user may do, a page at a time.
///
/// # Errors
/// Bad parameters, a missing permission, or there is no such user.
pub async fn answer(app: web::Data<App>, caller: Caller, request: &HttpRequest, user: UserId) -> Answer {
    let mut params = Params::parse(request.query_string());
    let at = read_at(&mut params, &app);
    let module = params.name("module");
    let page = MemoryPage::read_with(&mut params, request, USUAL);
    params.done()?;
    let after = page.after(4, place_of)?;
    let (answer, revision) = app
        .run(move |app| {
            if caller.user_id() != user {
                caller.authority.allow::<AccessCheck>()?;
            }
            let model = app.live().model();
            let ix = model.user(user).ok_or(Refusal::NotFound)?;
            let only = match &module {
                Some(code) => Some(module_of(&model, code)?),
                None => None,
            };
            let day = day_of(app, at);
            let mut all: Vec<(Place, Permission)> = model
                .permissions(ix, day, only)
                .into_iter()
                .map(|permission| (place(&model, &permission), permission))
                .collect();
            all.sort_by(|one, other| one.0.cmp(&other.0));
            let part = page.part(all, |(place, _)| after.as_ref().is_none_or(|after| place > after), |_| true);
            let next = part.items.last().filter(|_| part.more).map(|(place, _)| cursor_of(place.clone()));
            let answer = PermissionsAnswer {
                user_id: user.0,
                day: date_of(day),
                active: model.may_act(ix),
                items: part.items.iter().map(|(_, permission)| view(&model, permission)).collect(),
                next_cursor: next.map(|place| page.cursor(place)).transpose()?,
                total: part.total,
            };
            Ok((answer, model.revision()))
        })
        .await?;
    let reply = Reply::ok().header(REVISION, revision.to_string());
    Ok(reply.linked(request, answer.next_cursor.as_deref()).json(answer))
}
