//! The account of a worker: who may be linked, what was linked, and a new account (W-05 to W-07).

use actix_web::http::header;
use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::{Kind, UserId, WorkerId};
use domain::name;
use domain::user::{Capability, User, capable};
use domain::worker::{AccountLink, AccountStart, Worker};
use persistence::{Filter, Stored, Value};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::invitations::Invitation;
use crate::commands::references::{self, many};
use crate::commands::worker_accounts::{self, AccountStartName, NewAccount};
use crate::demo::ids;
use crate::http::body::Fields;
use crate::http::etag::{MayMatch, tag};
use crate::http::listing::{ListRequest, ListSpec};
use crate::http::page::{Page, Visible};
use crate::http::params::NoParams;
use crate::http::planning::MayPlan;
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, Shown};
use crate::rest::users::{UserStateName, UserView};
use crate::rest::worker_links::WarningView;
use crate::rest::workers::WorkerView;
use crate::rights::{HrAccountCreate, HrAccountLink, HrRead, UserRead};

/// Most other last names that near misses are looked for under.
const NEAR: usize = 100;

/// An account that may be linked to a worker, or nearly.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("adam.prochazka"), "login": "adam.prochazka", "first_name": "Adam", "last_name": "Prochazka",
    "state": "active", "free": true, "reasons": []
}))]
pub struct CandidateView {
    /// The account.
    user_id: Uuid,
    /// The name to log in with.
    #[schema(required = true, max_length = 200)]
    login: Option<String>,
    /// First name.
    #[schema(required = true, max_length = 200)]
    first_name: Option<String>,
    /// Last name.
    #[schema(required = true, max_length = 200)]
    last_name: Option<String>,
    /// Where it stands.
    #[schema(inline)]
    state: UserStateName,
    /// Whether it may be linked.
    free: bool,
    /// Why not, else.
    #[schema(max_items = 10)]
    reasons: Vec<CandidateReason>,
}

/// Why an account may not be linked.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"code": "last_name_differs", "detail": "account and worker must carry the same last name"}))]
pub struct CandidateReason {
    /// The code that linking would be refused with.
    #[schema(max_length = 100)]
    code: &'static str,
    /// One sentence.
    #[schema(max_length = 500)]
    detail: String,
}

const LIST: ListSpec =
    ListSpec { filters: &[], sorts: &[("display_name", "shown_name_key")], search: &["shown_name_key"], expand: &[] };

/// What a list of candidates can be asked.
pub fn list_spec() -> &'static ListSpec {
    &LIST
}

/// Lists the accounts that may be linked to a worker: free ones of the same last name (W-04), and, for a folder that
/// was linked before, of the same first name (W-06). `include=excluded` adds near misses, each with its reasons, for
/// who may read users (`system:user.read`). Needs `hr:account.link` on the worker.
#[utoipa::path(get, path = "/api/v1/workers/{id}/account-candidates", tag = "workers", operation_id = "listAccountCandidates",
    params(("id" = Uuid, Path, description = "The worker's id"),
        ("include" = Option<String>, Query, description = "`excluded`: near misses as well")),
    responses((status = 200, description = "A page", body = Page<CandidateView>)))]
pub async fn candidates(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    let mut excluded = false;
    let asked = ListRequest::read(&request, &LIST, |params, _| {
        excluded = params.word("include", &["excluded"]).is_some();
    })?;
    let page = app
        .run(move |app| {
            let allowed = caller.authority.allow_worker::<HrAccountLink>(WorkerId(id.0))?;
            if excluded {
                caller.authority.allow::<UserRead>()?;
            }
            let model = app.live().model();
            let linked = {
                let model = model.clone();
                move |id| model.user(id).and_then(|user| model.worker_of(user)).map(|ix| model.worker_id(ix))
            };
            app.store().read(|reader| {
                let worker = reader.get::<Worker>(allowed.target().0)?.ok_or(Refusal::NotFound)?.value;
                let mut asked = asked;
                let visible = if excluded {
                    let near = near(&worker, reader.last_names()?);
                    asked.filters.push(Filter::AnyOf("last_name_key", near.into_iter().map(Value::Text).collect()));
                    Visible::All
                } else {
                    asked.filters.push(Filter::Equals("last_name_key", Value::Text(name::key(&worker.last_name))));
                    if worker.was_linked() {
                        let first = Value::Text(name::key(&worker.first_name));
                        asked.filters.push(Filter::Equals("first_name_key", first));
                    }
                    let linked = linked.clone();
                    let free = move |id| {
                        let Some(user) = model.user(UserId(id)) else { return false };
                        let (kind, state) = model.user_state(user);
                        capable(kind, state, Capability::LinkToWorker) && linked(UserId(id)).is_none()
                    };
                    Visible::Check { column: "id", may: Box::new(free) }
                };
                let page = asked.page::<User>(reader, &visible)?;
                Ok::<_, Refusal>(Page::of(page, |stored| candidate(&worker, &stored, linked(stored.value.id))))
            })
        })
        .await?;
    Ok(page.respond(&request))
}

