//! Notifications (N-01, N-02): who is told of what. They are written in the transaction of what they tell of.

mod causes;
mod own;
pub mod sight;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use domain::id::UserId;
use domain::notification::{Delivery, NotificationSubscription, Type};
use domain::user::{Capability, User, capable};
use persistence::{Key, NewNotification};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::clock::Zone;
use crate::commands::times::DAILY_NOTIFICATIONS_AT;
use crate::commands::{Refusal, Work};
pub use causes::of_changes;
pub use own::{RaiseInput, SubjectKindName, check_type, raise_own};
use sight::{Sight, Subject};

/// What a notification says besides what it is about. No names: they are looked up when it is read.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Details {
    /// What a customer's module says, who asks for help, or what a notice says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The worker whom a call for help is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worker_id: Option<Uuid>,
    /// The last day of what ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_day: Option<NaiveDate>,
    /// The object that a notice is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object_id: Option<Uuid>,
}

/// Something that subscribers are to be told of.
#[derive(Clone, Debug)]
pub struct Cause {
    /// The type.
    pub kind: String,
    /// What it is about.
    pub subject: Subject,
    /// What else is said.
    pub details: Details,
    /// The same text for the same cause: nobody is told of it twice.
    pub once: String,
    /// Who is told at once besides the subscribers, because it concerns them in person.
    pub person: Option<UserId>,
}

impl Cause {
    /// Something that happens now.
    pub fn now(kind: &Type, id: Uuid, details: Details) -> Self {
        let subject = Subject { kind: kind.subject, id };
        Self { kind: kind.code.to_owned(), subject, details, once: Uuid::now_v7().to_string(), person: None }
    }

    /// Something that is found out again and again, and told once.
    pub fn once(kind: &Type, id: Uuid, details: Details, once: String) -> Self {
        Self { once, ..Self::now(kind, id, details) }
    }

    /// The same that somebody is told of in person as well, whatever roles subscribe to.
    #[must_use]
    pub fn also_to(self, person: UserId) -> Self {
        Self { person: Some(person), ..self }
    }
}

/// Tells the subscribers of a type of something (N-01).
///
/// # Errors
/// The database fails.
pub fn raise(work: &mut Work<'_, '_>, kind: &Type, id: Uuid, details: Details) -> Result<(), Refusal> {
    raise_all(work, vec![Cause::now(kind, id, details)]).map(|_| ())
}

/// Tells the subscribers of many things; how many notifications that are. Each person is told once of each, at
/// once where any subscription says so; nobody of what they may not see, nor of what they did themselves.
///
/// # Errors
/// The database fails.
pub fn raise_all(work: &mut Work<'_, '_>, mut causes: Vec<Cause>) -> Result<usize, Refusal> {
    only_heard_of(work, &mut causes)?;
    if causes.is_empty() {
        return Ok(0);
    }
    let kinds: BTreeSet<&str> = causes.iter().map(|cause| cause.kind.as_str()).collect();
    let keys: Vec<Key> = kinds.iter().map(|kind| Key::SubscriptionsTo((*kind).to_owned())).collect();
    work.tx.preload_keys::<NotificationSubscription>(&keys)?;
    let mut told: BTreeMap<String, BTreeMap<UserId, DateTime<Utc>>> = BTreeMap::new();
    for kind in kinds {
        told.insert(kind.to_owned(), recipients(work, kind)?);
    }
    let now = work.tx.now();
    let persons: BTreeMap<UserId, DateTime<Utc>> =
        causes.iter().filter_map(|cause| cause.person).map(|person| (person, now)).collect();
    let persons = able(work, persons)?;
    let heard = |cause: &Cause| {
        told.get(&cause.kind).is_some_and(|users| !users.is_empty())
            || cause.person.is_some_and(|person| persons.contains_key(&person))
    };
    let causes: Vec<Cause> = causes.into_iter().filter(heard).collect();
    if causes.is_empty() {
        return Ok(0);
    }
    let sight = Sight::of_write(work, causes.iter().map(|cause| cause.subject))?;
    let mut new = Vec::new();
    for cause in causes {
        let data = serde_json::to_string(&cause.details).unwrap_or_else(|_| "{}".to_owned());
        let person = cause.person.and_then(|person| persons.get_key_value(&person));
        let subscribers = told.get(&cause.kind).into_iter().flatten();
        for (user, due_at) in subscribers.filter(|(user, _)| Some(**user) != cause.person).chain(person) {
            if sight.may_see(*user, cause.subject) {
                new.push(NewNotification {
                    id: Uuid::now_v7(),
                    user_id: *user,
                    kind: cause.kind.clone(),
                    subject_kind: cause.subject.kind,
                    subject_id: cause.subject.id,
                    cause: cause.once.clone(),
                    data: data.clone(),
                    due_at: *due_at,
                });
            }
        }
    }
    Ok(work.tx.add_notifications(&new)?)
}

