//! Modules and grants, compiled: actions as bits, grants beside their holder and in the list of
//! what they cover (P-01, P-02).

use std::sync::Arc;

use super::Model;
use super::apply::Open;
use super::cow::mix;
use super::ids::NONE;
use super::rows::{
    Cover, Days, GrantRow, GrantsInScope, GrantsOfHolder, Held, Keeper, ModuleRow, Rare, UserMore, Wide,
};
use super::threads::{link, unlink};
use crate::grant::{ACTIONS_MAX, Grant, Holder, Module, Scope, Target};

/// The module whose target is a worker's folder.
const FOLDER_MODULE: &str = "hr";
/// What a linked worker may do with their own folder (W-09).
const OWN_FOLDER_ACTIONS: [&str; 2] = ["read", "contracts.read"];
/// What assignee and team may do with an object (P-03).
const TEAM_ACTIONS: [&str; 5] = ["read", "use", "edit", "record_hours", "report_finished"];

/// The module of rights over time.
const TIME_MODULE: &str = "time";
/// The actions of module `time` by which a request is closed (P-08).
const CLOSING_ACTIONS: [&str; 2] = ["request1.close", "request2.close"];

/// The module whose target is an area.
pub(super) const AREA_MODULE: &str = "areas";
/// What a processor may do in an area.
const PROCESSOR_ACTIONS: [&str; 2] = ["read", "work"];
/// What a reader may do in an area.
const READER_ACTIONS: [&str; 2] = ["read", "notice"];

/// The actions of a module that a relation to the target itself gives (P-03, step 2).
pub(super) fn related_actions(code: &str, target: Target) -> &'static [&'static str] {
    match target {
        Target::Worker if code == FOLDER_MODULE => &OWN_FOLDER_ACTIONS,
        Target::Object => &TEAM_ACTIONS,
        _ => &[],
    }
}

/// Where a grant over one target is found.
#[inline]
pub(super) fn direct_hash(holder: Keeper, module: u32, cover: Cover) -> u64 {
    let (holder, who) = match holder {
        Keeper::Role(ix) => (ix, 0),
        Keeper::User(ix) => (ix, 1_u64 << 63),
    };
    let (target, what) = match cover {
        Cover::Object(ix) => (ix, 1_u64 << 62),
        Cover::Worker(ix) | Cover::Department(ix) | Cover::Subtree(ix) | Cover::Type(ix) | Cover::Area(ix) => (ix, 0),
        Cover::All => (NONE, 0),
    };
    mix(((u64::from(holder) << 32) | u64::from(target)).wrapping_add(mix(u64::from(module) | who | what)))
}

impl Model {
    pub(super) fn put_module(&mut self, module: &Module, open: &mut Open) {
        let ix = self.modules.intern(&module.code);
        let Some(row) = self.modules.get_mut(ix) else { return };
        row.id = module.id.0;
        row.target = module.target;
        row.active = module.active;
        row.actions = module.actions.iter().map(|action| action.as_str().into()).collect();
        if !std::mem::replace(&mut row.known, true) {
            self.counts.modules += 1;
        }
        if !self.declare_actions(ix) {
            // A grant that goes in the same call may free a bit.
            open.modules.push(ix);
        }
    }

    pub(super) fn forget_module(&mut self, module: &Module) {
        let Some(ix) = self.modules.find(&module.code) else { return };
        let Some(row) = self.modules.get_mut(ix) else { return };
        row.actions = Arc::from([]);
        (row.declared, row.related, row.active) = (0, 0, false);
        (row.processed, row.read, row.closing) = (0, 0, 0);
        if std::mem::replace(&mut row.known, false) {
            self.counts.modules -= 1;
        }
    }

    /// Gives every action of the module a bit; `false` when there are too few.
    pub(super) fn declare_actions(&mut self, module: u32) -> bool {
        let Some(row) = self.modules.get(module) else { return true };
        let (actions, related) = (Arc::clone(&row.actions), related_actions(&row.code, row.target));
        let (target, of_areas, of_time) = (row.target, &*row.code == AREA_MODULE, &*row.code == TIME_MODULE);
        let bits: Vec<_> = actions.iter().map(|action| (action, self.action_bit(module, action))).collect();
        let mask = |named: &dyn Fn(&str) -> bool| {
            bits.iter().filter(|(action, _)| named(action)).filter_map(|(_, bit)| *bit).fold(0, |mask, bit| mask | bit)
        };
        let (declared, related) = (mask(&|_| true), mask(&|action| related.contains(&action)));
        let (processed, read) = match target {
            Target::Area if of_areas => {
                (mask(&|action| PROCESSOR_ACTIONS.contains(&action)), mask(&|action| READER_ACTIONS.contains(&action)))
            }
            Target::Object => (declared, mask(&|action| action == "read")),
            _ => (0, 0),
        };
        let closing = if of_time { mask(&|action| CLOSING_ACTIONS.contains(&action)) } else { 0 };
        let complete = bits.iter().all(|(_, bit)| bit.is_some());
        if let Some(row) = self.modules.get_mut(module) {
            (row.declared, row.related, row.processed, row.read) = (declared, related, processed, read);
            row.closing = closing;
        }
        complete
    }

