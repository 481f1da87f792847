//! Following the records: the only way into the model, but for loading one.
//!
//! Records come in any order and may refer to records that come later or never: a thing that is
//! only mentioned has a row of which nothing is known yet. What a change does is taken from the
//! row, not from the record before, so that a repeated change does no harm.

use super::Model;
use super::facts::{UserFact, WorkerFact};
use super::ids::NONE;
use super::rows::Bar;
use super::tables::Names;
use crate::change::{Change, Record};
use crate::setting::{CLOSE_OWN_REQUESTS, Setting};
use crate::user::{Capability, User, UserKind, UserState, capable};
use crate::worker::Worker;

/// What must be computed anew once all changes of a call are in.
#[derive(Default)]
pub(super) struct Open {
    /// Roles that may now give something else, as may all roles below them.
    pub(super) roles: Vec<u32>,
    /// Modules with an action for which there was no free bit yet.
    pub(super) modules: Vec<u32>,
    /// Whether a department moved.
    pub(super) tree: bool,
}

impl Model {
    /// Takes changes in. Kinds on which no right depends are passed over.
    pub fn apply(&mut self, changes: &[Change]) {
        let mut open = Open::default();
        for change in changes {
            match (&change.before, &change.after) {
                (Some(before), Some(after)) => {
                    if code_changed(before, after) {
                        self.forget(before, &mut open);
                    }
                    self.put(after, &mut open);
                }
                (None, Some(after)) => self.put(after, &mut open),
                (Some(before), None) => self.forget(before, &mut open),
                (None, None) => {}
            }
        }
        self.settle(open);
    }

    pub(super) fn put(&mut self, record: &Record, open: &mut Open) {
        match record {
            Record::User(user) => self.put_user(&user.into()),
            Record::Worker(worker) => self.put_worker(&worker.into()),
            Record::Department(department) => self.put_department(department, open),
            Record::Contract(contract) => self.put_contract(&contract.into()),
            Record::Role(role) => self.put_role(role, open),
            Record::Membership(membership) => self.put_membership(&membership.into(), open),
            Record::Module(module) => self.put_module(module, open),
            Record::ObjectType(object_type) => self.put_object_type(object_type),
            Record::Object(object) => self.put_object(object),
            Record::Area(area) => self.put_area(area),
            Record::ProtectionRule(rule) => self.put_protection_rule(rule),
            Record::Grant(grant) => self.put_grant(grant, open),
            Record::WageType(wage_type) => self.put_wage_type(wage_type),
            Record::WageOffer(offer) => self.put_wage_offer(offer),
            Record::Setting(setting) => self.put_setting(setting, true),
            Record::Position(_)
            | Record::Qualification(_)
            | Record::NotificationSubscription(_)
            | Record::MarkPattern(_)
            | Record::Notice(_)
            | Record::Template(_)
            | Record::RoleRule(_)
            | Record::ApiToken(_)
            | Record::Session(_)
            | Record::Identity(_) => {}
        }
    }

    fn forget(&mut self, record: &Record, open: &mut Open) {
        match record {
            Record::User(user) => self.forget_user(user),
            Record::Worker(worker) => self.forget_worker(worker),
            Record::Department(department) => self.forget_department(department, open),
            Record::Contract(contract) => self.forget_contract(contract),
            Record::Role(role) => self.forget_role(role, open),
            Record::Membership(membership) => self.forget_membership(membership, open),
            Record::Module(module) => self.forget_module(module),
            Record::ObjectType(object_type) => self.forget_object_type(object_type),
            Record::Object(object) => self.forget_object(object),
            Record::Area(area) => self.forget_area(area),
            Record::ProtectionRule(rule) => self.forget_protection_rule(rule),
            Record::Grant(grant) => self.forget_grant(grant, open),
            Record::WageType(wage_type) => self.forget_wage_type(wage_type),
            Record::WageOffer(offer) => self.forget_wage_offer(offer),
            Record::Setting(setting) => self.put_setting(setting, false),
            Record::Position(_)
            | Record::Qualification(_)
            | Record::NotificationSubscription(_)
            | Record::MarkPattern(_)
            | Record::Notice(_)
            | Record::Template(_)
            | Record::RoleRule(_)
            | Record::ApiToken(_)
            | Record::Session(_)
            | Record::Identity(_) => {}
        }
    }

