//! Object types and objects: what belongs where, and who works on it (P-09, P-10).

use super::apply::rename;
use super::ids::NONE;
use super::rows::{ObjectRow, ObjectsOfDepartment, ObjectsOfType};
use super::threads::{link, unlink};
use super::{Model, ObjectIx, UserIx};
use crate::grant::{Object, ObjectType};

impl Model {
    pub(super) fn put_object_type(&mut self, object_type: &ObjectType) {
        let ix = self.types.intern(&object_type.code);
        let module = self.modules.intern(&object_type.module);
        let Some(row) = self.types.get_mut(ix) else { return };
        row.module = module;
        if !std::mem::replace(&mut row.known, true) {
            self.counts.object_types += 1;
        }
    }

    pub(super) fn forget_object_type(&mut self, object_type: &ObjectType) {
        let Some(ix) = self.types.find(&object_type.code) else { return };
        let Some(row) = self.types.get_mut(ix) else { return };
        if std::mem::replace(&mut row.known, false) {
            self.counts.object_types -= 1;
        }
    }

    pub(super) fn put_object(&mut self, object: &Object) {
        let ix = self.objects.intern(object.id.0);
        self.detach_object(ix);
        let object_type = self.types.intern(&object.object_type);
        let department = object.department_id.map_or(NONE, |id| self.departments.intern(id.0));
        let assignee = object.assignee_id.map_or(NONE, |id| self.users.intern(id.0));
        let mut team: Vec<u32> = object.team_ids.iter().map(|id| self.users.intern(id.0)).collect();
        team.sort_unstable();
        team.dedup();
        let Some(row) = self.objects.get_mut(ix) else { return };
        *row = ObjectRow {
            id: row.id,
            external: object.external_id.as_deref().map(Into::into),
            team: team.into_boxed_slice(),
            object_type,
            department,
            assignee,
            grants: row.grants,
            known: true,
            ..ObjectRow::default()
        };
        self.counts.objects += 1;
        for user in self.people(ix) {
            if let Some(row) = self.users.get_mut(user) {
                row.rare.get_or_insert_default().objects.push(ix);
            }
        }
        rename(&mut self.object_names, object_type, None, object.external_id.as_deref(), ix);
        if let Some(row) = self.types.get_mut(object_type) {
            link::<_, ObjectsOfType>(self.objects.rows_mut(), &mut row.objects, ix);
        }
        if department != NONE
            && let Some(row) = self.departments.get_mut(department)
        {
            link::<_, ObjectsOfDepartment>(self.objects.rows_mut(), &mut row.objects, ix);
        }
    }

    pub(super) fn forget_object(&mut self, object: &Object) {
        let Some(ix) = self.objects.find(object.id.0) else { return };
        self.detach_object(ix);
        if let Some(row) = self.objects.get_mut(ix) {
            // Grants may still name it.
            *row = ObjectRow { id: row.id, grants: row.grants, ..ObjectRow::default() };
        }
    }

    fn detach_object(&mut self, ix: u32) {
        if !self.objects.get(ix).is_some_and(|row| row.known) {
            return;
        }
        for user in self.people(ix) {
            if let Some(row) = self.users.get_mut(user)
                && let Some(rare) = &mut row.rare
            {
                if let Some(at) = rare.objects.iter().position(|object| *object == ix) {
                    rare.objects.swap_remove(at);
                }
                row.drop_empty_rare();
            }
        }
        let Some(row) = self.objects.get_mut(ix) else { return };
        row.known = false;
        self.counts.objects -= 1;
        let (object_type, department, name) = (row.object_type, row.department, row.external.take());
        rename(&mut self.object_names, object_type, name.as_deref(), None, ix);
        if let Some(row) = self.types.get_mut(object_type) {
            unlink::<_, ObjectsOfType>(self.objects.rows_mut(), &mut row.objects, ix);
        }
        if department != NONE
            && let Some(row) = self.departments.get_mut(department)
        {
            unlink::<_, ObjectsOfDepartment>(self.objects.rows_mut(), &mut row.objects, ix);
        }
    }

    /// Assignee and team of an object, each once.
    pub(super) fn people(&self, object: u32) -> Vec<u32> {
        let Some(row) = self.objects.get(object) else { return Vec::new() };
        let mut people = row.team.to_vec();
        if row.assignee != NONE && !row.works_on(row.assignee) {
            people.push(row.assignee);
        }
        people
    }

    /// The objects of which the user is assignee or in the team (P-10), in ascending order.
    pub fn objects_of(&self, user: UserIx) -> Vec<ObjectIx> {
        let rare = self.users.get(user.0).and_then(|row| row.rare.as_deref());
        let mut objects: Vec<_> = rare.map_or(&[][..], |rare| &rare.objects).iter().copied().map(ObjectIx).collect();
        objects.sort_unstable();
        objects
    }
}

impl ObjectRow {
    /// Whether a user is in the team.
    pub(super) fn works_on(&self, user: u32) -> bool {
        self.team.binary_search(&user).is_ok()
    }
}
