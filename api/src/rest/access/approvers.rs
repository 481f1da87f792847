//! Who checks and who closes a worker's requests for a wage type (P-08).

use std::collections::{BTreeSet, HashMap};

use actix_web::{HttpRequest, web};
use domain::access::{Explanation, Model, Question, TargetIx, WorkerIx};
use domain::grant::Holder;
use domain::id::{UserId, WorkerId};
use domain::wage::WageType;
use domain::window::Day;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::people::{self, AccessUserView};
use super::{date_of, day_of, read_at, unknown};
use crate::app::{App, Caller, Id};
use crate::commands::{Refusal, settings};
use crate::demo::ids;
use crate::http::listing::usual_page;
use crate::http::memory_page::MemoryPage;
use crate::http::params::{Params, page_limit};
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION, Shown};
use crate::rest::wage_types::WageTypeView;
use crate::rights::AccessCheck;

/// Who checks and who closes a worker's requests for a wage type on a day.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "worker_id": ids::worker("w-119"), "user_id": ids::user("simon.braun"), "day": "2026-03-01",
    "wage_type": {"id": ids::wage_type("holiday"), "external_id": "holiday", "code": "holiday", "name": "Holiday",
        "unit": "day", "request_group": 1, "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z",
        "revision": 24},
    "checking": {"needed": false, "action": "time:request1.check", "total": 1},
    "closing": {"action": "time:request1.close", "total": 1, "own_requests": false},
    "check": [{"user": {"id": ids::user("boris.lang"), "external_id": "boris.lang", "display_name": "Boris Lang",
        "kind": "person"}, "code": "role_allow", "decided_by": [{"grant_id": ids::grant("g-timekeepers"), "via": "role",
        "role_id": ids::role("timekeepers"), "priority": 20}]}],
    "close": [{"user": {"id": ids::user("boris.lang"), "external_id": "boris.lang", "display_name": "Boris Lang",
        "kind": "person"}, "code": "role_allow", "decided_by": [{"grant_id": ids::grant("g-timekeepers"), "via": "role",
        "role_id": ids::role("timekeepers"), "priority": 20}]}],
    "next_cursor": null
}))]
pub struct ApproversAnswer {
    /// The worker.
    worker_id: Uuid,
    /// The account that the worker is linked to.
    #[schema(required = true)]
    user_id: Option<Uuid>,
    /// The day, in the organisation's time zone.
    day: chrono::NaiveDate,
    /// The wage type; its request group says which actions are asked for.
    wage_type: WageTypeView,
    /// What checking is.
    checking: CheckingView,
    /// What closing is.
    closing: ClosingView,
    /// Who may check the worker's requests, in the order of their ids.
    #[schema(max_items = 200)]
    check: Vec<ApproverView>,
    /// Who may close them, in the order of their ids.
    #[schema(max_items = 200)]
    close: Vec<ApproverView>,
    /// The cursor of the next page; null on the last one. A page holds the next users in the order of their ids, each in
    /// the lists where they belong.
    #[schema(required = true, max_length = 4000)]
    next_cursor: Option<String>,
}

/// What checking is.
#[derive(Serialize, ToSchema)]
pub struct CheckingView {
    /// Whether closing waits for it: never.
    needed: bool,
    /// The right that it is.
    #[schema(max_length = 100)]
    action: String,
    /// How many users may do it.
    #[schema(minimum = 0)]
    total: usize,
}

/// What closing is.
#[derive(Serialize, ToSchema)]
pub struct ClosingView {
    /// The right that it is.
    #[schema(max_length = 100)]
    action: String,
    /// How many users may do it.
    #[schema(minimum = 0)]
    total: usize,
    /// Whether people may close requests of their own: the setting `close_own_requests`.
    own_requests: bool,
}

/// A user who may, and why.
#[derive(Serialize, ToSchema)]
pub struct ApproverView {
    /// Who.
    user: AccessUserView,
    /// The code of the decision.
    #[schema(max_length = 50)]
    code: &'static str,
    /// The grants that decide, each with the role by which it does.
    #[schema(max_items = 100000)]
    decided_by: Vec<ApprovingGrantView>,
}

/// A grant that allows it.
#[derive(Serialize, ToSchema)]
pub struct ApprovingGrantView {
    /// The grant.
    grant_id: Uuid,
    /// `role` or `personal`.
    #[schema(max_length = 20)]
    via: &'static str,
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
}

