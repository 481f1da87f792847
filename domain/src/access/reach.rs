//! To what may a user do it? (P-05)

use super::bag::Bag;
use super::ids::NONE;
use super::rows::{Cover, GrantRow, GrantsOfHolder, Held, ModuleRow};
use super::threads::walk;
use super::{ActionIx, AreaIx, Model, ModuleIx, ObjectIx, Question, Target, UserIx, WorkerIx};
use crate::grant;
use crate::window::Day;

/// The targets on which a user may do an action (P-05).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reach {
    /// None at all.
    None,
    /// Exactly these, in ascending order.
    Some(Vec<Target>),
    /// Perhaps many: ask target by target.
    Broad,
}

/// Targets that may be allowed, up to a limit.
struct Candidates {
    targets: Vec<Target>,
    limit: usize,
}

impl Candidates {
    /// Adds targets; `None` when there are more different ones than the limit.
    fn add(&mut self, targets: impl Iterator<Item = Target>) -> Option<()> {
        for target in targets {
            self.targets.push(target);
            // The same target often comes by several ways.
            if self.targets.len() > self.limit.saturating_mul(2) {
                self.tidy();
                (self.targets.len() <= self.limit).then_some(())?;
            }
        }
        Some(())
    }

    fn tidy(&mut self) {
        self.targets.sort_unstable();
        self.targets.dedup();
    }
}

impl Model {
    /// The targets on which the user may do the action on that day: complete and decided, unless
    /// more than `limit` might be allowed. For a module without a target the one answer is
    /// [`Target::None`].
    pub fn reach(&self, user: UserIx, module: ModuleIx, action: ActionIx, day: Day, limit: usize) -> Reach {
        let decided = |target| self.decide(&Question { user, module, action, target, day }).allowed;
        let Some(more) = self.users.more.get(user.0).filter(|_| self.is_free(user)) else { return Reach::None };
        let Some(rules) = self.known_module(module.0).filter(|rules| rules.active) else { return Reach::None };
        if self.is_shut(user, rules) {
            return Reach::None;
        }
        let kind = rules.target;
        if kind == grant::Target::None {
            return if decided(Target::None) { Reach::Some(vec![Target::None]) } else { Reach::None };
        }
        let mut candidates = Candidates { targets: Vec::new(), limit };
        let mut wide = Vec::new();
        let mut gather = || -> Option<()> {
            if rules.related & action.bit() != 0 {
                match kind {
                    grant::Target::Worker if more.worker != NONE => {
                        candidates.add(std::iter::once(Target::Worker(WorkerIx(more.worker))))?;
                    }
                    grant::Target::Object => {
                        let objects = more.rare.iter().flat_map(|rare| &rare.objects);
                        candidates.add(objects.map(|ix| Target::Object(ObjectIx(*ix))))?;
                    }
                    _ => {}
                }
            }
            if (rules.processed | rules.read) & action.bit() != 0 {
                wide.extend(self.areas_of(user, day).into_iter().map(Cover::Area));
            }
            for held in self.holdings(user, day) {
                let grants = self.in_force(held, module, day);
                for grant in grants.filter(|grant| rules.says(grant.set, action.bit()).0) {
                    if grant.cover.direct() {
                        self.gather(grant.cover, kind, module.0, &mut candidates)?;
                    } else {
                        wide.push(grant.cover);
                    }
                }
            }
            self.gather_wide(std::mem::take(&mut wide), kind, module.0, day, &mut candidates)
        };
        if gather().is_none() {
            return Reach::Broad;
        }
        candidates.tidy();
        let Candidates { mut targets, limit } = candidates;
        if targets.len() > limit {
            return Reach::Broad;
        }
        targets.retain(|target| decided(*target));
        if targets.is_empty() { Reach::None } else { Reach::Some(targets) }
    }

    /// One target on which the user may do the action on that day, if there is any: what "who holds this right anywhere"
    /// asks of each (P-05).
    pub fn anywhere(&self, user: UserIx, module: ModuleIx, action: ActionIx, day: Day) -> Option<Target> {
        // Nearly always one of the first that are looked at will do.
        let mut limit = 64;
        loop {
            match self.reach(user, module, action, day, limit) {
                Reach::None => return None,
                Reach::Some(targets) => return targets.first().copied(),
                Reach::Broad if self.allowed_everywhere(user, module, action, day) => {
                    return self.some_target(module);
                }
                Reach::Broad => limit = limit.saturating_mul(64),
            }
        }
    }

    /// A target of the module's kind.
    fn some_target(&self, module: ModuleIx) -> Option<Target> {
        match self.module_target(module) {
            grant::Target::None => Some(Target::None),
            grant::Target::Worker => self.workers().next().map(Target::Worker),
            grant::Target::Area => self.areas().next().map(Target::Area),
            grant::Target::Object => {
                self.objects().find(|object| self.module_of(*object) == Some(module)).map(Target::Object)
            }
        }
    }

