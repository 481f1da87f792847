//! Roles.

use chrono::NaiveDate;
use domain::area::Area;
use domain::grant::{Grant, Holder};
use domain::id::{Kind, RoleId, UserId};
use domain::notification::NotificationSubscription;
use domain::organisation::Department;
use domain::role::{Member, Membership, Mode, Purpose, Role, RoleRule};
use domain::rule::verdict;
use domain::wage::WageOffer;
use domain::window::Window;
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::positions::refuse_in_use;
use crate::commands::references::{Reference, many};
use crate::commands::save::{self, Resource};
use crate::commands::users;
use crate::commands::{Refusal, Work, outside, protection_rules, templates};
use crate::http::etag::Expected;
use crate::rights::{Allowed, RoleEdit};

/// What a caller says about a role.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "invoice-clerks", "code": "invoice-clerks", "name": "Invoice clerks", "priority": 100
}))]
pub struct RoleInput {
    /// Your own id for it, unique among roles.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Unique code: letters, digits, `-`, `_`, `.`.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What it is for; `permission` when absent.
    #[schema(inline)]
    pub purpose: Option<PurposeName>,
    /// Where its members come from; `manual` when absent.
    #[schema(inline)]
    pub mode: Option<ModeName>,
    /// In a conflict the larger number wins; 0 when absent.
    #[schema(minimum = 0, maximum = 1_000_000)]
    pub priority: Option<i32>,
    /// First day; before it the role gives nothing.
    pub valid_from: Option<NaiveDate>,
    /// Last day; after it the role gives nothing.
    pub valid_to: Option<NaiveDate>,
    /// Users who may add and remove manual members, and nothing else.
    #[schema(max_items = 100)]
    pub manager_ids: Option<Vec<Uuid>>,
    /// The managers by your own ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub manager_external_ids: Option<Vec<String>>,
    /// Whether external administrators are kept out.
    pub protected: Option<bool>,
    /// A remark.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

mirrored! {
    /// What a role is for.
    PurposeName is Purpose { Permission = "permission", Team = "team", PeopleList = "people_list" }
    /// Where a role's members come from.
    ModeName is Mode { Manual = "manual", Automatic = "automatic" }
}

impl Resource for Role {
    type Input = RoleInput;
    const REFERENCES: &'static [Reference] = &[many("manager", Kind::User)];

    fn input(&self) -> RoleInput {
        RoleInput {
            external_id: self.external_id.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            purpose: Some(self.purpose.into()),
            mode: Some(self.mode.into()),
            priority: Some(self.priority),
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
            manager_ids: Some(self.manager_ids.iter().map(|id| id.0).collect()),
            manager_external_ids: None,
            protected: Some(self.protected),
            note: self.note.clone(),
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Role>>) -> Result<(), Refusal> {
        work.authority.allow::<RoleEdit>().map(|_| ())
    }

    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Role>>, input: RoleInput) -> Result<Role, Refusal> {
        let role = Role {
            id: before
                .map_or_else(|| RoleId(work.new_id::<Role>(input.external_id.as_deref())), |before| before.value.id),
            external_id: input.external_id,
            code: input.code,
            name: input.name,
            purpose: input.purpose.map_or(Purpose::Permission, Into::into),
            mode: input.mode.map_or(Mode::Manual, Into::into),
            priority: input.priority.unwrap_or(0),
            window: Window::new(input.valid_from, input.valid_to),
            manager_ids: input.manager_ids.unwrap_or_default().into_iter().map(UserId).collect(),
            protected: input.protected.unwrap_or(false),
            note: input.note,
        };
        let (mut members, mut rules) = (vec![], vec![]);
        if before.is_some_and(|before| before.value.mode != role.mode || before.value.purpose != role.purpose) {
            members = work.tx.find::<Membership>(&Key::MembersOf(role.id))?;
            rules = work.tx.find::<RoleRule>(&Key::RulesOf(role.id))?;
        }
        // For the mode every member counts, for a list of people only the roles on it.
        let role_members = members.iter().any(|member| matches!(member.value.member, Member::Role(_)));
        let mode_changes = before.is_some_and(|before| before.value.mode != role.mode);
        let has_members = if mode_changes { !members.is_empty() } else { role_members };
        let mut out = role.check(before.map(|before| &before.value), has_members, !rules.is_empty());
        for (index, manager) in role.manager_ids.iter().enumerate() {
            users::bearer(work, Some(*manager), &format!("/manager_ids/{index}"), &mut out)?;
        }
        outside::check_protection(work, before.map(|before| &before.value), &role, &mut out)?;
        save::check_external_id::<Role>(work, role.id.0, role.external_id.as_deref(), &mut out)?;
        save::check_code::<Role>(work, role.id.0, &role.code, &mut out)?;
        verdict(out)?;
        save::put(work, before, &role)?;
        Ok(role)
    }

    fn twin(work: &mut Work<'_, '_>, input: &RoleInput) -> Result<Option<Stored<Role>>, Refusal> {
        save::named_alike(work, input.external_id.as_deref(), Some(&input.code))
    }
}

/// Removes a role with its memberships, rules and subscriptions to notifications, unless areas, grants, offers of
/// wage types, other roles or departments still refer to it.
///
/// # Errors
/// It does not exist, is stale, or is in use.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<RoleEdit>,
    id: RoleId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let role = work.get::<Role>(id.0)?;
    expected.check(role.revision)?;
    let linked = work
        .tx
        .find::<Department>(&Key::All(Kind::Department))?
        .iter()
        .filter(|department| department.value.linked_role_ids.contains(&id))
        .count();
    let areas = work.tx.find::<Area>(&Key::All(Kind::Area))?;
    refuse_in_use(&[
        ("areas that name it", areas.iter().filter(|area| area.value.names_role(id)).count()),
        ("grants", work.tx.find::<Grant>(&Key::GrantsOf(Holder::Role(id)))?.len()),
        ("offers of wage types", work.tx.ids::<WageOffer>(&Key::WageOffersOf(Holder::Role(id)))?.len()),
        ("roles that it is in", work.tx.find::<Membership>(&Key::MembershipsOf(Member::Role(id)))?.len()),
        ("departments that it is linked to", linked),
        ("templates", templates::count(work, |template| template.rights.iter().any(|right| right.role_id == id))?),
        ("protection rules", protection_rules::count(work, |rule| rule.role_ids.contains(&id))?),
    ])?;
    for membership in work.tx.find::<Membership>(&Key::MembersOf(id))? {
        work.tx.remove::<Membership>(membership.value.id.0)?;
    }
    for rule in work.tx.find::<RoleRule>(&Key::RulesOf(id))? {
        work.tx.remove::<RoleRule>(rule.value.id.0)?;
    }
    for subscription in work.tx.find::<NotificationSubscription>(&Key::SubscriptionsOf(id))? {
        work.tx.remove::<NotificationSubscription>(subscription.value.id.0)?;
    }
    work.tx.remove::<Role>(id.0)?;
    Ok(())
}
