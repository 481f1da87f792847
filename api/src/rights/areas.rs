//! What an authority may do to areas. Their settings are for owners and for who administers areas; the areas
//! themselves are seen by these, and by whoever has a right there.

use domain::area::{Area, AreaClass};
use domain::id::{AreaId, UserId};
use domain::user::UserKind;
use uuid::Uuid;

use super::{AreaAdminister, AreaCreate, Authority, Extent, Need, TargetIx, Who};
use crate::commands::Refusal;

/// Which areas an authority sees.
pub enum SeenAreas {
    /// All that there are.
    All,
    /// Those of these ids.
    Few(Vec<Uuid>),
    /// Perhaps many: each has to be asked about.
    Each,
}

impl Authority {
    /// Whether the authority administers areas, save those that are closed to it.
    pub fn administers_areas(&self) -> bool {
        self.allow::<AreaAdminister>().is_ok()
    }

    /// Whether a user owns the area and acts with all of their rights: owning is no right that a token could be limited
    /// to.
    pub fn owns(&self, area: AreaId, owner: UserId) -> bool {
        let owns = !self.is_limited() && self.user_id() == Some(owner);
        if owns {
            self.note(|| Need::settings_of(area));
        }
        owns
    }

    /// The same of an area that is looked up in the rights model.
    pub fn owns_area(&self, area: AreaId) -> bool {
        let model = self.live.model();
        let owner = model.area(area).and_then(|found| model.area_owner(found));
        owner.is_some_and(|owner| self.owns(area, model.user_id(owner)))
    }

    /// Whether the authority administers an area: external administrators those alone that are open to them (G-3,
    /// U-11).
    pub fn administers(&self, area: &Area) -> bool {
        self.administers_areas() && !self.is_kept_out_of(area)
    }

    /// Whether the authority sees the settings of an area, who takes part in it above all: as its owner, or as somebody
    /// who administers it.
    pub fn sees_settings(&self, area: &Area) -> bool {
        self.owns(area.id, area.owner_id) || self.administers(area)
    }

    /// Whether the authority sees that there is such an area: by a right there, or with its settings.
    pub fn sees(&self, area: &Area) -> bool {
        self.reads_area(area.id) || self.sees_settings(area)
    }

    /// The same of an area that is looked up in the rights model.
    pub fn sees_area(&self, area: AreaId) -> bool {
        self.reads_area(area) || self.sets_area(area)
    }

    /// Whether the authority sets an area, as its owner or administering it, by the rights model.
    pub fn sets_area(&self, area: AreaId) -> bool {
        let model = self.live.model();
        let Some(ix) = model.area(area) else { return false };
        let closed =
            self.user_id().and_then(|user| model.user(user)).is_some_and(|user| model.area_closed_to(ix, user));
        self.owns_area(area) || (!closed && self.administers_areas())
    }

    /// The areas that a user owns.
    pub fn owned_areas(&self) -> Vec<AreaId> {
        let Some(user) = self.user_id().filter(|_| !self.is_limited()) else { return vec![] };
        let model = self.live.model();
        let owned =
            model.areas().filter(|area| model.area_owner(*area).is_some_and(|owner| model.user_id(owner) == user));
        owned.map(|area| model.area_id(area)).collect()
    }

    /// Which areas the authority sees, for lists; at most `few` are named.
    pub fn areas_seen(&self, few: usize) -> SeenAreas {
        let outside = self.is_from_outside();
        match self.extent("areas", "read", few) {
            _ if self.administers_areas() => {
                if outside {
                    SeenAreas::Each
                } else {
                    SeenAreas::All
                }
            }
            Extent::All if !outside => SeenAreas::All,
            Extent::Few(mut ids) => {
                ids.extend(self.owned_areas().into_iter().map(|area| area.0));
                ids.sort_unstable();
                ids.dedup();
                SeenAreas::Few(ids)
            }
            _ => SeenAreas::Each,
        }
    }

    /// Asks for what creating an area needs: the caller administers areas, or may create areas of their own.
    ///
    /// # Errors
    /// Neither.
    pub fn allow_new_area(&self) -> Result<(), Refusal> {
        match self.allow::<AreaCreate>() {
            Ok(_) => Ok(()),
            Err(_) => self.allow::<AreaAdminister>().map(|_| ()),
        }
    }

    fn reads_area(&self, area: AreaId) -> bool {
        let found = self.live.model().area(area);
        found.is_some_and(|found| self.may("areas", "read", TargetIx::Area(found)))
    }

    /// Whether an area is closed to an external administrator (G-3, U-11).
    fn is_kept_out_of(&self, area: &Area) -> bool {
        let allowed = |user| area.allowed_external_administrator_ids.contains(&user);
        self.is_from_outside() && (area.class != AreaClass::Normal || !self.user_id().is_some_and(allowed))
    }

    fn is_from_outside(&self) -> bool {
        let Who::User(identity) = &self.who else { return false };
        let model = self.live.model();
        let found = model.user(identity.user_id);
        found.is_some_and(|user| model.user_state(user).0 == UserKind::ExternalAdministrator)
    }
}
