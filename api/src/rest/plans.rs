//! Plans: what changes would do to people's rights (H-03).

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::UserId;
use persistence::{Plan, PlanSection, PlanState};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::mirrored::mirrored;
use crate::demo::ids;
use crate::http::page::Page;
use crate::http::params::{NoParams, Params};
use crate::http::plain_page::{self, Limit};
use crate::http::reply::Reply;
use crate::plans::{Broken, Findings, GroupLine, PlanChangeView, PlannedRequest, RightChangeView};
use crate::rest::crud::Answer;
use crate::rights::{Authority, Extent, GrantRead, PlanApply, RoleRead, UserRead};

/// The greatest whole number that every reader of JSON keeps as it is.
const POSITION_MAX: i64 = 9_007_199_254_740_991;

mirrored! {
    /// Where a plan stands: it can be applied, was applied, is too old.
    PlanStateName is PlanState { Open = "open", Applied = "applied", Expired = "expired" }
}

/// The request that a plan was made of.
#[derive(Serialize, ToSchema)]
pub struct PlannedRequestView {
    /// The method.
    #[schema(max_length = 10)]
    method: String,
    /// The path with its parameters.
    #[schema(max_length = 4000)]
    path: String,
    /// The body; null where there is none, or where the caller may not see such things.
    #[schema(required = true, value_type = Option<Object>)]
    body: Option<Value>,
}

/// A warning that goes with a plan.
#[derive(Serialize, ToSchema)]
pub struct PlanWarning {
    /// Stable code.
    #[schema(max_length = 100)]
    code: String,
    /// What somebody should look at.
    #[schema(max_length = 1000)]
    detail: String,
}

/// The answer that the request of a plan had when it was applied.
#[derive(Serialize, ToSchema)]
pub struct PlanResult {
    /// Its status.
    #[schema(minimum = 200, maximum = 299)]
    status: u16,
    /// Where the thing is that was made.
    #[schema(required = true, max_length = 4000)]
    location: Option<String>,
    /// Its body.
    #[schema(required = true, value_type = Option<Object>)]
    body: Option<Value>,
}

/// What a change would do, without doing it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::plan("people-desk"), "state": "open", "made_by": ids::user("anna.keller"),
    "made_at": "2026-03-01T09:00:00Z", "expires_at": "2026-03-02T09:00:00Z",
    "request": {"method": "POST", "path": "/api/v1/memberships", "body": {"role_external_id": "hr-officer",
        "member_type": "user", "member_external_id": "anna.keller"}},
    "changes": 1, "people": 1, "gaining": 1, "losing": 0, "once_active": 0, "cut_short": false, "broken": [], "warnings": [],
    "operation_id": null, "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "applied_by": null, "applied_at": null,
    "applied_revision": null, "result": null
}))]
pub struct PlanView {
    /// The plan's id.
    id: Uuid,
    /// Where it stands.
    #[schema(inline)]
    state: PlanStateName,
    /// Who made it; null for the service itself.
    #[schema(required = true)]
    made_by: Option<Uuid>,
    /// When (UTC).
    made_at: DateTime<Utc>,
    /// From this instant on it can't be applied (UTC).
    expires_at: DateTime<Utc>,
    /// What it would do.
    request: PlannedRequestView,
    /// How many records would change: `/changes` lists them.
    #[schema(minimum = 0)]
    changes: usize,
    /// How many people's rights would change: `/effects` lists them.
    #[schema(minimum = 0)]
    people: usize,
    /// How many of them would gain something.
    #[schema(minimum = 0)]
    gaining: usize,
    /// How many of them would lose something.
    #[schema(minimum = 0)]
    losing: usize,
    /// How many others, whose accounts are invited or blocked, would gain or lose something as soon as they are active.
    #[schema(minimum = 0)]
    once_active: usize,
    /// Whether the effect was too much to be told in full.
    cut_short: bool,
    /// Rules and guards that it would break. With any but `own_rights_widened` nobody can apply it as it is; that one
    /// bars who made it.
    #[schema(max_items = 1000)]
    broken: Vec<Broken>,
    /// What somebody should look at.
    #[schema(max_items = 1000)]
    warnings: Vec<PlanWarning>,
    /// The operation that found it: of an import, whose errors tell which rows would be refused, and of a role sync.
    #[schema(required = true)]
    operation_id: Option<Uuid>,
    /// Stands for all of it. Applying compares it.
    #[schema(max_length = 64)]
    hash: String,
    /// Who applied it.
    #[schema(required = true)]
    applied_by: Option<Uuid>,
    /// When (UTC).
    #[schema(required = true)]
    applied_at: Option<DateTime<Utc>>,
    /// The newest revision after that.
    #[schema(required = true)]
    applied_revision: Option<i64>,
    /// The answer that the request had; only in the answer to applying it.
    #[schema(required = true)]
    result: Option<PlanResult>,
}

