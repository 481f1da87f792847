//! All that is kept about a person, as one document (U-16).

use actix_web::web;
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::TargetIx;
use domain::area::{Area, Notice};
use domain::grant::{Grant, Holder, Object};
use domain::id::{ApiTokenId, Kind, UserId};
use domain::organisation::Contract;
use domain::qualification::Qualification;
use domain::role::{Member, Membership, Role};
use domain::token::ApiToken;
use domain::user::User;
use domain::wage::WageOffer;
use domain::worker::Worker;
use persistence::{
    AuditQuery, Filter, Key, ListQuery, LogInAttemptQuery, Notification, NotificationQuery, Order, Reader, Sort,
    Stored, Table, Value,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::activity;
use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::notifications::SubjectKindName;
use crate::demo::ids;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::api_tokens::{self, ApiTokenView};
use crate::rest::audit::AuditView;
use crate::rest::contracts::ContractView;
use crate::rest::crud::{Answer, Shown};
use crate::rest::grants::GrantView;
use crate::rest::log_in_attempts::LogInAttemptView;
use crate::rest::memberships::MembershipView;
use crate::rest::notes::NoteView;
use crate::rest::notices::{self, NoticeView};
use crate::rest::qualifications::QualificationView;
use crate::rest::sessions::SessionView;
use crate::rest::users::UserView;
use crate::rest::wage_offers::WageOfferView;
use crate::rest::workers::WorkerView;
use crate::rights::{Authority, UserPersonalData};

/// Most entries of a list whose length other people or programs make.
const MOST: i64 = 1_000;

/// All that is kept about a person.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "made_at": "2026-03-01T09:00:00Z",
    "user": {"id": ids::user("anna.keller"), "external_id": "anna.keller", "kind": "person", "state": "active",
        "login": "anna.keller", "first_name": "Anna", "last_name": "Keller", "display_name": "Anna Keller",
        "email": "anna.keller@demo.example", "phone": null, "language": null, "time_zone": null, "managed_in": [], "marks": [],
        "block_causes": [], "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 5},
    "password_set_at": "2026-01-05T08:00:00Z", "worker": null, "contracts": [], "memberships": [], "grants": [], "wage_offers": [],
    "qualifications": [], "assigned_object_ids": [], "managed_role_ids": [], "owned_area_ids": [], "notices": [], "notes": [],
    "activity": null,
    "notifications": [], "sessions": [], "api_tokens": [], "identities": [], "links": [], "log_in_attempts": [], "requests": [],
    "operations": [], "history": [], "revisions_made": 0, "left_out": [], "cut_short": []
}))]
pub struct PersonalDataView {
    /// When this was put together (UTC).
    made_at: DateTime<Utc>,
    /// The account.
    user: UserView,
    /// When the password was set (UTC). It is kept as a hash alone.
    #[schema(required = true)]
    password_set_at: Option<DateTime<Utc>>,
    /// The linked personal folder.
    #[schema(required = true, nullable = true)]
    worker: Option<WorkerView>,
    /// The contracts in the folder.
    #[schema(max_items = 10000)]
    contracts: Vec<ContractView>,
    /// Roles that the account is a member of.
    #[schema(max_items = 100000)]
    memberships: Vec<MembershipView>,
    /// Personal grants.
    #[schema(max_items = 100000)]
    grants: Vec<GrantView>,
    /// Wage types that are offered in person.
    #[schema(max_items = 100000)]
    wage_offers: Vec<WageOfferView>,
    /// Qualifications.
    #[schema(max_items = 100000)]
    qualifications: Vec<QualificationView>,
    /// Objects assigned to the account.
    #[schema(max_items = 1000000)]
    assigned_object_ids: Vec<Uuid>,
    /// Roles that the account manages.
    #[schema(max_items = 100000)]
    managed_role_ids: Vec<Uuid>,
    /// Notices on objects that the account sent, the newest first.
    #[schema(max_items = 1000)]
    notices: Vec<NoticeView>,
    /// Areas that the account owns.
    #[schema(max_items = 100000)]
    owned_area_ids: Vec<Uuid>,
    /// The private notes; of the caller alone.
    #[schema(max_items = 1000)]
    notes: Vec<NoteView>,
    /// The last real action and the last sign of life; of the caller alone.
    #[schema(required = true, nullable = true)]
    activity: Option<InstantsView>,
    /// What came into the inbox, or is to come, the newest first.
    #[schema(max_items = 1000)]
    notifications: Vec<InboxEntryView>,
    /// Sessions that live.
    #[schema(max_items = 1000)]
    sessions: Vec<SessionView>,
    /// API tokens.
    #[schema(max_items = 100000)]
    api_tokens: Vec<ApiTokenView>,
    /// Identity providers that the account is bound to.
    #[schema(max_items = 100)]
    identities: Vec<BoundIdentityView>,
    /// One-time links that were sent or handed over, and not used.
    #[schema(max_items = 100)]
    links: Vec<LinkView>,
    /// Attempts to log in, the newest first.
    #[schema(max_items = 1000)]
    log_in_attempts: Vec<LogInAttemptView>,
    /// Requests that are remembered by their idempotency key, the newest first.
    #[schema(max_items = 1000)]
    requests: Vec<RememberedRequestView>,
    /// Imports and other long work that the account started, the newest first.
    #[schema(max_items = 1000)]
    operations: Vec<StartedOperationView>,
    /// What the change log says of the account, the newest first.
    #[schema(max_items = 1000)]
    history: Vec<AuditView>,
    /// How many revisions the account made.
    #[schema(minimum = 0)]
    revisions_made: i64,
    /// Parts that the caller may not see: `worker`, `contracts`, `notes`, `activity`.
    #[schema(max_items = 4)]
    left_out: Vec<&'static str>,
    /// Lists of which only the newest thousand are shown.
    #[schema(max_items = 10)]
    cut_short: Vec<&'static str>,
}

