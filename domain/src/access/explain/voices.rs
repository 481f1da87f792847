//! The grants of a user that cover a target: which speak, which lost, and which would speak on another day.

use super::super::deed::{Deed, Spot};
use super::super::members::Paths;
use super::super::rows::{Cover, Days, GrantRow, Keeper};
use super::super::{GrantOpinion, Inactive, Model, ReasonCode, Relation, RoleIx, SetAside, SetAsideReason, Windowed};
use super::other_days::{Needing, Otherwise, Ways};
use crate::id::{ContractId, GrantId};

/// A grant of the user that covers the target.
pub(super) struct Voice<'a> {
    pub(super) ix: u32,
    pub(super) row: &'a GrantRow,
    /// The role's number and priority; `None` for a personal grant.
    pub(super) role: Option<(u32, i32)>,
    /// What it says about the action; a deny prevails.
    pub(super) allows: Option<bool>,
}

/// The user's grants that cover the target.
#[derive(Default)]
pub(super) struct Voices<'a> {
    /// Personal, in force.
    pub(super) personal: Vec<Voice<'a>>,
    /// Of effective roles, in force.
    pub(super) by_role: Vec<Voice<'a>>,
    /// In force, of roles that the user is kept out of (G-3).
    pub(super) kept_out: Vec<Voice<'a>>,
    /// With a say on other days: not in force, or of a role that the user is not in on that day.
    pub(super) silent: Vec<Voice<'a>>,
}

impl Model {
    pub(super) fn voices<'a>(&'a self, ways: &Ways, deed: &Deed<'a>, unguarded: &Paths) -> Voices<'a> {
        let (user, paths, ever) = (ways.user, &ways.now, &ways.ever);
        let mut voices = Voices::default();
        for (ix, row, covers) in self.covering_ever(deed) {
            let allows = match deed.row.says(row.set, deed.bit) {
                (_, true) => Some(false),
                (true, false) => Some(true),
                (false, false) => None,
            };
            let role = match row.holder {
                Keeper::User(holder) if holder == user.0 => None,
                Keeper::Role(role) if ever.reaches(role) || unguarded.reaches(role) => {
                    Some((role, self.roles.get(role).map_or(0, |row| row.priority)))
                }
                _ => continue,
            };
            let there = role.is_none_or(|(role, _)| paths.reaches(role));
            let voice = Voice { ix, row, role, allows };
            let in_force = covers && row.days.contains(deed.day);
            if let Some((role, _)) = role.filter(|_| !there) {
                if in_force && unguarded.reaches(role) {
                    voices.kept_out.push(voice);
                    continue;
                }
                if !ever.reaches(role) {
                    continue;
                }
            }
            match (there && in_force, role) {
                (true, None) => voices.personal.push(voice),
                (true, Some(_)) => voices.by_role.push(voice),
                // A personal grant that leaves the action out denies it while it is in force (P-03).
                (false, _) if allows.is_some() || role.is_none() => voices.silent.push(voice),
                (false, _) => {}
            }
        }
        voices
    }

    pub(super) fn opinion(&self, voice: &Voice<'_>) -> GrantOpinion {
        GrantOpinion {
            grant: GrantId(self.grants.id(voice.ix)),
            holder: self.holder(voice.row.holder),
            priority: voice.priority(),
            allows: voice.allows == Some(true),
            window: voice.row.days.window(),
        }
    }

    pub(super) fn why_lost(voice: &Voice<'_>, code: ReasonCode) -> SetAsideReason {
        let personal =
            matches!(code, ReasonCode::PersonalAllow | ReasonCode::PersonalDeny | ReasonCode::PersonalWithoutAction);
        match voice.allows {
            _ if code == ReasonCode::RelationAllow => SetAsideReason::RelationTakesPrecedence,
            _ if personal && voice.role.is_some() => SetAsideReason::PersonalTakesPrecedence,
            None => SetAsideReason::NoOpinion,
            Some(_) if personal => SetAsideReason::DenyPrevails,
            Some(_) => SetAsideReason::LowerPriority,
        }
    }

    pub(super) fn lost(&self, voice: &Voice<'_>, reason: SetAsideReason) -> SetAside {
        SetAside {
            grant: GrantId(self.grants.id(voice.ix)),
            holder: self.holder(voice.row.holder),
            priority: voice.priority(),
            allows: voice.allows,
            reason,
        }
    }

