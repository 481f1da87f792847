//! A role made like another: in one revision, by the ordinary commands, so that every permission, guard and plan holds.

use domain::grant::{Grant, GrantSource, Holder, Scope};
use domain::id::RoleId;
use domain::notification::NotificationSubscription;
use domain::organisation::Department;
use domain::role::{Member, Membership, Role, RoleRule, Source};
use domain::rule::{Violation, code};
use domain::user::{Capability, User, capable};
use domain::wage::WageOffer;
use domain::worker::Worker;
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::rights::RoleEdit;

/// Most rows that are copied in one go.
const ROWS_MAX: usize = 5_000;

/// What is to be made of a role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "night-timekeepers", "code": "night-timekeepers", "name": "Timekeepers of the night shift",
    "members": false, "grants": true
}))]
pub struct RoleCopyInput {
    /// Your own id for the new role, unique among roles.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Its code: letters, digits, `-`, `_`, `.`.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Whether those who are members by hand become members of it too; no when absent. Who is a member by a rule never
    /// does.
    pub members: Option<bool>,
    /// Whether it gets the same rights, save those that templates gave; yes when absent.
    pub grants: Option<bool>,
    /// Whether it offers the same wage types; no when absent.
    pub wage_offers: Option<bool>,
    /// Whether it hears of the same; no when absent.
    pub notifications: Option<bool>,
    /// Whether an automatic role gets the same rules, save departments' links; no when absent.
    pub rules: Option<bool>,
}

/// How many rows of each sort.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
pub struct CopiedRows {
    /// Memberships in the role.
    #[schema(minimum = 0)]
    pub members: usize,
    /// Grants.
    #[schema(minimum = 0)]
    pub grants: usize,
    /// Offers of wage types.
    #[schema(minimum = 0)]
    pub wage_offers: usize,
    /// Subscriptions to notifications.
    #[schema(minimum = 0)]
    pub notifications: usize,
    /// Rules.
    #[schema(minimum = 0)]
    pub rules: usize,
    /// Managers.
    #[schema(minimum = 0)]
    pub managers: usize,
}

/// A role that was made like another.
pub struct RoleCopy {
    /// The new role.
    pub role: Role,
    /// What it got.
    pub copied: CopiedRows,
    /// What it did not get.
    pub left_out: CopiedRows,
}

/// Makes a role like another one.
///
/// # Errors
/// There is no such role, a missing permission, or whatever the command for one of the parts refuses.
pub fn copy(work: &mut Work<'_, '_>, id: RoleId, input: RoleCopyInput) -> Result<RoleCopy, Refusal> {
    work.authority.allow::<RoleEdit>()?;
    let original = work.get::<Role>(id.0)?.value;
    let today = work.app.zone().day(work.authority.now());
    let members = work.tx.find::<Membership>(&Key::MembersOf(id))?;
    let grants = work.tx.find::<Grant>(&Key::GrantsOf(Holder::Role(id)))?;
    let offers = work.tx.find::<WageOffer>(&Key::WageOffersOf(Holder::Role(id)))?;
    let subscriptions = work.tx.find::<NotificationSubscription>(&Key::SubscriptionsOf(id))?;
    let rules = work.tx.find::<RoleRule>(&Key::RulesOf(id))?;

    let over = |membership: &Membership| membership.window.valid_to.is_some_and(|last| last < today);
    let (members, other_members) = chosen(members, input.members.unwrap_or(false), |membership| {
        membership.source != Source::Automatic && !over(membership)
    });
    let (grants, other_grants) =
        chosen(grants, input.grants.unwrap_or(true), |grant| grant.source != GrantSource::Template);
    let (offers, other_offers) = chosen(offers, input.wage_offers.unwrap_or(false), |_| true);
    let (subscriptions, other_subscriptions) = chosen(subscriptions, input.notifications.unwrap_or(false), |_| true);
    let (rules, other_rules) = chosen(rules, input.rules.unwrap_or(false), |rule| !rule.department_link);
    let rows = members.len() + grants.len() + offers.len() + subscriptions.len() + rules.len();
    if rows > ROWS_MAX {
        let detail = format!("{rows} rows would be copied, {ROWS_MAX} at most; leave parts out");
        return Err(Violation::new(code::OUT_OF_RANGE, detail).at("/grants").into());
    }
    let (managers, other_managers) = able(work, &original)?;
    let copied = CopiedRows {
        members: members.len(),
        grants: grants.len(),
        wage_offers: offers.len(),
        notifications: subscriptions.len(),
        rules: rules.len(),
        managers: managers.len(),
    };
    let left_out = CopiedRows {
        members: other_members,
        grants: other_grants,
        wage_offers: other_offers,
        notifications: other_subscriptions,
        rules: other_rules,
        managers: other_managers,
    };
    let mut fields = input_of(&original)?;
    fields.insert("code".to_owned(), json!(input.code));
    fields.insert("name".to_owned(), json!(input.name));
    fields.insert("external_id".to_owned(), json!(input.external_id));
    fields.insert("manager_ids".to_owned(), json!(managers));
    let role = save::create::<Role>(work, fields)?;
    preload(work, &grants, &members)?;
    each::<Grant>(work, &grants, "grants", |fields| {
        fields.insert("holder_id".to_owned(), json!(role.id.0));
    })?;
    let role_id = |fields: &mut Map<String, Value>| {
        fields.insert("role_id".to_owned(), json!(role.id.0));
    };
    each::<NotificationSubscription>(work, &subscriptions, "notifications", role_id)?;
    each::<RoleRule>(work, &rules, "rules", role_id)?;
    each::<Membership>(work, &members, "members", role_id)?;
    each::<WageOffer>(work, &offers, "wage_offers", |fields| {
        fields.insert("holder_id".to_owned(), json!(role.id.0));
    })?;
    Ok(RoleCopy { role, copied, left_out })
}

