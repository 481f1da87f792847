//! The plain, slow evaluator: P-03 written down as it reads, over lists of records.
//!
//! It knows no index and keeps nothing. The compiled model must answer as this does; property
//! tests and `remit check` compare the two.

use chrono::NaiveDate;

mod wages;

use super::{Decision, ReasonCode};
use crate::area::{Area, AreaClass, ProtectionRule};
use crate::change::Record;
use crate::grant::{Grant, Holder, Module, Object, ObjectType, Scope, Target};
use crate::id::{AreaId, DepartmentId, ObjectId, RoleId, UserId, WorkerId};
use crate::organisation::{Contract, Department};
use crate::role::{Member, Membership, Purpose, Role};
use crate::setting::CLOSE_OWN_REQUESTS;
use crate::user::{User, UserKind, UserState};
use crate::wage::{WageOffer, WageType};
use crate::worker::Worker;

/// All records that decisions depend on.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs, reason = "the lists are named after what they hold")]
pub struct Company {
    pub users: Vec<User>,
    pub workers: Vec<Worker>,
    pub departments: Vec<Department>,
    pub contracts: Vec<Contract>,
    pub roles: Vec<Role>,
    pub memberships: Vec<Membership>,
    pub modules: Vec<Module>,
    pub object_types: Vec<ObjectType>,
    pub objects: Vec<Object>,
    pub areas: Vec<Area>,
    pub protection_rules: Vec<ProtectionRule>,
    pub grants: Vec<Grant>,
    pub wage_types: Vec<WageType>,
    pub wage_offers: Vec<WageOffer>,
    /// Whether people may close requests of their own (P-08).
    pub close_own_requests: bool,
}

/// What an action is done to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SlowTarget {
    /// Nothing in particular.
    None,
    /// A worker.
    Worker(WorkerId),
    /// An object.
    Object(ObjectId),
    /// An area.
    Area(AreaId),
}

