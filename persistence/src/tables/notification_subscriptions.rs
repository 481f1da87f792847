//! Subscriptions to notifications.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::notification::{Delivery, NotificationSubscription};

use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::notification_subscriptions;

impl Rows for NotificationSubscription {
    type Schema = notification_subscriptions::table;

    fn write(&self, row: &mut Row) {
        row.id(self.role_id).add(self.kind.as_str()).optional_id(self.user_id).add(self.delivery.as_str());
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(NotificationSubscription {
            id: fields.id(),
            external_id: fields.external_id(),
            role_id: fields.uuid()?,
            kind: fields.text()?,
            user_id: fields.optional_uuid()?,
            delivery: fields.named(Delivery::parse)?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::SubscriptionsOf(self.role_id));
        out.push(Key::SubscriptionsTo(self.kind.clone()));
        out.extend(self.user_id.map(Key::SubscriptionsNaming));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::SubscriptionsOf(role) => Lookup::equals("role_id", role.0),
            Key::SubscriptionsTo(kind) => Lookup::equals("notification_type", kind.as_str()),
            Key::SubscriptionsNaming(user) => Lookup::equals("user_id", user.0),
            _ => None,
        }
    }
}
