//! Dense ids: small numbers that stand for a record inside one [`Model`](super::Model) and its
//! snapshots. A number once given keeps its meaning; after a restart it may be another one, so
//! it never leaves the process.

macro_rules! dense_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub(crate) u32);

        impl $name {
            /// The number itself, for tables that a caller keeps beside the model.
            pub const fn number(self) -> u32 {
                self.0
            }
        }
    )*};
}

dense_ids! {
    /// A user.
    UserIx,
    /// A worker.
    WorkerIx,
    /// A department.
    DepartmentIx,
    /// A role.
    RoleIx,
    /// A module.
    ModuleIx,
    /// An object type.
    TypeIx,
    /// An object.
    ObjectIx,
    /// A grant.
    GrantIx,
    /// An area.
    AreaIx,
    /// A wage type.
    WageTypeIx,
}

/// An action of one module: the number of its bit in the module's masks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ActionIx(pub(crate) u8);

impl ActionIx {
    /// The number itself.
    pub const fn number(self) -> u8 {
        self.0
    }

    /// The action's bit.
    pub(crate) const fn bit(self) -> u128 {
        1_u128 << (self.0 & 127)
    }
}

/// No record: the end of a list, an absent reference.
pub(crate) const NONE: u32 = u32::MAX;