impl PlanView {
    /// A plan as a caller sees it.
    ///
    /// # Errors
    /// It can't be read.
    pub fn of(app: &App, authority: &Authority, plan: &Plan) -> Result<Self, Refusal> {
        let unreadable = |_| Refusal::internal("a plan can't be read");
        let request: PlannedRequest = serde_json::from_str(&plan.request).map_err(unreadable)?;
        let findings: Findings = serde_json::from_str(&plan.findings).map_err(unreadable)?;
        let shown = authority.user_id() == plan.made_by || may_see_bodies(authority, &request.path);
        let body = request.body.filter(|_| shown).and_then(|body| serde_json::from_str(&body).ok());
        let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
        let path = format!("{}{query}", request.path);
        Ok(Self {
            id: plan.id,
            state: plan.state(app.clock().now()).into(),
            made_by: plan.made_by.map(|user| user.0),
            made_at: plan.made_at,
            expires_at: plan.expires_at,
            request: PlannedRequestView { method: request.method, path, body },
            changes: findings.changes,
            people: findings.people,
            gaining: findings.gaining,
            losing: findings.losing,
            once_active: findings.once_active,
            cut_short: findings.cut_short,
            broken: findings.broken,
            warnings: findings.warnings.into_iter().map(|(code, detail)| PlanWarning { code, detail }).collect(),
            operation_id: findings.operation,
            hash: plan.hash.clone(),
            applied_by: plan.applied.map(|(by, ..)| by.0),
            applied_at: plan.applied.map(|(_, at, _)| at),
            applied_revision: plan.applied.map(|(.., revision)| revision),
            result: None,
        })
    }

    /// The same with the answer that its request had.
    #[must_use]
    pub fn answered(mut self, answer: &Reply) -> Self {
        let (status, location, body) = answer.parts();
        self.result = Some(PlanResult { status, location, body });
        self
    }
}

/// Whether a caller who did not make a plan may see what was sent: it may hold what they may not read.
fn may_see_bodies(authority: &Authority, path: &str) -> bool {
    let thing = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
    match thing {
        "workers" | "contracts" => matches!(authority.extent("hr", "read", 1), Extent::All),
        "users" | "qualifications" => authority.allow::<UserRead>().is_ok(),
        "grants" => authority.allow::<GrantRead>().is_ok(),
        _ => authority.allow::<RoleRead>().is_ok(),
    }
}

/// A plan that the caller made, or may apply.
fn load(app: &App, caller: &Caller, id: Uuid) -> Result<Plan, Refusal> {
    let plan = app.store().read(|reader| reader.plan(id))?.ok_or(Refusal::NotFound)?;
    if plan.made_by != Some(caller.user_id()) {
        caller.authority.allow::<PlanApply>().map_err(|_| Refusal::NotFound)?;
    }
    Ok(plan)
}

/// Lists plans, the newest first: the caller's own, or all with `system:plan.apply`.
#[utoipa::path(get, path = "/api/v1/plans", tag = "plans", operation_id = "listPlans",
    params(("state" = Option<String>, Query, description = "In these states; several are separated by commas"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<PlanView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let states = params.named("state", PlanState::ALL, PlanState::as_str);
    let after = plain_page::after(&mut params);
    params.done()?;
    let page = app
        .run(move |app| {
            let stand = (states.as_slice(), app.clock().now());
            let own = caller.authority.allow::<PlanApply>().is_err().then_some(caller.user_id());
            let found = app.store().read(|reader| reader.plans(own, stand, after, limit.sought()))?;
            let cursor = |last: &Plan| plain_page::cursor((last.made_at, last.id));
            limit.try_page(found, cursor, |plan| PlanView::of(app, &caller.authority, &plan))
        })
        .await?;
    Ok(page.respond(&request))
}

/// Reads a plan: one's own, or any with `system:plan.apply`.
#[utoipa::path(get, path = "/api/v1/plans/{id}", tag = "plans", operation_id = "getPlan",
    params(("id" = Uuid, Path, description = "The plan's id")),
    responses((status = 200, description = "The plan", body = PlanView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let plan = load(app, &caller, id.0)?;
        Ok(Reply::ok().json(PlanView::of(app, &caller.authority, &plan)?))
    })
    .await
}

/// Throws a plan away: one's own, or any with `system:plan.apply`.
#[utoipa::path(delete, path = "/api/v1/plans/{id}", tag = "plans", operation_id = "discardPlan",
    params(("id" = Uuid, Path, description = "The plan's id")),
    responses((status = 204, description = "Gone")))]
pub async fn discard(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        load(app, &caller, id.0)?;
        app.store().write(&caller.authority.author(None), |tx| Ok::<_, Refusal>(tx.discard_plan(id.0)?))?;
        Ok(Reply::no_content())
    })
    .await
}

