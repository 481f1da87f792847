//! Areas: who owns them, which roles work on and read them, and what lies in them (section 7).

use super::apply::rename;
use super::ids::NONE;
use super::rows::AreaRow;
use super::{AreaIx, Model, ObjectIx, RoleIx, UserIx};
use crate::area::{Area, AreaClass, AreaState};

impl Model {
    pub(super) fn put_area(&mut self, area: &Area) {
        let ix = self.areas.intern(area.id.0);
        self.detach_area(ix);
        let mut numbers = |ids: &mut dyn Iterator<Item = uuid::Uuid>| -> Box<[u32]> {
            let mut found: Vec<u32> = ids.map(|id| self.roles.intern(id)).collect();
            found.sort_unstable();
            found.dedup();
            found.into_boxed_slice()
        };
        let processors = numbers(&mut area.processor_ids.iter().map(|id| id.0));
        let readers = numbers(&mut area.reader_ids.iter().map(|id| id.0));
        let mut outsiders: Vec<u32> =
            area.allowed_external_administrator_ids.iter().map(|id| self.users.intern(id.0)).collect();
        outsiders.sort_unstable();
        let owner = self.users.intern(area.owner_id.0);
        let parent = area.parent_id.map_or(NONE, |id| self.areas.intern(id.0));
        for role in processors.iter().chain(&readers) {
            if let Some(row) = self.roles.get_mut(*role) {
                row.areas.push(ix);
            }
        }
        let (Some(row), Some(more)) = (self.areas.rows.get_mut(ix), self.areas.more.get_mut(ix)) else { return };
        *row = AreaRow { processors, readers, outsiders: outsiders.into_boxed_slice(), class: area.class, known: true };
        (more.owner, more.parent, more.archived) = (owner, parent, area.state == AreaState::Archived);
        rename(&mut self.area_names, 0, &mut more.external, area.external_id.as_deref(), ix);
        self.counts.areas += 1;
    }

    pub(super) fn forget_area(&mut self, area: &Area) {
        if let Some(ix) = self.areas.find(area.id.0) {
            // The row stays: grants and objects may still name it.
            self.detach_area(ix);
        }
    }

    fn detach_area(&mut self, ix: u32) {
        let Some(row) = self.areas.rows.get_mut(ix).filter(|row| row.known) else { return };
        let row = std::mem::take(row);
        for role in row.processors.iter().chain(&row.readers) {
            if let Some(row) = self.roles.get_mut(*role) {
                row.areas.retain(|area| *area != ix);
            }
        }
        if let Some(more) = self.areas.more.get_mut(ix) {
            rename(&mut self.area_names, 0, &mut more.external, None, ix);
            (more.owner, more.parent, more.archived) = (NONE, NONE, false);
        }
        self.counts.areas -= 1;
    }

    /// Who owns an area.
    pub fn area_owner(&self, area: AreaIx) -> Option<UserIx> {
        let owner = self.known_area(area.0).and(self.areas.more.get(area.0))?.owner;
        (owner != NONE).then_some(UserIx(owner))
    }

    /// The area above.
    pub fn area_parent(&self, area: AreaIx) -> Option<AreaIx> {
        let parent = self.known_area(area.0).and(self.areas.more.get(area.0))?.parent;
        self.known_area(parent).map(|_| AreaIx(parent))
    }

    /// How closely an area is guarded.
    pub fn area_class(&self, area: AreaIx) -> AreaClass {
        self.areas.get(area.0).map_or(AreaClass::Normal, |row| row.class)
    }

    /// Whether an area is closed to a user: an external administrator whom its owner has not allowed, or of whatever class but
    /// normal (G-3, U-11).
    pub fn area_closed_to(&self, area: AreaIx, user: UserIx) -> bool {
        self.is_outside(user.0) && self.is_outside_of(user.0, area.0)
    }

    /// Whether an area is archived.
    pub fn area_archived(&self, area: AreaIx) -> bool {
        self.areas.more.get(area.0).is_some_and(|more| more.archived)
    }

    /// The areas of which a role is a processor or reader, itself, in ascending order.
    pub fn areas_naming(&self, role: RoleIx) -> Vec<AreaIx> {
        let mut areas: Vec<_> =
            self.roles.get(role.0).map_or(&[][..], |row| &row.areas).iter().copied().map(AreaIx).collect();
        areas.sort_unstable();
        areas.dedup();
        areas
    }

    /// The area in which an object lies.
    pub fn area_of(&self, object: ObjectIx) -> Option<AreaIx> {
        let area = self.known_object(object.0)?.area;
        self.known_area(area).map(|_| AreaIx(area))
    }

    /// The objects in an area, in ascending order.
    pub fn objects_in(&self, area: AreaIx) -> Vec<ObjectIx> {
        let mut objects: Vec<_> = self
            .areas
            .more
            .get(area.0)
            .into_iter()
            .flat_map(|more| more.objects.iter())
            .map(|ix| ObjectIx(*ix))
            .collect();
        objects.sort_unstable();
        objects
    }

    pub(super) fn known_area(&self, ix: u32) -> Option<&AreaRow> {
        self.areas.get(ix).filter(|row| row.known)
    }
}