/// A target that exists.
#[derive(Clone, Copy)]
enum Thing<'a> {
    Nothing,
    Worker(&'a Worker),
    Object(&'a Object),
    Area(&'a Area),
}

impl Company {
    /// Sorts records into lists; kinds that no decision depends on are left out.
    pub fn from_records(records: impl IntoIterator<Item = Record>) -> Self {
        let mut company = Self::default();
        for record in records {
            match record {
                Record::User(user) => company.users.push(user),
                Record::Worker(worker) => company.workers.push(worker),
                Record::Department(department) => company.departments.push(department),
                Record::Contract(contract) => company.contracts.push(contract),
                Record::Role(role) => company.roles.push(role),
                Record::Membership(membership) => company.memberships.push(membership),
                Record::Module(module) => company.modules.push(module),
                Record::ObjectType(object_type) => company.object_types.push(object_type),
                Record::Object(object) => company.objects.push(object),
                Record::Area(area) => company.areas.push(area),
                Record::ProtectionRule(rule) => company.protection_rules.push(rule),
                Record::Grant(grant) => company.grants.push(grant),
                Record::WageType(wage_type) => company.wage_types.push(wage_type),
                Record::WageOffer(offer) => company.wage_offers.push(offer),
                Record::Setting(setting) if setting.key == CLOSE_OWN_REQUESTS => {
                    company.close_own_requests = setting.is_on();
                }
                Record::Position(_)
                | Record::Qualification(_)
                | Record::NotificationSubscription(_)
                | Record::MarkPattern(_)
                | Record::Notice(_)
                | Record::Template(_)
                | Record::RoleRule(_)
                | Record::ApiToken(_)
                | Record::Session(_)
                | Record::Identity(_)
                | Record::Setting(_) => {}
            }
        }
        company
    }

    /// May the user do that? (P-03)
    pub fn decide(&self, user: UserId, module: &str, action: &str, target: SlowTarget, day: NaiveDate) -> Decision {
        Decision::of(self.reason(user, module, action, target, day))
    }

    fn reason(&self, user: UserId, module: &str, action: &str, target: SlowTarget, day: NaiveDate) -> ReasonCode {
        let (user, module, thing) = match self.understood(user, module, action, target) {
            Ok(found) => found,
            Err(code) => return code,
        };
        let area = self.area_of(thing);
        if let Some(guard) = self.guard(user, module, action, thing, day) {
            return guard;
        }
        if !module.active {
            return ReasonCode::ModuleOff;
        }
        // Step 2: relations.
        if related(user.id, module, action, thing)
            || area.is_some_and(|area| self.related_by_area(user.id, module, action, area, day))
        {
            return ReasonCode::RelationAllow;
        }
        // Step 3: personal grants, if any, alone decide.
        let in_force = |grant: &&Grant| {
            grant.module == module.code && grant.window.contains(day) && self.covers(grant, thing, day)
        };
        let personal: Vec<&Grant> =
            self.grants.iter().filter(in_force).filter(|grant| grant.holder == Holder::User(user.id)).collect();
        let named = |list: &[String]| list.iter().any(|name| name == action);
        if !personal.is_empty() {
            if personal.iter().any(|grant| named(&grant.deny)) {
                return ReasonCode::PersonalDeny;
            }
            if personal.iter().any(|grant| named(&grant.allow)) {
                return ReasonCode::PersonalAllow;
            }
            return ReasonCode::PersonalWithoutAction;
        }
        // Step 4: the grants of all effective roles.
        let roles = self.effective_roles(user.id, day);
        let mut opinions = Vec::new();
        for grant in self.grants.iter().filter(in_force) {
            let Holder::Role(holder) = grant.holder else { continue };
            if !roles.contains(&holder) {
                continue;
            }
            for role in self.roles.iter().filter(|role| role.id == holder) {
                if named(&grant.allow) {
                    opinions.push((role.priority, true));
                }
                if named(&grant.deny) {
                    opinions.push((role.priority, false));
                }
            }
        }
        // Step 5: the highest priority wins; divided, it is a deny.
        let Some(highest) = opinions.iter().map(|(priority, _)| *priority).max() else {
            // G-2: told where an area administrator might have expected a right.
            return match area {
                Some(_) if self.decide(user.id, "system", "area.administer", SlowTarget::None, day).allowed => {
                    ReasonCode::GuardAreaAdministrator
                }
                _ => ReasonCode::NoGrant,
            };
        };
        opinions.retain(|(priority, _)| *priority == highest);
        match (opinions.contains(&(highest, true)), opinions.contains(&(highest, false))) {
            (true, false) => ReasonCode::RoleAllow,
            (true, true) => ReasonCode::TieDeny,
            (false, _) => ReasonCode::RoleDeny,
        }
    }

    /// The question must make sense: subject, resource, action.
    fn understood(
        &self,
        user: UserId,
        module: &str,
        action: &str,
        target: SlowTarget,
    ) -> Result<(&User, &Module, Thing<'_>), ReasonCode> {
        let user = self.users.iter().find(|candidate| candidate.id == user).ok_or(ReasonCode::UnknownSubject)?;
        let module = self.modules.iter().find(|candidate| candidate.code == module);
        let thing = match target {
            SlowTarget::None if module.is_some_and(|module| module.target == Target::None) => Some(Thing::Nothing),
            SlowTarget::None => None,
            SlowTarget::Worker(id) => self.workers.iter().find(|worker| worker.id == id).map(Thing::Worker),
            SlowTarget::Area(id) => self.areas.iter().find(|area| area.id == id).map(Thing::Area),
            SlowTarget::Object(id) => self.objects.iter().find(|object| object.id == id).map(Thing::Object),
        };
        let thing = thing.ok_or(ReasonCode::UnknownResource)?;
        let module = module.filter(|module| self.fits(module, thing)).ok_or(ReasonCode::UnknownAction)?;
        if !module.actions.iter().any(|known| known == action) {
            return Err(ReasonCode::UnknownAction);
        }
        Ok((user, module, thing))
    }

    /// Step 1: the guard that ends it, if one does.
    fn guard(
        &self,
        user: &User,
        module: &Module,
        action: &str,
        thing: Thing<'_>,
        day: NaiveDate,
    ) -> Option<ReasonCode> {
        // G-1, U-10
        if user.state != UserState::Active {
            return Some(ReasonCode::GuardState);
        }
        if matches!(user.kind, UserKind::Virtual | UserKind::ExternalFiller) {
            return Some(ReasonCode::GuardKind);
        }
        // G-3; in an ordinary area they count where its owner has allowed that account (U-11).
        if user.kind == UserKind::ExternalAdministrator {
            let closed = |area: &Area| {
                area.class != AreaClass::Normal || !area.allowed_external_administrator_ids.contains(&user.id)
            };
            if matches!(module.code.as_str(), "hr" | "time") || self.area_of(thing).is_some_and(closed) {
                return Some(ReasonCode::GuardExternalAdministrator);
            }
        }
        // G-4
        if self.protection_rules.iter().any(|rule| self.bars(rule, user.id, module, thing, day)) {
            return Some(ReasonCode::GuardProtectionRule);
        }
        // P-08
        let own_request = is_own_request(user.id, module, action, thing);
        (own_request && !self.close_own_requests).then_some(ReasonCode::GuardOwnRequest)
    }

    /// The area that the thing is, or lies in.
    fn area_of(&self, thing: Thing<'_>) -> Option<&Area> {
        let id = match thing {
            Thing::Nothing | Thing::Worker(_) => None,
            Thing::Area(area) => Some(area.id),
            Thing::Object(object) => object.area_id,
        };
        self.areas.iter().find(|area| Some(area.id) == id)
    }

    /// Whether the user has the action as a processor or reader of the area (P-03, step 2).
    fn related_by_area(&self, user: UserId, module: &Module, action: &str, area: &Area, day: NaiveDate) -> bool {
        let roles = self.effective_roles(user, day);
        let is_in = |named: &[RoleId]| named.iter().any(|role| roles.contains(role));
        let (of_processors, of_readers) = match module.target {
            Target::Object => (true, action == "read"),
            Target::Area if module.code == "areas" => {
                (matches!(action, "read" | "work"), matches!(action, "read" | "notice"))
            }
            _ => (false, false),
        };
        (of_processors && is_in(&area.processor_ids)) || (of_readers && is_in(&area.reader_ids))
    }

    /// Whether a protection rule keeps the user from the thing (G-4).
    fn bars(&self, rule: &ProtectionRule, user: UserId, module: &Module, thing: Thing<'_>, day: NaiveDate) -> bool {
        let area = self.area_of(thing);
        let guarded = match &rule.module {
            Some(code) => *code == module.code,
            None => area.is_some_and(|area| Some(area.class) == rule.class),
        };
        let holds_role = self.effective_roles(user, day).iter().any(|role| rule.role_ids.contains(role));
        let own_folder = self.workers.iter().find(|worker| worker.user_id == Some(user));
        let holds_position = own_folder.is_some_and(|worker| {
            let mut contracts = self.contracts.iter().filter(|contract| contract.worker_id == worker.id);
            contracts.any(|contract| contract.in_force(day) && rule.position_ids.contains(&contract.position_id))
        });
        let own = match thing {
            Thing::Worker(worker) => worker.user_id == Some(user),
            Thing::Object(object) => object.assignee_id == Some(user) || object.team_ids.contains(&user),
            Thing::Nothing | Thing::Area(_) => false,
        };
        let named_by_owner = area.is_some_and(|area| {
            self.roles.iter().any(|role| {
                area.processor_ids.contains(&role.id)
                    && role.purpose == Purpose::PeopleList
                    && role.window.contains(day)
                    && self.memberships.iter().any(|membership| {
                        membership.role_id == role.id
                            && membership.member == Member::User(user)
                            && membership.window.contains(day)
                    })
            })
        });
        guarded && (holds_role || holds_position) && !own && !named_by_owner
    }

    /// The roles of which the user is an effective member on that day, in the order of ids. An external
    /// administrator is in no protected role, nor through it in another (G-3).
    pub fn effective_roles(&self, user: UserId, day: NaiveDate) -> Vec<RoleId> {
        let outside = |candidate: &User| candidate.id == user && candidate.kind == UserKind::ExternalAdministrator;
        let outside = self.users.iter().any(outside);
        let mut found: Vec<RoleId> = Vec::new();
        let mut open = vec![Member::User(user)];
        while let Some(member) = open.pop() {
            for membership in self.memberships.iter().filter(|membership| membership.member == member) {
                let in_force = |role: &Role| {
                    role.id == membership.role_id && role.window.contains(day) && !(outside && role.protected)
                };
                if membership.window.contains(day)
                    && self.roles.iter().any(in_force)
                    && !found.contains(&membership.role_id)
                {
                    found.push(membership.role_id);
                    open.push(Member::Role(membership.role_id));
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Whether the module's actions are done to such a thing (P-01, P-10).
    fn fits(&self, module: &Module, thing: Thing<'_>) -> bool {
        match thing {
            Thing::Nothing => module.target == Target::None,
            Thing::Worker(_) => module.target == Target::Worker,
            Thing::Area(_) => module.target == Target::Area,
            Thing::Object(object) => {
                module.target == Target::Object
                    && self
                        .object_types
                        .iter()
                        .any(|object_type| object_type.code == object.object_type && object_type.module == module.code)
            }
        }
    }

    /// Whether the grant's scope covers the thing on that day (P-02).
    fn covers(&self, grant: &Grant, thing: Thing<'_>, day: NaiveDate) -> bool {
        match (&grant.scope, thing) {
            (Scope::All, _) => true,
            (Scope::Department { id, include_subtree }, Thing::Worker(worker)) => {
                let in_force = |contract: &&Contract| contract.worker_id == worker.id && contract.in_force(day);
                self.contracts
                    .iter()
                    .filter(in_force)
                    .any(|contract| self.lies_in(contract.department_id, *id, *include_subtree))
            }
            (Scope::Department { id, include_subtree }, Thing::Object(object)) => {
                object.department_id.is_some_and(|department| self.lies_in(department, *id, *include_subtree))
            }
            (Scope::Worker { id }, Thing::Worker(worker)) => *id == worker.id,
            (Scope::Area { id }, Thing::Area(area)) => *id == area.id,
            (Scope::Area { id }, Thing::Object(object)) => object.area_id == Some(*id),
            (Scope::Object { id }, Thing::Object(object)) => *id == object.id,
            (Scope::ObjectType { id }, Thing::Object(object)) => *id == object.object_type,
            _ => false,
        }
    }

    /// Whether a department is `top` or, with the subtree, lies below it (D-01).
    fn lies_in(&self, department: DepartmentId, top: DepartmentId, include_subtree: bool) -> bool {
        let mut at = Some(department);
        // No way up is longer than the number of departments.
        for _ in 0..=self.departments.len() {
            if at == Some(top) {
                return true;
            }
            if !include_subtree {
                return false;
            }
            at = self.departments.iter().find(|row| Some(row.id) == at).and_then(|row| row.parent_id);
        }
        false
    }
}

/// Whether it closes a request that is the user's own (P-08).
fn is_own_request(user: UserId, module: &Module, action: &str, thing: Thing<'_>) -> bool {
    let own = matches!(thing, Thing::Worker(worker) if worker.user_id == Some(user));
    own && module.code == "time" && matches!(action, "request1.close" | "request2.close")
}

/// Whether a relation to the thing gives the action (P-03, step 2).
fn related(user: UserId, module: &Module, action: &str, thing: Thing<'_>) -> bool {
    match thing {
        Thing::Nothing | Thing::Area(_) => false,
        Thing::Worker(worker) => {
            worker.user_id == Some(user) && module.code == "hr" && matches!(action, "read" | "contracts.read")
        }
        Thing::Object(object) => {
            (object.assignee_id == Some(user) || object.team_ids.contains(&user))
                && matches!(action, "read" | "use" | "edit" | "record_hours" | "report_finished")
        }
    }
}
