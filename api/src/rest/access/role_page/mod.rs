//! A role on one page: what it is, who is in it, what it gives, and of what it hears. `load.rs` reads it.

mod load;

use actix_web::web;
use chrono::NaiveDate;
use domain::role::Role;
use domain::wage::Amount;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::people::AccessUserView;
use crate::app::{App, Caller, Id};
use crate::commands::memberships::MemberType;
use crate::demo::ids;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer, REVISION};
use crate::rest::grants::ScopeView;
use crate::rest::notification_subscriptions::NotificationSubscriptionView;
use crate::rest::role_rules::RoleRuleView;
use crate::rest::roles::RoleView;
use crate::rights::RoleRead;

/// A role on one page.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "role": {
        "id": ids::role("finance-team"), "external_id": "finance-team", "code": "finance-team",
        "name": "Everyone in Finance", "purpose": "team", "mode": "automatic", "priority": 10,
        "valid_from": null, "valid_to": null, "manager_ids": [], "protected": false, "note": null,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 8
    },
    "members": {"items": [], "total": 0, "direct_users": 0, "nested_roles": 0, "effective_people": 0},
    "managers": [], "rules": [],
    "modules": [{"module": "document", "name": "Documents", "active": true, "grants": [{
        "id": ids::grant("g-finance-documents"), "scope": {"type": "department", "id": ids::department("finance"),
        "external_id": "finance", "include_subtree": true}, "scope_name": "Finance", "allow": ["edit", "read"], "deny": [], "source": "manual",
        "valid_from": null, "valid_to": null}]}],
    "time": {"workers": [], "wage_types": [], "own_wage_types": []}, "areas": [], "notifications": [],
    "grants_total": 1, "left_out": []
}))]
pub struct RolePageView {
    /// The role itself.
    role: RoleView,
    /// Who is in it.
    members: RolePageMembersView,
    /// Who may add and remove members by hand.
    #[schema(max_items = 100)]
    managers: Vec<AccessUserView>,
    /// What makes members of an automatic role.
    #[schema(max_items = 1000)]
    rules: Vec<RoleRuleView>,
    /// What it gives, module by module, but `time`.
    #[schema(max_items = 1000)]
    modules: Vec<RolePageModuleView>,
    /// What it gives over people's time.
    time: RolePageTimeView,
    /// The areas that its members work on or read; only those whose settings the caller sees.
    #[schema(max_items = 10000)]
    areas: Vec<RolePageAreaView>,
    /// Of what it hears.
    #[schema(max_items = 1000)]
    notifications: Vec<NotificationSubscriptionView>,
    /// How many grants it holds in all; the first 1000 are shown, in the order of modules.
    #[schema(required = true, minimum = 0)]
    grants_total: Option<i64>,
    /// What the caller lacks the right to read: `modules` and `time.workers` (`system:grant.read`), `time.wage_types` and
    /// `time.own_wage_types` (that, or `system:wage_type.edit`), `names` of people
    /// (`system:user.read`), `scope_names` of workers and objects, `areas`.
    #[schema(max_items = 10)]
    left_out: Vec<&'static str>,
}

/// Who is in a role.
#[derive(Serialize, ToSchema)]
pub struct RolePageMembersView {
    /// The first 200 memberships, the oldest first; `/roles/{id}/members` lists all.
    #[schema(max_items = 200)]
    items: Vec<RolePageMemberView>,
    /// How many memberships there are, past and to come ones too.
    #[schema(minimum = 0)]
    total: i64,
    /// How many users are in it today directly.
    #[schema(minimum = 0)]
    direct_users: i64,
    /// How many roles are in it today.
    #[schema(minimum = 0)]
    nested_roles: i64,
    /// How many people are effectively in it today, directly or through others.
    #[schema(minimum = 0)]
    effective_people: usize,
}

/// A membership with the member's name.
#[derive(Serialize, ToSchema)]
pub struct RolePageMemberView {
    /// The membership.
    membership_id: Uuid,
    /// What sort of member.
    #[schema(inline)]
    member_type: MemberType,
    /// The member.
    member_id: Uuid,
    /// Your own id of the member; null for who may not read the name.
    #[schema(required = true, max_length = 100)]
    external_id: Option<String>,
    /// The member's name; null for who may not read it.
    #[schema(required = true, max_length = 401)]
    name: Option<String>,
    /// Where it came from: `manual`, `automatic`, `scim`.
    #[schema(max_length = 20)]
    source: String,
    /// Whether it follows from a contract and can't be changed by hand.
    locked: bool,
    /// First day.
    #[schema(required = true)]
    valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
}

