//! Keys: the values by which records are found.

use domain::grant::{Holder, Scope};
use domain::id::{
    AreaId, ContractId, DepartmentId, Kind, ObjectId, PositionId, RoleId, RoleRuleId, UserId, WageTypeId, WorkerId,
};
use domain::role::Member;

/// A value by which records of one kind are found. Every record has the keys that follow from its
/// fields; a key finds all records that have it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Key {
    /// The record with that external id.
    ExternalId(Kind, String),
    /// The department, position, role, module, object type or wage type with exactly that code.
    Code(Kind, String),
    /// The account with that login, given as [`domain::name::key`]; forgotten ones have none.
    UserLogin(String),
    /// All external administrators, in whatever state.
    ExternalAdministrators,
    /// All external fillers, in whatever state.
    ExternalFillers,
    /// The worker with that personal number.
    PersonalNumber(String),
    /// The worker that is linked to that account.
    WorkerOfUser(UserId),
    /// All workers that are linked to an account.
    LinkedWorkers,
    /// The contracts of a worker.
    ContractsOf(WorkerId),
    /// The contracts in a department.
    ContractsIn(DepartmentId),
    /// The contracts in a position.
    ContractsAs(PositionId),
    /// The contracts that a worker supervises.
    SupervisedBy(WorkerId),
    /// The departments right below a department.
    ChildrenOf(DepartmentId),
    /// The departments that a worker heads.
    HeadedBy(WorkerId),
    /// The memberships in a role.
    MembersOf(RoleId),
    /// The memberships of a user or a role in roles.
    MembershipsOf(Member),
    /// The automatic memberships that follow a contract.
    MembershipsOfContract(ContractId),
    /// The automatic memberships that a rule made.
    MembershipsOfRule(RoleRuleId),
    /// The rules of a role.
    RulesOf(RoleId),
    /// The grants of a role or a user.
    GrantsOf(Holder),
    /// The grants in the module of that code.
    GrantsIn(String),
    /// The grants over exactly that scope; of departments, those with and without the subtree.
    GrantsOn(Scope),
    /// The offers of wage types of a role or a user.
    WageOffersOf(Holder),
    /// The offers of a wage type.
    OffersOfWageType(WageTypeId),
    /// The object types in the module of that code.
    TypesIn(String),
    /// The objects of the type of that code.
    ObjectsOfType(String),
    /// The objects that belong to a department.
    ObjectsIn(DepartmentId),
    /// The objects that are assigned to a user.
    AssignedTo(UserId),
    /// The objects in an area.
    ObjectsInArea(AreaId),
    /// The objects with that mark.
    ObjectsMarked(String),
    /// The areas that a user owns.
    AreasOwnedBy(UserId),
    /// The areas right below an area.
    AreasBelow(AreaId),
    /// The area with that mark.
    AreaMark(String),
    /// The mark patterns of an area.
    PatternsOf(AreaId),
    /// The mark patterns for the objects of the type of that code.
    PatternsFor(String),
    /// The protection rules that guard the module of that code.
    ProtectionOf(String),
    /// The notices on an object.
    NoticesOn(ObjectId),
    /// The notices on objects that were then in an area.
    NoticesIn(AreaId),
    /// The API tokens of an account.
    TokensOf(UserId),
    /// The qualifications of an account.
    QualificationsOf(UserId),
    /// The subscriptions of a role to notifications.
    SubscriptionsOf(RoleId),
    /// The subscriptions to the notifications of that type.
    SubscriptionsTo(String),
    /// The subscriptions that name an account.
    SubscriptionsNaming(UserId),
    /// The setting of that name.
    SettingKey(String),
    /// All records of a kind.
    All(Kind),
}

impl Key {
    /// The kind of the records that it finds.
    pub fn kind(&self) -> Kind {
        match self {
            Key::ExternalId(kind, _) | Key::Code(kind, _) | Key::All(kind) => *kind,
            Key::UserLogin(_) | Key::ExternalAdministrators | Key::ExternalFillers => Kind::User,
            Key::PersonalNumber(_) | Key::WorkerOfUser(_) | Key::LinkedWorkers => Kind::Worker,
            Key::ContractsOf(_) | Key::ContractsIn(_) | Key::ContractsAs(_) => Kind::Contract,
            Key::SupervisedBy(_) => Kind::Contract,
            Key::ChildrenOf(_) | Key::HeadedBy(_) => Kind::Department,
            Key::MembersOf(_) | Key::MembershipsOf(_) => Kind::Membership,
            Key::MembershipsOfContract(_) | Key::MembershipsOfRule(_) => Kind::Membership,
            Key::RulesOf(_) => Kind::RoleRule,
            Key::GrantsOf(_) | Key::GrantsIn(_) | Key::GrantsOn(_) => Kind::Grant,
            Key::WageOffersOf(_) | Key::OffersOfWageType(_) => Kind::WageOffer,
            Key::TypesIn(_) => Kind::ObjectType,
            Key::ObjectsOfType(_) | Key::ObjectsIn(_) | Key::AssignedTo(_) => Kind::Object,
            Key::ObjectsInArea(_) | Key::ObjectsMarked(_) => Kind::Object,
            Key::AreasOwnedBy(_) | Key::AreasBelow(_) | Key::AreaMark(_) => Kind::Area,
            Key::PatternsOf(_) | Key::PatternsFor(_) => Kind::MarkPattern,
            Key::ProtectionOf(_) => Kind::ProtectionRule,
            Key::NoticesOn(_) | Key::NoticesIn(_) => Kind::Notice,
            Key::TokensOf(_) => Kind::ApiToken,
            Key::QualificationsOf(_) => Kind::Qualification,
            Key::SubscriptionsOf(_) | Key::SubscriptionsTo(_) => Kind::NotificationSubscription,
            Key::SubscriptionsNaming(_) => Kind::NotificationSubscription,
            Key::SettingKey(_) => Kind::Setting,
        }
    }

    /// The grants over a scope, whatever it says of the subtree.
    pub(crate) fn grants_on(scope: &Scope) -> Key {
        Key::GrantsOn(match scope {
            Scope::Department { id, .. } => Scope::Department { id: *id, include_subtree: false },
            other => other.clone(),
        })
    }

    /// The one form of keys that mean the same.
    pub(crate) fn canonical(&self) -> Key {
        match self {
            Key::GrantsOn(scope) => Key::grants_on(scope),
            other => other.clone(),
        }
    }
}