    /// The bit of an action; actions get one when they are first mentioned. `None` only when
    /// 128 other actions are declared or named by grants, which P-01 and P-02 rule out.
    fn action_bit(&mut self, module: u32, action: &str) -> Option<u128> {
        let row = self.modules.get(module)?;
        if let Some(bit) = row.bit(action) {
            return Some(bit);
        }
        if row.names.len() >= ACTIONS_MAX && row.names.iter().all(|name| !name.is_empty()) {
            let used = self
                .grants_of(module)
                .map(|grant| self.set_of(grant))
                .fold(0, |used, (allow, deny)| used | allow | deny);
            self.modules.get_mut(module)?.free_unused(used);
        }
        let row = self.modules.get_mut(module)?;
        let names = Arc::make_mut(&mut row.names);
        if let Some(vacant) = names.iter_mut().find(|name| name.is_empty()) {
            *vacant = action.into();
        } else if names.len() < ACTIONS_MAX {
            names.push(action.into());
        }
        row.bit(action)
    }

    fn action_mask(&mut self, module: u32, actions: &[String]) -> u128 {
        actions.iter().filter_map(|action| self.action_bit(module, action)).fold(0, |mask, bit| mask | bit)
    }

    pub(super) fn put_grant(&mut self, grant: &Grant, open: &mut Open) {
        if self.grants.find(grant.id.0).is_none() {
            self.counts.grants += 1;
        }
        let ix = self.grants.intern(grant.id.0);
        self.detach_grant(ix, open);
        let module = self.modules.intern(&grant.module);
        let holder = match grant.holder {
            Holder::Role(id) => Keeper::Role(self.roles.intern(id.0)),
            Holder::User(id) => Keeper::User(self.users.intern(id.0)),
        };
        let cover = match &grant.scope {
            Scope::All => Cover::All,
            Scope::Department { id, include_subtree: false } => Cover::Department(self.departments.intern(id.0)),
            Scope::Department { id, include_subtree: true } => Cover::Subtree(self.departments.intern(id.0)),
            Scope::Worker { id } => Cover::Worker(self.workers.intern(id.0)),
            Scope::Area { id } => Cover::Area(self.areas.intern(id.0)),
            Scope::Object { id } => Cover::Object(self.objects.intern(id.0)),
            Scope::ObjectType { id } => Cover::Type(self.types.intern(id)),
        };
        let set = (self.action_mask(module, &grant.allow), self.action_mask(module, &grant.deny));
        let set = self.modules.get_mut(module).map_or(NONE, |row| row.intern_set(set));
        let days = Days::from(grant.window);
        let Some(row) = self.grants.get_mut(ix) else { return };
        let place = self.modules.get_mut(module).map_or(NONE, |row| row.listed.push(ix));
        *row = GrantRow { set, holder, module, cover, days, place, listed: true, ..GrantRow::default() };
        if let Some(held) = self.held_mut(holder) {
            if cover.direct() {
                held.direct += 1;
            } else {
                let at = held.wide.partition_point(|wide| wide.module <= module);
                held.wide.insert(at, Wide { set, module, cover, days, grant: ix });
            }
            let matters = held.gained(module);
            let mut head = held.first;
            link::<_, GrantsOfHolder>(&mut self.grants.rows, &mut head, ix);
            self.holds(holder, head, matters, open);
        }
        if cover.direct() {
            self.direct.insert(direct_hash(holder, module, cover), ix);
        }
        if let Some(mut head) = self.scope_head(module, cover).copied() {
            link::<_, GrantsInScope>(&mut self.grants.rows, &mut head, ix);
            self.set_scope_head(module, cover, head);
        }
    }

    pub(super) fn forget_grant(&mut self, grant: &Grant, open: &mut Open) {
        let Some(ix) = self.grants.find(grant.id.0) else { return };
        self.detach_grant(ix, open);
        self.grants.release(ix);
        self.counts.grants -= 1;
    }

    fn detach_grant(&mut self, ix: u32, open: &mut Open) {
        let Some(row) = self.grants.get_mut(ix).filter(|row| row.listed) else { return };
        row.listed = false;
        let (holder, module, cover, place) = (row.holder, row.module, row.cover, row.place);
        if let Some(moved) = self.modules.get_mut(module).and_then(|row| row.listed.take(place))
            && let Some(moved) = self.grants.get_mut(moved)
        {
            moved.place = place;
        }
        if let Some(held) = self.held_mut(holder) {
            if cover.direct() {
                held.direct -= 1;
            } else {
                held.wide.retain(|wide| wide.grant != ix);
            }
            let matters = held.lost(module);
            let mut head = held.first;
            unlink::<_, GrantsOfHolder>(&mut self.grants.rows, &mut head, ix);
            self.holds(holder, head, matters, open);
        }
        if cover.direct() {
            self.direct.remove(direct_hash(holder, module, cover), ix);
        }
        if let Some(mut head) = self.scope_head(module, cover).copied() {
            unlink::<_, GrantsInScope>(&mut self.grants.rows, &mut head, ix);
            self.set_scope_head(module, cover, head);
        }
    }

