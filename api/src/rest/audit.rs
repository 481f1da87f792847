//! The change log (H-01).

use actix_web::{HttpRequest, web};
use chrono::{DateTime, Utc};
use domain::id::{Kind, UserId};
use persistence::{Actor, AuditEntry, AuditQuery, Order};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::demo::ids;
use crate::http::page::Page;
use crate::http::params::Params;
use crate::http::plain_page::Limit;
use crate::rest::crud::Answer;
use crate::rights::AuditRead;

/// One change of one record.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "revision": 16, "ordinal": 5, "at": "2026-01-05T08:00:00Z", "actor_type": "operator", "actor_id": null,
    "acting_as": null, "request_id": null, "cause": "demo", "entity": "department",
    "entity_id": ids::department("assembly"), "before": {"id": ids::department("assembly"),
    "external_id": "assembly", "code": "assembly", "name": "Assembly",
    "parent_id": ids::department("production")}, "after": {"id": ids::department("assembly"),
    "external_id": "assembly", "code": "assembly", "name": "Assembly",
    "parent_id": ids::department("production"), "linked_role_ids": [ids::role("workshop")]}
}))]
pub struct AuditView {
    /// The revision that it belongs to.
    #[schema(minimum = 1)]
    revision: i64,
    /// Its place within the revision.
    #[schema(minimum = 0)]
    ordinal: i64,
    /// When (UTC).
    at: DateTime<Utc>,
    /// `user`, `operator` (the local command line) or `service`.
    #[schema(max_length = 20)]
    actor_type: &'static str,
    /// The account that made it.
    #[schema(required = true)]
    actor_id: Option<Uuid>,
    /// In whose name, where that is another.
    #[schema(required = true)]
    acting_as: Option<Uuid>,
    /// The request that it came with.
    #[schema(required = true, max_length = 100)]
    request_id: Option<String>,
    /// The rule, run, operation or reason behind it.
    #[schema(required = true, max_length = 500)]
    cause: Option<String>,
    /// The kind of record.
    #[schema(max_length = 40)]
    entity: &'static str,
    /// The record.
    entity_id: Uuid,
    /// The record before; null when it came into being.
    #[schema(required = true, value_type = Option<Object>)]
    before: Option<serde_json::Value>,
    /// The record after; null when it was removed.
    #[schema(required = true, value_type = Option<Object>)]
    after: Option<serde_json::Value>,
}

impl From<AuditEntry> for AuditView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            revision: entry.revision,
            ordinal: entry.ordinal,
            at: entry.at,
            actor_type: match entry.actor {
                Actor::User(_) => "user",
                Actor::Operator => "operator",
                Actor::Service => "service",
            },
            actor_id: entry.actor.user_id().map(|id| id.0),
            acting_as: entry.acting_as.map(|id| id.0),
            request_id: entry.request_id,
            cause: entry.cause,
            entity: entry.kind.as_str(),
            entity_id: entry.entity_id,
            before: entry.before,
            after: entry.after,
        }
    }
}

/// The greatest revision that can be asked about: the greatest whole number that every reader of
/// JSON keeps as it is.
const REVISION_MAX: i64 = 9_007_199_254_740_991;

/// Lists the change log, the newest first. Needs `system:audit.read`.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", operation_id = "listAudit",
    params(
        ("entity" = Option<String>, Query, description = "Changes of this kind of record"),
        ("entity_id" = Option<Uuid>, Query, description = "Changes of this record"),
        ("actor_id" = Option<Uuid>, Query, description = "Changes by this account"),
        ("from" = Option<DateTime<Utc>>, Query, description = "From this instant on (RFC 3339)"),
        ("to" = Option<DateTime<Utc>>, Query, description = "Before this instant (RFC 3339)"),
        ("after_revision" = Option<i64>, Query, minimum = 0, description = "Later than this revision"),
        ("before_revision" = Option<i64>, Query, minimum = 0, description = "Earlier than this revision"),
        ("sort" = Option<String>, Query, description = "`-revision` (default) or `revision`"),
        ("limit" = Option<i32>, Query, minimum = 1, maximum = 200, description = "Items of a page; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before")),
    responses((status = 200, description = "A page", body = Page<AuditView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let limit = Limit::read(&mut params, &request);
    let order = params.word("sort", &["revision", "-revision"]);
    let cursor = params.parsed("cursor", "the next_cursor of the page before", |text| {
        let (revision, ordinal) = text.split_once('_')?;
        Some((revision.parse().ok()?, ordinal.parse().ok()?))
    });
    let query = AuditQuery {
        kind: params.parsed("entity", "a kind of record, such as user", Kind::parse),
        entity_id: params.uuid("entity_id"),
        actor_id: params.uuid("actor_id").map(UserId),
        from: params.instant("from"),
        to: params.instant("to"),
        after_revision: params.number("after_revision", 0, REVISION_MAX),
        before_revision: params.number("before_revision", 0, REVISION_MAX),
        order: if order.as_deref() == Some("revision") { Order::OldestFirst } else { Order::NewestFirst },
        after: cursor,
        limit: limit.sought(),
    };
    params.done()?;
    let page = app
        .run(move |app| {
            caller.authority.allow::<AuditRead>()?;
            let found = app.store().read(|reader| reader.audit(&query))?;
            Ok(limit.page(found, |entry| format!("{}_{}", entry.revision, entry.ordinal), AuditView::from))
        })
        .await?;
    Ok(page.respond(&request))
}
