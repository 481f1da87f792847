//! Object types and objects: what belongs where, and who works on it (P-09, P-10).

use super::apply::rename;
use super::ids::NONE;
use super::rows::{ObjectMore, ObjectRow};
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
        let area = object.area_id.map_or(NONE, |id| self.areas.intern(id.0));
        let assignee = object.assignee_id.map_or(NONE, |id| self.users.intern(id.0));
        let mut team: Vec<u32> = object.team_ids.iter().map(|id| self.users.intern(id.0)).collect();
        team.sort_unstable();
        team.dedup();
        let (Some(row), Some(more)) = (self.objects.rows.get_mut(ix), self.objects.more.get_mut(ix)) else { return };
        *row = ObjectRow { team: team.into_boxed_slice(), object_type, department, assignee, area };
        rename(&mut self.object_names, object_type, &mut more.external, object.external_id.as_deref(), ix);
        if let Some(object_type) = self.types.get_mut(object_type) {
            more.in_type = object_type.objects.push(ix);
        }
        if let Some(department) = self.departments.get_mut(department) {
            more.in_department = department.objects.push(ix);
        }
        if let Some(area) = self.areas.more.get_mut(area) {
            more.in_area = area.objects.push(ix);
        }
        self.counts.objects += 1;
        for user in self.people(ix) {
            if let Some(more) = self.users.more.get_mut(user) {
                more.rare.get_or_insert_default().objects.push(ix);
            }
        }
    }

    pub(super) fn forget_object(&mut self, object: &Object) {
        if let Some(ix) = self.objects.find(object.id.0) {
            // The row stays: grants may still name it.
            self.detach_object(ix);
        }
    }

    fn detach_object(&mut self, ix: u32) {
        let Some(row) = self.objects.get(ix).filter(|row| row.is_known()) else { return };
        let (object_type, department, area) = (row.object_type, row.department, row.area);
        for user in self.people(ix) {
            if let Some(more) = self.users.more.get_mut(user)
                && let Some(rare) = &mut more.rare
            {
                if let Some(at) = rare.objects.iter().position(|object| *object == ix) {
                    rare.objects.swap_remove(at);
                }
                more.drop_empty_rare();
            }
        }
        self.counts.objects -= 1;
        let (Some(row), Some(more)) = (self.objects.rows.get_mut(ix), self.objects.more.get_mut(ix)) else { return };
        *row = ObjectRow::default();
        rename(&mut self.object_names, object_type, &mut more.external, None, ix);
        let (in_type, in_department, in_area) = (more.in_type, more.in_department, more.in_area);
        *more = ObjectMore { grants: more.grants, ..ObjectMore::default() };
        let object_type = self.types.get_mut(object_type);
        if let Some(moved) = object_type.and_then(|row| row.objects.take(in_type))
            && let Some(moved) = self.objects.more.get_mut(moved)
        {
            moved.in_type = in_type;
        }
        let department = self.departments.get_mut(department);
        if let Some(moved) = department.and_then(|row| row.objects.take(in_department))
            && let Some(moved) = self.objects.more.get_mut(moved)
        {
            moved.in_department = in_department;
        }
        let area = self.areas.more.get_mut(area);
        if let Some(moved) = area.and_then(|row| row.objects.take(in_area))
            && let Some(moved) = self.objects.more.get_mut(moved)
        {
            moved.in_area = in_area;
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
        let rare = self.rare(user.0);
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
