//! Subscriptions of roles to notifications (N-01).

use domain::id::{Kind, NotificationSubscriptionId, RoleId, UserId};
use domain::notification::{Delivery, NotificationSubscription, built_in};
use domain::role::Role;
use domain::rule::{Violation, code, verdict};
use domain::user::{Capability, User, capable};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::notifications::check_type;
use crate::commands::references::{Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, NotificationEdit};

/// What a caller says about a subscription.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "n-desk-released", "role_external_id": "people-desk", "type": "account_awaiting_release",
    "delivery": "daily"
}))]
pub struct NotificationSubscriptionInput {
    /// Your own id for it, unique among subscriptions.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// The role; needed, by this or your own id. Can't change later.
    pub role_id: Option<Uuid>,
    /// The role by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub role_external_id: Option<String>,
    /// Of what: one of `/api/v1/notification-types`, or the code of a module, a dot and a name. Can't change later.
    #[serde(rename = "type")]
    #[schema(min_length = 1, max_length = 100)]
    pub kind: String,
    /// The one person whom it goes to instead of all members. Can't change later.
    pub user_id: Option<Uuid>,
    /// That person by your own id or the login.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub user_external_id: Option<String>,
    /// When it is delivered; as usual for the type when absent, and at once for those of modules.
    #[schema(inline)]
    pub delivery: Option<DeliveryName>,
}

mirrored! {
    /// When a notification is delivered (N-01).
    DeliveryName is Delivery { Immediate = "immediate", Daily = "daily" }
}

impl Resource for NotificationSubscription {
    type Input = NotificationSubscriptionInput;
    const REFERENCES: &'static [Reference] = &[one("role", Kind::Role), one("user", Kind::User)];

    fn input(&self) -> NotificationSubscriptionInput {
        NotificationSubscriptionInput {
            external_id: self.external_id.clone(),
            role_id: Some(self.role_id.0),
            role_external_id: None,
            kind: self.kind.clone(),
            user_id: self.user_id.map(|id| id.0),
            user_external_id: None,
            delivery: Some(self.delivery.into()),
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Self>>) -> Result<(), Refusal> {
        work.authority.allow::<NotificationEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<Self>>,
        input: NotificationSubscriptionInput,
    ) -> Result<Self, Refusal> {
        let Some(role_id) = input.role_id else {
            return Err(Violation::new(code::REQUIRED, "is missing").at("/role_id").into());
        };
        let old = before.map(|before| &before.value);
        let usual = built_in(&input.kind).map_or(Delivery::Immediate, |kind| kind.delivery);
        let subscription = NotificationSubscription {
            id: old.map_or_else(
                || NotificationSubscriptionId(work.new_id::<Self>(input.external_id.as_deref())),
                |old| old.id,
            ),
            external_id: input.external_id,
            role_id: RoleId(role_id),
            kind: input.kind,
            user_id: input.user_id.map(UserId),
            delivery: input.delivery.map_or(usual, Delivery::from),
        };
        let mut out = subscription.check(old);
        if before.is_none() {
            check_new(work, &subscription, &mut out)?;
        }
        save::check_external_id::<Self>(work, subscription.id.0, subscription.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        save::put(work, before, &subscription)?;
        Ok(subscription)
    }

    /// A row without an own id means the role's subscription to the same for the same person.
    fn twin(work: &mut Work<'_, '_>, input: &NotificationSubscriptionInput) -> Result<Option<Stored<Self>>, Refusal> {
        let (None, Some(role)) = (&input.external_id, input.role_id) else { return Ok(None) };
        let found = work.tx.find::<Self>(&Key::SubscriptionsOf(RoleId(role)))?;
        Ok(found.into_iter().find(|one| one.value.kind == input.kind && one.value.user_id == input.user_id.map(UserId)))
    }
}

/// What must hold of a new one: its role is there, its type known, its person one who can be sent a message
/// (U-10), and it is the only one of its sort.
fn check_new(work: &mut Work<'_, '_>, new: &NotificationSubscription, out: &mut Vec<Violation>) -> Result<(), Refusal> {
    check_type(work, &new.kind, false, out)?;
    work.referred::<Role>(Some(new.role_id.0), "/role_id", out)?;
    if let Some(user) = work.referred::<User>(new.user_id.map(|id| id.0), "/user_id", out)?
        && !capable(user.value.kind, user.value.state, Capability::BeMessaged)
    {
        let (kind, state) = (user.value.kind, user.value.state);
        let detail = format!("an account of kind {kind} in state {state} can't be sent a message");
        out.push(Violation::new(code::CAPABILITY_MISSING, detail).at("/user_id"));
    }
    let others = work.tx.find::<NotificationSubscription>(&Key::SubscriptionsOf(new.role_id))?;
    if others.iter().any(|other| new.is_twin_of(&other.value)) {
        out.push(Violation::new(code::SUBSCRIPTION_EXISTS, "the role has this subscription").at("/type"));
    }
    Ok(())
}

/// Removes a subscription.
///
/// # Errors
/// It does not exist, or is stale.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<NotificationEdit>,
    id: NotificationSubscriptionId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let found = work.get::<NotificationSubscription>(id.0)?;
    expected.check(found.revision)?;
    work.tx.remove::<NotificationSubscription>(id.0)?;
    Ok(())
}
