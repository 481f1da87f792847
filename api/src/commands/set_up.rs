//! Set-up: built-in modules, object types and roles, and the first administrator (P-01, P-09,
//!

use domain::grant::built_in::{MODULES, OBJECT_ACTIONS, OBJECT_TYPES};
use domain::grant::{Grant, GrantSource, Holder, Module, ObjectType, Scope, Target};
use domain::id::{
    GrantId, Kind, MembershipId, ModuleId, NotificationSubscriptionId, ObjectTypeId, RoleId, RoleRuleId, UserId,
};
use domain::notification::{Delivery, NotificationSubscription, types};
use domain::role::set_up::{ROLES, SYSTEM_ADMINISTRATOR, expand};
use domain::role::{Member, Membership, Mode, Purpose, Role, RoleRule, Source};
use domain::rule::verdict;
use domain::user::{User, UserKind, UserState};
use domain::window::Window;
use persistence::Key;
use uuid::Uuid;

use crate::commands::{Refusal, Work, settings};
use crate::http::problem::{self, Problem};

/// Brings what an empty database lacks. In a database that was set up before only what a newer
/// program added: modules, their actions and object types.
///
/// # Errors
/// The database can't take it.
pub fn install(work: &mut Work<'_, '_>, time_zone: &str) -> Result<(), Refusal> {
    let modules = work.tx.find::<Module>(&Key::All(Kind::Module))?;
    let first = modules.is_empty();
    for built_in in MODULES {
        module(work, built_in.code, built_in.name, built_in.target, built_in.actions)?;
    }
    for (code, name) in OBJECT_TYPES {
        module(work, code, name, Target::Object, OBJECT_ACTIONS)?;
        if work.tx.find::<ObjectType>(&Key::Code(Kind::ObjectType, (*code).to_owned()))?.is_empty() {
            work.tx.create(ObjectType {
                id: ObjectTypeId(Uuid::now_v7()),
                external_id: None,
                code: (*code).to_owned(),
                name: (*name).to_owned(),
                module: (*code).to_owned(),
                built_in: true,
            })?;
        }
    }
    if first {
        settings::set(work, settings::TIME_ZONE, serde_json::Value::String(time_zone.to_owned()))?;
        for role in ROLES {
            set_up_role(work, role)?;
        }
    }
    Ok(())
}

fn module(work: &mut Work<'_, '_>, code: &str, name: &str, target: Target, actions: &[&str]) -> Result<(), Refusal> {
    let actions: Vec<String> = actions.iter().map(|action| (*action).to_owned()).collect();
    match work.tx.find::<Module>(&Key::Code(Kind::Module, code.to_owned()))?.pop() {
        None => work.tx.create(Module {
            id: ModuleId(Uuid::now_v7()),
            external_id: None,
            code: code.to_owned(),
            name: name.to_owned(),
            active: true,
            target,
            actions,
            built_in: true,
        })?,
        Some(found) if found.value.built_in && found.value.actions != actions => {
            work.tx.update(Module { actions, ..found.value })?;
        }
        Some(_) => {}
    }
    Ok(())
}