/// Does what a plan says, if nothing that it was made from has changed: the same request, on the authority of whoever
/// applies it. Needs `system:plan.apply`, and what the request itself needs.
#[utoipa::path(post, path = "/api/v1/plans/{id}/apply", tag = "plans", operation_id = "applyPlan",
    params(("id" = Uuid, Path, description = "The plan's id")),
    responses((status = 200, description = "The plan, applied", body = PlanView),
        (status = 202, description = "Of a role sync or an import: the operation that does it", body = super::operations::OperationView)))]
pub async fn apply(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    // Known plans never come here: `http::planning` puts their own request in the place of this one.
    app.run(move |app| {
        caller.authority.allow::<PlanApply>()?;
        load(app, &caller, id.0)?;
        Err(Refusal::internal("a plan was not turned into its request"))
    })
    .await
}

/// Lists the records that a plan would change.
#[utoipa::path(get, path = "/api/v1/plans/{id}/changes", tag = "plans", operation_id = "listPlanChanges",
    params(("id" = Uuid, Path, description = "The plan's id"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<i64>, Query, minimum = 0, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<PlanChangeView>)))]
pub async fn changes(app: web::Data<App>, caller: Caller, id: Id, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let after = params.number("cursor", 0, POSITION_MAX).unwrap_or(-1);
    params.done()?;
    let page = app
        .run(move |app| {
            load(app, &caller, id.0)?;
            let section = PlanSection::Change;
            let found = app.store().read(|reader| reader.plan_lines(id.0, section, None, after, limit.sought()))?;
            limit.try_page(found, |line| line.position.to_string(), |line| read::<PlanChangeView>(&line.line))
        })
        .await?;
    Ok(page.respond(&request))
}

/// What a plan would do to the rights of one person.
#[derive(Clone, Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("greta.simon"), "once_active": false, "gains": [{"module": "hr", "actions": ["contracts.read", "read"],
        "scope": [{"type": "all"}], "valid_from": null, "valid_to": null, "before": "no_grant", "after": "role_allow",
        "via": [{"grant_id": ids::grant("g-people-desk"), "holder_type": "role", "holder_id": ids::role("people-desk"),
            "priority": 30, "through": [ids::role("people-desk")]}]}], "losses": []
}))]
pub struct PlanEffectView {
    /// The account; null for one that the plan would make.
    #[schema(required = true)]
    user_id: Option<Uuid>,
    /// Not at once, since the account is invited or blocked, but as soon as it is active. One that would be blocked can
    /// stand here twice: for what it loses at once, and for what it gains then.
    once_active: bool,
    /// What it would gain.
    #[schema(max_items = 10000)]
    gains: Vec<RightChangeView>,
    /// What it would lose.
    #[schema(max_items = 10000)]
    losses: Vec<RightChangeView>,
}

/// Lists the people whose rights a plan would change, each with what they gain and lose, and why. Days that are past do
/// not count.
#[utoipa::path(get, path = "/api/v1/plans/{id}/effects", tag = "plans", operation_id = "listPlanEffects",
    params(("id" = Uuid, Path, description = "The plan's id"),
        ("user_id" = Option<Uuid>, Query, description = "Of this account alone"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<i64>, Query, minimum = 0, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<PlanEffectView>)))]
pub async fn effects(app: web::Data<App>, caller: Caller, id: Id, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let user = params.uuid("user_id").map(UserId);
    let after = params.number("cursor", 0, POSITION_MAX).unwrap_or(-1);
    params.done()?;
    let page = app
        .run(move |app| {
            load(app, &caller, id.0)?;
            app.store().read(|reader| {
                let found = reader.plan_lines(id.0, PlanSection::Person, user, after, limit.sought())?;
                let numbers = found.iter().filter_map(|line| line.line.parse::<i64>().ok());
                let numbers: Vec<i64> = numbers.collect::<std::collections::BTreeSet<_>>().into_iter().collect();
                let mut groups = BTreeMap::new();
                for line in reader.plan_lines_at(id.0, PlanSection::Right, &numbers)? {
                    groups.insert(line.position.to_string(), read::<GroupLine>(&line.line)?);
                }
                Ok::<_, Refusal>(limit.page(
                    found,
                    |line| line.position.to_string(),
                    |line| {
                        let group = groups.get(&line.line).cloned().unwrap_or_default();
                        PlanEffectView {
                            user_id: line.user_id.map(|id| id.0),
                            once_active: group.once_active,
                            gains: group.gains,
                            losses: group.losses,
                        }
                    },
                ))
            })
        })
        .await?;
    Ok(page.respond(&request))
}

fn read<T: serde::de::DeserializeOwned>(line: &str) -> Result<T, Refusal> {
    serde_json::from_str(line).map_err(|_| Refusal::internal("a line of a plan can't be read"))
}
