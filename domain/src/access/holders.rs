//! Who may do something, and by what: to one target, or anywhere (P-05). Whom to ask about is found from the grants and
//! relations that could give it, never by walking over everybody.

use rustc_hash::FxHashSet;

use super::deed::{Deed, Spot};
use super::ids::NONE;
use super::rows::{GrantRow, Keeper};
use super::{ActionIx, GrantIx, Model, ModuleIx, ObjectIx, Question, ReasonCode, Relation, RoleIx, Target, UserIx};
use crate::grant;
use crate::window::Day;

/// By what a user may do an action.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Way {
    /// The action.
    pub action: ActionIx,
    /// The step that allows it.
    pub code: ReasonCode,
    /// The relation that gives it, if one does.
    pub relation: Option<Relation>,
    /// The grants that decided, ascending; none for a relation.
    pub grants: Vec<GrantIx>,
    /// The roles that hold these grants, or by which the relation to an area holds, ascending.
    pub roles: Vec<RoleIx>,
}

impl Model {
    /// Whom to ask who may do one of the actions to the target on that day: complete, in the order of ids, and with some
    /// among them who may not in the end.
    pub fn candidates(&self, module: ModuleIx, actions: &[ActionIx], target: Target, day: Day) -> Vec<UserIx> {
        self.by_id(self.asked_about(module, actions, target, day))
    }

    /// The same, ascending.
    pub(super) fn asked_about(&self, module: ModuleIx, actions: &[ActionIx], target: Target, day: Day) -> Vec<UserIx> {
        let Some(deed) = self.deed_of(module, actions, target, day) else { return Vec::new() };
        let mask = mask(actions);
        let mut users: Vec<UserIx> = match deed.spot {
            Spot::Nothing | Spot::Imagined(_) | Spot::Area(_) => Vec::new(),
            Spot::Worker(_, row) => vec![UserIx(row.user)],
            Spot::Object(ix, _) => self.people(ix).into_iter().map(UserIx).collect(),
        };
        let mut roles = Vec::new();
        if let Some(area) = self.known_area(deed.spot.area()) {
            roles.extend(area.processors.iter().chain(&area.readers).copied());
        }
        let covering = self.covering(&deed);
        let allowing = covering.into_iter().map(|(_, grant)| grant).filter(|grant| self.allows(grant, mask, day));
        self.add_holders(allowing, &mut users, &mut roles);
        self.all_of(users, roles, day)
    }

    /// By what each of these users may do which of the actions to the target on that day; nothing for those they may not.
    pub fn ways(
        &self,
        users: &[UserIx],
        module: ModuleIx,
        actions: &[ActionIx],
        target: Target,
        day: Day,
    ) -> Vec<Vec<Way>> {
        let Some(deed) = self.deed_of(module, actions, target, day) else { return vec![Vec::new(); users.len()] };
        let covering: Vec<_> = self.covering(&deed).into_iter().filter(|(_, grant)| grant.days.contains(day)).collect();
        let of_user = |user: &UserIx| {
            let roles: FxHashSet<u32> = self.effective_roles(*user, day).into_iter().map(|role| role.0).collect();
            let ways = actions.iter().filter_map(|action| {
                let question = Question { user: *user, module, action: *action, target, day };
                let decision = self.decide(&question);
                decision.allowed.then(|| self.way(&question, decision.code, &covering, &roles))
            });
            ways.collect()
        };
        users.iter().map(of_user).collect()
    }

    /// Whom to ask who may do the action anywhere on that day: complete, in the order of ids, and with some among them who
    /// may nowhere in the end.
    pub fn candidates_anywhere(&self, module: ModuleIx, action: ActionIx, day: Day) -> Vec<UserIx> {
        let Some(rules) = self.known_module(module.0).filter(|rules| rules.active) else { return Vec::new() };
        let bit = action.bit();
        let (mut users, mut roles) = (Vec::new(), Vec::new());
        let allowing = self.grants_of(module.0).filter(|grant| self.allows(grant, bit, day));
        self.add_holders(allowing, &mut users, &mut roles);
        if (rules.processed | rules.read) & bit != 0 {
            for area in self.areas.rows.iter().map(|(_, area)| area).filter(|area| area.known) {
                roles.extend(area.processors.iter().filter(|_| rules.processed & bit != 0).copied());
                roles.extend(area.readers.iter().filter(|_| rules.read & bit != 0).copied());
            }
        }
        if rules.related & bit != 0 {
            match rules.target {
                grant::Target::Worker => {
                    let workers = self.workers.rows.iter().filter(|(_, row)| row.known);
                    users.extend(workers.map(|(_, row)| UserIx(row.user)));
                }
                grant::Target::Object => {
                    let types = self.types.rows.iter().filter(|(_, row)| row.known && row.module == module.0);
                    let objects = types.flat_map(|(_, row)| row.objects.iter());
                    users.extend(objects.flat_map(|object| self.people(*object)).map(UserIx));
                }
                grant::Target::None | grant::Target::Area => {}
            }
        }
        self.by_id(self.all_of(users, roles, day))
    }