/// What is kept of the activity of an account (U-20).
#[derive(Serialize, ToSchema)]
pub struct InstantsView {
    /// The last real action (UTC).
    #[schema(required = true)]
    last_action_at: Option<DateTime<Utc>>,
    /// The last sign of life (UTC).
    #[schema(required = true)]
    last_sign_at: Option<DateTime<Utc>>,
}

/// A notification that is kept.
#[derive(Serialize, ToSchema)]
pub struct InboxEntryView {
    /// The notification's id.
    id: Uuid,
    /// Its type.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    kind: String,
    /// What it is about.
    #[schema(inline)]
    subject_kind: SubjectKindName,
    /// Which one.
    subject_id: Uuid,
    /// When it came into the inbox, or comes (UTC).
    delivered_at: DateTime<Utc>,
    /// When it was read (UTC).
    #[schema(required = true)]
    read_at: Option<DateTime<Utc>>,
}

impl From<Notification> for InboxEntryView {
    fn from(one: Notification) -> Self {
        let Notification { id, kind, subject_kind, subject_id, due_at, read_at, .. } = one;
        Self { id, kind, subject_kind: subject_kind.into(), subject_id, delivered_at: due_at, read_at }
    }
}

/// A binding to an identity provider.
#[derive(Serialize, ToSchema)]
pub struct BoundIdentityView {
    /// The provider.
    #[schema(max_length = 500)]
    issuer: String,
    /// Since when (UTC).
    bound_at: DateTime<Utc>,
}

/// A one-time link.
#[derive(Serialize, ToSchema)]
pub struct LinkView {
    /// What it is for: `password`, `invitation`.
    #[schema(max_length = 50)]
    purpose: String,
    /// When it was made (UTC).
    created_at: DateTime<Utc>,
    /// Until when it is good (UTC).
    expires_at: DateTime<Utc>,
}

/// A request that is remembered for a day.
#[derive(Serialize, ToSchema)]
pub struct RememberedRequestView {
    /// Its idempotency key.
    #[schema(max_length = 255)]
    key: String,
    /// When it was made (UTC).
    at: DateTime<Utc>,
}

