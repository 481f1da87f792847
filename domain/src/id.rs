//! Typed ids and the kinds of records.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident => $kind:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The kind of record that this id names.
            pub const KIND: Kind = Kind::$kind;
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )*};
}

typed_ids! {
    /// A system account (section 1).
    UserId => User,
    /// A personal folder (section 2).
    WorkerId => Worker,
    /// A department (D-01).
    DepartmentId => Department,
    /// A position (D-03).
    PositionId => Position,
    /// A contract line (D-04).
    ContractId => Contract,
    /// A role.
    RoleId => Role,
    /// A membership.
    MembershipId => Membership,
    /// A rule of an automatic role.
    RoleRuleId => RoleRule,
    /// A module (P-01).
    ModuleId => Module,
    /// An object type (P-09).
    ObjectTypeId => ObjectType,
    /// An object (P-10).
    ObjectId => Object,
    /// A grant (P-02).
    GrantId => Grant,
    /// An API token.
    ApiTokenId => ApiToken,
    /// A log-in session.
    SessionId => Session,
    /// A binding to an identity provider.
    IdentityId => Identity,
    /// A setting.
    SettingId => Setting,
    /// A qualification (U-14).
    QualificationId => Qualification,
    /// A subscription to notifications (N-01).
    NotificationSubscriptionId => NotificationSubscription,
    /// An area of work, project or calendar.
    AreaId => Area,
    /// A pattern of marks.
    MarkPatternId => MarkPattern,
    /// A notice on an object.
    NoticeId => Notice,
    /// A protection rule (G-4).
    ProtectionRuleId => ProtectionRule,
    /// A template of objects' rights (P-09).
    TemplateId => Template,
    /// A wage type (P-07).
    WageTypeId => WageType,
    /// An offer of a wage type (P-07).
    WageOfferId => WageOffer,
}

/// The kinds of records that the change log knows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// See [`crate::user::User`].
    User,
    /// See [`crate::worker::Worker`].
    Worker,
    /// See [`crate::organisation::Department`].
    Department,
    /// See [`crate::organisation::Position`].
    Position,
    /// See [`crate::organisation::Contract`].
    Contract,
    /// See [`crate::role::Role`].
    Role,
    /// See [`crate::role::Membership`].
    Membership,
    /// See [`crate::role::RoleRule`].
    RoleRule,
    /// See [`crate::grant::Module`].
    Module,
    /// See [`crate::grant::ObjectType`].
    ObjectType,
    /// See [`crate::grant::Object`].
    Object,
    /// See [`crate::grant::Grant`].
    Grant,
    /// See [`crate::token::ApiToken`].
    ApiToken,
    /// See [`crate::token::SessionEnd`].
    Session,
    /// See [`crate::token::BoundIdentity`].
    Identity,
    /// See [`crate::setting::Setting`].
    Setting,
    /// See [`crate::qualification::Qualification`].
    Qualification,
    /// See [`crate::notification::NotificationSubscription`].
    NotificationSubscription,
    /// See [`crate::area::Area`].
    Area,
    /// See [`crate::area::MarkPattern`].
    MarkPattern,
    /// See [`crate::area::Notice`].
    Notice,
    /// See [`crate::area::ProtectionRule`].
    ProtectionRule,
    /// See [`crate::grant::Template`].
    Template,
    /// See [`crate::wage::WageType`].
    WageType,
    /// See [`crate::wage::WageOffer`].
    WageOffer,
}

impl Kind {
    /// All kinds, in the order in which records may refer to one another.
    pub const ALL: [Kind; 25] = [
        Kind::Setting,
        Kind::User,
        Kind::Qualification,
        Kind::Worker,
        Kind::Department,
        Kind::Position,
        Kind::Contract,
        Kind::Role,
        Kind::RoleRule,
        Kind::Membership,
        Kind::NotificationSubscription,
        Kind::Module,
        Kind::ObjectType,
        Kind::Area,
        Kind::MarkPattern,
        Kind::ProtectionRule,
        Kind::Template,
        Kind::Object,
        Kind::Notice,
        Kind::Grant,
        Kind::WageType,
        Kind::WageOffer,
        Kind::ApiToken,
        Kind::Session,
        Kind::Identity,
    ];

    /// The name used in the log and the API: `role_rule`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Worker => "worker",
            Kind::Department => "department",
            Kind::Position => "position",
            Kind::Contract => "contract",
            Kind::Role => "role",
            Kind::Membership => "membership",
            Kind::RoleRule => "role_rule",
            Kind::Module => "module",
            Kind::ObjectType => "object_type",
            Kind::Object => "object",
            Kind::Grant => "grant",
            Kind::ApiToken => "api_token",
            Kind::Session => "session",
            Kind::Identity => "identity",
            Kind::Setting => "setting",
            Kind::Qualification => "qualification",
            Kind::NotificationSubscription => "notification_subscription",
            Kind::Area => "area",
            Kind::MarkPattern => "mark_pattern",
            Kind::Notice => "notice",
            Kind::ProtectionRule => "protection_rule",
            Kind::Template => "template",
            Kind::WageType => "wage_type",
            Kind::WageOffer => "wage_offer",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Gives a closed set of values a name each: `as_str`, `parse`, `ALL`, `Display`, serde.
#[macro_export]
macro_rules! named_values {
    ($(#[$doc:meta])* $vis:vis enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        $vis enum $name { $($(#[$vdoc])* #[serde(rename = $text)] $variant),* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];

            /// The value's name in the API, the log and the database.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text),* }
            }

            /// The value of that name.
            pub fn parse(text: &str) -> Option<Self> {
                match text { $($text => Some($name::$variant),)* _ => None }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
