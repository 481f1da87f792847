//! Reading what the rights model keeps of the records, for loading it: of the kinds of which there
//! are many only the columns that it follows, and in the order in which they are stored.

use std::borrow::Cow;

use diesel::deserialize::{self, QueryableByName};
use diesel::row::NamedRow;
use domain::access::{ContractFact, Fact, MembershipFact, UserFact, WorkerFact};
use domain::area::{Area, ProtectionRule};
use domain::grant::{Grant, Module, Object, ObjectType};
use domain::organisation::{ContractState, Department};
use domain::role::{Role, Source};
use domain::setting::Setting;
use domain::user::{UserKind, UserState};
use domain::wage::{WageOffer, WageType};

use crate::column::Schema;
use crate::connection::MultiBackend;
use crate::dialect;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::tables::{self, Fields, Loaded, Table, member};

impl Reader<'_> {
    /// Calls `f` with what the rights model keeps of every record, in no order to rely on.
    ///
    /// # Errors
    /// The database fails, or `f` does, which ends it.
    pub fn for_each_fact<E: From<StoreError>>(&mut self, mut f: impl FnMut(Fact) -> Result<(), E>) -> Result<(), E> {
        self.records::<Module, E>(&mut f)?;
        self.records::<ObjectType, E>(&mut f)?;
        self.records::<Department, E>(&mut f)?;
        self.records::<Role, E>(&mut f)?;
        self.rows::<User, E>(&mut f)?;
        self.rows::<Worker, E>(&mut f)?;
        self.rows::<Contract, E>(&mut f)?;
        self.rows::<Membership, E>(&mut f)?;
        self.records::<Area, E>(&mut f)?;
        self.records::<ProtectionRule, E>(&mut f)?;
        self.records::<Object, E>(&mut f)?;
        self.records::<Grant, E>(&mut f)?;
        self.records::<WageType, E>(&mut f)?;
        self.records::<WageOffer, E>(&mut f)?;
        self.records::<Setting, E>(&mut f)
    }

    fn records<T: Table, E: From<StoreError>>(&mut self, f: &mut impl FnMut(Fact) -> Result<(), E>) -> Result<(), E> {
        let columns: Vec<_> = tables::read_columns::<T>().map(|name| format!("\"{name}\"")).collect();
        let query = format!("SELECT {} FROM {}", columns.join(", "), T::Schema::NAME);
        dialect::scan(self.connection, &query, |Loaded::<T>(stored)| f(Fact::from(stored.value.into())))
    }

    fn rows<T: Narrow, E: From<StoreError>>(&mut self, f: &mut impl FnMut(Fact) -> Result<(), E>) -> Result<(), E> {
        dialect::scan(self.connection, T::QUERY, |Known::<T>(fact, _)| f(fact))
    }
}

/// A kind of which some columns are read.
trait Narrow: 'static {
    const QUERY: &'static str;

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Fact>;
}

/// What was read of a record of a kind.
struct Known<T>(Fact, std::marker::PhantomData<T>);

impl<T: Narrow> QueryableByName<MultiBackend> for Known<T> {
    fn build<'a>(row: &impl NamedRow<'a, MultiBackend>) -> deserialize::Result<Self> {
        Ok(Self(T::read(&mut Fields::new(row))?, std::marker::PhantomData))
    }
}

struct User;

impl Narrow for User {
    const QUERY: &'static str = "SELECT id, external_id, kind, state FROM users";

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Fact> {
        Ok(Fact::User(UserFact {
            id: fields.uuid()?,
            external_id: fields.text::<Option<String>>()?.map(Cow::Owned),
            kind: fields.named(UserKind::parse)?,
            state: fields.named(UserState::parse)?,
        }))
    }
}

struct Worker;

impl Narrow for Worker {
    const QUERY: &'static str = "SELECT id, external_id, user_id FROM workers";

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Fact> {
        Ok(Fact::Worker(WorkerFact {
            id: fields.uuid()?,
            external_id: fields.text::<Option<String>>()?.map(Cow::Owned),
            user_id: fields.optional_uuid()?,
        }))
    }
}

struct Contract;

impl Narrow for Contract {
    const QUERY: &'static str =
        "SELECT id, worker_id, department_id, position_id, state, valid_from, valid_to FROM contracts";

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Fact> {
        Ok(Fact::Contract(ContractFact {
            id: fields.uuid()?,
            worker_id: fields.uuid()?,
            department_id: fields.uuid()?,
            position_id: fields.uuid()?,
            counts: fields.named(ContractState::parse)?.counts(),
            window: fields.window()?,
        }))
    }
}

struct Membership;

impl Narrow for Membership {
    const QUERY: &'static str = "SELECT id, role_id, member_user_id, member_role_id, source, contract_id, rule_id, \
                                 valid_from, valid_to FROM memberships";

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Fact> {
        Ok(Fact::Membership(MembershipFact {
            id: fields.uuid()?,
            role_id: fields.uuid()?,
            member: member(fields.optional_uuid()?, fields.optional_uuid()?)?,
            source: fields.named(Source::parse)?,
            contract_id: fields.optional_uuid()?,
            rule_id: fields.optional_uuid()?,
            window: fields.window()?,
        }))
    }
}
