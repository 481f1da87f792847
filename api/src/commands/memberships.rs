//! Memberships set by hand.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::id::{Kind, MembershipId, RoleId, UserId};
use domain::role::{Member, Membership, Role, Source};
use domain::rule::{Violation, code, verdict};
use domain::user::User;
use domain::window::Window;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::references::{self, Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, areas, outside};
use crate::http::etag::Expected;
use crate::rights::RoleAssign;

/// What a caller says about a membership.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "m-8", "role_external_id": "timekeepers", "member_type": "user",
    "member_external_id": "greta.simon", "valid_to": "2030-12-31"
}))]
pub struct MembershipInput {
    /// Your own id for it, unique among memberships.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// The role; needed, by this or your own id.
    pub role_id: Option<Uuid>,
    /// The role by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub role_external_id: Option<String>,
    /// What sort of member; `user` when absent.
    #[schema(inline)]
    pub member_type: Option<MemberType>,
    /// The member; needed, by this or your own id.
    pub member_id: Option<Uuid>,
    /// The member by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub member_external_id: Option<String>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

/// What sort of member.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberType {
    /// A user.
    User,
    /// A role.
    Role,
}

impl MemberType {
    /// What sort of member it is.
    pub fn of(member: Member) -> Self {
        match member {
            Member::User(_) => Self::User,
            Member::Role(_) => Self::Role,
        }
    }
}

/// The id of a member, whatever its sort.
pub fn member_id(member: Member) -> Uuid {
    match member {
        Member::User(id) => id.0,
        Member::Role(id) => id.0,
    }
}

impl Resource for Membership {
    type Input = MembershipInput;
    const REFERENCES: &'static [Reference] = &[one("role", Kind::Role)];

    fn input(&self) -> MembershipInput {
        MembershipInput {
            external_id: self.external_id.clone(),
            role_id: Some(self.role_id.0),
            role_external_id: None,
            member_type: Some(MemberType::of(self.member)),
            member_id: Some(member_id(self.member)),
            member_external_id: None,
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
        }
    }

    fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
        let kind = member_kind(map);
        references::resolve(work.tx, map, &[one("role", Kind::Role), one("member", kind)])
    }

    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        references::name(reader, rows, |row| vec![one("role", Kind::Role), one("member", member_kind(row))])
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Membership>>) -> Result<(), Refusal> {
        let Err(refusal) = work.authority.allow::<RoleAssign>() else {
            return Ok(());
        };
        if areas::keeps_lists(work.authority) {
            return Ok(());
        }
        let user = work.authority.user_id();
        let manages = |role: &Stored<Role>| user.is_some_and(|user| role.value.manager_ids.contains(&user));
        if work.tx.find::<Role>(&Key::All(Kind::Role))?.iter().any(manages) { Ok(()) } else { Err(refusal) }
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<Membership>>,
        input: MembershipInput,
    ) -> Result<Membership, Refusal> {
        store(work, before, input, may_assign)
    }

    fn twin(work: &mut Work<'_, '_>, input: &MembershipInput) -> Result<Option<Stored<Membership>>, Refusal> {
        let (Some(role), Some(member)) = (input.role_id, input.member_id) else {
            return Ok(None);
        };
        let member = match input.member_type.unwrap_or(MemberType::User) {
            MemberType::User => Member::User(UserId(member)),
            MemberType::Role => Member::Role(RoleId(member)),
        };
        let window = Window::new(input.valid_from, input.valid_to);
        let found = work.tx.find::<Membership>(&Key::MembershipsOf(member))?;
        Ok(found.into_iter().find(|found| {
            found.value.role_id.0 == role && found.value.window == window && found.value.source == Source::Manual
        }))
    }

    fn preload(work: &mut Work<'_, '_>, rows: &[Map<String, Value>]) -> Result<(), Refusal> {
        let text = |row: &Map<String, Value>, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        references::preload(
            work.tx,
            Kind::Role,
            rows.iter().filter_map(|row| text(row, "role_external_id")).collect(),
        )?;
        for kind in [Kind::User, Kind::Role] {
            let named = rows.iter().filter(|row| member_kind(row) == kind);
            let names: Vec<String> = named.filter_map(|row| text(row, "member_external_id")).collect();
            references::preload(work.tx, kind, names.clone())?;
            let mut keys = Vec::new();
            for name in names {
                if let Some(id) = references::look_up(work.tx, kind, &name)? {
                    let member = if kind == Kind::User { Member::User(UserId(id)) } else { Member::Role(RoleId(id)) };
                    keys.push(Key::MembershipsOf(member));
                }
            }
            keys.sort_unstable();
            keys.dedup();
            work.tx.preload_keys::<Membership>(&keys)?;
        }
        let own: Vec<Key> = rows
            .iter()
            .filter_map(|row| text(row, "external_id"))
            .map(|id| Key::ExternalId(Kind::Membership, id))
            .collect();
        work.tx.preload_keys::<Membership>(&own)?;
        Ok(())
    }
}

/// Asks for the right to say who is in a role: by `role.assign`, as its manager, or because it is a list of people of areas
/// that the caller sets.
fn may_assign(work: &mut Work<'_, '_>, role: &Role) -> Result<(), Refusal> {
    match work.authority.allow_members(role.id, &role.manager_ids) {
        Err(_) if areas::keeps_list(work, role)? => Ok(()),
        asked => asked.map(|_| ()),
    }
}