/// The last names that are the worker's, or it mistyped.
fn near(worker: &Worker, names: Vec<String>) -> Vec<String> {
    let own = name::key(&worker.last_name);
    let mut found: Vec<(usize, String)> =
        names.into_iter().filter_map(|name| Some((name::mistyped(&own, &name)?, name))).collect();
    found.sort_unstable();
    found.truncate(NEAR);
    found.push((0, own));
    found.into_iter().map(|(_, name)| name).collect()
}

fn candidate(worker: &Worker, stored: &Stored<User>, linked: Option<WorkerId>) -> CandidateView {
    let user = &stored.value;
    let bars = worker.bars_to(user, linked);
    let mut reasons: Vec<_> =
        bars.into_iter().map(|bar| CandidateReason { code: bar.code.name, detail: bar.detail }).collect();
    if linked == Some(worker.id) {
        let detail = "it is linked to this worker already".to_owned();
        reasons.push(CandidateReason { code: domain::rule::code::USER_LINKED.name, detail });
    }
    CandidateView {
        user_id: user.id.0,
        login: user.login.clone(),
        first_name: user.first_name.clone(),
        last_name: user.last_name.clone(),
        state: user.state.into(),
        free: reasons.is_empty(),
        reasons,
    }
}

/// A link in a folder's ledger.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("simon.braun"), "from": "2026-01-05T08:00:00Z", "to": null, "by": null, "ended_by": null,
    "reason": null, "ended_reason": null
}))]
pub struct AccountLinkView {
    /// The account.
    user_id: Uuid,
    /// Since when (UTC); null for a link from before there were ledgers.
    #[schema(required = true)]
    from: Option<DateTime<Utc>>,
    /// Until when (UTC); null while it lasts.
    #[schema(required = true)]
    to: Option<DateTime<Utc>>,
    /// Who made it; null for the service itself and the local operator.
    #[schema(required = true)]
    by: Option<Uuid>,
    /// Who ended it.
    #[schema(required = true)]
    ended_by: Option<Uuid>,
    /// Why it was made.
    #[schema(required = true, max_length = 200)]
    reason: Option<String>,
    /// Why it ended.
    #[schema(required = true, max_length = 200)]
    ended_reason: Option<String>,
}

impl From<AccountLink> for AccountLinkView {
    fn from(link: AccountLink) -> Self {
        let AccountLink { user_id, from, to, by, ended_by, reason, ended_reason } = link;
        Self {
            user_id: user_id.0,
            from,
            to,
            by: by.map(|id| id.0),
            ended_by: ended_by.map(|id| id.0),
            reason,
            ended_reason,
        }
    }
}

/// All links that a folder ever had.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"items": [{
    "user_id": ids::user("simon.braun"), "from": "2026-01-05T08:00:00Z", "to": null, "by": null, "ended_by": null,
    "reason": null, "ended_reason": null
}]}))]
pub struct LedgerView {
    /// The links, the oldest first.
    #[schema(max_items = 10000)]
    items: Vec<AccountLinkView>,
}

/// Reads the ledger of a folder's links (W-06). Needs `hr:read` on the worker.
#[utoipa::path(get, path = "/api/v1/workers/{id}/account-links", tag = "workers", operation_id = "getAccountLinks",
    params(("id" = Uuid, Path, description = "The worker's id")),
    responses((status = 200, description = "The ledger", body = LedgerView)))]
pub async fn ledger(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let allowed = caller.authority.allow_worker::<HrRead>(WorkerId(id.0))?;
        let found = app.store().read(|reader| reader.get::<Worker>(allowed.target().0))?.ok_or(Refusal::NotFound)?;
        let items = found.value.links.into_iter().map(AccountLinkView::from).collect();
        Ok(Reply::ok().json(LedgerView { items }))
    })
    .await
}

/// A new account for a worker. The names are the folder's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"login": "walter.kunz", "email": "walter.kunz@demo.example", "start": "blocked"}))]
pub struct NewAccountRequest {
    /// The name to log in with.
    #[schema(min_length = 1, max_length = 200)]
    login: String,
    /// E-mail address; the folder's when absent.
    #[schema(min_length = 3, max_length = 254)]
    email: Option<String>,
    /// Your own id for the account.
    #[schema(min_length = 1, max_length = 100)]
    external_id: Option<String>,
    /// Roles to be a member of from the start, each by the right to assign it.
    #[schema(max_items = 100)]
    #[serde(default)]
    role_ids: Vec<Uuid>,
    /// The same by your own ids or the codes.
    #[schema(max_items = 100)]
    pub role_external_ids: Option<Vec<String>>,
    /// How the account starts; as the setting `worker_account_start` says when absent.
    #[schema(inline)]
    start: Option<AccountStartName>,
}