fn approver(model: &Model, user: AccessUserView, explanation: &Explanation) -> ApproverView {
    let grants = explanation.decided_by.iter().map(|opinion| {
        let (via, role) = match opinion.holder {
            Holder::Role(role) => ("role", Some(role)),
            Holder::User(_) => ("personal", None),
        };
        let role_external_id = role.and_then(|role| model.role_external_id(role)).map(str::to_owned);
        let role_id = role.map(|role| role.0);
        ApprovingGrantView { grant_id: opinion.grant.0, via, role_id, role_external_id, priority: opinion.priority }
    });
    ApproverView { user, code: explanation.decision.code.as_str(), decided_by: grants.collect() }
}

/// One of the two actions on the requests of a group, and who may do it to the worker.
struct Deed {
    action: String,
    question: Option<Question>,
    may: BTreeSet<UserId>,
}

impl Deed {
    fn of(model: &Model, worker: WorkerIx, group: i32, verb: &str, day: Day) -> Self {
        let name = format!("request{group}.{verb}");
        let target = TargetIx::Worker(worker);
        let found = model.module("time").and_then(|module| Some((module, model.action(module, &name)?)));
        let users = found.map(|(module, action)| model.subjects(module, action, target, day)).unwrap_or_default();
        // Whom it is asked about is put in for each.
        let question = found.zip(users.first().copied()).map(|((module, action), user)| Question {
            user,
            module,
            action,
            target,
            day,
        });
        let may = users.into_iter().map(|user| model.user_id(user)).collect();
        Self { action: format!("time:{name}"), question, may }
    }

    /// Those of a page who may, and why.
    fn shown(&self, model: &Model, page: &[UserId], users: &HashMap<Uuid, AccessUserView>) -> Vec<ApproverView> {
        let may = page.iter().filter(|user| self.may.contains(user));
        let view = |user: &UserId| {
            let explanation = model.explain(&Question { user: model.user(*user)?, ..self.question? });
            // Whoever went meanwhile has no name.
            Some(approver(model, users.get(&user.0)?.clone(), &explanation))
        };
        may.filter_map(view).collect()
    }
}

/// Tells who checks and who closes a worker's requests for a wage type on a day (P-08). Closing never waits for a check,
/// and nobody closes a request of their own unless the setting `close_own_requests` allows it. Needs
/// `system:access.check`, except for one's own folder.
#[utoipa::path(get, path = "/api/v1/workers/{id}/approvers", tag = "workers", operation_id = "getWorkerApprovers",
    params(("id" = Uuid, Path, description = "The worker's id"),
        ("wage_type" = String, Query, description = "The wage type: by Remit's id, its code or your own id"),
        ("at" = Option<String>, Query, description = "A day or an instant; now when absent"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "Who may", body = ApproversAnswer)))]
pub async fn get(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    let mut params = Params::parse(request.query_string());
    let wage_type = params.needed("wage_type");
    let at = read_at(&mut params, &app);
    let page = MemoryPage::read_uncounted(&mut params, &request, usual_page(page_limit(&request)));
    params.done()?;
    let after = page.after_id()?;
    app.run(move |app| {
        let model = app.live().model();
        let worker = model.worker(WorkerId(id.0));
        let account = worker.and_then(|worker| model.account_of(worker)).map(|account| model.user_id(account));
        if account != Some(caller.user_id()) {
            caller.authority.allow::<AccessCheck>()?;
        }
        let worker = worker.ok_or(Refusal::NotFound)?;
        let named = model.find_wage_type(&wage_type);
        let named = named.ok_or_else(|| unknown("wage_type", "there is no such wage type"))?;
        let (day, group) = (day_of(app, at), model.request_group(named));
        let [check, close] = ["check", "close"].map(|verb| Deed::of(&model, worker, group, verb, day));
        let is_after = |user: &UserId| after.is_none_or(|after| user.0 > after);
        let part = page.part(check.may.union(&close.may).copied(), is_after, |_| true);
        let next_cursor = part.items.last().filter(|_| part.more).map(|last| page.cursor(vec![last.0.into()]));
        let (wage_type, users) = app.store().read(|reader| {
            let found = reader.get::<WageType>(model.wage_type_id(named).0)?.ok_or(Refusal::NotFound)?;
            Ok::<_, Refusal>((found, people::named(reader, part.items.iter().map(|user| user.0))?))
        })?;
        let answer = ApproversAnswer {
            worker_id: id.0,
            user_id: account.map(|account| account.0),
            day: date_of(day),
            wage_type: WageType::view(&wage_type),
            check: check.shown(&model, &part.items, &users),
            close: close.shown(&model, &part.items, &users),
            checking: CheckingView { needed: false, action: check.action, total: check.may.len() },
            closing: ClosingView {
                action: close.action,
                total: close.may.len(),
                own_requests: app.setting(&settings::CLOSE_OWN_REQUESTS) != 0,
            },
            next_cursor: next_cursor.transpose()?,
        };
        Ok(Reply::ok().header(REVISION, model.revision().to_string()).json(answer))
    })
    .await
}
