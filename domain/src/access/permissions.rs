//! What may a user do: every grant that applies (P-05).

use super::compile::Place;
use super::deed::{Deed, Spot, Standing};
use super::members::Paths;
use super::rows::{Cover, GrantRow, GrantsOfHolder, Keeper};
use super::threads::walk;
use super::{GrantIx, Model, ModuleIx, ObjectIx, PathStep, Relation, UserIx};
use crate::grant::{Holder, Scope, Target};
use crate::id::{AreaId, DepartmentId, ObjectId, WorkerId};
use crate::window::{Day, Window};

/// A right of a user over a scope (P-05): a grant, personal or by a role, or a relation.
#[derive(Clone, PartialEq, Debug)]
pub struct Permission {
    /// The module.
    pub module: ModuleIx,
    /// Whether the module is switched on; otherwise this gives nothing (`module_off`).
    pub module_active: bool,
    /// What it covers.
    pub scope: Scope,
    /// Allowed actions, sorted.
    pub allow: Vec<String>,
    /// Denied actions, sorted.
    pub deny: Vec<String>,
    /// Where it comes from.
    pub via: Via,
    /// When the grant holds.
    pub window: Window,
    /// A role's grant that personal grants set aside for all that it covers.
    pub set_aside: bool,
    /// A role's grant that personal grants may set aside for a part of what it covers.
    pub set_aside_in_part: bool,
}

/// Where a permission comes from.
#[derive(Clone, PartialEq, Debug)]
pub enum Via {
    /// A relation to the target.
    Relation(Relation),
    /// A grant.
    Grant {
        /// The grant.
        grant: GrantIx,
        /// Who holds it: the user, or a role of which the user is an effective member.
        holder: Holder,
        /// The role's priority; `None` for a personal grant.
        priority: Option<i32>,
        /// How the user comes to the role; empty for a personal grant.
        path: Vec<PathStep>,
    },
}

impl Model {
    /// Every grant that applies to the user on that day, personal or by an effective role, and
    /// the relations to the own folder, to areas, and to objects that the user is assigned or in the team
    /// of; in one module or in all (P-05). The account's state and kind (G-1) are not looked at: what this
    /// lists works once the account is active. What an external administrator never reaches is left
    /// out (G-3).
    ///
    /// The order is fixed: the relations, then personal grants, then roles by falling priority.
    pub fn permissions(&self, user: UserIx, day: Day, module: Option<ModuleIx>) -> Vec<Permission> {
        if self.known_user(user.0).is_none() {
            return Vec::new();
        }
        let open = |module| self.modules.get(module).is_none_or(|row| !self.is_shut(user, row));
        let sought = |grant: &GrantRow| {
            grant.days.contains(day) && module.is_none_or(|module| module.0 == grant.module) && open(grant.module)
        };
        let held = |head| walk::<_, GrantsOfHolder>(&self.grants.rows, head).filter(|(_, grant)| sought(grant));
        let personal: Vec<_> = self.rare(user.0).into_iter().flat_map(|rare| held(rare.held.first)).collect();
        let mut found = Vec::new();
        let paths = self.paths(user.0, Some(day));
        for (ix, grant) in &personal {
            found.extend(self.permission(*ix, grant, None, (false, false)));
        }
        for role in paths.roles() {
            let Some(row) = self.roles.get(role) else { continue };
            for (ix, grant) in held(row.held.first) {
                let aside = self.set_aside(grant, &personal, day);
                found.extend(self.permission(ix, grant, Some((row.priority, &paths)), aside));
            }
        }
        found.sort_by_key(|permission| match &permission.via {
            Via::Relation(_) => (0, None),
            Via::Grant { grant, priority: None, .. } => (1, Some(self.grant_id(*grant))),
            Via::Grant { grant, priority: Some(priority), .. } => {
                (2 + i64::from(crate::role::PRIORITY_MAX) - i64::from(*priority), Some(self.grant_id(*grant)))
            }
        });
        let related = self.own_folder(user, module).into_iter().chain(self.in_areas(user, day, module));
        let related = related.chain(self.on_objects(user, module));
        related.chain(found).collect()
    }

    /// What the user may do in areas by relation (P-03, step 2), in the order of areas.
    fn in_areas(&self, user: UserIx, day: Day, module: Option<ModuleIx>) -> Vec<Permission> {
        let Some(row) = self.known_user(user.0) else { return Vec::new() };
        let outside = self.is_outside(user.0);
        let areas = self.areas_of(user, day).into_iter().filter(|area| !(outside && self.is_outside_of(user.0, *area)));
        let wanted = |ix: u32| module.is_none_or(|module| module.0 == ix);
        let modules: Vec<_> = self
            .modules
            .rows
            .iter()
            .filter(|(ix, rules)| rules.known && wanted(*ix) && rules.processed | rules.read != 0)
            .collect();
        let mut found = Vec::new();
        for area in areas {
            let Some(known) = self.known_area(area) else { continue };
            for (relation, roles) in [(Relation::Processor, &known.processors), (Relation::Reader, &known.readers)] {
                if !self.is_in_any(user.0, row, roles, day) {
                    continue;
                }
                for (ix, rules) in &modules {
                    let actions = if relation == Relation::Processor { rules.processed } else { rules.read };
                    found.push(Permission {
                        module: ModuleIx(*ix),
                        module_active: rules.active,
                        scope: self.scope(Cover::Area(area)),
                        allow: rules.names_of(actions),
                        deny: Vec::new(),
                        via: Via::Relation(relation),
                        window: Window::ALWAYS,
                        set_aside: false,
                        set_aside_in_part: false,
                    });
                }
            }
        }
        found
    }

