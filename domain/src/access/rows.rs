//! What the model keeps of each record: dense ids, day numbers and masks, no names and no texts
//! but the ids and codes by which a record is found.

use chrono::NaiveDate;
use uuid::Uuid;

use super::ReasonCode;
use super::ids::NONE;
use super::tables::{CodedRow, Row};
use super::threads::{Links, Thread};
use crate::grant::Target;
use crate::role::Source;
use crate::user::{UserKind, UserState};
use crate::window::{Day, Window};

/// First and last day, both inclusive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Days {
    pub(crate) from: Day,
    pub(crate) to: Day,
}

impl Days {
    pub(crate) const ALWAYS: Days = Days { from: Day::MIN, to: Day::MAX };
    const NEVER: Days = Days { from: Day::MAX, to: Day::MIN };

    pub(crate) const fn contains(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }

    /// The days that lie in both, if any.
    pub(crate) fn intersect(self, other: Days) -> Option<Days> {
        let both = Days { from: self.from.max(other.from), to: self.to.min(other.to) };
        (both.from <= both.to).then_some(both)
    }

    pub(crate) fn window(self) -> Window {
        // The open ends lie outside the calendar, so that they come back as `None`.
        Window::new(
            NaiveDate::from_num_days_from_ce_opt(self.from),
            NaiveDate::from_num_days_from_ce_opt(self.to),
        )
    }
}

impl Default for Days {
    fn default() -> Self {
        Self::NEVER
    }
}

impl From<Window> for Days {
    fn from(window: Window) -> Self {
        let (from, to) = window.days();
        Self { from, to }
    }
}

/// A direct membership of a user, kept with the user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat {
    pub(crate) role: u32,
    pub(crate) days: Days,
    pub(crate) membership: u32,
}

/// A membership of a role in a role, kept with both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) role: u32,
    pub(crate) days: Days,
    pub(crate) membership: u32,
}

/// A role above (or the role itself) and days on which its members are members there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Above {
    pub(crate) role: u32,
    pub(crate) days: Days,
}

/// A contract that counts, kept with the worker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) department: u32,
    pub(crate) days: Days,
    pub(crate) contract: u32,
}

/// What a grant covers (P-02).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Cover {
    #[default]
    All,
    Department(u32),
    Subtree(u32),
    Type(u32),
    Worker(u32),
    Object(u32),
}

impl Cover {
    /// Whether it names one target: such grants are found by hash instead of by walking.
    pub(crate) const fn direct(self) -> bool {
        matches!(self, Cover::Worker(_) | Cover::Object(_))
    }
}

/// Who holds a grant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Keeper {
    Role(u32),
    User(u32),
}

/// A grant over many targets, kept with its holder in the order of modules.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wide {
    pub(crate) allow: u128,
    pub(crate) deny: u128,
    pub(crate) module: u32,
    pub(crate) cover: Cover,
    pub(crate) days: Days,
    pub(crate) grant: u32,
}

/// The grants of a holder.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) wide: Vec<Wide>,
    /// How many grants over one target there are.
    pub(crate) direct: u32,
    /// Head of the list of all grants of the holder.
    pub(crate) first: u32,
}

impl Default for Held {
    fn default() -> Self {
        Self { wide: Vec::new(), direct: 0, first: NONE }
    }
}

/// What few users have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rare {
    /// Personal grants.
    pub(crate) held: Held,
    /// Objects of which the user is assignee or in the team.
    pub(crate) objects: Vec<u32>,
}