/// What a role gives in one module.
#[derive(Serialize, ToSchema)]
pub struct RolePageModuleView {
    /// The module's code.
    #[schema(max_length = 100)]
    module: String,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// Whether it is switched on; otherwise this gives nothing.
    active: bool,
    /// The grants.
    #[schema(max_items = 1000)]
    grants: Vec<RolePageGrantView>,
}

/// A grant with the name of its scope.
#[derive(Serialize, ToSchema)]
pub struct RolePageGrantView {
    /// The grant.
    id: Uuid,
    /// What it covers.
    scope: ScopeView,
    /// The name of what the scope names; null where it names nothing, and for who may not read it.
    #[schema(required = true, max_length = 401)]
    scope_name: Option<String>,
    /// Allowed actions.
    #[schema(max_items = 128)]
    allow: Vec<String>,
    /// Denied actions.
    #[schema(max_items = 128)]
    deny: Vec<String>,
    /// Where it came from: `manual`, `template`.
    #[schema(max_length = 20)]
    source: String,
    /// First day.
    #[schema(required = true)]
    valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
}

/// What a role gives over people's time.
#[derive(Serialize, ToSchema)]
pub struct RolePageTimeView {
    /// Over whom, and which rights: the grants in `time`.
    #[schema(max_items = 1000)]
    workers: Vec<RolePageGrantView>,
    /// What may be recorded for its members, by them and by others (P-07).
    #[schema(max_items = 1000)]
    wage_types: Vec<RolePageWageTypeView>,
    /// What its members record for every worker.
    #[schema(max_items = 1000)]
    own_wage_types: Vec<RolePageWageTypeView>,
}

/// A wage type that a role offers.
#[derive(Serialize, ToSchema)]
pub struct RolePageWageTypeView {
    /// The wage type.
    wage_type_id: Uuid,
    /// Its code.
    #[schema(max_length = 100)]
    code: String,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// What its amounts count.
    #[schema(max_length = 40)]
    unit: String,
    /// How it comes to be recorded: `record` or `workflow`.
    #[schema(max_length = 20)]
    mode: String,
    /// The most in one entry; null for no limit.
    #[schema(required = true, value_type = Option<f64>, minimum = 0, maximum = 1_000_000)]
    max_per_entry: Option<Amount>,
    /// The most on one day.
    #[schema(required = true, value_type = Option<f64>, minimum = 0, maximum = 1_000_000)]
    max_per_day: Option<Amount>,
    /// The most in one calendar month.
    #[schema(required = true, value_type = Option<f64>, minimum = 0, maximum = 1_000_000)]
    max_per_month: Option<Amount>,
    /// The most in one calendar year.
    #[schema(required = true, value_type = Option<f64>, minimum = 0, maximum = 1_000_000)]
    max_per_year: Option<Amount>,
    /// First day.
    #[schema(required = true)]
    valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
}

/// An area that names a role.
#[derive(Serialize, ToSchema)]
pub struct RolePageAreaView {
    /// The area.
    id: Uuid,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// As what it names the role.
    #[serde(rename = "as")]
    #[schema(inline)]
    place: RolePlaceName,
}

/// As what an area names a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RolePlaceName {
    /// Its members create and work on the content.
    Processor,
    /// Its members read.
    Reader,
}

/// Reads a role as one page: its members, rules and managers, what it gives in each module, over people's time and in
/// areas, and of what it hears. What the caller lacks the right to read is left out, and named in `left_out`. Needs
/// `system:role.read`.
#[utoipa::path(get, path = "/api/v1/roles/{id}/page", tag = "roles", operation_id = "getRolePage",
    params(("id" = Uuid, Path, description = "The role's id")),
    responses((status = 200, description = "The page", body = RolePageView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let allowed = caller.authority.allow::<RoleRead>()?;
        let model = app.live().model();
        let page = app.store().read(|reader| {
            let role = crud::seen::<Role>(app, &caller.authority, reader.get::<Role>(id.0)?)?;
            load::page(&load::Asked { app, authority: &caller.authority, model: &model }, &allowed, reader, &role)
        })?;
        Ok(Reply::ok().header(REVISION, model.revision().to_string()).json(page))
    })
    .await
}