    /// Whether the user may do the action on every target there is. `false` only means that it
    /// is not plain: lists then ask target by target.
    pub fn allowed_everywhere(&self, user: UserIx, module: ModuleIx, action: ActionIx, day: Day) -> bool {
        let Some(rules) = self.known_module(module.0).filter(|rules| rules.active && self.is_free(user)) else {
            return false;
        };
        if rules.declared & action.bit() == 0 || self.is_shut(user, rules) || self.guards_module(module.0) {
            return false;
        }
        // Not on their own requests (P-08).
        if rules.closing & action.bit() != 0 && !self.closes_own && self.worker_of(user).is_some() {
            return false;
        }
        // Where their rights count depends on each area (U-11).
        if matches!(rules.target, grant::Target::Area | grant::Target::Object) && self.is_outside(user.0) {
            return false;
        }
        let says = |grant: &GrantRow| rules.says(grant.set, action.bit());
        let personal: Vec<_> =
            self.rare(user.0).into_iter().flat_map(|rare| self.in_force(&rare.held, module, day)).collect();
        if !personal.is_empty() {
            // They alone decide wherever they reach.
            return personal.iter().any(|grant| grant.cover == Cover::All && says(grant).0)
                && !personal.iter().any(|grant| says(grant).1);
        }
        let (mut allowed, mut denied) = (i32::MIN, i32::MIN);
        for row in self.effective_roles(user, day).into_iter().filter_map(|role| self.roles.get(role.0)) {
            for grant in self.in_force(&row.held, module, day) {
                if grant.cover == Cover::All && says(grant).0 {
                    allowed = allowed.max(row.priority);
                }
                if says(grant).1 {
                    denied = denied.max(row.priority);
                }
            }
        }
        allowed > denied
    }

    /// Whether the module is closed to the user, whatever grants say (G-3).
    pub(super) fn is_shut(&self, user: UserIx, module: &ModuleRow) -> bool {
        module.holds_folders() && self.is_outside(user.0)
    }

    /// The areas that the user works on or reads, by effective roles.
    pub(super) fn areas_of(&self, user: UserIx, day: Day) -> Vec<u32> {
        let roles = self.effective_roles(user, day).into_iter().filter_map(|role| self.roles.get(role.0));
        let mut areas: Vec<u32> = roles.flat_map(|row| row.areas.iter().copied()).collect();
        areas.sort_unstable();
        areas.dedup();
        areas
    }

    /// What the user holds, in person and by effective roles.
    fn holdings(&self, user: UserIx, day: Day) -> Vec<&Held> {
        let personal = self.rare(user.0).map(|rare| &rare.held);
        let roles = self.effective_roles(user, day).into_iter().filter_map(|role| self.roles.get(role.0));
        personal.into_iter().chain(roles.map(|row| &row.held)).collect()
    }

    /// The holder's grants in the module that hold on that day.
    fn in_force<'a>(&'a self, held: &Held, module: ModuleIx, day: Day) -> impl Iterator<Item = &'a GrantRow> + use<'a> {
        let grants = walk::<_, GrantsOfHolder>(&self.grants.rows, held.first).map(|(_, grant)| grant);
        grants.filter(move |grant| grant.module == module.0 && grant.days.contains(day))
    }

    /// All targets that scopes cover: what several of them cover is gathered once.
    fn gather_wide(
        &self,
        mut covers: Vec<Cover>,
        kind: grant::Target,
        module: u32,
        day: Day,
        found: &mut Candidates,
    ) -> Option<()> {
        if covers.contains(&Cover::All) {
            return self.gather(Cover::All, kind, module, found);
        }
        covers.sort_unstable();
        covers.dedup();
        let mut departments = Vec::new();
        for cover in covers {
            match cover {
                Cover::Department(ix) => departments.push(ix),
                Cover::Subtree(ix) => departments.extend(self.tree.subtree(ix)),
                other => self.gather(other, kind, module, found)?,
            }
        }
        departments.sort_unstable();
        departments.dedup();
        departments.into_iter().try_for_each(|ix| self.gather_department(ix, kind, day, found))
    }

    /// All targets that a scope covers, but for departments.
    fn gather(&self, cover: Cover, kind: grant::Target, module: u32, found: &mut Candidates) -> Option<()> {
        match (cover, kind) {
            (Cover::All, grant::Target::Worker) => found.add(self.workers().map(Target::Worker)),
            (Cover::All, grant::Target::Object) => {
                let types = self.types.rows.iter().filter(|(_, row)| row.known && row.module == module);
                types.map(|(_, row)| row).try_for_each(|row| found.add(objects(&row.objects)))
            }
            (Cover::Type(ix), grant::Target::Object) => found.add(objects(&self.types.get(ix)?.objects)),
            (Cover::Worker(ix), grant::Target::Worker) => found.add(std::iter::once(Target::Worker(WorkerIx(ix)))),
            (Cover::All, grant::Target::Area) => found.add(self.areas().map(Target::Area)),
            (Cover::Area(ix), grant::Target::Area) => found.add(std::iter::once(Target::Area(AreaIx(ix)))),
            (Cover::Area(ix), grant::Target::Object) => found.add(objects(&self.areas.more.get(ix)?.objects)),
            (Cover::Object(ix), grant::Target::Object) => found.add(std::iter::once(Target::Object(ObjectIx(ix)))),
            _ => Some(()),
        }
    }

    fn gather_department(&self, ix: u32, kind: grant::Target, day: Day, found: &mut Candidates) -> Option<()> {
        let Some(row) = self.departments.get(ix) else { return Some(()) };
        if kind == grant::Target::Worker {
            let in_force = row.contracts.iter().filter(|contract| contract.days.contains(day));
            found.add(in_force.map(|contract| Target::Worker(WorkerIx(contract.to))))
        } else {
            found.add(objects(&row.objects))
        }
    }
}

fn objects(bag: &Bag<u32>) -> impl Iterator<Item = Target> + '_ {
    bag.iter().map(|ix| Target::Object(ObjectIx(*ix)))
}
