//! Which operation lists what.

use std::borrow::Cow;

use domain::area::{Area, MarkPattern, ProtectionRule};
use domain::grant::{Grant, Module, Object, ObjectType, Template};
use domain::notification::NotificationSubscription;
use domain::organisation::{Contract, Department, Position};
use domain::qualification::Qualification;
use domain::role::{Membership, Role, RoleRule};
use domain::user::User;
use domain::wage::{WageOffer, WageType};
use domain::worker::Worker;
use utoipa::ToSchema;

use crate::http::listing::{Expansion, ListSpec};
use crate::imports::ImportKind;
use crate::of_kind;
use crate::rest::crud::Shown;

/// The specification of the list that an operation gives.
pub fn of_operation(id: &str) -> Option<&'static ListSpec> {
    Some(match id {
        "listUsers" => &User::LIST,
        "listWorkers" => &Worker::LIST,
        "listDepartments" => &Department::LIST,
        "listPositions" => &Position::LIST,
        "listQualifications" | "listUserQualifications" => &Qualification::LIST,
        "listNotificationSubscriptions" | "listRoleNotifications" => &NotificationSubscription::LIST,
        "listContracts" | "listWorkerContracts" | "listDepartmentContracts" => &Contract::LIST,
        "listRoles" => &Role::LIST,
        "listMemberships" | "listRoleMembers" | "listUserRoles" => &Membership::LIST,
        "listRoleRules" => &RoleRule::LIST,
        "listModules" => &Module::LIST,
        "listObjectTypes" => &ObjectType::LIST,
        "listAreas" => &Area::LIST,
        "listMarkPatterns" => &MarkPattern::LIST,
        "listObjectNotices" => crate::rest::notices::list_spec(),
        "listObjects" | "listMyObjects" => &Object::LIST,
        "listGrants" | "listWorkerGrants" | "listObjectGrants" | "listRoleGrants" | "listUserGrants" => &Grant::LIST,
        "listTemplates" => &Template::LIST,
        "listProtectionRules" => &ProtectionRule::LIST,
        "listWageTypes" => &WageType::LIST,
        "listWageOffers" => &WageOffer::LIST,
        "listApiTokens" => crate::rest::api_tokens::list_spec(),
        "listAccountCandidates" => crate::rest::worker_accounts::list_spec(),
        "listDirectory" => crate::rest::directory::list_spec(),
        _ => return None,
    })
}

/// What exports of each kind can be asked: as their lists.
pub fn of_exports() -> impl Iterator<Item = (String, &'static ListSpec)> {
    let kinds = ImportKind::NAMES.iter().filter_map(|name| ImportKind::parse(name));
    // Areas name their roles themselves.
    kinds.filter(|kind| *kind != ImportKind::AreaRoles).map(|kind| {
        let spec: &'static ListSpec = of_kind!(kind, R => &<R as Shown>::LIST);
        (kind.name(), spec)
    })
}

/// Whether an operation gives items of which `fields` may choose a part.
pub fn has_fields(id: &str) -> bool {
    let items = [
        "getUser", "getWorker", "getDepartment", "getPosition", "getQualification", "getContract", "getRole",
        "getMembership", "getRoleRule", "getModule", "getObjectType", "getObject", "getGrant", "getArea",
        "getNotificationSubscription", "getTemplate", "getProtectionRule", "getMarkPattern", "getWageType",
        "getWageOffer",
    ];
    let bare = ["listApiTokens", "listDirectory", "listAccountCandidates", "listObjectGrants", "listObjectNotices"];
    items.contains(&id) || (!bare.contains(&id) && of_operation(id).is_some())
}

/// The names that `expand` of an item knows, by the operation that reads it.
pub fn expand_of(id: &str) -> &'static [Expansion] {
    match id {
        "getUser" => User::LIST.expand,
        "getWorker" => Worker::LIST.expand,
        "getContract" => Contract::LIST.expand,
        "getMembership" => Membership::LIST.expand,
        _ => &[],
    }
}

/// What `expand` may add to each item: the item's schema, and what there is.
pub fn expansions() -> impl Iterator<Item = (Cow<'static, str>, &'static [Expansion])> {
    fn of<R: Shown>() -> (Cow<'static, str>, &'static [Expansion]) {
        (R::View::name(), R::LIST.expand)
    }
    [
        of::<User>(),
        of::<Worker>(),
        of::<Department>(),
        of::<Position>(),
        of::<Qualification>(),
        of::<NotificationSubscription>(),
        of::<Contract>(),
        of::<Role>(),
        of::<Membership>(),
        of::<RoleRule>(),
        of::<Module>(),
        of::<ObjectType>(),
        of::<Area>(),
        of::<Object>(),
        of::<Grant>(),
        of::<Template>(),
        of::<ProtectionRule>(),
        of::<MarkPattern>(),
        of::<WageType>(),
        of::<WageOffer>(),
    ]
    .into_iter()
}