/// Leaves out what nobody has subscribed to, which is known without asking the database.
fn only_heard_of(work: &mut Work<'_, '_>, causes: &mut Vec<Cause>) -> Result<(), Refusal> {
    let mut new: BTreeSet<String> = BTreeSet::new();
    work.tx
        .for_each_change::<NotificationSubscription>(|_, after| new.extend(after.map(|after| after.kind.clone())))?;
    work.present()?;
    let onlookers = work.app.live().onlookers();
    causes.retain(|cause| cause.person.is_some() || new.contains(&cause.kind) || onlookers.hear_of(&cause.kind));
    Ok(())
}

/// Who is told of a type, and when: those whom a subscription names, else the effective members of its role
/// today, who can be sent a message (U-10); never the one who acts.
fn recipients(work: &mut Work<'_, '_>, kind: &str) -> Result<BTreeMap<UserId, DateTime<Utc>>, Refusal> {
    let subscriptions = work.tx.find::<NotificationSubscription>(&Key::SubscriptionsTo(kind.to_owned()))?;
    let mut found: BTreeMap<UserId, DateTime<Utc>> = BTreeMap::new();
    if subscriptions.is_empty() {
        return Ok(found);
    }
    let now = work.tx.now();
    let time = DAILY_NOTIFICATIONS_AT.read(&mut work.tx.reader())?;
    let zone = work.app.zone();
    let (model, day) = (work.present()?, zone.day_number(now));
    for subscription in subscriptions {
        let subscription = subscription.value;
        let due = match subscription.delivery {
            Delivery::Immediate => now,
            Delivery::Daily => next(&zone, time, now),
        };
        let members = || {
            let role = model.role(subscription.role_id);
            let members = role.map(|role| model.role_members(role, day)).unwrap_or_default();
            members.into_iter().map(|user| model.user_id(user)).collect()
        };
        let users: Vec<UserId> = subscription.user_id.map_or_else(members, |user| vec![user]);
        for user in users {
            found.entry(user).and_modify(|known| *known = due.min(*known)).or_insert(due);
        }
    }
    able(work, found)
}

/// Those of them who can be sent a message (U-10), but for the one who acts.
fn able(
    work: &mut Work<'_, '_>,
    found: BTreeMap<UserId, DateTime<Utc>>,
) -> Result<BTreeMap<UserId, DateTime<Utc>>, Refusal> {
    let ids: Vec<Uuid> = found.keys().map(|user| user.0).collect();
    work.tx.preload::<User>(&ids)?;
    let mut able = BTreeMap::new();
    for (user, due) in found {
        let account = work.tx.get::<User>(user.0)?;
        let hears = |user: &User| capable(user.kind, user.state, Capability::BeMessaged);
        if account.is_some_and(|account| hears(&account.value)) && work.authority.user_id() != Some(user) {
            able.insert(user, due);
        }
    }
    Ok(able)
}

/// When a time of day comes next.
fn next(zone: &Zone, time: NaiveTime, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = zone.day(now);
    let at = zone.instant(today, time);
    if at > now { at } else { zone.instant(today.succ_opt().unwrap_or(today), time) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_delivery_is_today_or_tomorrow() {
        // N-01
        let zone = Zone::parse("Europe/Prague").unwrap();
        let after = |now: &str| next(&zone, "07:00:00".parse().unwrap(), now.parse().unwrap()).to_rfc3339();
        assert_eq!(after("2026-06-15T04:59:59Z"), "2026-06-15T05:00:00+00:00");
        assert_eq!(after("2026-06-15T05:00:00Z"), "2026-06-16T05:00:00+00:00");
        // The night on which clocks are set back is an hour longer.
        assert_eq!(after("2026-10-24T12:00:00Z"), "2026-10-25T06:00:00+00:00");
    }
}
