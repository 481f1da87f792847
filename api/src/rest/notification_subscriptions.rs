//! Subscriptions of roles to notifications, and the types that there are (N-01).

use actix_web::{HttpRequest, web};
use domain::id::NotificationSubscriptionId;
use domain::notification::{NotificationSubscription, TYPES, Type};
use persistence::{Filter, Stored, Value};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::notification_subscriptions::{self, DeliveryName, NotificationSubscriptionInput};
use crate::commands::notifications::SubjectKindName;
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::{Page, Visible};
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer, Shown};
use crate::rights::{Authority, NotificationEdit, RoleRead};
use crate::{resource_handlers, view};

view! {
    /// A subscription: of what a role wants to hear.
    #[schema(example = json!({
        "id": ids::notification_subscription("n-desk-blocked"), "external_id": "n-desk-blocked",
        "role_id": ids::role("people-desk"), "type": "account_blocked", "user_id": null, "delivery": "immediate",
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 20
    }))]
    NotificationSubscriptionView {
        /// The role.
        role_id: Uuid,
        /// Of what.
        #[serde(rename = "type")]
        #[schema(max_length = 100)]
        kind: String,
        /// The one person whom it goes to instead of all members.
        user_id: Option<Uuid>,
        /// When it is delivered.
        #[schema(inline)]
        delivery: DeliveryName,
    }
}

impl Shown for NotificationSubscription {
    type View = NotificationSubscriptionView;
    const PLURAL: &'static str = "notification-subscriptions";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "role_id", kind: FilterKind::Id("role_id"), what: "Of this role" },
            FilterSpec { name: "type", kind: FilterKind::Text("notification_type"), what: "To this type" },
            FilterSpec { name: "user_id", kind: FilterKind::Id("user_id"), what: "That name this person" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
        ],
        sorts: &[("type", "notification_type"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &[],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> NotificationSubscriptionView {
        let subscription = &stored.value;
        NotificationSubscriptionView {
            id: subscription.id.0,
            external_id: subscription.external_id.clone(),
            role_id: subscription.role_id.0,
            kind: subscription.kind.clone(),
            user_id: subscription.user_id.map(|id| id.0),
            delivery: subscription.delivery.into(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        authority.allow::<RoleRead>()?;
        Ok(Visible::All)
    }

    fn readable(_: &App, authority: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        authority.allow::<RoleRead>().map(|_| ())
    }
}

resource_handlers! {
    NotificationSubscription, NotificationSubscriptionInput, NotificationSubscriptionView, "notifications",
    "notification-subscriptions",
    list: "Lists of what roles want to hear. Needs `system:role.read`." "listNotificationSubscriptions",
    get: "Reads a subscription. Needs `system:role.read`." "getNotificationSubscription",
    create: "Lets a role hear of something. Needs `system:notification.edit`." "createNotificationSubscription",
    update: "Changes when a subscription is delivered. Needs `system:notification.edit`." "updateNotificationSubscription",
    upsert: "Creates or updates a subscription by your own id. Needs `system:notification.edit`." "upsertNotificationSubscription",
    remove: "Removes a subscription; what it delivered stays. Needs `system:notification.edit`." "deleteNotificationSubscription"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<NotificationEdit>()?;
            notification_subscriptions::remove(work, &allowed, NotificationSubscriptionId(id), expected)
        },
}

/// Lists of what a role wants to hear: the same rows as `/notification-subscriptions`. Needs `system:role.read`.
#[utoipa::path(get, path = "/api/v1/roles/{id}/notifications", tag = "roles", operation_id = "listRoleNotifications",
    params(("id" = Uuid, Path, description = "The role's id")),
    responses((status = 200, description = "A page", body = Page<NotificationSubscriptionView>)))]
pub async fn of_role(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    let of_role = vec![Filter::Equals("role_id", Value::Uuid(id.0))];
    crud::list_where::<NotificationSubscription>(app, caller, request, of_role).await
}

/// A type of notification.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "account_invited", "sentence": "{} was invited.", "subject_kind": "user", "delivery": "immediate"
}))]
pub struct NotificationTypeView {
    /// Its name in subscriptions.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    kind: &'static str,
    /// What it says; `{}` stands for what it is about.
    #[schema(max_length = 300)]
    sentence: &'static str,
    /// What it is about.
    #[schema(inline)]
    subject_kind: SubjectKindName,
    /// How it is delivered unless a subscription says otherwise.
    #[schema(inline)]
    delivery: DeliveryName,
}

impl From<&Type> for NotificationTypeView {
    fn from(kind: &Type) -> Self {
        let &Type { code, sentence, subject, delivery } = kind;
        Self { kind: code, sentence, subject_kind: subject.into(), delivery: delivery.into() }
    }
}

/// Lists the types of notifications that Remit raises, in one page. Customers' modules have their own.
#[utoipa::path(get, path = "/api/v1/notification-types", tag = "notifications", operation_id = "listNotificationTypes",
    responses((status = 200, description = "Every type", body = Page<NotificationTypeView>)))]
pub async fn types(_caller: Caller, _none: NoParams) -> Answer {
    let items: Vec<NotificationTypeView> = TYPES.iter().map(NotificationTypeView::from).collect();
    Ok(Reply::ok().json(Page { items, next_cursor: None, total: None }))
}