fn set_up_role(work: &mut Work<'_, '_>, given: &domain::role::set_up::SetUpRole) -> Result<(), Refusal> {
    let role = RoleId(Uuid::now_v7());
    work.tx.create(Role {
        id: role,
        external_id: None,
        code: given.code.to_owned(),
        name: given.name.to_owned(),
        purpose: Purpose::Permission,
        mode: if given.automatic { Mode::Automatic } else { Mode::Manual },
        priority: 0,
        window: Window::ALWAYS,
        manager_ids: vec![],
        protected: false,
        note: None,
    })?;
    if given.automatic {
        work.tx.create(RoleRule {
            id: RoleRuleId(Uuid::now_v7()),
            external_id: None,
            role_id: role,
            departments: vec![],
            position_ids: vec![],
            contract_types: vec![],
            worker_kinds: vec![],
            head_of: vec![],
            all_workers: true,
            department_link: false,
            window: Window::ALWAYS,
        })?;
    }
    if given.code == SYSTEM_ADMINISTRATOR {
        for kind in [types::HELP_ASKED, types::ROLE_SYNC_STOPPED] {
            work.tx.create(NotificationSubscription {
                id: NotificationSubscriptionId(Uuid::now_v7()),
                external_id: None,
                role_id: role,
                kind: kind.code.to_owned(),
                user_id: None,
                delivery: Delivery::Immediate,
            })?;
        }
    }
    for (module, patterns) in given.grants {
        let actions = MODULES.iter().find(|known| known.code == *module).map_or(&[][..], |known| known.actions);
        let mut allow: Vec<String> =
            patterns.iter().flat_map(|pattern| expand(pattern, actions)).map(str::to_owned).collect();
        allow.sort_unstable();
        allow.dedup();
        work.tx.create(Grant {
            id: GrantId(Uuid::now_v7()),
            external_id: None,
            holder: Holder::Role(role),
            module: (*module).to_owned(),
            scope: Scope::All,
            allow,
            deny: vec![],
            source: GrantSource::Manual,
            template_id: None,
            window: Window::ALWAYS,
        })?;
    }
    Ok(())
}

/// Whether a member of the system administrators' role exists whose account is not in the trash.
///
/// # Errors
/// The database can't be read.
pub fn has_administrator(work: &mut Work<'_, '_>) -> Result<bool, Refusal> {
    let Some(role) = work.tx.find::<Role>(&Key::Code(Kind::Role, SYSTEM_ADMINISTRATOR.to_owned()))?.pop() else {
        return Ok(false);
    };
    for membership in work.tx.find::<Membership>(&Key::MembersOf(role.value.id))? {
        let Member::User(user) = membership.value.member else {
            return Ok(true);
        };
        if work.tx.get::<User>(user.0)?.is_some_and(|user| !user.value.state.is_gone()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first administrator's account.
pub struct FirstAdministrator {
    /// Login.
    pub login: String,
    /// E-mail address.
    pub email: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// The hash of the password.
    pub password_hash: String,
}

/// Creates the first administrator, a member of all manual set-up roles. A second one is
/// refused.
///
/// # Errors
/// There is one already, or the values make no sense.
pub fn first_administrator(work: &mut Work<'_, '_>, given: FirstAdministrator) -> Result<User, Refusal> {
    if has_administrator(work)? {
        return Err(Problem::new(problem::SET_UP_DONE).detail("ask an administrator for an account").into());
    }
    let user = User {
        id: UserId(work.new_id::<User>(Some(&given.login))),
        external_id: None,
        kind: UserKind::Person,
        state: UserState::Active,
        login: Some(given.login),
        first_name: Some(given.first_name),
        last_name: Some(given.last_name),
        display_name: None,
        email: Some(given.email),
        phone: None,
        language: None,
        time_zone: None,
        blocks: vec![],
        managed_in: vec![],
    };
    let mut out = user.check(None);
    if let Some(login) = &user.login
        && !work.tx.find::<User>(&Key::UserLogin(domain::name::key(login)))?.is_empty()
    {
        out.push(
            domain::rule::Violation::new(domain::rule::code::USER_LOGIN_TAKEN, "another account has this login")
                .at("/login"),
        );
    }
    verdict(out)?;
    work.tx.create(user.clone())?;
    work.tx.set_password_hash(user.id, &given.password_hash)?;
    for role in ROLES.iter().filter(|role| !role.automatic) {
        if let Some(found) = work.tx.find::<Role>(&Key::Code(Kind::Role, role.code.to_owned()))?.pop() {
            work.tx.create(Membership {
                id: MembershipId(Uuid::now_v7()),
                external_id: None,
                role_id: found.value.id,
                member: Member::User(user.id),
                source: Source::Manual,
                contract_id: None,
                rule_id: None,
                window: Window::ALWAYS,
            })?;
        }
    }
    Ok(user)
}
