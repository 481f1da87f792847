//! Who is kept out of an area by what is set there (G-3, G-4).

use std::collections::HashSet;

use super::{Area, AreaClass};
use crate::id::RoleId;
use crate::rule::{Violation, code};

/// What has to be known of those whom an area names.
#[derive(Debug, Default)]
pub struct Outside {
    /// Whether the owner is an external administrator.
    pub owner: bool,
    /// The roles that bring external administrators in, as members of theirs or of roles in them.
    pub roles: HashSet<RoleId>,
    /// The roles whose members, or some of them, a protection rule for the area's class bars.
    pub barred: HashSet<RoleId>,
    /// The lists of people: as a processor each stands for the people on it by name.
    pub lists: HashSet<RoleId>,
}

impl Area {
    /// Refuses whom the class of the area keeps out: external administrators as owner, allowed ones or in a role, and roles
    /// that a protection rule bars, unless they are processors by name (G-3, G-4).
    pub fn check_guards(&self, outside: &Outside) -> Vec<Violation> {
        let mut out = Vec::new();
        if self.class == AreaClass::Normal {
            return out;
        }
        let class = self.class;
        let mut refuse = |code, detail: String, pointer: String| out.push(Violation::new(code, detail).at(pointer));
        if outside.owner {
            let detail = format!("an external administrator can't own an area of class {class}");
            refuse(code::GUARD_EXTERNAL_ADMINISTRATOR, detail, "/owner_id".to_owned());
        }
        if !self.allowed_external_administrator_ids.is_empty() {
            let detail = format!("nobody from outside is allowed in an area of class {class}");
            let pointer = "/allowed_external_administrator_ids".to_owned();
            refuse(code::GUARD_EXTERNAL_ADMINISTRATOR, detail, pointer);
        }
        for (field, roles) in [("processor_ids", &self.processor_ids), ("reader_ids", &self.reader_ids)] {
            for (at, role) in roles.iter().enumerate() {
                let pointer = format!("/{field}/{at}");
                if outside.roles.contains(role) {
                    let detail = format!("it would bring an external administrator into an area of class {class}");
                    refuse(code::GUARD_EXTERNAL_ADMINISTRATOR, detail, pointer.clone());
                }
                let by_name = field == "processor_ids" && outside.lists.contains(role);
                if outside.barred.contains(role) && !by_name {
                    let detail = format!("a protection rule bars it from areas of class {class}");
                    refuse(code::GUARD_PROTECTION_RULE, detail, pointer);
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::area::{AreaKind, AreaState};
    use crate::id::{AreaId, UserId};

    const WORK: RoleId = RoleId(Uuid::from_u128(3));
    const READ: RoleId = RoleId(Uuid::from_u128(4));

    fn refused(class: AreaClass, outside: &Outside) -> Vec<(&'static str, String)> {
        let area = Area {
            id: AreaId(Uuid::from_u128(1)),
            external_id: None,
            kind: AreaKind::Area,
            name: "Folders".into(),
            mark: None,
            parent_id: None,
            owner_id: UserId(Uuid::from_u128(2)),
            processor_ids: vec![WORK],
            reader_ids: vec![READ],
            class,
            state: AreaState::Active,
            allowed_external_administrator_ids: vec![],
        };
        let found = area.check_guards(outside).into_iter();
        found.map(|found| (found.code.name, found.pointer.unwrap_or_default())).collect()
    }

    #[test]
    fn nobody_from_outside_comes_into_a_guarded_area() {
        // G-3
        let outside = Outside { owner: true, roles: HashSet::from([READ]), ..Outside::default() };
        let code = "guard_external_administrator";
        let expected = [(code, "/owner_id".to_owned()), (code, "/reader_ids/0".to_owned())];
        assert_eq!(refused(AreaClass::Protected, &outside), expected);
        assert!(refused(AreaClass::Normal, &outside).is_empty());
    }

    #[test]
    fn barred_roles_neither_read_nor_work_there_but_by_name() {
        // G-4
        let mut outside = Outside { barred: HashSet::from([WORK, READ]), ..Outside::default() };
        let code = "guard_protection_rule";
        let both = [(code, "/processor_ids/0".to_owned()), (code, "/reader_ids/0".to_owned())];
        assert_eq!(refused(AreaClass::PersonalFolders, &outside), both);
        outside.lists = HashSet::from([WORK, READ]);
        assert_eq!(refused(AreaClass::PersonalFolders, &outside), both[1..]);
    }
}
