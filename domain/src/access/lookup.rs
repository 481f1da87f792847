//! Between names and dense ids.
//!
//! The way to a dense id (`user`, `find_user`, ...) finds existing records only. The way back
//! answers for every dense id this model gave out, also when the record is gone meanwhile.

use uuid::Uuid;

use super::rows::{AreaRow, Bar, DepartmentRow, GrantRow, ModuleRow, ObjectRow, RoleRow, UserRow, WorkerRow};
use super::{ActionIx, AreaIx, DepartmentIx, GrantIx, Model, ModuleIx, ObjectIx, RoleIx, UserIx, WorkerIx};
use crate::grant::{self, ACTIONS_MAX, Target};
use crate::id::{AreaId, DepartmentId, GrantId, ModuleId, ObjectId, RoleId, UserId, WorkerId};
use crate::user::{UserKind, UserState};

macro_rules! lookups {
    ($($(#[$doc:meta])* $name:ident, $back:ident, $all:ident: $id:ident <=> $ix:ident, $known:expr;)*) => {
        impl Model {$(
            $(#[$doc])*
            #[inline]
            pub fn $name(&self, id: $id) -> Option<$ix> {
                let ix = self.$all.find(id.0)?;
                self.$all.get(ix).filter($known).map(|_| $ix(ix))
            }

            /// The id behind a dense id.
            pub fn $back(&self, ix: $ix) -> $id {
                $id(self.$all.id(ix.0))
            }

            /// All of them, in the order of their numbers.
            pub fn $all(&self) -> impl Iterator<Item = $ix> + '_ {
                let known = |row: &_| $known(&row);
                self.$all.rows.iter().filter(move |(_, row)| known(*row)).map(|(ix, _)| $ix(ix))
            }
        )*}
    };
}

lookups! {
    /// The user of that id.
    user, user_id, users: UserId <=> UserIx, |row: &&UserRow| row.bar != Bar::Unknown;
    /// The worker of that id.
    worker, worker_id, workers: WorkerId <=> WorkerIx, |row: &&WorkerRow| row.known;
    /// The department of that id.
    department, department_id, departments: DepartmentId <=> DepartmentIx, |row: &&DepartmentRow| row.known;
    /// The role of that id.
    role, role_id, roles: RoleId <=> RoleIx, |row: &&RoleRow| row.known;
    /// The object of that id.
    object, object_id, objects: ObjectId <=> ObjectIx, |row: &&ObjectRow| row.is_known();
    /// The area of that id.
    area, area_id, areas: AreaId <=> AreaIx, |row: &&AreaRow| row.known;
    /// The grant of that id.
    grant, grant_id, grants: GrantId <=> GrantIx, |row: &&GrantRow| row.listed;
}

impl Model {
    /// The user that a caller names: by Remit id, else by external id.
    pub fn find_user(&self, name: &str) -> Option<UserIx> {
        let by_id = Uuid::try_parse(name).ok().and_then(|id| self.user(UserId(id)));
        by_id.or_else(|| {
            let is_it = |ix| self.users.more.get(ix).is_some_and(|more| more.external.as_deref() == Some(name));
            self.user_names.find(0, name, is_it).map(UserIx)
        })
    }

    /// The worker that a caller names: by Remit id, else by external id.
    pub fn find_worker(&self, name: &str) -> Option<WorkerIx> {
        let by_id = Uuid::try_parse(name).ok().and_then(|id| self.worker(WorkerId(id)));
        by_id.or_else(|| {
            let is_it = |ix| self.workers.more.get(ix).is_some_and(|more| more.external.as_deref() == Some(name));
            self.worker_names.find(0, name, is_it).map(WorkerIx)
        })
    }

    /// The area that a caller names: by Remit id, else by external id.
    pub fn find_area(&self, name: &str) -> Option<AreaIx> {
        let by_id = Uuid::try_parse(name).ok().and_then(|id| self.area(AreaId(id)));
        by_id.or_else(|| {
            let is_it = |ix| self.areas.more.get(ix).is_some_and(|more| more.external.as_deref() == Some(name));
            self.area_names.find(0, name, is_it).map(AreaIx)
        })
    }

    /// The object of that type that a caller names: by Remit id, else by external id.
    pub fn find_object(&self, type_code: &str, name: &str) -> Option<ObjectIx> {
        let object_type = self.types.find(type_code)?;
        let by_id = Uuid::try_parse(name).ok().and_then(|id| self.object(ObjectId(id)));
        let by_id = by_id.filter(|ix| self.objects.get(ix.0).is_some_and(|row| row.object_type == object_type));
        by_id.or_else(|| {
            let is_it = |ix| {
                self.objects.get(ix).is_some_and(|row| row.object_type == object_type)
                    && self.objects.more.get(ix).is_some_and(|more| more.external.as_deref() == Some(name))
            };
            self.object_names.find(object_type, name, is_it).map(ObjectIx)
        })
    }

    /// The caller's own id of a user.
    pub fn user_external_id(&self, user: UserIx) -> Option<&str> {
        self.users.more.get(user.0)?.external.as_deref()
    }

    /// The caller's own id of a worker.
    pub fn worker_external_id(&self, worker: WorkerIx) -> Option<&str> {
        self.workers.more.get(worker.0)?.external.as_deref()
    }

    /// The caller's own id of an object.
    pub fn object_external_id(&self, object: ObjectIx) -> Option<&str> {
        self.objects.more.get(object.0)?.external.as_deref()
    }

    /// The caller's own id of an area.
    pub fn area_external_id(&self, area: AreaIx) -> Option<&str> {
        self.areas.more.get(area.0)?.external.as_deref()
    }

    /// The code of an object's type.
    pub fn object_type_code(&self, object: ObjectIx) -> &str {
        let object_type = self.objects.get(object.0).and_then(|row| self.types.get(row.object_type));
        object_type.map_or("", |row| &row.code)
    }

    /// The code of a role.
    pub fn role_code(&self, role: RoleIx) -> &str {
        self.roles.more.get(role.0).map_or("", |more| &more.code)
    }

    /// The caller's own id of a role.
    pub fn role_external_id(&self, role: RoleId) -> Option<&str> {
        self.roles.more.get(self.roles.find(role.0)?)?.external.as_deref()
    }

    /// The caller's own id of the thing that a scope names.
    pub fn scope_external_id(&self, scope: &grant::Scope) -> Option<&str> {
        match scope {
            grant::Scope::Department { id, .. } => {
                self.departments.more.get(self.departments.find(id.0)?)?.external.as_deref()
            }
            grant::Scope::Worker { id } => self.worker_external_id(self.worker(*id)?),
            grant::Scope::Area { id } => self.area_external_id(self.area(*id)?),
            grant::Scope::Object { id } => self.object_external_id(self.object(*id)?),
            grant::Scope::All | grant::Scope::ObjectType { .. } => None,
        }
    }

    /// The module of that code.
    pub fn module(&self, code: &str) -> Option<ModuleIx> {
        let ix = self.modules.find(code)?;
        self.known_module(ix).map(|_| ModuleIx(ix))
    }

    /// All modules.
    pub fn modules(&self) -> impl Iterator<Item = ModuleIx> + '_ {
        self.modules.rows.iter().filter(|(_, row)| row.known).map(|(ix, _)| ModuleIx(ix))
    }

    /// The module of that object type.
    pub fn object_type(&self, code: &str) -> Option<ModuleIx> {
        let object_type = self.types.get(self.types.find(code)?).filter(|row| row.known)?;
        self.known_module(object_type.module).map(|_| ModuleIx(object_type.module))
    }

    /// The module that an object's type belongs to.
    pub fn module_of(&self, object: ObjectIx) -> Option<ModuleIx> {
        let row = self.known_object(object.0)?;
        let object_type = self.types.get(row.object_type).filter(|row| row.known)?;
        self.known_module(object_type.module).map(|_| ModuleIx(object_type.module))
    }

    /// The id of a module.
    pub fn module_id(&self, module: ModuleIx) -> ModuleId {
        ModuleId(self.modules.get(module.0).map_or(Uuid::nil(), |row| row.id))
    }

    /// The code of a module.
    pub fn module_code(&self, module: ModuleIx) -> &str {
        self.modules.get(module.0).map_or("", |row| &row.code)
    }

    /// What the actions of a module are done to (P-01).
    pub fn module_target(&self, module: ModuleIx) -> Target {
        self.modules.get(module.0).map_or(Target::None, |row| row.target)
    }

    /// Whether a module is switched on (P-02).
    pub fn module_active(&self, module: ModuleIx) -> bool {
        self.modules.get(module.0).is_some_and(|row| row.active)
    }

    /// The action of that name, if the module lists it.
    pub fn action(&self, module: ModuleIx, name: &str) -> Option<ActionIx> {
        let row = self.modules.get(module.0)?;
        let bit = row.bit(name).filter(|bit| row.declared & bit != 0)?;
        Some(ActionIx(bit.trailing_zeros() as u8))
    }

    /// The actions of a module with their names.
    pub fn actions(&self, module: ModuleIx) -> Vec<(ActionIx, &str)> {
        let Some(row) = self.modules.get(module.0) else { return Vec::new() };
        let actions = (0..ACTIONS_MAX as u8).map(ActionIx).zip(row.names.iter());
        actions.filter(|(action, _)| row.declared & action.bit() != 0).map(|(action, name)| (action, &**name)).collect()
    }

    /// The name of an action.
    pub fn action_name(&self, module: ModuleIx, action: ActionIx) -> &str {
        let row = self.modules.get(module.0);
        row.and_then(|row| row.names.get(usize::from(action.0))).map_or("", |name| name)
    }

    /// The account that a worker is linked to (W-03).
    pub fn account_of(&self, worker: WorkerIx) -> Option<UserIx> {
        let user = self.known_worker(worker.0)?.user;
        self.known_user(user).map(|_| UserIx(user))
    }

    /// The worker that a user is linked to (W-03).
    pub fn worker_of(&self, user: UserIx) -> Option<WorkerIx> {
        self.known_user(user.0)?;
        let worker = self.users.more.get(user.0)?.worker;
        self.known_worker(worker).map(|_| WorkerIx(worker))
    }

    /// Kind and state of an account. A user that does not exist is virtual and forgotten.
    pub fn user_state(&self, user: UserIx) -> (UserKind, UserState) {
        let more = self.known_user(user.0).and(self.users.more.get(user.0));
        more.map_or((UserKind::Virtual, UserState::Forgotten), |more| (more.kind, more.state))
    }

    /// Whether the account may do anything at all: it is active, and of a kind that does something (G-1, U-10).
    pub fn may_act(&self, user: UserIx) -> bool {
        self.known_user(user.0).is_some_and(|row| row.bar.reason().is_none())
    }

    /// Whether it is an external administrator, in whatever state (G-3).
    pub(super) fn is_outside(&self, user: u32) -> bool {
        self.users.more.get(user).is_some_and(|more| more.kind == UserKind::ExternalAdministrator)
    }

    pub(super) fn known_user(&self, ix: u32) -> Option<&UserRow> {
        self.users.get(ix).filter(|row| row.bar != Bar::Unknown)
    }

    pub(super) fn known_worker(&self, ix: u32) -> Option<&WorkerRow> {
        self.workers.get(ix).filter(|row| row.known)
    }

    pub(super) fn known_object(&self, ix: u32) -> Option<&ObjectRow> {
        self.objects.get(ix).filter(|row| row.is_known())
    }

    pub(super) fn known_module(&self, ix: u32) -> Option<&ModuleRow> {
        self.modules.get(ix).filter(|row| row.known)
    }
}