/// What is to be copied of some rows, and how many are not.
fn chosen<R>(rows: Vec<Stored<R>>, wanted: bool, fits: impl Fn(&R) -> bool) -> (Vec<R>, usize) {
    let all = rows.len();
    let taken: Vec<R> = rows.into_iter().map(|stored| stored.value).filter(|row| wanted && fits(row)).collect();
    let left = all - taken.len();
    (taken, left)
}

/// The managers who can still be given something, and how many can't.
fn able(work: &mut Work<'_, '_>, role: &Role) -> Result<(Vec<Uuid>, usize), Refusal> {
    let ids: Vec<Uuid> = role.manager_ids.iter().map(|id| id.0).collect();
    work.tx.preload::<User>(&ids)?;
    let mut able = Vec::new();
    for id in &ids {
        let user = work.tx.get::<User>(*id)?.map(|found| found.value);
        if user.is_some_and(|user| capable(user.kind, user.state, Capability::BearTask)) {
            able.push(*id);
        }
    }
    let left = ids.len() - able.len();
    Ok((able, left))
}

/// What a caller would say to make such a record.
fn input_of<R: Resource>(record: &R) -> Result<Map<String, Value>, Refusal> {
    match serde_json::to_value(record.input()) {
        Ok(Value::Object(mut fields)) => {
            fields.remove("external_id");
            Ok(fields)
        }
        _ => Err(Refusal::internal("an input is no object")),
    }
}

/// Makes each record once more, with what `change` makes of it. What is refused is told as a fault of that part.
fn each<R: Resource>(
    work: &mut Work<'_, '_>,
    records: &[R],
    part: &str,
    change: impl Fn(&mut Map<String, Value>),
) -> Result<(), Refusal> {
    for record in records {
        let mut fields = input_of(record)?;
        change(&mut fields);
        save::create::<R>(work, fields).map_err(|refusal| of_part(refusal, part, record.uuid()))?;
    }
    Ok(())
}

fn of_part(refusal: Refusal, part: &str, id: Uuid) -> Refusal {
    let Refusal::Violations(mut violations) = refusal else { return refusal };
    for violation in &mut violations {
        violation.detail = format!("{id}: {}", violation.detail);
        violation.pointer = Some(format!("/{part}"));
    }
    Refusal::Violations(violations)
}

/// Reads what the commands will look at, in one query for each sort.
fn preload(work: &mut Work<'_, '_>, grants: &[Grant], members: &[Membership]) -> Result<(), Refusal> {
    let (mut keys, mut workers, mut departments) = (Vec::new(), Vec::new(), Vec::new());
    let (mut areas, mut objects) = (Vec::new(), Vec::new());
    for grant in grants {
        match &grant.scope {
            Scope::Worker { id } => workers.push(id.0),
            Scope::Department { id, .. } => departments.push(id.0),
            Scope::Area { id } => areas.push(id.0),
            Scope::Object { id } => objects.push(id.0),
            Scope::All | Scope::ObjectType { .. } => continue,
        }
        if !matches!(grant.scope, Scope::Department { .. }) {
            keys.push(Key::GrantsOn(grant.scope.clone()));
        }
    }
    work.tx.preload::<Worker>(&workers)?;
    work.tx.preload::<Department>(&departments)?;
    work.tx.preload::<domain::area::Area>(&areas)?;
    work.tx.preload::<domain::grant::Object>(&objects)?;
    work.tx.preload_keys::<Grant>(&keys)?;
    let keys: Vec<Key> = members.iter().map(|membership| Key::MembershipsOf(membership.member)).collect();
    work.tx.preload_keys::<Membership>(&keys)?;
    let users = members.iter().filter_map(|membership| match membership.member {
        Member::User(id) => Some(id.0),
        Member::Role(_) => None,
    });
    let users: Vec<Uuid> = users.collect();
    work.tx.preload::<User>(&users)?;
    let roles = members.iter().filter_map(|membership| match membership.member {
        Member::Role(id) => Some(id.0),
        Member::User(_) => None,
    });
    let roles: Vec<Uuid> = roles.collect();
    Ok(work.tx.preload::<Role>(&roles)?)
}
