//! What the model keeps of each record: dense ids, day numbers and masks, no names and no texts
//! but those by which a record is found.
//!
//! What a decision reads is kept small and together: a user with up to three memberships is
//! a row of 48 bytes, which with its id is a line of the processor's cache; a worker with up to two contracts one of 32.

use std::sync::Arc;

use thin_vec::ThinVec;
use uuid::Uuid;

use super::bag::Bag;
use super::compile::{Rules, Sets};
use super::cow::Chunks;
use super::ids::NONE;
pub(crate) use super::parts::{Above, Bar, Cover, Days, Edge, Entry, Held, Keeper, Rare, Stay, Stays, Wide};
use super::tables::CodedRow;
use super::threads::{Links, Thread};
use crate::area::AreaClass;
use crate::grant::Target;
use crate::grant::built_in::is_folder_module;
use crate::role::Source;
use crate::user::{UserKind, UserState};

/// A user, as decisions see it.
#[derive(Clone, Debug)]
pub(crate) struct UserRow {
    pub(crate) bar: Bar,
    /// Whether there are personal grants.
    pub(crate) personal: bool,
    /// Memberships of the user: the first few and the rest.
    pub(crate) seats: Stays<3>,
    pub(crate) beside: ThinVec<Stay>,
}

const _: () = assert!(size_of::<UserRow>() <= 48, "with its id a user is one line of the processor's cache");

/// The rest of a user.
#[derive(Clone, Debug)]
pub(crate) struct UserMore {
    pub(crate) external: Option<Box<str>>,
    pub(crate) rare: Option<Box<Rare>>,
    /// Head of the list of memberships of the user.
    pub(crate) memberships: u32,
    pub(crate) worker: u32,
    pub(crate) kind: UserKind,
    pub(crate) state: UserState,
}

/// A worker, as decisions see it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WorkerRow {
    pub(crate) user: u32,
    pub(crate) known: bool,
    /// Whether there are contracts beside the row.
    pub(crate) more: bool,
    pub(crate) places: Stays<2>,
}

