//! Who holds a right anywhere? (P-05)

use super::ids::NONE;
use super::rows::Keeper;
use super::{ActionIx, Model, ModuleIx, RoleIx, UserIx};
use crate::grant;
use crate::window::Day;

impl Model {
    /// The users who may do the action to anything at all on that day, ascending and complete. Those are looked at who
    /// hold a grant that allows it, or stand in a relation that may give it.
    pub fn holders(&self, module: ModuleIx, action: ActionIx, day: Day) -> Vec<UserIx> {
        let Some(rules) = self.known_module(module.0).filter(|rules| rules.active) else { return Vec::new() };
        let bit = action.bit();
        let (mut users, mut roles) = (Vec::new(), Vec::new());
        let allows =
            |grant: &super::rows::GrantRow| grant.listed && grant.module == module.0 && grant.days.contains(day);
        for (_, grant) in self.grants.rows.iter().filter(|(_, grant)| allows(grant)) {
            if rules.says(grant.set, bit).0 {
                match grant.holder {
                    Keeper::User(user) => users.push(UserIx(user)),
                    Keeper::Role(role) => roles.push(role),
                }
            }
        }
        if rules.related & bit != 0 {
            match rules.target {
                grant::Target::Worker => {
                    let linked = self.workers.rows.iter().filter(|(_, row)| row.known && row.user != NONE);
                    users.extend(linked.map(|(_, row)| UserIx(row.user)));
                }
                grant::Target::Object => {
                    let types = self.types.rows.iter().filter(|(_, row)| row.known && row.module == module.0);
                    let objects = types.flat_map(|(_, row)| row.objects.iter());
                    users.extend(objects.flat_map(|object| self.people(*object)).map(UserIx));
                }
                grant::Target::None | grant::Target::Area => {}
            }
        }
        if (rules.processed | rules.read) & bit != 0 {
            for (_, area) in self.areas.rows.iter().filter(|(_, area)| area.known) {
                let processors = area.processors.iter().filter(|_| rules.processed & bit != 0);
                roles.extend(processors.chain(area.readers.iter().filter(|_| rules.read & bit != 0)));
            }
        }
        roles.sort_unstable();
        roles.dedup();
        users.extend(self.members_of(roles, day));
        users.sort_unstable();
        users.dedup();
        users.retain(|user| self.anywhere(*user, module, action, day).is_some());
        users
    }

    /// How many users and roles are direct members of a role, on whatever days.
    pub fn direct_members(&self, role: RoleIx) -> (usize, usize) {
        self.roles.get(role.0).map_or((0, 0), |row| (row.members.len(), row.below.len()))
    }
}
