//! A change is a record before and the same record after (H-01).

use serde::de::Error as _;
use uuid::Uuid;

use crate::area::{Area, MarkPattern, Notice, ProtectionRule};
use crate::grant::{Grant, Module, Object, ObjectType, Template};
use crate::id::Kind;
use crate::notification::NotificationSubscription;
use crate::organisation::{Contract, Department, Position};
use crate::qualification::Qualification;
use crate::role::{Membership, Role, RoleRule};
use crate::setting::Setting;
use crate::token::{ApiToken, BoundIdentity, SessionEnd};
use crate::user::User;
use crate::wage::{WageOffer, WageType};
use crate::worker::Worker;

/// The version of the records' form in the log. A later form comes with an upcaster.
pub const FORM: i16 = 1;

/// A record of some kind: what is stored in a row, logged and followed by the rights model.
pub trait Entity: Clone + Into<Record> + Send + Sync + 'static {
    /// The kind of record.
    const KIND: Kind;
    /// The record's id.
    fn uuid(&self) -> Uuid;
    /// The caller-chosen id, unique per kind.
    fn external_id(&self) -> Option<&str>;
    /// The entity inside a record, if it is of this kind.
    fn from_record(record: &Record) -> Option<&Self>;
}

macro_rules! records {
    ($($kind:ident($entity:ident $(, $external:ident)?)),* $(,)?) => {
        /// A record of any kind.
        #[derive(Clone, PartialEq, Debug)]
        #[allow(missing_docs, reason = "the variants are named after their entities")]
        pub enum Record { $($kind($entity)),* }

        impl Record {
            /// The kind of record.
            pub fn kind(&self) -> Kind {
                match self { $(Record::$kind(_) => Kind::$kind),* }
            }

            /// The record's id.
            pub fn uuid(&self) -> Uuid {
                match self { $(Record::$kind(entity) => entity.uuid()),* }
            }

            /// The caller-chosen id, unique per kind.
            pub fn external_id(&self) -> Option<&str> {
                match self { $(Record::$kind(entity) => entity.external_id()),* }
            }

            /// The record's JSON form for the log.
            pub fn to_json(&self) -> serde_json::Result<String> {
                match self { $(Record::$kind(entity) => serde_json::to_string(entity)),* }
            }

            /// Reads a record of the given kind and form from the log.
            ///
            /// # Errors
            /// The text is no record of that kind, or its form is newer than this program.
            pub fn from_json(kind: Kind, form: i16, text: &str) -> serde_json::Result<Record> {
                if form != FORM {
                    return Err(serde_json::Error::custom(format!("unknown form {form}")));
                }
                Ok(match kind { $(Kind::$kind => Record::$kind(serde_json::from_str(text)?)),* })
            }
        }

        $(
            impl Entity for $entity {
                const KIND: Kind = Kind::$kind;
                fn uuid(&self) -> Uuid { self.id.0 }
                fn external_id(&self) -> Option<&str> {
                    records!(@external self $($external)?)
                }
                fn from_record(record: &Record) -> Option<&Self> {
                    match record { Record::$kind(entity) => Some(entity), _ => None }
                }
            }
            impl From<$entity> for Record {
                fn from(entity: $entity) -> Self { Record::$kind(entity) }
            }
        )*
    };
    (@external $self:ident) => { None };
    (@external $self:ident external_id) => { $self.external_id.as_deref() };
}

records! {
    User(User, external_id),
    Worker(Worker, external_id),
    Department(Department, external_id),
    Position(Position, external_id),
    Contract(Contract, external_id),
    Role(Role, external_id),
    Membership(Membership, external_id),
    RoleRule(RoleRule, external_id),
    Module(Module, external_id),
    ObjectType(ObjectType, external_id),
    Object(Object, external_id),
    Grant(Grant, external_id),
    ApiToken(ApiToken),
    Session(SessionEnd),
    Identity(BoundIdentity),
    Setting(Setting),
    Qualification(Qualification, external_id),
    NotificationSubscription(NotificationSubscription, external_id),
    Area(Area, external_id),
    MarkPattern(MarkPattern, external_id),
    Notice(Notice),
    ProtectionRule(ProtectionRule, external_id),
    Template(Template, external_id),
    WageType(WageType, external_id),
    WageOffer(WageOffer, external_id),
}

/// One record that changed within a revision.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// The record before; `None` when it came into being.
    pub before: Option<Record>,
    /// The record after; `None` when it was removed.
    pub after: Option<Record>,
}

impl Change {
    /// A record came into being.
    pub fn created(after: impl Into<Record>) -> Self {
        Self { before: None, after: Some(after.into()) }
    }

    /// A record was changed.
    pub fn updated(before: impl Into<Record>, after: impl Into<Record>) -> Self {
        Self { before: Some(before.into()), after: Some(after.into()) }
    }

    /// A record was removed.
    pub fn removed(before: impl Into<Record>) -> Self {
        Self { before: Some(before.into()), after: None }
    }

    /// Either side; there always is one.
    pub fn record(&self) -> Option<&Record> {
        self.after.as_ref().or(self.before.as_ref())
    }
}