/// The rest of a worker.
#[derive(Clone, Debug)]
pub(crate) struct WorkerMore {
    pub(crate) external: Option<Box<str>>,
    pub(crate) places: Box<[Stay]>,
    /// Head of the list of grants over this worker.
    pub(crate) grants: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct DepartmentRow {
    pub(crate) parent: u32,
    /// Head of the list of grants over this department.
    pub(crate) grants: u32,
    pub(crate) contracts: Bag<Entry>,
    pub(crate) objects: Bag<u32>,
    pub(crate) known: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ContractRow {
    pub(crate) worker: u32,
    pub(crate) department: u32,
    pub(crate) position: u32,
    pub(crate) days: Days,
    /// Its place among the contracts of the department.
    pub(crate) place: u32,
    /// Signed or ended, and so known to worker and department.
    pub(crate) counts: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct RoleRow {
    pub(crate) priority: i32,
    pub(crate) days: Days,
    pub(crate) held: Held,
    /// Roles of which this one is a direct member.
    pub(crate) above: Vec<Edge>,
    /// Roles that are direct members.
    pub(crate) below: Vec<Edge>,
    /// All roles above, directly or not, and the role itself, with the days.
    pub(crate) closure: Box<[Above]>,
    /// The same as far as external administrators are members: without protected roles and what is
    /// only reached through them (G-3). `None` where no role of the closure is protected.
    pub(crate) outside: Option<Box<[Above]>>,
    /// Modules in which the role gives something.
    pub(crate) modules: Box<[u32]>,
    /// Areas that name the role as processor or reader.
    pub(crate) areas: Vec<u32>,
    /// Settings for wage types.
    pub(crate) offers: Vec<u32>,
    /// Memberships of users.
    pub(crate) members: Bag<Entry>,
    pub(crate) known: bool,
    /// Whether its members come from rules alone.
    pub(crate) automatic: bool,
    /// Whether external administrators are kept out (G-3).
    pub(crate) protected: bool,
    /// Whether it is a list of people.
    pub(crate) listed: bool,
}

/// The rest of a role.
#[derive(Clone, Debug, Default)]
pub(crate) struct RoleMore {
    pub(crate) code: Box<str>,
    pub(crate) external: Option<Box<str>>,
}

/// The rest of a department.
#[derive(Clone, Debug, Default)]
pub(crate) struct DepartmentMore {
    pub(crate) external: Option<Box<str>>,
}

#[derive(Clone, Debug)]
pub(crate) struct MembershipRow {
    /// Nil for none.
    pub(crate) contract: Uuid,
    /// Nil for none.
    pub(crate) rule: Uuid,
    pub(crate) role: u32,
    pub(crate) member: Keeper,
    pub(crate) days: Days,
    /// Its place among the members of the role.
    pub(crate) place: u32,
    pub(crate) of_user: Links,
    pub(crate) source: Source,
    /// Whether its two ends know of it.
    pub(crate) listed: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ModuleRow {
    pub(crate) id: Uuid,
    pub(crate) code: Box<str>,
    /// The actions as the record lists them.
    pub(crate) actions: Arc<[Box<str>]>,
    /// The name of each bit; empty where the bit is free.
    pub(crate) names: Arc<Vec<Box<str>>>,
    /// The bits of `actions`.
    pub(crate) declared: u128,
    /// The actions that a relation to the target itself gives (P-03, step 2): own folder, assignee and team.
    pub(crate) related: u128,
    /// Those that processors and readers of the target's area have.
    pub(crate) processed: u128,
    pub(crate) read: u128,
    /// Those by which a request is closed, which nobody does with their own (P-08).
    pub(crate) closing: u128,
    pub(crate) target: Target,
    pub(crate) active: bool,
    pub(crate) known: bool,
    /// Head of the list of grants over everything.
    pub(crate) grants: u32,
    /// All its grants, whatever they are over.
    pub(crate) listed: Bag<u32>,
    /// What each role gives its members here, by the role's number.
    pub(crate) rules: Chunks<Rules>,
    pub(crate) sets: Arc<Sets>,
}

#[derive(Clone, Debug)]
pub(crate) struct TypeRow {
    pub(crate) code: Box<str>,
    pub(crate) module: u32,
    pub(crate) known: bool,
    /// Head of the list of grants over the type.
    pub(crate) grants: u32,
    pub(crate) objects: Bag<u32>,
}

/// An object, as decisions see it.
#[derive(Clone, Debug)]
pub(crate) struct ObjectRow {
    /// In the order of numbers.
    pub(crate) team: Box<[u32]>,
    pub(crate) object_type: u32,
    pub(crate) department: u32,
    pub(crate) assignee: u32,
    pub(crate) area: u32,
}

/// The rest of an object.
#[derive(Clone, Debug)]
pub(crate) struct ObjectMore {
    pub(crate) external: Option<Box<str>>,
    /// Its places among the objects of the department, of the area and of the type.
    pub(crate) in_department: u32,
    pub(crate) in_area: u32,
    pub(crate) in_type: u32,
    /// Head of the list of grants over this object.
    pub(crate) grants: u32,
}

/// An area, as decisions see it. Lists are in the order of numbers.
#[derive(Clone, Debug)]
pub(crate) struct AreaRow {
    /// The roles whose members work there.
    pub(crate) processors: Box<[u32]>,
    /// The roles whose members read there.
    pub(crate) readers: Box<[u32]>,
    /// The external administrators whose rights count there (U-11).
    pub(crate) outsiders: Box<[u32]>,
    pub(crate) class: AreaClass,
    pub(crate) known: bool,
}

/// The rest of an area.
#[derive(Clone, Debug)]
pub(crate) struct AreaMore {
    pub(crate) external: Option<Box<str>>,
    pub(crate) owner: u32,
    pub(crate) parent: u32,
    pub(crate) archived: bool,
    /// Head of the list of grants over this area.
    pub(crate) grants: u32,
    pub(crate) objects: Bag<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct GrantRow {
    /// The number that the module gave to the allowed and denied actions.
    pub(crate) set: u32,
    pub(crate) holder: Keeper,
    pub(crate) module: u32,
    pub(crate) cover: Cover,
    pub(crate) days: Days,
    pub(crate) of_holder: Links,
    pub(crate) in_scope: Links,
    /// Its place among the grants of the module.
    pub(crate) place: u32,
    pub(crate) listed: bool,
}

macro_rules! defaults {
    ($($row:ident { $($field:ident: $value:expr),* $(,)? })*) => {$(
        impl Default for $row {
            fn default() -> Self {
                Self { $($field: $value),* }
            }
        }
    )*};
}

defaults! {
    UserRow { bar: Bar::Unknown, personal: false, seats: Stays::default(), beside: ThinVec::new() }
    WorkerRow { user: NONE, known: false, more: false, places: Stays::default() }
    DepartmentRow {
        parent: NONE, grants: NONE, contracts: Bag::default(), objects: Bag::default(), known: false,
    }
    ContractRow { worker: NONE, department: NONE, position: NONE, days: Days::default(), place: NONE, counts: false }
    RoleRow {
        priority: 0, days: Days::default(), held: Held::default(), above: Vec::new(), below: Vec::new(),
        closure: Box::default(), outside: None, modules: Box::default(), areas: Vec::new(), offers: Vec::new(), members: Bag::default(), known: false, automatic: false,
        protected: false, listed: false,
    }
    MembershipRow {
        contract: Uuid::nil(), rule: Uuid::nil(), role: NONE, member: Keeper::User(NONE),
        days: Days::default(), place: NONE, of_user: Links::default(), source: Source::Manual, listed: false,
    }
    ObjectRow { team: Box::default(), object_type: NONE, department: NONE, assignee: NONE, area: NONE }
    AreaRow {
        processors: Box::default(), readers: Box::default(), outsiders: Box::default(), class: AreaClass::Normal,
        known: false,
    }
    GrantRow {
        set: NONE, holder: Keeper::User(NONE), module: NONE, cover: Cover::All,
        days: Days::default(), of_holder: Links::default(), in_scope: Links::default(), place: NONE, listed: false,
    }
}

defaults! {
    UserMore {
        external: None, rare: None, memberships: NONE, worker: NONE,
        kind: UserKind::Virtual, state: UserState::Forgotten,
    }
    WorkerMore { external: None, places: Box::default(), grants: NONE }
    ObjectMore { external: None, in_department: NONE, in_area: NONE, in_type: NONE, grants: NONE }
    AreaMore { external: None, owner: NONE, parent: NONE, archived: false, grants: NONE, objects: Bag::default() }
    ModuleRow {
        id: Uuid::nil(), code: Box::default(), actions: Arc::from([]), names: Arc::default(), declared: 0,
        related: 0, processed: 0, read: 0, closing: 0, target: Target::None, active: false, known: false, grants: NONE,
        listed: Bag::default(), rules: Chunks::default(), sets: Arc::default(),
    }
    TypeRow { code: Box::default(), module: NONE, known: false, grants: NONE, objects: Bag::default() }
}

impl RoleRow {
    /// The closure as far as external administrators are members (G-3).
    pub(crate) fn closure_from_outside(&self) -> &[Above] {
        self.outside.as_deref().unwrap_or(&self.closure)
    }
}

impl ObjectRow {
    /// Whether there is such an object: each has a type.
    #[inline]
    pub(crate) const fn is_known(&self) -> bool {
        self.object_type != NONE
    }
}

impl ModuleRow {
    /// The actions that some relation may give (P-03, step 2).
    pub(crate) const fn of_relations(&self) -> u128 {
        self.related | self.processed | self.read
    }

    /// Whether its actions are done to workers' folders, which external administrators never
    /// reach (G-3).
    pub(crate) fn holds_folders(&self) -> bool {
        is_folder_module(&self.code)
    }
}

impl CodedRow for ModuleRow {
    fn code(&self) -> &str {
        &self.code
    }
    fn mentioned(code: &str) -> Self {
        Self { code: code.into(), ..Self::default() }
    }
}

impl CodedRow for TypeRow {
    fn code(&self) -> &str {
        &self.code
    }
    fn mentioned(code: &str) -> Self {
        Self { code: code.into(), ..Self::default() }
    }
}

macro_rules! threads {
    ($($(#[$doc:meta])* $name:ident: $row:ident . $field:ident)*) => {$(
        $(#[$doc])*
        pub(crate) struct $name;
        impl Thread<$row> for $name {
            fn links(row: &$row) -> &Links {
                &row.$field
            }
            fn links_mut(row: &mut $row) -> &mut Links {
                &mut row.$field
            }
        }
    )*};
}

threads! {
    /// Memberships of a user.
    MembershipsOfUser: MembershipRow.of_user
    /// Grants of a holder.
    GrantsOfHolder: GrantRow.of_holder
    /// Grants with the same scope: a module's over everything, a department's, a type's, a target's.
    GrantsInScope: GrantRow.in_scope
}
