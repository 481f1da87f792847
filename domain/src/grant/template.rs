//! Templates: what roles may do with the objects that a department creates (P-09).

use serde::{Deserialize, Serialize};

use super::{Grant, GrantSource, Holder, Module, Object, ObjectType, Scope, add_read};
use crate::id::{DepartmentId, GrantId, RoleId, TemplateId};
use crate::rule::{Violation, code};
use crate::text;
use crate::window::Window;

/// Most departments or rights of a template.
pub const TEMPLATE_PARTS_MAX: usize = 500;

/// Rights that objects get when they are created in one of some departments.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Template {
    /// The record's id.
    pub id: TemplateId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Name.
    pub name: String,
    /// The departments whose new objects get the rights.
    pub department_ids: Vec<DepartmentId>,
    /// The rights.
    pub rights: Vec<TemplateRight>,
}

/// What a role may do with objects of a type.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TemplateRight {
    /// The type's code.
    pub object_type: String,
    /// The role.
    pub role_id: RoleId,
    /// The actions.
    pub allow: Vec<String>,
}

impl Template {
    /// What is wrong with the values (P-09).
    pub fn check(&self) -> Vec<Violation> {
        let mut out = Vec::new();
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        for (pointer, count) in [("/department_ids", self.department_ids.len()), ("/rights", self.rights.len())] {
            if count == 0 {
                out.push(Violation::new(code::REQUIRED, "name at least one").at(pointer));
            } else if count > TEMPLATE_PARTS_MAX {
                out.push(Violation::new(code::OUT_OF_RANGE, format!("at most {TEMPLATE_PARTS_MAX}")).at(pointer));
            }
        }
        for (at, department) in self.department_ids.iter().enumerate() {
            if self.department_ids.iter().take(at).any(|other| other == department) {
                out.push(Violation::new(code::DUPLICATE_ITEM, "is named twice").at(format!("/department_ids/{at}")));
            }
        }
        for (at, right) in self.rights.iter().enumerate() {
            let same =
                |other: &&TemplateRight| other.object_type == right.object_type && other.role_id == right.role_id;
            if self.rights.iter().take(at).any(|other| same(&other)) {
                let detail = "the role has rights for this type already";
                out.push(Violation::new(code::DUPLICATE_ITEM, detail).at(format!("/rights/{at}")));
            }
            if right.allow.is_empty() {
                let detail = "name at least one action";
                out.push(Violation::new(code::REQUIRED, detail).at(format!("/rights/{at}/allow")));
            }
        }
        out
    }
    /// The rights for objects of a type.
    pub fn rights_for<'a>(&'a self, object_type: &'a str) -> impl Iterator<Item = &'a TemplateRight> {
        self.rights.iter().filter(move |right| right.object_type == object_type)
    }

    /// The grants that an object gets by it: none, unless it names the object's department and type (P-09). `id` makes
    /// their ids.
    pub fn grants_on(&self, object: &Object, module: &Module, mut id: impl FnMut() -> GrantId) -> Vec<Grant> {
        if !object.department_id.is_some_and(|department| self.department_ids.contains(&department)) {
            return Vec::new();
        }
        let grant = |right: &TemplateRight| Grant {
            id: id(),
            external_id: None,
            holder: Holder::Role(right.role_id),
            module: module.code.clone(),
            scope: Scope::Object { id: object.id },
            allow: right.allow.clone(),
            deny: Vec::new(),
            source: GrantSource::Template,
            template_id: Some(self.id),
            window: Window::ALWAYS,
        };
        self.rights_for(&object.object_type).map(grant).map(|grant| grant.completed(module)).collect()
    }
}

impl TemplateRight {
    /// Sorts the actions and adds the `read` that they bring.
    #[must_use]
    pub fn completed(mut self, module: &Module) -> Self {
        add_read(&mut self.allow, module);
        self.allow.sort_unstable();
        self.allow.dedup();
        self
    }

