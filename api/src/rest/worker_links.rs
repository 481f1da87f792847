//! The link of a folder to an account (W-03 to W-06, W-08).

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::id::{Kind, UserId, WorkerId};
use domain::role::Membership;
use domain::rule::Warning;
use domain::text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::references::{self, one};
use crate::commands::workers;
use crate::demo::ids;
use crate::http::body::Fields;
use crate::http::etag::MayMatch;
use crate::http::params::Params;
use crate::http::planning::{self, MayPlan};
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer};
use crate::rest::workers::WorkerView;
use crate::rights::HrAccountLink;

/// The account to link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": ids::user("adam.prochazka")}))]
pub struct LinkRequest {
    /// The account.
    user_id: Option<Uuid>,
    /// The same by your own id or the login.
    #[schema(min_length = 1, max_length = 100)]
    pub user_external_id: Option<String>,
    /// Why, for the folder's ledger; give no personal details.
    #[schema(min_length = 1, max_length = 200)]
    reason: Option<String>,
}

/// Links the folder to a free account of the same last name (W-03, W-04); a folder that was linked before, to one of the same
/// first name as well (W-06). Needs
/// `hr:account.link` on the worker.
#[utoipa::path(put, path = "/api/v1/workers/{id}/account", tag = "workers", operation_id = "linkWorkerAccount",
    params(("id" = Uuid, Path, description = "The worker's id")), request_body = LinkRequest,
    responses((status = 200, description = "Linked", body = WorkerView)))]
pub async fn link(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    expected: MayMatch,
    body: Fields<LinkRequest>,
) -> Answer {
    crud::act(app, caller, None, move |work| {
        let allowed = work.authority.allow_worker::<HrAccountLink>(WorkerId(id.0))?;
        references::with(work, body.0, &[one("user", Kind::User)], |work, said: LinkRequest| {
            let user = references::required(said.user_id, "user_id")?;
            workers::link(work, &allowed, &expected.0, UserId(user), said.reason)
        })
    })
    .await
}

/// What an unlinking ended.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "ended_memberships": 1, "ended": [{"role_id": ids::role("workshop"), "contract_id": ids::contract("c-119"),
    "valid_from": "2019-01-01", "valid_to": null}], "warnings": [{"code": "unlink_not_recommended",
    "detail": "from now on an administrator looks after the account by hand"}]
}))]
pub struct UnlinkedView {
    /// How many automatic memberships ended.
    ended_memberships: usize,
    /// Which they were.
    #[schema(max_items = 10000)]
    ended: Vec<EndedMembershipView>,
    /// What somebody should look at.
    #[schema(max_items = 20)]
    warnings: Vec<WarningView>,
}

/// A membership that ended with a link.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "role_id": ids::role("workshop"), "contract_id": ids::contract("c-119"), "valid_from": "2019-01-01", "valid_to": null
}))]
pub struct EndedMembershipView {
    /// The role.
    role_id: Uuid,
    /// The contract that it followed.
    #[schema(required = true)]
    contract_id: Option<Uuid>,
    /// First day.
    #[schema(required = true)]
    valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    valid_to: Option<NaiveDate>,
}

impl From<Membership> for EndedMembershipView {
    fn from(membership: Membership) -> Self {
        Self {
            role_id: membership.role_id.0,
            contract_id: membership.contract_id.map(|id| id.0),
            valid_from: membership.window.valid_from,
            valid_to: membership.window.valid_to,
        }
    }
}

/// Something that was done, but that somebody should look at.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "code": "unlink_not_recommended", "detail": "from now on an administrator looks after the account by hand"
}))]
pub struct WarningView {
    /// Stable code.
    #[schema(max_length = 100)]
    code: &'static str,
    /// One sentence.
    #[schema(max_length = 1000)]
    detail: String,
}

impl WarningView {
    /// The plain form of a warning.
    pub fn of(warning: &Warning) -> Self {
        Self { code: warning.code, detail: warning.detail.clone() }
    }
}

/// A line of text that says something.
fn line(text: &str) -> Option<String> {
    let mut faults = Vec::new();
    text::required(&mut faults, "", text, text::NAME_MAX);
    faults.is_empty().then(|| text.trim().to_owned())
}

/// Ends the link; rights that came from the folder's contracts end at once (W-08). Needs
/// `hr:account.link` on the worker.
#[utoipa::path(delete, path = "/api/v1/workers/{id}/account", tag = "workers", operation_id = "unlinkWorkerAccount",
    params(("id" = Uuid, Path, description = "The worker's id"),
        ("reason" = Option<String>, Query, description = "Why, for the folder's ledger; give no personal details")),
    responses((status = 200, description = "What ended", body = UnlinkedView)))]
pub async fn unlink(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id, expected: MayMatch) -> Answer {
    let mut params = Params::parse(request.query_string());
    let reason = params.parsed("reason", "a line of 1 to 200 characters", line);
    params.flag(planning::PARAMETER);
    params.done()?;
    app.run(move |app| {
        app.answer(
            &caller.authority,
            None,
            |work| {
                let allowed = work.authority.allow_worker::<HrAccountLink>(WorkerId(id.0))?;
                workers::unlink(work, &allowed, &expected.0, reason)
            },
            |work, ended| {
                let warnings = work.warnings.iter().map(WarningView::of).collect();
                Ok(Reply::ok().json(UnlinkedView {
                    ended_memberships: ended.len(),
                    ended: ended.into_iter().map(EndedMembershipView::from).collect(),
                    warnings,
                }))
            },
        )
    })
    .await
}