    /// What the user may do as the assignee of objects or in their teams (P-03, step 2).
    fn on_objects(&self, user: UserIx, module: Option<ModuleIx>) -> Vec<Permission> {
        let outside = self.is_outside(user.0);
        let right = |object: ObjectIx| {
            let row = self.known_object(object.0).filter(|row| !(outside && self.is_outside_of(user.0, row.area)))?;
            let ix = self.module_of(object).filter(|ix| module.is_none_or(|module| module == *ix))?;
            let rules = self.known_module(ix.0).filter(|rules| rules.related != 0)?;
            Some(Permission {
                module: ix,
                module_active: rules.active,
                scope: self.scope(Cover::Object(object.0)),
                allow: rules.names_of(rules.related),
                deny: Vec::new(),
                via: Via::Relation(if row.assignee == user.0 { Relation::Assignee } else { Relation::Team }),
                window: Window::ALWAYS,
                set_aside: false,
                set_aside_in_part: false,
            })
        };
        self.objects_of(user).into_iter().filter_map(right).collect()
    }

    fn permission(
        &self,
        ix: u32,
        grant: &GrantRow,
        role: Option<(i32, &Paths)>,
        (set_aside, set_aside_in_part): (bool, bool),
    ) -> Option<Permission> {
        let rules = self.known_module(grant.module)?;
        let path = match (role, grant.holder) {
            (Some((_, paths)), Keeper::Role(role)) => self.steps(paths, role),
            _ => Vec::new(),
        };
        Some(Permission {
            module: ModuleIx(grant.module),
            module_active: rules.active,
            scope: self.scope(grant.cover),
            allow: rules.names_of(rules.set(grant.set).0),
            deny: rules.names_of(rules.set(grant.set).1),
            via: Via::Grant {
                grant: GrantIx(ix),
                holder: self.holder(grant.holder),
                priority: role.map(|(priority, _)| priority),
                path,
            },
            window: grant.days.window(),
            set_aside,
            set_aside_in_part,
        })
    }

    fn own_folder(&self, user: UserIx, module: Option<ModuleIx>) -> Option<Permission> {
        let worker = self.worker_of(user)?;
        let mut modules = self.modules.rows.iter().filter(|(ix, _)| module.is_none_or(|module| module.0 == *ix));
        let (ix, rules) = modules.find(|(_, row)| row.known && row.target == Target::Worker && row.related != 0)?;
        if self.is_shut(user, rules) {
            return None;
        }
        Some(Permission {
            module: ModuleIx(ix),
            module_active: rules.active,
            scope: Scope::Worker { id: self.worker_id(worker) },
            allow: rules.names_of(rules.related),
            deny: Vec::new(),
            via: Via::Relation(Relation::OwnFolder),
            window: Window::ALWAYS,
            set_aside: false,
            set_aside_in_part: false,
        })
    }

    /// Whether personal grants set a role's grant aside: wholly, or perhaps in part (P-03).
    fn set_aside(&self, grant: &GrantRow, personal: &[(u32, &GrantRow)], day: Day) -> (bool, bool) {
        let of_module = || personal.iter().map(|(_, own)| *own).filter(|own| own.module == grant.module);
        let wholly = of_module().any(|own| self.contains(own.cover, grant, day));
        let in_part = of_module().any(|own| {
            let both_wide = !own.cover.direct() && !grant.cover.direct();
            both_wide || self.contains(grant.cover, own, day)
        });
        (wholly, in_part && !wholly)
    }

    /// Whether a scope covers all that another grant covers.
    fn contains(&self, outer: Cover, inner: &GrantRow, day: Day) -> bool {
        let spot = match inner.cover {
            Cover::Worker(ix) => self.workers.get(ix).map(|row| Spot::Worker(ix, row)),
            Cover::Object(ix) => self.objects.get(ix).map(|row| Spot::Object(ix, row)),
            Cover::Area(ix) => Some(Spot::Area(ix)),
            _ => None,
        };
        match (outer, inner.cover) {
            (Cover::All, _) => true,
            _ if outer == inner.cover || self.tree.holds(outer, inner.cover) => true,
            _ => spot.zip(self.known_module(inner.module)).is_some_and(|(spot, row)| {
                self.covers(
                    outer,
                    &Deed {
                        module: inner.module,
                        row,
                        bit: 0,
                        place: Place::of(0),
                        spot,
                        standing: Standing::NOWHERE,
                        day,
                    },
                )
            }),
        }
    }

    /// A scope in ids.
    pub(super) fn scope(&self, cover: Cover) -> Scope {
        let department =
            |ix, include_subtree| Scope::Department { id: DepartmentId(self.departments.id(ix)), include_subtree };
        match cover {
            Cover::All => Scope::All,
            Cover::Department(ix) => department(ix, false),
            Cover::Subtree(ix) => department(ix, true),
            Cover::Type(ix) => {
                Scope::ObjectType { id: self.types.get(ix).map(|row| row.code.to_string()).unwrap_or_default() }
            }
            Cover::Worker(ix) => Scope::Worker { id: WorkerId(self.workers.id(ix)) },
            Cover::Object(ix) => Scope::Object { id: ObjectId(self.objects.id(ix)) },
            Cover::Area(ix) => Scope::Area { id: AreaId(self.areas.id(ix)) },
        }
    }
}