    /// What is wrong with it, at this place among the rights (P-09). Of switched-off modules only what a template has
    /// already is taken; `before` is the template as it was.
    pub fn check(
        &self,
        before: Option<&Template>,
        object_type: &ObjectType,
        module: &Module,
        at: usize,
    ) -> Vec<Violation> {
        let mut out = Vec::new();
        let same = |other: &TemplateRight| other.object_type == self.object_type && other.role_id == self.role_id;
        if !before.is_some_and(|before| before.rights.iter().any(same)) {
            out.extend(
                object_type.offered(module).err().map(|refused| refused.at(format!("/rights/{at}/object_type"))),
            );
        }
        for (index, action) in self.allow.iter().enumerate() {
            if !module.actions.contains(action) {
                out.push(
                    Violation::new(code::UNKNOWN_ACTION, format!("module {} has no such action", module.code))
                        .at(format!("/rights/{at}/allow/{index}")),
                );
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::grant::{ObjectState, Target};
    use crate::id::{ModuleId, ObjectId, ObjectTypeId};

    fn module(active: bool) -> Module {
        Module {
            id: ModuleId(Uuid::from_u128(1)),
            external_id: None,
            code: "task".into(),
            name: "Tasks".into(),
            active,
            target: Target::Object,
            actions: vec!["read".into(), "edit".into()],
            built_in: true,
        }
    }

    fn right(object_type: &str, role: u128, allow: &[&str]) -> TemplateRight {
        let allow = allow.iter().map(|action| (*action).to_owned()).collect();
        TemplateRight { object_type: object_type.into(), role_id: RoleId(Uuid::from_u128(role)), allow }
    }

    fn template(rights: Vec<TemplateRight>) -> Template {
        Template {
            id: TemplateId(Uuid::from_u128(2)),
            external_id: None,
            name: "Accounting".into(),
            department_ids: vec![DepartmentId(Uuid::from_u128(3))],
            rights,
        }
    }

    #[test]
    fn an_object_gets_the_rights_for_its_type_in_its_department() {
        // P-09
        let template = template(vec![right("task", 4, &["edit"]), right("document", 5, &["read"])]);
        let mut object = Object {
            id: ObjectId(Uuid::from_u128(6)),
            external_id: None,
            object_type: "task".into(),
            title: "T".into(),
            state: ObjectState::Open,
            department_id: Some(DepartmentId(Uuid::from_u128(3))),
            area_id: None,
            mark: None,
            unique_mark: false,
            author_id: None,
            assignee_id: None,
            team_ids: vec![],
        };
        let grants = |object: &Object| template.grants_on(object, &module(true), || GrantId(Uuid::from_u128(7)));
        let [grant] = &grants(&object)[..] else { panic!("one grant") };
        assert_eq!(
            (grant.holder, &grant.scope),
            (Holder::Role(RoleId(Uuid::from_u128(4))), &Scope::Object { id: object.id })
        );
        assert_eq!(
            (grant.allow.as_slice(), grant.template_id),
            (&["edit".to_owned(), "read".into()][..], Some(template.id))
        );
        assert_eq!(grant.source, GrantSource::Template);
        object.department_id = Some(DepartmentId(Uuid::from_u128(8)));
        assert!(grants(&object).is_empty());
        object.department_id = None;
        assert!(grants(&object).is_empty());
    }

    #[test]
    fn types_of_modules_that_are_off_are_not_offered_anew() {
        // P-09
        let of = ObjectType {
            id: ObjectTypeId(Uuid::from_u128(9)),
            external_id: None,
            code: "task".into(),
            name: "Task".into(),
            module: "task".into(),
            built_in: true,
        };
        let (asked, kept) = (right("task", 4, &["edit", "fly"]), template(vec![right("task", 4, &["read"])]));
        let codes = |before, active| -> Vec<_> {
            asked
                .check(before, &of, &module(active), 2)
                .into_iter()
                .map(|found| (found.code.name, found.pointer.unwrap()))
                .collect()
        };
        let unknown = ("unknown_action", "/rights/2/allow/1".to_owned());
        assert_eq!(codes(None, true), std::slice::from_ref(&unknown));
        assert_eq!(codes(None, false), [("type_not_offered", "/rights/2/object_type".to_owned()), unknown.clone()]);
        assert_eq!(codes(Some(&kept), false), [unknown]);
    }
}
