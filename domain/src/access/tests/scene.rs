//! A company of records with its model beside it. Every question is put three times: to
//! `decide`, to `explain` and to the plain evaluator.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::records::{area_id, date, day, module, object_id, object_type, user_id, worker_id};
use crate::access::slow::{Company, SlowTarget};
use crate::access::{Explanation, Model, Question, ReasonCode, Target};
use crate::change::{Change, Record};
use crate::grant;
use crate::id::{Kind, ObjectId, UserId, WorkerId};

#[derive(Clone, Default)]
pub(super) struct Scene {
    pub(super) records: BTreeMap<(Kind, Uuid), Record>,
    pub(super) model: Model,
}

/// A target by its number.
#[derive(Clone, Copy, Debug)]
pub(super) enum On {
    Nothing,
    Worker(u32),
    Object(u32),
    Area(u32),
}

impl Scene {
    /// A company that has the modules of the tests and nobody in it.
    pub(super) fn new() -> Self {
        let mut scene = Self::default();
        scene
            .with(module(1, "system", grant::Target::None, &["user.read", "user.edit", "role.edit"]))
            .with(module(2, "hr", grant::Target::Worker, &["read", "edit", "contracts.read", "contracts.edit"]))
            .with(module(3, "time", grant::Target::Worker, &["schedule", "record", "report.check", "report.close"]))
            .with(module(4, "task", grant::Target::Object, grant::built_in::OBJECT_ACTIONS))
            .with(object_type(1, "task", "task"));
        scene
    }

    /// Adds or changes a record.
    pub(super) fn with(&mut self, record: impl Into<Record>) -> &mut Self {
        let change = self.change(record);
        self.model.apply(&[change]);
        self
    }

    /// Notes a record; the model is to hear of it by the change.
    pub(super) fn change(&mut self, record: impl Into<Record>) -> Change {
        let after = record.into();
        let before = self.records.insert((after.kind(), after.uuid()), after.clone());
        Change { before, after: Some(after) }
    }

    /// Removes a record.
    pub(super) fn without(&mut self, kind: Kind, number: u32) -> &mut Self {
        let before = self.records.remove(&(kind, super::records::id(kind, number)));
        self.model.apply(&[Change { before, after: None }]);
        self
    }

    /// Changes a record in place.
    pub(super) fn edit<T: crate::change::Entity>(
        &mut self,
        id: impl Into<Uuid>,
        edit: impl FnOnce(&mut T),
    ) -> &mut Self {
        let record = self.records.get(&(T::KIND, id.into())).unwrap();
        let mut entity = T::from_record(record).unwrap().clone();
        edit(&mut entity);
        self.with(entity)
    }

    pub(super) fn company(&self) -> Company {
        Company::from_records(self.records.values().cloned())
    }

    /// The question in the model's terms, if the model knows what it is about.
    pub(super) fn question(
        &self,
        user: UserId,
        module: &str,
        action: &str,
        on: SlowTarget,
        on_day: i32,
    ) -> Option<Question> {
        let module = self.model.module(module)?;
        Some(Question {
            user: self.model.user(user)?,
            module,
            action: self.model.action(module, action)?,
            target: match on {
                SlowTarget::None => Target::None,
                SlowTarget::Worker(id) => Target::Worker(self.model.worker(id)?),
                SlowTarget::Object(id) => Target::Object(self.model.object(id)?),
                SlowTarget::Area(id) => Target::Area(self.model.area(id)?),
            },
            day: day(on_day),
        })
    }

    /// May user number `user` do `module:action` there on that day? Asked three times.
    pub(super) fn ask_on(&self, on_day: i32, user: u32, action: &str, on: On) -> ReasonCode {
        let (module, action) = action.split_once(':').unwrap();
        let on = on.slow();
        let question = self.question(user_id(user), module, action, on, on_day).expect("all parts are known");
        let decision = self.model.decide(&question);
        assert_eq!(self.model.explain(&question).decision, decision);
        assert_eq!(self.company().decide(user_id(user), module, action, on, date(on_day)), decision);
        decision.code
    }

    /// The same on an ordinary day.
    pub(super) fn ask(&self, user: u32, action: &str, on: On) -> ReasonCode {
        self.ask_on(0, user, action, on)
    }

    pub(super) fn explain_on(&self, on_day: i32, user: u32, action: &str, on: On) -> Explanation {
        let (module, action) = action.split_once(':').unwrap();
        self.model.explain(&self.question(user_id(user), module, action, on.slow(), on_day).unwrap())
    }
}

impl On {
    fn slow(self) -> SlowTarget {
        match self {
            On::Nothing => SlowTarget::None,
            On::Worker(number) => SlowTarget::Worker(worker_id(number)),
            On::Object(number) => SlowTarget::Object(object_id(number)),
            On::Area(number) => SlowTarget::Area(area_id(number)),
        }
    }
}

/// The target in terms of ids.
pub(super) fn slow_target(model: &Model, target: Target) -> SlowTarget {
    match target {
        Target::None => SlowTarget::None,
        Target::Worker(ix) => SlowTarget::Worker(WorkerId(model.worker_id(ix).0)),
        Target::Object(ix) => SlowTarget::Object(ObjectId(model.object_id(ix).0)),
        Target::Area(ix) => SlowTarget::Area(model.area_id(ix)),
    }
}
