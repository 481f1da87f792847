//! Questions by name, as they come over AuthZEN.

use super::grants::AREA_MODULE;
use super::{ActionIx, Model, ModuleIx, Question, ReasonCode, Target, UserIx};
use crate::grant;
use crate::window::Day;

/// A question by names that was understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Resolved {
    /// Who.
    pub user: UserIx,
    /// In which module.
    pub module: ModuleIx,
    /// What.
    pub action: ActionIx,
    /// To what.
    pub target: Target,
}

impl Resolved {
    /// The question on a day.
    pub const fn on(self, day: Day) -> Question {
        Question { user: self.user, module: self.module, action: self.action, target: self.target, day }
    }
}

impl Model {
    /// Understands a question by names: types, ids (a known Remit id wins, else it is an external
    /// id) and the name of the action. The first part that is not understood tells the reason:
    /// subject, then resource, then action.
    ///
    /// # Errors
    /// `unknown_subject`, `subject_not_linked`, `unknown_resource` or `unknown_action`.
    pub fn resolve(
        &self,
        subject_type: &str,
        subject_id: &str,
        resource_type: &str,
        resource_id: &str,
        action_name: &str,
    ) -> Result<Resolved, ReasonCode> {
        let user = self.resolve_subject(subject_type, subject_id)?;
        let (module, target) = self.resolve_resource(resource_type, resource_id)?;
        let (module, action) = self.resolve_action(module, target, action_name)?;
        Ok(Resolved { user, module, action, target })
    }

    /// The user behind a subject: a `user`, or the account that a `worker` is linked to.
    ///
    /// # Errors
    /// `unknown_subject` or `subject_not_linked`.
    pub fn resolve_subject(&self, subject_type: &str, id: &str) -> Result<UserIx, ReasonCode> {
        match subject_type {
            "user" => self.find_user(id).ok_or(ReasonCode::UnknownSubject),
            "worker" => {
                let worker = self.find_worker(id).ok_or(ReasonCode::UnknownSubject)?;
                self.account_of(worker).ok_or(ReasonCode::SubjectNotLinked)
            }
            _ => Err(ReasonCode::UnknownSubject),
        }
    }

    /// The target behind a resource, and its module where the resource settles that: `worker`;
    /// `module`, named by its code, which stands for a module whose actions are done to nothing in
    /// particular (asked about as such, a module of workers' or objects' rights is no resource);
    /// or the code of an object type.
    ///
    /// # Errors
    /// `unknown_resource`.
    pub fn resolve_resource(&self, resource_type: &str, id: &str) -> Result<(Option<ModuleIx>, Target), ReasonCode> {
        let found = match resource_type {
            "worker" => self.find_worker(id).map(|worker| (None, Target::Worker(worker))),
            "module" => {
                let module = self.module(id).filter(|ix| self.module_target(*ix) == grant::Target::None);
                module.map(|module| (Some(module), Target::None))
            }
            "area" => self.find_area(id).map(|area| (self.module(AREA_MODULE), Target::Area(area))),
            code => self
                .object_type(code)
                .and_then(|module| Some((Some(module), Target::Object(self.find_object(code, id)?)))),
        };
        found.ok_or(ReasonCode::UnknownResource)
    }

    /// The action of that name, done to that target: `module:action`. The module may be left out
    /// where the resource settles it, which a worker does not (`hr` and `time` are both done to
    /// workers). For an area that is `areas`, though other modules may be done to areas, too.
    ///
    /// # Errors
    /// `unknown_action`: no such module or action, or one that is not done to such a target.
    pub fn resolve_action(
        &self,
        settled: Option<ModuleIx>,
        target: Target,
        name: &str,
    ) -> Result<(ModuleIx, ActionIx), ReasonCode> {
        let kind = match target {
            Target::None => grant::Target::None,
            Target::Worker(_) => grant::Target::Worker,
            Target::Object(_) => grant::Target::Object,
            Target::Area(_) => grant::Target::Area,
        };
        self.action_on(settled, kind, name).ok_or(ReasonCode::UnknownAction)
    }

    /// The same where there is no one target: the action of that name, done to targets of a kind.
    pub fn action_on(
        &self,
        settled: Option<ModuleIx>,
        kind: grant::Target,
        name: &str,
    ) -> Option<(ModuleIx, ActionIx)> {
        let (module, name) = match name.split_once(':') {
            Some((code, name)) => (self.module(code)?, name),
            None => (settled?, name),
        };
        let settled = settled.filter(|_| kind != grant::Target::Area);
        let fits = settled.is_none_or(|settled| settled == module) && self.module_target(module) == kind;
        Some((module, self.action(module, name).filter(|_| fits)?))
    }
}