/// Long work that was started.
#[derive(Serialize, ToSchema)]
pub struct StartedOperationView {
    /// The operation's id.
    id: Uuid,
    /// What it is.
    #[schema(max_length = 50)]
    kind: String,
    /// When it was started (UTC).
    created_at: DateTime<Utc>,
}

/// Gives the caller all that is kept about them, as one document. A token with scopes gets a 404.
#[utoipa::path(get, path = "/api/v1/me/personal-data", tag = "me", operation_id = "getMyPersonalData",
    responses((status = 200, description = "The document", body = PersonalDataView)))]
pub async fn mine(app: web::Data<App>, caller: Caller, _none: NoParams) -> Answer {
    app.run(move |app| {
        if caller.authority.is_limited() {
            return Err(Refusal::NotFound);
        }
        let user = caller.user_id();
        let document = app.store().read(|reader| collect(app, reader, &caller.authority, user))?;
        Ok(Reply::ok().json(document))
    })
    .await
}

/// Gives all that is kept about a user, as one document, but for their notes and the instants of their activity;
/// their folder and contracts as far as the caller may read them (`hr`). Needs `system:user.personal_data`.
#[utoipa::path(get, path = "/api/v1/users/{id}/personal-data", tag = "users", operation_id = "getUserPersonalData",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "The document", body = PersonalDataView)))]
pub async fn of_user(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        caller.authority.allow::<UserPersonalData>()?;
        let document = app.store().read(|reader| collect(app, reader, &caller.authority, UserId(id.0)))?;
        Ok(Reply::ok().json(document))
    })
    .await
}

/// Puts the document together. Who asks for their own sees all of it, though not by a token with scopes.
fn collect(app: &App, reader: &mut Reader<'_>, authority: &Authority, id: UserId) -> Result<PersonalDataView, Refusal> {
    let user = reader.get::<User>(id.0)?.ok_or(Refusal::NotFound)?;
    let own = authority.user_id() == Some(id) && !authority.is_limited();
    let mut parts = Parts { reader, id, own, left_out: Vec::new(), cut_short: Vec::new() };
    let (worker, contracts) = parts.folder(app, authority)?;
    let activity = match own {
        true => {
            let instants = activity::instants(app, parts.reader, id)?;
            Some(InstantsView { last_action_at: instants.action, last_sign_at: instants.sign })
        }
        false => {
            parts.left_out.extend(["notes", "activity"]);
            None
        }
    };
    let notes = if own { parts.reader.notes_of(id, None, MOST)? } else { vec![] };
    let tokens = parts.reader.find::<ApiToken>(&Key::TokensOf(id))?;
    let token_ids: Vec<ApiTokenId> = tokens.iter().map(|token| token.value.id).collect();
    let uses = parts.reader.token_uses(&token_ids)?;
    let kept = parts.reader.kept(id, MOST + 1)?;
    let now = app.clock().now();
    let sessions = parts.reader.live_sessions_of(id, now, None, MOST + 1)?;
    let attempts = LogInAttemptQuery { user_id: Some(id), limit: MOST + 1, ..LogInAttemptQuery::default() };
    let attempts = parts.reader.log_in_attempts(&attempts)?;
    let inbox = NotificationQuery { limit: MOST + 1, ..NotificationQuery::default() };
    let inbox = parts.reader.notifications(id, now + TimeDelta::days(2), &inbox)?;
    let operations = parts.reader.operations(Some(id), None, &[], None, MOST + 1)?;
    let history = parts.reader.audit(&AuditQuery {
        kind: Some(Kind::User),
        entity_id: Some(id.0),
        order: Order::NewestFirst,
        limit: MOST + 1,
        ..AuditQuery::default()
    })?;
    let sent = parts.reader.list::<Notice>(&ListQuery {
        filters: vec![Filter::Equals("author_id", Value::Uuid(id.0))],
        sort: vec![Sort { column: "created_at", descending: true }],
        limit: MOST + 1,
        ..ListQuery::default()
    })?;
    let roles = parts.reader.find::<Role>(&Key::All(Kind::Role))?;
    let managed = roles.into_iter().filter(|role| role.value.manager_ids.contains(&id)).map(|role| role.value.id.0);
    Ok(PersonalDataView {
        made_at: now,
        user: User::view(&user),
        password_set_at: kept.password_set_at,
        worker,
        contracts,
        memberships: parts.all(&Key::MembershipsOf(Member::User(id)), Membership::view)?,
        grants: parts.all(&Key::GrantsOf(Holder::User(id)), Grant::view)?,
        wage_offers: parts.all(&Key::WageOffersOf(Holder::User(id)), WageOffer::view)?,
        qualifications: parts.all(&Key::QualificationsOf(id), Qualification::view)?,
        assigned_object_ids: parts.all(&Key::AssignedTo(id), |object: &Stored<Object>| object.value.id.0)?,
        managed_role_ids: managed.collect(),
        notices: parts.newest("notices", sent, |notice| notices::view(&notice)),
        owned_area_ids: parts.all(&Key::AreasOwnedBy(id), |area: &Stored<Area>| area.value.id.0)?,
        notes: notes.into_iter().map(NoteView::from).collect(),
        activity,
        notifications: parts.newest("notifications", inbox, InboxEntryView::from),
        sessions: parts.newest("sessions", sessions, |session| SessionView::of(session, None)),
        api_tokens: tokens.iter().map(|token| api_tokens::view(token, &uses)).collect(),
        identities: kept
            .identities
            .into_iter()
            .map(|(issuer, bound_at)| BoundIdentityView { issuer, bound_at })
            .collect(),
        links: kept
            .links
            .into_iter()
            .map(|(purpose, created_at, expires_at)| LinkView { purpose, created_at, expires_at })
            .collect(),
        log_in_attempts: parts.newest("log_in_attempts", attempts, LogInAttemptView::from),
        requests: parts.newest("requests", kept.keys, |(key, at)| RememberedRequestView { key, at }),
        operations: parts.newest("operations", operations, |operation| StartedOperationView {
            id: operation.id,
            kind: operation.kind,
            created_at: operation.created_at,
        }),
        history: parts.newest("history", history, AuditView::from),
        revisions_made: kept.revisions,
        left_out: parts.left_out,
        cut_short: parts.cut_short,
    })
}

