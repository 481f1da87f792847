//! What the model is told of the records of which there are many: all that it keeps of them, and
//! nothing else. So a model can be loaded without making a record of each row.

use std::borrow::Cow;

use super::Model;
use super::apply::Open;
use crate::change::Record;
use crate::id::{ContractId, DepartmentId, MembershipId, PositionId, RoleId, RoleRuleId, UserId, WorkerId};
use crate::organisation::Contract;
use crate::role::{Member, Membership, Source};
use crate::user::{User, UserKind, UserState};
use crate::window::Window;
use crate::worker::Worker;

/// What there is to know of a record.
#[derive(PartialEq, Debug)]
pub enum Fact {
    /// A user.
    User(UserFact<'static>),
    /// A worker.
    Worker(WorkerFact<'static>),
    /// A contract.
    Contract(ContractFact),
    /// A membership.
    Membership(MembershipFact),
    /// A record of a kind of which there are fewer.
    Record(Box<Record>),
}

/// What there is to know of a user.
#[derive(PartialEq, Debug)]
#[allow(missing_docs, reason = "the fields are named after those of the record")]
pub struct UserFact<'a> {
    pub id: UserId,
    pub external_id: Option<Cow<'a, str>>,
    pub kind: UserKind,
    pub state: UserState,
}

/// What there is to know of a worker.
#[derive(PartialEq, Debug)]
#[allow(missing_docs, reason = "the fields are named after those of the record")]
pub struct WorkerFact<'a> {
    pub id: WorkerId,
    pub external_id: Option<Cow<'a, str>>,
    pub user_id: Option<UserId>,
}

/// What there is to know of a contract.
#[derive(PartialEq, Debug)]
#[allow(missing_docs, reason = "the fields are named after those of the record")]
pub struct ContractFact {
    pub id: ContractId,
    pub worker_id: WorkerId,
    pub department_id: DepartmentId,
    pub position_id: PositionId,
    /// Whether it counts (D-04).
    pub counts: bool,
    pub window: Window,
}

/// What there is to know of a membership.
#[derive(PartialEq, Debug)]
#[allow(missing_docs, reason = "the fields are named after those of the record")]
pub struct MembershipFact {
    pub id: MembershipId,
    pub role_id: RoleId,
    pub member: Member,
    pub source: Source,
    pub contract_id: Option<ContractId>,
    pub rule_id: Option<RoleRuleId>,
    pub window: Window,
}

impl From<Record> for Fact {
    fn from(record: Record) -> Self {
        match record {
            Record::User(User { id, external_id, kind, state, .. }) => {
                Fact::User(UserFact { id, external_id: external_id.map(Cow::Owned), kind, state })
            }
            Record::Worker(Worker { id, external_id, user_id, .. }) => {
                Fact::Worker(WorkerFact { id, external_id: external_id.map(Cow::Owned), user_id })
            }
            Record::Contract(contract) => Fact::Contract((&contract).into()),
            Record::Membership(membership) => Fact::Membership((&membership).into()),
            other => Fact::Record(Box::new(other)),
        }
    }
}

impl<'a> From<&'a User> for UserFact<'a> {
    fn from(user: &'a User) -> Self {
        let external_id = user.external_id.as_deref().map(Cow::Borrowed);
        Self { id: user.id, external_id, kind: user.kind, state: user.state }
    }
}

impl<'a> From<&'a Worker> for WorkerFact<'a> {
    fn from(worker: &'a Worker) -> Self {
        let external_id = worker.external_id.as_deref().map(Cow::Borrowed);
        Self { id: worker.id, external_id, user_id: worker.user_id }
    }
}

impl From<&Contract> for ContractFact {
    fn from(contract: &Contract) -> Self {
        Self {
            id: contract.id,
            worker_id: contract.worker_id,
            department_id: contract.department_id,
            position_id: contract.position_id,
            counts: contract.counts(),
            window: contract.window,
        }
    }
}

impl From<&Membership> for MembershipFact {
    fn from(membership: &Membership) -> Self {
        Self {
            id: membership.id,
            role_id: membership.role_id,
            member: membership.member,
            source: membership.source,
            contract_id: membership.contract_id,
            rule_id: membership.rule_id,
            window: membership.window,
        }
    }
}

impl Model {
    /// The model of records that come in any order: the one that [`Model::apply`] would make of
    /// them. What follows from several of them is worked out once, at the end.
    pub fn load(facts: impl IntoIterator<Item = Fact>) -> Self {
        let mut model = Self::new();
        let mut open = Open::default();
        for fact in facts {
            match fact {
                Fact::User(user) => model.put_user(&user),
                Fact::Worker(worker) => model.put_worker(&worker),
                Fact::Contract(contract) => model.put_contract(&contract),
                Fact::Membership(membership) => model.put_membership(&membership, &mut open),
                Fact::Record(record) => model.put(&record, &mut open),
            }
        }
        model.settle(open);
        model
    }
}