impl From<NewAccountRequest> for NewAccount {
    fn from(said: NewAccountRequest) -> Self {
        let NewAccountRequest { login, email, external_id, role_ids, role_external_ids: _, start } = said;
        Self { login, email, external_id, role_ids, start: start.map(AccountStart::from) }
    }
}

/// A new account, linked to its worker.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user": {"id": "019c2a4e-7d30-7a4f-b8c7-cf95cf65b0f3", "external_id": null, "kind": "person", "state": "blocked",
        "login": "walter.kunz", "first_name": "Walter", "last_name": "Kunz", "display_name": "Walter Kunz",
        "email": "walter.kunz@demo.example", "phone": null, "language": null, "time_zone": null, "managed_in": [], "marks": [],
        "block_causes": [{"cause": "awaiting_release", "by": ids::user("boris.lang"), "at": "2026-03-01T09:00:00Z",
            "note": null}],
        "created_at": "2026-03-01T09:00:00Z", "updated_at": "2026-03-01T09:00:00Z", "revision": 18},
    "worker": {"id": ids::worker("w-123"), "external_id": "w-123", "kind": "employee", "personal_number": "123",
        "first_name": "Walter", "last_name": "Kunz", "birth_date": "1982-05-14", "email": null, "phone": null,
        "state": "active", "user_id": "019c2a4e-7d30-7a4f-b8c7-cf95cf65b0f3", "retain_until": null,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-03-01T09:00:00Z", "revision": 18},
    "invitation_link": null, "mailed": false, "expires_at": null, "warnings": []
}))]
pub struct NewAccountView {
    /// The account.
    user: UserView,
    /// The worker.
    worker: WorkerView,
    /// One-time link to accept the invitation with, shown once; null where it was mailed, where the account starts
    /// blocked, and when the answer is repeated for an idempotency key.
    #[schema(required = true, max_length = 2000)]
    invitation_link: Option<String>,
    /// Whether the link is on its way to the account's e-mail address.
    mailed: bool,
    /// Until when the link is good (UTC).
    #[schema(required = true)]
    expires_at: Option<DateTime<Utc>>,
    /// What somebody should look at: `no_roles`.
    #[schema(max_items = 20)]
    warnings: Vec<WarningView>,
}

/// Makes an account for a worker, of the folder's names, and links it (W-07). It starts invited, with a one-time link,
/// or blocked until it is released. Needs `hr:account.create` on the worker, and the right to assign each role.
#[utoipa::path(post, path = "/api/v1/workers/{id}/account", tag = "workers", operation_id = "createWorkerAccount",
    params(("id" = Uuid, Path, description = "The worker's id")), request_body = NewAccountRequest,
    responses((status = 201, description = "Made and linked", body = NewAccountView)))]
pub async fn create(
    app: web::Data<App>,
    caller: Caller,
    id: Id,
    _plan: MayPlan,
    expected: MayMatch,
    body: Fields<NewAccountRequest>,
) -> Answer {
    app.run(move |app| {
        app.answer_and_post(
            &caller.authority,
            |work| {
                let allowed = work.authority.allow_worker::<HrAccountCreate>(WorkerId(id.0))?;
                references::with(work, body.0, &[many("role", Kind::Role)], |work, said: NewAccountRequest| {
                    worker_accounts::create(work, &allowed, &expected.0, said.into())
                })
            },
            |work, (worker, user, invitation), letters| {
                // By now the roles that follow from contracts are there as well.
                if !worker_accounts::has_roles(work, user)? {
                    work.warnings.push(worker_accounts::no_roles());
                }
                let (user, worker) = (work.get::<User>(user.0)?, work.get::<Worker>(worker.id.0)?);
                let (mut link, mut mailed, mut until) = (None, false, None);
                if let Some(Invitation { link: shown, letter, expires_at, .. }) = invitation {
                    (link, mailed, until) = (shown, letter.is_some(), Some(expires_at));
                    letters.extend(letter);
                }
                let warnings = work.warnings.iter().map(WarningView::of).collect();
                Ok(Reply::created()
                    .header(header::LOCATION, format!("/api/v1/users/{}", user.value.id))
                    .header(header::ETAG, tag(worker.revision))
                    .secret("invitation_link")
                    .json(NewAccountView {
                        user: User::view(&user),
                        worker: Worker::view(&worker),
                        invitation_link: link,
                        mailed,
                        expires_at: until,
                        warnings,
                    }))
            },
        )
    })
    .await
}