/// Checks and stores a membership; `may` asks for the right to say who is in the role.
///
/// # Errors
/// A missing permission, or every violation at once.
pub(super) fn store(
    work: &mut Work<'_, '_>,
    before: Option<&Stored<Membership>>,
    input: MembershipInput,
    may: impl FnOnce(&mut Work<'_, '_>, &Role) -> Result<(), Refusal>,
) -> Result<Membership, Refusal> {
    let mut out = Vec::new();
    let (Some(role_id), Some(member)) = (input.role_id, input.member_id) else {
        for (missing, pointer) in [(input.role_id.is_none(), "/role_id"), (input.member_id.is_none(), "/member_id")] {
            if missing {
                out.push(Violation::new(code::REQUIRED, "is missing").at(pointer));
            }
        }
        return Err(out.into());
    };
    let old = before.map(|before| &before.value);
    let membership = Membership {
        id: old.map_or_else(|| MembershipId(work.new_id::<Membership>(input.external_id.as_deref())), |old| old.id),
        external_id: input.external_id,
        role_id: RoleId(role_id),
        member: match input.member_type.unwrap_or(MemberType::User) {
            MemberType::User => Member::User(UserId(member)),
            MemberType::Role => Member::Role(RoleId(member)),
        },
        source: old.map_or(Source::Manual, |old| old.source),
        contract_id: old.and_then(|old| old.contract_id),
        rule_id: old.and_then(|old| old.rule_id),
        window: Window::new(input.valid_from, input.valid_to),
    };
    let Some(role) = work.referred::<Role>(Some(role_id), "/role_id", &mut out)? else {
        return Err(out.into());
    };
    may(work, &role.value)?;
    let mut above = Vec::new();
    let mut account = None;
    match membership.member {
        Member::User(id) => {
            let user = work.referred::<User>(Some(id.0), "/member_id", &mut out)?;
            if user.as_ref().is_some_and(|user| user.value.state.is_gone()) {
                out.push(Violation::new(code::CAPABILITY_MISSING, "the account is in the trash").at("/member_id"));
            }
            account = user.map(|user| user.value);
        }
        Member::Role(id) => {
            work.referred::<Role>(Some(id.0), "/member_id", &mut out)?;
            above = roles_above(work, vec![Member::Role(membership.role_id)], |_| true)?.into_iter().collect();
        }
    }
    out.extend(membership.check(old, &role.value, &above));
    outside::check_membership(work, old, &membership, &role.value, account.as_ref(), &mut out)?;
    if let Some(twin) = same(work, &membership)?
        && twin.value.id != membership.id
    {
        out.push(Violation::new(code::MEMBERSHIP_EXISTS, format!("it is {}", twin.value.id)));
    }
    save::check_external_id::<Membership>(work, membership.id.0, membership.external_id.as_deref(), &mut out)?;
    verdict(out)?;
    save::put(work, before, &membership)?;
    Ok(membership)
}

fn member_kind(map: &Map<String, Value>) -> Kind {
    match map.get("member_type").and_then(Value::as_str) {
        Some("role") => Kind::Role,
        _ => Kind::User,
    }
}

fn same(work: &mut Work<'_, '_>, membership: &Membership) -> Result<Option<Stored<Membership>>, Refusal> {
    let found = work.tx.find::<Membership>(&Key::MembershipsOf(membership.member))?;
    Ok(found.into_iter().find(|found| {
        found.value.role_id == membership.role_id
            && found.value.window == membership.window
            && found.value.source == membership.source
            && found.value.source != Source::Automatic
    }))
}

/// All roles that the members are in, directly or not, by memberships that count.
///
/// # Errors
/// The database can't be read.
pub(super) fn roles_above(
    work: &mut Work<'_, '_>,
    members: Vec<Member>,
    counts: impl Fn(&Membership) -> bool,
) -> Result<HashSet<RoleId>, Refusal> {
    let mut seen = HashSet::new();
    let mut level = members;
    while !level.is_empty() {
        let keys: Vec<Key> = level.iter().map(|member| Key::MembershipsOf(*member)).collect();
        work.tx.preload_keys::<Membership>(&keys)?;
        let mut next = Vec::new();
        for key in &keys {
            for membership in work.tx.find::<Membership>(key)? {
                if counts(&membership.value) && seen.insert(membership.value.role_id) {
                    next.push(Member::Role(membership.value.role_id));
                }
            }
        }
        level = next;
    }
    Ok(seen)
}

/// Removes a membership set by hand.
///
/// # Errors
/// It does not exist, is stale, is automatic, or the permission is missing.
pub fn remove(work: &mut Work<'_, '_>, id: MembershipId, expected: &Expected) -> Result<(), Refusal> {
    let membership = work.get::<Membership>(id.0)?;
    let role = work.get::<Role>(membership.value.role_id.0)?;
    may_assign(work, &role.value)?;
    expected.check(membership.revision)?;
    if membership.value.source == Source::Automatic {
        return Err(Violation::new(code::ROLE_IS_AUTOMATIC, "it ends with its contract").into());
    }
    work.tx.remove::<Membership>(id.0)?;
    Ok(())
}
