//! Finds what a search asks for, in one state of the model. What is not known is found nowhere.

use domain::access::{ActionIx, Model, ModuleIx, Question, Reach, Target, UserIx, WorkerIx};
use domain::grant;
use domain::window::Day;
use uuid::Uuid;

use crate::authzen::search::found::Found;
use crate::authzen::search::read::{Act, Search, Thing};

/// All that a search finds on a day.
pub fn find(model: &Model, search: &Search<'_>, day: Day) -> Found {
    let finder = Finder { model, day };
    match search {
        Search::Subjects(kind, act, resource) => finder.subjects(kind, act, *resource),
        Search::Resources(subject, act, kind) => finder.resources(*subject, act, kind),
        Search::Actions(subject, resource) => finder.actions(*subject, *resource),
    }
}

struct Finder<'a> {
    model: &'a Model,
    day: Day,
}

impl<'a> Finder<'a> {
    fn nothing(&self, kind: Option<&str>) -> Found {
        Found::new(kind, self.model.revision(), self.day)
    }

    /// Who may do it to that?
    fn subjects(&self, kind: &str, act: &Act<'_>, (resource_type, id): Thing<'_>) -> Found {
        let model = self.model;
        let mut found = self.nothing(Some(kind));
        let resolved = model
            .resolve_resource(resource_type, id)
            .and_then(|(settled, target)| Ok((model.resolve_action(settled, target, act.name)?, target)));
        let Ok(((module, action), target)) = resolved else { return found };
        if !matches!(kind, "user" | "worker") {
            return found;
        }
        let users = match (&act.wage, target) {
            (Some(wage), Target::Worker(worker)) => {
                wage.claim(model).map(|claim| model.wage_subjects(worker, claim, self.day)).unwrap_or_default()
            }
            _ => model.subjects(module, action, target, self.day),
        };
        if kind == "user" {
            found.extend(users.into_iter(), |ix| model.user_id(ix).0, |ix| self.user_name(ix));
        } else {
            let workers = users.into_iter().filter_map(|user| model.worker_of(user));
            self.workers(&mut found, workers);
        }
        found
    }

    /// To what may they do it?
    fn resources(&self, (subject_type, id): Thing<'_>, act: &Act<'_>, kind: &str) -> Found {
        let model = self.model;
        let mut found = self.nothing(Some(kind));
        let Ok(user) = model.resolve_subject(subject_type, id) else { return found };
        match kind {
            "module" => self.modules(&mut found, user, act.name),
            "worker" => {
                let Some((module, action)) = model.action_on(None, grant::Target::Worker, act.name) else {
                    return found;
                };
                match &act.wage {
                    None => {
                        let reached = self.reached(user, module, action);
                        let workers = reached.into_iter().filter_map(|target| match target {
                            Target::Worker(worker) => Some(worker),
                            _ => None,
                        });
                        self.workers(&mut found, workers);
                    }
                    Some(wage) => {
                        let claim = wage.claim(model);
                        let reached = claim.map(|claim| model.wage_reach(user, claim, self.day)).unwrap_or_default();
                        self.workers(&mut found, reached.into_iter());
                    }
                }
            }
            "area" => {
                let settled = model.module("areas");
                let action = settled.and_then(|_| model.action_on(settled, grant::Target::Area, act.name));
                let reached = action.map(|(module, action)| self.reached(user, module, action));
                let areas = reached.into_iter().flatten().filter_map(|target| match target {
                    Target::Area(area) => Some(area),
                    _ => None,
                });
                found.extend(
                    areas,
                    |ix| model.area_id(ix).0,
                    |ix| {
                        let name = model.area_external_id(ix);
                        name.filter(|name| names(name, || model.find_area(name) == Some(ix)))
                    },
                );
            }
            code => {
                let settled = model.object_type(code);
                let action = settled.and_then(|_| model.action_on(settled, grant::Target::Object, act.name));
                let reached = action.map(|(module, action)| self.reached(user, module, action));
                // A module may have several types of objects.
                let objects = reached.into_iter().flatten().filter_map(|target| match target {
                    Target::Object(object) if model.object_type_code(object) == code => Some(object),
                    _ => None,
                });
                found.extend(
                    objects,
                    |ix| model.object_id(ix).0,
                    |ix| {
                        let name = model.object_external_id(ix);
                        name.filter(|name| names(name, || model.find_object(code, name) == Some(ix)))
                    },
                );
            }
        }
        found
    }

    /// The modules whose actions are done to nothing in particular.
    fn modules(&self, found: &mut Found, user: UserIx, name: &str) {
        let model = self.model;
        let mut allowed: Vec<_> = model
            .modules()
            .filter(|module| {
                let action = model.action_on(Some(*module), grant::Target::None, name);
                action.is_some_and(|(module, action)| self.may(user, module, action, Target::None))
            })
            .map(|module| (model.module_id(module), model.module_code(module)))
            .collect();
        allowed.sort_unstable();
        allowed.iter().for_each(|(_, code)| found.push(code));
    }

    /// What may they do to that?
    fn actions(&self, (subject_type, subject_id): Thing<'_>, (resource_type, resource_id): Thing<'_>) -> Found {
        let model = self.model;
        let mut found = self.nothing(None);
        let resolved = model.resolve_subject(subject_type, subject_id).and_then(|user| {
            let (settled, target) = model.resolve_resource(resource_type, resource_id)?;
            Ok((user, settled, target))
        });
        let Ok((user, settled, target)) = resolved else { return found };
        let kind = match target {
            Target::None => grant::Target::None,
            Target::Worker(_) => grant::Target::Worker,
            Target::Object(_) => grant::Target::Object,
            Target::Area(_) => grant::Target::Area,
        };
        let settled = settled.filter(|_| kind != grant::Target::Area);
        let fits = |module: &ModuleIx| {
            settled.is_none_or(|settled| settled == *module) && model.module_target(*module) == kind
        };
        let mut names: Vec<String> = model
            .modules()
            .filter(fits)
            .flat_map(|module| model.actions(module).into_iter().map(move |(action, name)| (module, action, name)))
            .filter(|(module, action, _)| self.may(user, *module, *action, target))
            .map(|(module, _, name)| format!("{}:{name}", model.module_code(module)))
            .collect();
        names.sort_unstable();
        names.iter().for_each(|name| found.push(name));
        found
    }

    fn may(&self, user: UserIx, module: ModuleIx, action: ActionIx, target: Target) -> bool {
        self.model.decide(&Question { user, module, action, target, day: self.day }).allowed
    }

    fn reached(&self, user: UserIx, module: ModuleIx, action: ActionIx) -> Vec<Target> {
        match self.model.reach(user, module, action, self.day, usize::MAX) {
            Reach::Some(targets) => targets,
            // Without a limit nothing is too broad.
            Reach::None | Reach::Broad => Vec::new(),
        }
    }

    fn workers(&self, found: &mut Found, workers: impl Iterator<Item = WorkerIx>) {
        let model = self.model;
        found.extend(
            workers,
            |ix| model.worker_id(ix).0,
            |ix| {
                let name = model.worker_external_id(ix);
                name.filter(|name| names(name, || model.find_worker(name) == Some(ix)))
            },
        );
    }

    fn user_name(&self, ix: UserIx) -> Option<&'a str> {
        let name = self.model.user_external_id(ix);
        name.filter(|name| names(name, || self.model.find_user(name) == Some(ix)))
    }
}

/// Whether an external id names its thing: one that is the Remit id of another does not.
fn names(external_id: &str, is_it: impl FnOnce() -> bool) -> bool {
    Uuid::try_parse(external_id).is_err() || is_it()
}