    /// What keeps a grant from holding: itself, or things on the way to its role; at the last day on which it held, and at
    /// the next.
    pub(super) fn inactive(&self, voice: &Voice<'_>, ways: &Ways, deed: &Deed<'_>) -> Vec<Inactive> {
        let grant = GrantId(self.grants.id(voice.ix));
        let by_place =
            matches!((voice.row.cover, deed.spot), (Cover::Department(_) | Cover::Subtree(_), Spot::Worker(..)));
        let placements = by_place.then(|| self.placements_in(voice.row.cover, deed));
        let needing = Needing {
            thing: (Windowed::Grant(grant), voice.row.days),
            role: voice.role.map(|(role, _)| role),
            placements: placements.as_deref(),
        };
        let otherwise =
            self.otherwise(&needing, ways, deed.day).into_iter().map(|Otherwise { day, because }| Inactive {
                grant: Some(grant),
                relation: None,
                holder: self.holder(voice.row.holder),
                allows: voice.allows == Some(true),
                counts_on: day,
                prevails: false,
                because,
            });
        otherwise.collect()
    }

    /// The roles that would make the user a processor or reader of the deed's area on other days, and so give the action.
    pub(super) fn inactive_relations(&self, ways: &Ways, deed: &Deed<'_>) -> Vec<Inactive> {
        let Some(area) = self.known_area(deed.spot.area()) else { return Vec::new() };
        let gives = |actions: u128| actions & deed.bit != 0;
        let processors =
            area.processors.iter().filter(|_| gives(deed.row.processed)).map(|role| (Relation::Processor, *role));
        let readers = area.readers.iter().filter(|_| gives(deed.row.read)).map(|role| (Relation::Reader, *role));
        let other_days =
            processors.chain(readers).filter(|(_, role)| ways.ever.reaches(*role) && !ways.now.reaches(*role));
        let told = other_days.flat_map(|(relation, role)| {
            let thing = (Windowed::Role(self.role_id(RoleIx(role))), Days::ALWAYS);
            let needing = Needing { thing, role: Some(role), placements: None };
            let otherwise = self.otherwise(&needing, ways, deed.day).into_iter();
            otherwise.map(move |Otherwise { day, because }| Inactive {
                grant: None,
                relation: Some(relation),
                holder: self.holder(Keeper::Role(role)),
                allows: true,
                counts_on: day,
                prevails: false,
                because,
            })
        });
        told.collect()
    }

    /// The grants in the deed's module whose scope covers its target on whatever day, and whether it does on that day:
    /// a worker is in a department as long as a contract there holds.
    fn covering_ever<'a>(&'a self, deed: &Deed<'a>) -> Vec<(u32, &'a GrantRow, bool)> {
        let mut found: Vec<_> = self.covering(deed).into_iter().map(|(ix, row)| (ix, row, true)).collect();
        let Spot::Worker(ix, worker) = deed.spot else { return found };
        let mut elsewhere: Vec<Days> =
            self.places(ix, worker).map(|place| place.days).filter(|days| !days.contains(deed.day)).collect();
        elsewhere.sort_unstable();
        elsewhere.dedup();
        for days in elsewhere {
            let then = Deed { day: days.from.max(days.to.min(deed.day)), ..*deed };
            for (ix, row) in self.covering(&then) {
                if !found.iter().any(|(known, ..)| *known == ix) {
                    found.push((ix, row, false));
                }
            }
        }
        found
    }

    /// The contracts by which a worker is where a grant's scope covers them.
    fn placements_in(&self, cover: Cover, deed: &Deed<'_>) -> Vec<(ContractId, Days)> {
        let Spot::Worker(worker, row) = deed.spot else { return Vec::new() };
        let within = |department: u32| match cover {
            Cover::Department(top) => department == top,
            Cover::Subtree(top) => self.tree.within(department, top),
            _ => false,
        };
        let mut departments: Vec<u32> =
            self.places(worker, row).map(|place| place.at).filter(|department| within(*department)).collect();
        departments.sort_unstable();
        departments.dedup();
        let contracts = departments.into_iter().filter_map(|ix| self.departments.get(ix)).flat_map(|department| {
            let of_worker = department.contracts.iter().filter(|entry| entry.to == worker);
            of_worker.map(|entry| (ContractId(self.contracts.id(entry.row)), entry.days))
        });
        let mut found: Vec<_> = contracts.collect();
        found.sort_by_key(|(contract, days)| (days.from, *contract));
        found
    }
}

impl Voice<'_> {
    pub(super) fn priority(&self) -> Option<i32> {
        self.role.map(|(_, priority)| priority)
    }

    /// Whether the grant is one of those that decided as `code` says.
    pub(super) fn decides(&self, all: &Voices<'_>, code: ReasonCode) -> bool {
        match code {
            ReasonCode::PersonalAllow => self.role.is_none() && self.allows == Some(true),
            ReasonCode::PersonalDeny => self.role.is_none() && self.allows == Some(false),
            ReasonCode::PersonalWithoutAction => self.role.is_none(),
            ReasonCode::RoleAllow | ReasonCode::RoleDeny | ReasonCode::TieDeny => {
                let speaking = all.by_role.iter().filter(|voice| voice.allows.is_some());
                self.allows.is_some() && self.priority() == speaking.filter_map(Voice::priority).max()
            }
            _ => false,
        }
    }
}