    /// The grants of a module, over whatever they are.
    pub(super) fn grants_of(&self, module: u32) -> impl Iterator<Item = &GrantRow> {
        let listed = self.modules.get(module).into_iter().flat_map(|row| row.listed.iter());
        listed.filter_map(|grant| self.grants.get(*grant))
    }

    fn held_mut(&mut self, holder: Keeper) -> Option<&mut Held> {
        match holder {
            Keeper::Role(ix) => self.roles.get_mut(ix).map(|row| &mut row.held),
            Keeper::User(ix) => self.users.more.get_mut(ix).map(|more| &mut more.rare.get_or_insert_default().held),
        }
    }

    /// Notes that the grants of a holder are another list now.
    fn holds(&mut self, holder: Keeper, head: u32, matters: bool, open: &mut Open) {
        if let Some(held) = self.held_mut(holder) {
            held.first = head;
        }
        match holder {
            Keeper::Role(role) if matters => open.roles.push(role),
            Keeper::Role(_) => {}
            Keeper::User(user) => {
                if let (Some(row), Some(more)) = (self.users.rows.get_mut(user), self.users.more.get_mut(user)) {
                    row.personal = head != NONE;
                    more.drop_empty_rare();
                }
            }
        }
    }

    /// Personal grants, settings for wage types and objects of a user, if there are any.
    pub(super) fn rare(&self, user: u32) -> Option<&Rare> {
        self.users.more.get(user)?.rare.as_deref()
    }

    /// The head of the list of grants with that scope; those over everything hang at the module.
    pub(super) fn scope_head(&self, module: u32, cover: Cover) -> Option<&u32> {
        match cover {
            Cover::All => self.modules.get(module).map(|row| &row.grants),
            Cover::Department(ix) | Cover::Subtree(ix) => self.departments.get(ix).map(|row| &row.grants),
            Cover::Type(ix) => self.types.get(ix).map(|row| &row.grants),
            Cover::Worker(ix) => self.workers.more.get(ix).map(|row| &row.grants),
            Cover::Object(ix) => self.objects.more.get(ix).map(|row| &row.grants),
            Cover::Area(ix) => self.areas.more.get(ix).map(|row| &row.grants),
        }
    }

    fn set_scope_head(&mut self, module: u32, cover: Cover, head: u32) {
        let place = match cover {
            Cover::All => self.modules.get_mut(module).map(|row| &mut row.grants),
            Cover::Department(ix) | Cover::Subtree(ix) => self.departments.get_mut(ix).map(|row| &mut row.grants),
            Cover::Type(ix) => self.types.get_mut(ix).map(|row| &mut row.grants),
            Cover::Worker(ix) => self.workers.more.get_mut(ix).map(|row| &mut row.grants),
            Cover::Object(ix) => self.objects.more.get_mut(ix).map(|row| &mut row.grants),
            Cover::Area(ix) => self.areas.more.get_mut(ix).map(|row| &mut row.grants),
        };
        if let Some(place) = place {
            *place = head;
        }
    }
}

impl ModuleRow {
    /// The bit of an action that was mentioned.
    pub(super) fn bit(&self, action: &str) -> Option<u128> {
        let number = self.names.iter().position(|name| &**name == action && !action.is_empty())?;
        Some(1_u128 << (number & 127))
    }

    /// The names behind a mask, sorted.
    pub(super) fn names_of(&self, mask: u128) -> Vec<String> {
        let mut names: Vec<_> = (0..ACTIONS_MAX)
            .zip(self.names.iter())
            .filter(|(number, _)| mask >> number & 1 == 1)
            .map(|(_, name)| name.to_string())
            .collect();
        names.sort_unstable();
        names
    }

    fn free_unused(&mut self, used: u128) {
        for (number, name) in Arc::make_mut(&mut self.names).iter_mut().enumerate() {
            if used >> number & 1 == 0 && !self.actions.contains(name) {
                *name = Box::default();
            }
        }
    }
}

impl UserMore {
    /// Most users have neither personal grants nor objects; they take no room then.
    pub(super) fn drop_empty_rare(&mut self) {
        if self
            .rare
            .as_ref()
            .is_some_and(|rare| rare.objects.is_empty() && rare.offers.is_empty() && rare.held.first == NONE)
        {
            self.rare = None;
        }
    }
}
