//! What a plan says, as it is kept and shown.

use chrono::NaiveDate;
use domain::access::effect::{EffectGroup, RightChange};
use domain::change::{Change, Record};
use domain::grant::Holder;
use domain::role::{Member, Membership};
use domain::rule::Violation;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::Refusal;
use crate::commands::grants::GrantScope;
use crate::demo::ids;
use crate::http::problem::FieldError;

/// What was found in short.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Findings {
    /// The newest revision that they were made from.
    #[serde(default)]
    pub revision: Option<i64>,
    /// How many records would change.
    pub changes: usize,
    /// How many people's rights would change.
    pub people: usize,
    /// How many would gain something.
    pub gaining: usize,
    /// How many would lose something.
    pub losing: usize,
    /// How many would gain or lose something as soon as their accounts are active.
    #[serde(default)]
    pub once_active: usize,
    /// Whether there was too much to be told in full.
    pub cut_short: bool,
    /// Rules and guards that it would break.
    pub broken: Vec<Broken>,
    /// Codes and details of warnings.
    pub warnings: Vec<(String, String)>,
    /// The operation that found it.
    #[serde(default)]
    pub operation: Option<Uuid>,
}

/// A rule or guard that a plan would break.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Broken {
    /// Stable code.
    #[schema(max_length = 100)]
    pub code: String,
    /// The rule's number.
    #[schema(required = true, max_length = 10)]
    pub rule: Option<String>,
    /// JSON pointer to the field of the request, where one is to blame.
    #[schema(required = true, max_length = 500)]
    pub pointer: Option<String>,
    /// What is wrong.
    #[schema(max_length = 1000)]
    pub detail: String,
}

impl Broken {
    /// A violation as a finding.
    pub fn of(violation: &Violation) -> Self {
        Self {
            code: violation.code.name.to_owned(),
            rule: violation.code.rule.map(str::to_owned),
            pointer: violation.pointer.clone(),
            detail: violation.detail.clone(),
        }
    }

    /// The same as the fault of a problem.
    pub fn fault(&self) -> FieldError {
        FieldError {
            pointer: self.pointer.clone().unwrap_or_default(),
            code: self.code.clone(),
            detail: self.detail.clone(),
        }
    }
}

/// A record that would change. Values are not shown, but for memberships, which hold nothing but ids.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "entity": "membership", "entity_id": null, "change": "created",
    "fields": ["member", "role_id", "source"], "membership": {"role_id": ids::role("people-desk"),
        "member_type": "user", "member_id": ids::user("greta.simon"), "source": "manual", "contract_id": null,
        "rule_id": null, "valid_from": null, "valid_to": null}
}))]
pub struct PlanChangeView {
    /// The kind of record.
    #[schema(max_length = 40)]
    pub entity: String,
    /// The record; null for one that would be made.
    #[schema(required = true)]
    pub entity_id: Option<Uuid>,
    /// What would be done.
    #[schema(inline)]
    pub change: ChangeName,
    /// The fields that would get another value.
    #[schema(max_items = 100)]
    pub fields: Vec<String>,
    /// The membership as it would be, or was.
    #[schema(required = true)]
    pub membership: Option<PlannedMembership>,
}

/// What would be done to a record.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeName {
    /// It would be made.
    Created,
    /// It would be changed.
    Updated,
    /// It would go.
    Removed,
}

/// A membership in a plan.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PlannedMembership {
    /// The role.
    pub role_id: Uuid,
    /// `user` or `role`.
    #[schema(max_length = 10)]
    pub member_type: String,
    /// The member.
    pub member_id: Uuid,
    /// `manual`, `automatic` or `scim`.
    #[schema(max_length = 20)]
    pub source: String,
    /// The contract that it follows.
    #[schema(required = true)]
    pub contract_id: Option<Uuid>,
    /// The rule that makes it.
    #[schema(required = true)]
    pub rule_id: Option<Uuid>,
    /// First day.
    #[schema(required = true)]
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    pub valid_to: Option<NaiveDate>,
}

impl PlanChangeView {
    /// A change in a line; `None` for what is no record of the domain.
    ///
    /// # Errors
    /// A record can't be written.
    pub fn of(change: &Change) -> Result<Option<Self>, Refusal> {
        let Some(record) = change.record() else { return Ok(None) };
        let what = match (&change.before, &change.after) {
            (None, _) => ChangeName::Created,
            (_, None) => ChangeName::Removed,
            _ => ChangeName::Updated,
        };
        let membership = match record {
            Record::Membership(membership) => Some(PlannedMembership::of(membership)),
            _ => None,
        };
        Ok(Some(Self {
            entity: record.kind().as_str().to_owned(),
            entity_id: change.before.as_ref().map(Record::uuid),
            change: what,
            fields: fields(change)?,
            membership,
        }))
    }
}