    /// The one setting on which a decision depends (P-08).
    fn put_setting(&mut self, setting: &Setting, there: bool) {
        if setting.key == CLOSE_OWN_REQUESTS {
            self.closes_own = there && setting.is_on();
        }
    }

    pub(super) fn settle(&mut self, open: Open) {
        for module in open.modules {
            self.declare_actions(module);
        }
        if open.tree || !self.tree.fits(self.departments.rows.len()) {
            self.renumber_departments();
        }
        self.close_roles(open.roles);
    }

    pub(super) fn put_user(&mut self, user: &UserFact<'_>) {
        let ix = self.users.intern(user.id.0);
        let (Some(row), Some(more)) = (self.users.rows.get_mut(ix), self.users.more.get_mut(ix)) else { return };
        (more.kind, more.state) = (user.kind, user.state);
        if std::mem::replace(&mut row.bar, bar(user.kind, user.state)) == Bar::Unknown {
            self.counts.users += 1;
        }
        rename(&mut self.user_names, 0, &mut more.external, user.external_id.as_deref(), ix);
    }

    fn forget_user(&mut self, user: &User) {
        let Some(ix) = self.users.find(user.id.0) else { return };
        let (Some(row), Some(more)) = (self.users.rows.get_mut(ix), self.users.more.get_mut(ix)) else { return };
        if std::mem::replace(&mut row.bar, Bar::Unknown) != Bar::Unknown {
            self.counts.users -= 1;
        }
        rename(&mut self.user_names, 0, &mut more.external, None, ix);
    }

    pub(super) fn put_worker(&mut self, worker: &WorkerFact<'_>) {
        let ix = self.workers.intern(worker.id.0);
        let user = worker.user_id.map_or(NONE, |id| self.users.intern(id.0));
        let (Some(row), Some(more)) = (self.workers.rows.get_mut(ix), self.workers.more.get_mut(ix)) else { return };
        if !std::mem::replace(&mut row.known, true) {
            self.counts.workers += 1;
        }
        rename(&mut self.worker_names, 0, &mut more.external, worker.external_id.as_deref(), ix);
        self.link_worker(ix, user);
    }

    fn forget_worker(&mut self, worker: &Worker) {
        let Some(ix) = self.workers.find(worker.id.0) else { return };
        self.link_worker(ix, NONE);
        let (Some(row), Some(more)) = (self.workers.rows.get_mut(ix), self.workers.more.get_mut(ix)) else { return };
        if std::mem::replace(&mut row.known, false) {
            self.counts.workers -= 1;
        }
        rename(&mut self.worker_names, 0, &mut more.external, None, ix);
    }

    /// Keeps the link on both sides (W-03). A user that another worker took over meanwhile
    /// stays with that one.
    fn link_worker(&mut self, ix: u32, user: u32) {
        let Some(row) = self.workers.get_mut(ix) else { return };
        let before = std::mem::replace(&mut row.user, user);
        if before == user {
            return;
        }
        if let Some(more) = self.users.more.get_mut(before).filter(|more| more.worker == ix) {
            more.worker = NONE;
        }
        if let Some(more) = self.users.more.get_mut(user) {
            more.worker = ix;
        }
    }
}

/// The guard that bars an account by its state or kind (G-1, G-3, U-10). The state is told first.
pub(super) fn bar(kind: UserKind, state: UserState) -> Bar {
    if state != UserState::Active {
        return Bar::State;
    }
    let acts = capable(kind, state, Capability::LogIn) || capable(kind, state, Capability::CallWithToken);
    match kind {
        _ if !acts => Bar::Kind,
        UserKind::ExternalAdministrator => Bar::Outside,
        _ => Bar::Free,
    }
}

/// Keeps the name by which callers find a row.
pub(super) fn rename(names: &mut Names, group: u32, name: &mut Option<Box<str>>, after: Option<&str>, ix: u32) {
    if name.as_deref() == after {
        return;
    }
    if let Some(before) = name {
        names.remove(group, before, ix);
    }
    if let Some(after) = after {
        names.insert(group, after, ix);
    }
    *name = after.map(Into::into);
}

/// Modules and object types are rows by code: under another code they are another row.
fn code_changed(before: &Record, after: &Record) -> bool {
    match (before, after) {
        (Record::Module(before), Record::Module(after)) => before.code != after.code,
        (Record::ObjectType(before), Record::ObjectType(after)) => before.code != after.code,
        _ => false,
    }
}
