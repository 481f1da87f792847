//! Copying a role: another one with the same rights, by the commands by which each part is made.

use domain::grant::{Grant, Holder};
use domain::id::RoleId;
use domain::notification::NotificationSubscription;
use domain::role::{Member, Membership, Role, RoleRule, Source};
use domain::rule::{Violation, code};
use domain::wage::WageOffer;
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::rights::{Allowed, RoleRead};

/// Most rows of one part that are copied.
const PART_MAX: usize = 10_000;

/// How a role is to be copied.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "timekeepers-night", "name": "Time keepers of the night shift", "members": false}))]
pub struct RoleCopyInput {
    /// The code of the new role.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Your own id for it.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Whether manual members are copied; `false` when absent. Automatic ones follow from rules.
    pub members: Option<bool>,
    /// Whether grants are copied; `true` when absent.
    pub grants: Option<bool>,
    /// Whether offers of wage types are copied; `true` when absent.
    pub wage_offers: Option<bool>,
    /// Whether the rules of an automatic role are copied; `true` when absent.
    pub rules: Option<bool>,
    /// Whether the roles that it is in are those of the copy too; `true` when absent.
    pub roles: Option<bool>,
    /// Whether subscriptions to notifications are copied; `false` when absent.
    pub notifications: Option<bool>,
}

/// How much of each part there was.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, ToSchema)]
#[allow(missing_docs, reason = "the numbers are named after the parts")]
pub struct Parts {
    pub members: usize,
    pub roles: usize,
    pub rules: usize,
    pub grants: usize,
    pub wage_offers: usize,
    pub notifications: usize,
}

/// A copy, and what came along.
pub struct Copied {
    /// The new role.
    pub role: Role,
    /// What was copied.
    pub copied: Parts,
    /// What the role has beside.
    pub left_out: Parts,
}

/// Makes a new role like another one.
///
/// # Errors
/// A missing permission for any of the parts, or whatever each of them is refused for.
pub fn copy(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<RoleRead>,
    id: RoleId,
    input: RoleCopyInput,
) -> Result<Copied, Refusal> {
    let original = work.get::<Role>(id.0)?.value;
    let mut fields = fields(&original)?;
    fields.insert("code".to_owned(), json!(input.code));
    fields.insert("name".to_owned(), json!(input.name));
    fields.insert("external_id".to_owned(), json!(input.external_id));
    let role: Role = save::create(work, fields)?;
    let (mut copied, mut left_out) = (Parts::default(), Parts::default());
    let to = role.id.0;

    let rows = work.tx.find::<RoleRule>(&Key::RulesOf(id))?;
    let of = Part { named: "rules", by: "role_id", to, wanted: input.rules.unwrap_or(true) };
    (copied.rules, left_out.rules) = of.copy(work, rows)?;

    let rows = work.tx.find::<Membership>(&Key::MembershipsOf(Member::Role(id)))?;
    let of = Part { named: "roles", by: "member_id", to, wanted: input.roles.unwrap_or(true) };
    (copied.roles, left_out.roles) = of.copy(work, rows)?;

    let members = work.tx.find::<Membership>(&Key::MembersOf(id))?;
    let (rows, others): (Vec<_>, Vec<_>) = members.into_iter().partition(|row| row.value.source == Source::Manual);
    let of = Part { named: "members", by: "role_id", to, wanted: input.members.unwrap_or(false) };
    (copied.members, left_out.members) = of.copy(work, rows)?;
    left_out.members += others.len();

    let rows = work.tx.find::<Grant>(&Key::GrantsOf(Holder::Role(id)))?;
    let of = Part { named: "grants", by: "holder_id", to, wanted: input.grants.unwrap_or(true) };
    (copied.grants, left_out.grants) = of.copy(work, rows)?;

    let rows = work.tx.find::<WageOffer>(&Key::WageOffersOf(Holder::Role(id)))?;
    let of = Part { named: "wage_offers", by: "holder_id", to, wanted: input.wage_offers.unwrap_or(true) };
    (copied.wage_offers, left_out.wage_offers) = of.copy(work, rows)?;

    let rows = work.tx.find::<NotificationSubscription>(&Key::SubscriptionsOf(id))?;
    let of = Part { named: "notifications", by: "role_id", to, wanted: input.notifications.unwrap_or(false) };
    (copied.notifications, left_out.notifications) = of.copy(work, rows)?;
    Ok(Copied { role, copied, left_out })
}

/// A part of a role that is copied or left out.
struct Part {
    /// As the request names it.
    named: &'static str,
    /// The field by which its rows name the role.
    by: &'static str,
    /// The new role.
    to: Uuid,
    wanted: bool,
}

impl Part {
    /// Creates the rows anew for the new role, if they are wanted; how many that were, and how many were left out.
    fn copy<R: Resource>(&self, work: &mut Work<'_, '_>, rows: Vec<Stored<R>>) -> Result<(usize, usize), Refusal> {
        if !self.wanted {
            return Ok((0, rows.len()));
        }
        if rows.len() > PART_MAX {
            let detail = format!("there are {}, and at most {PART_MAX} are copied", rows.len());
            return Err(Violation::new(code::OUT_OF_RANGE, detail).at(format!("/{}", self.named)).into());
        }
        let count = rows.len();
        for row in rows {
            let mut fields = fields(&row.value)?;
            fields.remove("external_id");
            fields.insert(self.by.to_owned(), json!(self.to));
            save::create::<R>(work, fields)?;
        }
        Ok((count, 0))
    }
}

/// What a caller would have said to make a record.
fn fields<R: Resource>(record: &R) -> Result<Map<String, Value>, Refusal> {
    match serde_json::to_value(record.input()) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(Refusal::internal("a record has no form as a body")),
    }
}