#[derive(Clone, Debug)]
pub(crate) struct UserRow {
    pub(crate) id: Uuid,
    pub(crate) external: Option<Box<str>>,
    pub(crate) seats: Box<[Seat]>,
    pub(crate) rare: Option<Box<Rare>>,
    pub(crate) worker: u32,
    pub(crate) kind: UserKind,
    pub(crate) state: UserState,
    /// The guard G-1 that bars the account, if it does.
    pub(crate) barred: Option<ReasonCode>,
    pub(crate) known: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct WorkerRow {
    pub(crate) id: Uuid,
    pub(crate) external: Option<Box<str>>,
    pub(crate) places: Box<[Place]>,
    pub(crate) user: u32,
    /// Head of the list of grants over this worker.
    pub(crate) grants: u32,
    pub(crate) known: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct DepartmentRow {
    pub(crate) id: Uuid,
    pub(crate) parent: u32,
    /// Heads of the lists of contracts, objects, and grants over this department.
    pub(crate) contracts: u32,
    pub(crate) objects: u32,
    pub(crate) grants: u32,
    pub(crate) known: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ContractRow {
    pub(crate) id: Uuid,
    pub(crate) worker: u32,
    pub(crate) department: u32,
    pub(crate) days: Days,
    pub(crate) in_department: Links,
    /// Signed or ended, and so in the lists.
    pub(crate) counts: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct RoleRow {
    pub(crate) id: Uuid,
    pub(crate) priority: i32,
    pub(crate) days: Days,
    pub(crate) held: Held,
    /// Roles of which this one is a direct member.
    pub(crate) above: Vec<Edge>,
    /// Roles that are direct members.
    pub(crate) below: Vec<Edge>,
    /// All roles above, directly or not, and the role itself, with the days.
    pub(crate) closure: Box<[Above]>,
    /// Head of the list of memberships of users, and its length.
    pub(crate) seats: u32,
    pub(crate) seats_count: u32,
    pub(crate) known: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct MembershipRow {
    pub(crate) id: Uuid,
    /// Nil for none.
    pub(crate) contract: Uuid,
    /// Nil for none.
    pub(crate) rule: Uuid,
    pub(crate) role: u32,
    pub(crate) member: Keeper,
    pub(crate) days: Days,
    pub(crate) in_role: Links,
    pub(crate) source: Source,
    /// Whether it stands in the lists of its two ends.
    pub(crate) listed: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ModuleRow {
    pub(crate) id: Uuid,
    pub(crate) code: Box<str>,
    /// The actions as the record lists them.
    pub(crate) actions: Vec<Box<str>>,
    /// The name of each bit; empty where the bit is free.
    pub(crate) names: Vec<Box<str>>,
    /// The bits of `actions`.
    pub(crate) declared: u128,
    /// The actions that a relation to the target gives (P-03, step 2).
    pub(crate) related: u128,
    pub(crate) target: Target,
    pub(crate) active: bool,
    pub(crate) known: bool,
    /// Head of the list of grants over everything.
    pub(crate) grants: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct TypeRow {
    pub(crate) code: Box<str>,
    pub(crate) module: u32,
    pub(crate) known: bool,
    /// Heads of the lists of objects, and of grants over the type.
    pub(crate) objects: u32,
    pub(crate) grants: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct ObjectRow {
    pub(crate) id: Uuid,
    pub(crate) external: Option<Box<str>>,
    /// In the order of numbers.
    pub(crate) team: Box<[u32]>,
    pub(crate) object_type: u32,
    pub(crate) department: u32,
    pub(crate) assignee: u32,
    pub(crate) in_department: Links,
    pub(crate) in_type: Links,
    /// Head of the list of grants over this object.
    pub(crate) grants: u32,
    pub(crate) known: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct GrantRow {
    pub(crate) allow: u128,
    pub(crate) deny: u128,
    pub(crate) id: Uuid,
    pub(crate) holder: Keeper,
    pub(crate) module: u32,
    pub(crate) cover: Cover,
    pub(crate) days: Days,
    pub(crate) of_holder: Links,
    pub(crate) in_scope: Links,
    pub(crate) listed: bool,
}

macro_rules! rows {
    ($($row:ident { $($field:ident: $value:expr),* $(,)? })*) => {$(
        impl Default for $row {
            fn default() -> Self {
                Self { id: Uuid::nil(), $($field: $value),* }
            }
        }
        impl Row for $row {
            fn id(&self) -> Uuid {
                self.id
            }
            fn mentioned(id: Uuid) -> Self {
                Self { id, ..Self::default() }
            }
        }
    )*};
}

rows! {
    UserRow {
        external: None, seats: Box::default(), rare: None, worker: NONE, kind: UserKind::Virtual,
        state: UserState::Forgotten, barred: Some(ReasonCode::GuardState), known: false,
    }
    WorkerRow { external: None, places: Box::default(), user: NONE, grants: NONE, known: false }
    DepartmentRow { parent: NONE, contracts: NONE, objects: NONE, grants: NONE, known: false }
    ContractRow {
        worker: NONE, department: NONE, days: Days::NEVER, in_department: Links::default(), counts: false,
    }
    RoleRow {
        priority: 0, days: Days::NEVER, held: Held::default(), above: Vec::new(), below: Vec::new(),
        closure: Box::default(), seats: NONE, seats_count: 0, known: false,
    }
    MembershipRow {
        contract: Uuid::nil(), rule: Uuid::nil(), role: NONE, member: Keeper::User(NONE),
        days: Days::NEVER, in_role: Links::default(), source: Source::Manual, listed: false,
    }
    ObjectRow {
        external: None, team: Box::default(), object_type: NONE, department: NONE, assignee: NONE,
        in_department: Links::default(), in_type: Links::default(), grants: NONE, known: false,
    }
    GrantRow {
        allow: 0, deny: 0, holder: Keeper::User(NONE), module: NONE, cover: Cover::All,
        days: Days::NEVER, of_holder: Links::default(), in_scope: Links::default(), listed: false,
    }
}

impl Default for ModuleRow {
    fn default() -> Self {
        Self {
            id: Uuid::nil(), code: Box::default(), actions: Vec::new(), names: Vec::new(), declared: 0,
            related: 0, target: Target::None, active: false, known: false, grants: NONE,
        }
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

impl Default for TypeRow {
    fn default() -> Self {
        Self { code: Box::default(), module: NONE, known: false, objects: NONE, grants: NONE }
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
    /// Contracts that count, of a department.
    ContractsOfDepartment: ContractRow.in_department
    /// Memberships of users in a role.
    SeatsOfRole: MembershipRow.in_role
    /// Objects of a department.
    ObjectsOfDepartment: ObjectRow.in_department
    /// Objects of a type.
    ObjectsOfType: ObjectRow.in_type
    /// Grants of a holder.
    GrantsOfHolder: GrantRow.of_holder
    /// Grants with the same scope: a module's over everything, a department's, a type's, a target's.
    GrantsInScope: GrantRow.in_scope
}