/// The names of the fields that a change touches.
fn fields(change: &Change) -> Result<Vec<String>, Refusal> {
    let parsed = |record: &Option<Record>| -> Result<Value, Refusal> {
        let unwritable = |_| Refusal::internal("a record can't be written");
        record.as_ref().map_or(Ok(Value::Null), |record| {
            serde_json::from_str(&record.to_json().map_err(unwritable)?).map_err(unwritable)
        })
    };
    let (before, after) = (parsed(&change.before)?, parsed(&change.after)?);
    let names =
        |value: &Value| value.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let mut all = [names(&before), names(&after)].concat();
    all.sort_unstable();
    all.dedup();
    all.retain(|name| name != "id" && before.get(name) != after.get(name));
    Ok(all)
}

impl PlannedMembership {
    fn of(membership: &Membership) -> Self {
        let (member_type, member_id) = match membership.member {
            Member::User(user) => ("user", user.0),
            Member::Role(role) => ("role", role.0),
        };
        Self {
            role_id: membership.role_id.0,
            member_type: member_type.to_owned(),
            member_id,
            source: membership.source.as_str().to_owned(),
            contract_id: membership.contract_id.map(|id| id.0),
            rule_id: membership.rule_id.map(|id| id.0),
            valid_from: membership.window.valid_from,
            valid_to: membership.window.valid_to,
        }
    }
}

/// What some people gain and lose.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct GroupLine {
    /// Not now, but as soon as their accounts are active.
    #[serde(default)]
    pub once_active: bool,
    /// What they gain.
    pub gains: Vec<RightChangeView>,
    /// What they lose.
    pub losses: Vec<RightChangeView>,
}

impl GroupLine {
    /// The gains and losses of a group.
    pub fn of(group: &EffectGroup) -> Self {
        let side =
            |gained| group.rights.iter().filter(|right| right.gained == gained).map(RightChangeView::of).collect();
        Self { once_active: group.once_active, gains: side(true), losses: side(false) }
    }
}

/// A right that somebody would gain or lose.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RightChangeView {
    /// The module's code.
    #[schema(max_length = 100)]
    pub module: String,
    /// The actions.
    #[schema(max_items = 128)]
    pub actions: Vec<String>,
    /// The code of the wage type that may be recorded, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 100)]
    pub wage_type: Option<String>,
    /// To what they may be done; two scopes mean what lies in both. Of a wage type, none means the person's own folder.
    #[schema(max_items = 2)]
    pub scope: Vec<GrantScope>,
    /// First day; null from now on.
    #[schema(required = true)]
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    #[schema(required = true)]
    pub valid_to: Option<NaiveDate>,
    /// The reason code of a decision before.
    #[schema(max_length = 100)]
    pub before: String,
    /// The reason code of a decision after.
    #[schema(max_length = 100)]
    pub after: String,
    /// The grants that give it: of a gain those after, of a loss those before.
    #[schema(max_items = 10)]
    pub via: Vec<RightSourceView>,
}

/// A grant that gives a right.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RightSourceView {
    /// The grant; of one that the plan would make, an id that it will not keep.
    pub grant_id: Uuid,
    /// `role` or `user`.
    #[schema(max_length = 10)]
    pub holder_type: String,
    /// Who holds it.
    pub holder_id: Uuid,
    /// The role's priority.
    #[schema(required = true)]
    pub priority: Option<i32>,
    /// The roles from the person's own one up to the holder.
    #[schema(max_items = 100)]
    pub through: Vec<Uuid>,
}

impl RightChangeView {
    fn of(right: &RightChange) -> Self {
        let via = right.via.iter().map(|source| {
            let (holder_type, holder_id) = match source.holder {
                Holder::Role(role) => ("role", role.0),
                Holder::User(user) => ("user", user.0),
            };
            RightSourceView {
                grant_id: source.grant.0,
                holder_type: holder_type.to_owned(),
                holder_id,
                priority: source.priority,
                through: source.through.iter().map(|role| role.0).collect(),
            }
        });
        Self {
            module: right.module.clone(),
            actions: right.actions.clone(),
            wage_type: right.wage_type.clone(),
            scope: right.scope.iter().map(GrantScope::of).collect(),
            valid_from: right.window.valid_from,
            valid_to: right.window.valid_to,
            before: right.before.as_str().to_owned(),
            after: right.after.as_str().to_owned(),
            via: via.collect(),
        }
    }
}