    /// The relation of a user's own to an object, if it gives the action: assignee or team.
    pub fn relation_of(&self, user: UserIx, module: ModuleIx, action: ActionIx, object: ObjectIx) -> Option<Relation> {
        let rules = self.known_module(module.0).filter(|rules| rules.related & action.bit() != 0)?;
        let row = self.known_object(object.0).filter(|_| rules.target == grant::Target::Object)?;
        match row {
            row if row.assignee == user.0 => Some(Relation::Assignee),
            row if row.works_on(user.0) => Some(Relation::Team),
            _ => None,
        }
    }

    /// The actions done to the target, whoever does them.
    fn deed_of(&self, module: ModuleIx, actions: &[ActionIx], target: Target, day: Day) -> Option<Deed<'_>> {
        let action = *actions.first()?;
        self.deed(&Question { user: UserIx(NONE), module, action, target, day }).ok()
    }

    fn allows(&self, grant: &GrantRow, mask: u128, day: Day) -> bool {
        grant.days.contains(day) && self.set_of(grant).0 & mask != 0
    }

    fn add_holders<'a>(
        &self,
        grants: impl Iterator<Item = &'a GrantRow>,
        users: &mut Vec<UserIx>,
        roles: &mut Vec<u32>,
    ) {
        for grant in grants {
            match grant.holder {
                Keeper::User(user) => users.push(UserIx(user)),
                Keeper::Role(role) => roles.push(role),
            }
        }
    }

    /// Users in the order of their ids.
    fn by_id(&self, mut users: Vec<UserIx>) -> Vec<UserIx> {
        users.sort_by_key(|user| self.user_id(*user));
        users
    }

    /// Users and members of roles that there are, each once, ascending.
    fn all_of(&self, mut users: Vec<UserIx>, mut roles: Vec<u32>, day: Day) -> Vec<UserIx> {
        roles.sort_unstable();
        roles.dedup();
        users.extend(self.members_of(roles, day));
        users.sort_unstable();
        users.dedup();
        users.retain(|user| self.known_user(user.0).is_some());
        users
    }

    /// By what an allowed question is allowed; `covering` are the grants in force that cover its target.
    fn way(
        &self,
        question: &Question,
        code: ReasonCode,
        covering: &[(u32, &GrantRow)],
        effective: &FxHashSet<u32>,
    ) -> Way {
        let mut way = Way { action: question.action, code, relation: None, grants: Vec::new(), roles: Vec::new() };
        let bit = question.action.bit();
        match code {
            ReasonCode::RelationAllow => {
                let Ok(deed) = self.deed(question) else { return way };
                way.relation =
                    self.known_user(question.user.0).and_then(|user| self.relation(question.user.0, user, &deed));
                let area = self.known_area(deed.spot.area());
                let named = area.map_or(&[][..], |area| match way.relation {
                    Some(Relation::Processor) => &area.processors,
                    Some(Relation::Reader) => &area.readers,
                    _ => &[],
                });
                way.roles = named.iter().filter(|role| effective.contains(role)).map(|role| RoleIx(*role)).collect();
            }
            ReasonCode::PersonalAllow => {
                let own = covering.iter().filter(|(_, grant)| grant.holder == Keeper::User(question.user.0));
                way.grants =
                    own.filter(|(_, grant)| self.set_of(grant).0 & bit != 0).map(|(ix, _)| GrantIx(*ix)).collect();
            }
            ReasonCode::RoleAllow => {
                let of_roles = covering.iter().filter_map(|(ix, grant)| match grant.holder {
                    Keeper::Role(role) if effective.contains(&role) && self.set_of(grant).0 & bit != 0 => {
                        Some((self.roles.get(role)?.priority, *ix, role))
                    }
                    _ => None,
                });
                // Whatever has the highest priority allows, since it decided.
                let allowing: Vec<_> = of_roles.collect();
                let best = allowing.iter().map(|(priority, ..)| *priority).max();
                for (_, grant, role) in allowing.into_iter().filter(|(priority, ..)| Some(*priority) == best) {
                    way.grants.push(GrantIx(grant));
                    way.roles.push(RoleIx(role));
                }
            }
            _ => {}
        }
        way.grants.sort_unstable();
        way.roles.sort_unstable();
        way.roles.dedup();
        way
    }
}

fn mask(actions: &[ActionIx]) -> u128 {
    actions.iter().fold(0, |mask, action| mask | action.bit())
}