/// A document that is being put together.
struct Parts<'p, 'c> {
    reader: &'p mut Reader<'c>,
    id: UserId,
    own: bool,
    left_out: Vec<&'static str>,
    cut_short: Vec<&'static str>,
}

impl Parts<'_, '_> {
    /// All records of a key.
    fn all<T: Table, V>(&mut self, key: &Key, view: impl Fn(&Stored<T>) -> V) -> Result<Vec<V>, Refusal> {
        Ok(self.reader.find::<T>(key)?.iter().map(view).collect())
    }

    /// The newest of a list, of which one more than is shown was asked for.
    fn newest<T, V>(&mut self, name: &'static str, mut found: Vec<T>, view: impl Fn(T) -> V) -> Vec<V> {
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        if found.len() > most {
            found.truncate(most);
            self.cut_short.push(name);
        }
        found.into_iter().map(view).collect()
    }

    /// The linked folder and its contracts: one's own (W-09), those of another by the rights in `hr`.
    fn folder(&mut self, app: &App, authority: &Authority) -> Result<(Option<WorkerView>, Vec<ContractView>), Refusal> {
        let Some(worker) = self.reader.find::<Worker>(&Key::WorkerOfUser(self.id))?.pop() else {
            return Ok((None, vec![]));
        };
        let model = app.live().model();
        let target = model.worker(worker.value.id).map(TargetIx::Worker);
        let may = |action| self.own || target.is_some_and(|target| authority.may("hr", action, target));
        let (read, contracts) = (may("read"), may("contracts.read"));
        let contracts = if contracts {
            self.all(&Key::ContractsOf(worker.value.id), Contract::view)?
        } else {
            self.left_out.push("contracts");
            vec![]
        };
        if !read {
            self.left_out.push("worker");
            return Ok((None, contracts));
        }
        Ok((Some(Worker::view(&worker)), contracts))
    }
}
