//! Areas of work, projects, calendars: who owns, works on and reads them (section 7). `mark.rs` are the patterns of
//! objects' marks, `guards.rs` who is kept out of an area, `notice.rs` what readers send to owners, `protection.rs` who is kept from others' areas.

mod guards;
mod mark;
mod notice;
mod protection;

use serde::{Deserialize, Serialize};

use crate::id::{AreaId, RoleId, UserId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::text;

pub use guards::Outside;
pub use mark::{MARK_MAX, MarkMode, MarkPattern, MarkValues, NO_AREA_MARK, NOBODY, Pattern, PatternFault, Reset};
pub use notice::Notice;
pub use protection::ProtectionRule;

named_values! {
    /// What sort of area it is. A setting says which are in use.
    pub enum AreaKind {
        /// An area of work that goes on.
        Area = "area",
        /// A project.
        Project = "project",
        /// A calendar.
        Calendar = "calendar",
    }
}

named_values! {
    /// How closely an area is guarded (A-01, G-3, G-4).
    pub enum AreaClass {
        /// As roles and grants say.
        Normal = "normal",
        /// Closed to external administrators.
        Protected = "protected",
        /// Personal folders: closed to external administrators, and to whom a protection rule bars.
        PersonalFolders = "personal_folders",
    }
}

named_values! {
    /// Whether an area is still in use.
    pub enum AreaState {
        /// In use.
        Active = "active",
        /// Kept for reading.
        Archived = "archived",
    }
}

/// An area.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Area {
    /// The record's id.
    pub id: AreaId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// What sort of area.
    pub kind: AreaKind,
    /// Name.
    pub name: String,
    /// A short token that stands for it in the marks of its objects; unique.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
    /// The area above; `None` at the top. It gives no rights.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<AreaId>,
    /// Who has the settings, not the content.
    pub owner_id: UserId,
    /// The roles whose members create and work on content; at least one.
    pub processor_ids: Vec<RoleId>,
    /// The roles whose members see everything there and change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reader_ids: Vec<RoleId>,
    /// How closely it is guarded.
    pub class: AreaClass,
    /// Whether it is still in use.
    pub state: AreaState,
    /// External administrators whose rights count here (U-11).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_external_administrator_ids: Vec<UserId>,
}

/// Most processors, readers or allowed external administrators of an area.
pub const LISTED_MAX: usize = 100;
/// Longest mark of an area, in characters.
pub const AREA_MARK_MAX: usize = 50;

impl Area {
    /// What is wrong with the values. `ancestors` are the areas above the parent, the parent first.
    pub fn check(&self, before: Option<&Area>, ancestors: &[AreaId]) -> Vec<Violation> {
        let mut out = Vec::new();
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        if let Some(mark) = &self.mark {
            area_mark(&mut out, mark);
        }
        if before.is_some_and(|before| before.kind != self.kind) {
            out.push(Violation::new(code::NOT_CHANGEABLE, "an area keeps its kind").at("/kind"));
        }
        if ancestors.contains(&self.id) {
            let detail = "the parent lies below the area or is the area itself";
            out.push(Violation::new(code::AREA_CYCLE, detail).at("/parent_id"));
        }
        if self.processor_ids.is_empty() {
            out.push(Violation::new(code::REQUIRED, "name at least one role").at("/processor_ids"));
        }
        text::listed(&mut out, "/processor_ids", &self.processor_ids, LISTED_MAX);
        text::listed(&mut out, "/reader_ids", &self.reader_ids, LISTED_MAX);
        let allowed = &self.allowed_external_administrator_ids;
        text::listed(&mut out, "/allowed_external_administrator_ids", allowed, LISTED_MAX);
        for (at, role) in self.reader_ids.iter().enumerate() {
            if self.processor_ids.contains(role) {
                let detail = "the role is a processor already";
                out.push(Violation::new(code::DUPLICATE_ITEM, detail).at(format!("/reader_ids/{at}")));
            }
        }
        out
    }

    /// Whether all that differs is for the owner to set: name, processors, readers and who is allowed from outside. Anything
    /// else only an area administrator changes.
    pub fn is_for_owner(&self, before: &Area) -> bool {
        let set_by_owner = Area {
            name: self.name.clone(),
            processor_ids: self.processor_ids.clone(),
            reader_ids: self.reader_ids.clone(),
            allowed_external_administrator_ids: self.allowed_external_administrator_ids.clone(),
            ..before.clone()
        };
        *self == set_by_owner
    }

    /// The same in another state.
    ///
    /// # Errors
    /// It is in that state already.
    pub fn moved_to(&self, state: AreaState) -> Result<Area, Violation> {
        if self.state == state {
            return Err(Violation::new(code::AREA_STATE_REFUSED, format!("the area is {state}")));
        }
        Ok(Area { state, ..self.clone() })
    }

    /// Whether the role is one of its processors or readers.
    pub fn names_role(&self, role: RoleId) -> bool {
        self.processor_ids.contains(&role) || self.reader_ids.contains(&role)
    }
}

/// The mark of an area becomes a part of the marks of its objects.
fn area_mark(out: &mut Vec<Violation>, mark: &str) {
    text::required(out, "/mark", mark, AREA_MARK_MAX);
    if mark.chars().any(|c| c.is_whitespace() || matches!(c, '{' | '}' | '/')) {
        let detail = "white space, '{', '}' and '/' are not allowed";
        out.push(Violation::new(code::BAD_CODE, detail).at("/mark"));
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn area() -> Area {
        Area {
            id: AreaId(Uuid::from_u128(1)),
            external_id: None,
            kind: AreaKind::Area,
            name: "Controlling".into(),
            mark: Some("Ctl".into()),
            parent_id: None,
            owner_id: UserId(Uuid::from_u128(2)),
            processor_ids: vec![RoleId(Uuid::from_u128(3))],
            reader_ids: vec![],
            class: AreaClass::Normal,
            state: AreaState::Active,
            allowed_external_administrator_ids: vec![],
        }
    }

    #[test]
    fn an_area_has_a_processor_and_each_role_once() {
        //
        assert!(area().check(None, &[]).is_empty());
        let codes = |area: Area| -> Vec<_> { area.check(None, &[]).iter().map(|found| found.code.name).collect() };
        assert_eq!(codes(Area { processor_ids: vec![], ..area() }), ["required"]);
        let twice = vec![RoleId(Uuid::from_u128(3)); 2];
        assert_eq!(codes(Area { processor_ids: twice, ..area() }), ["duplicate_item"]);
        assert_eq!(codes(Area { reader_ids: area().processor_ids, ..area() }), ["duplicate_item"]);
        assert_eq!(codes(Area { mark: Some("a b".into()), ..area() }), ["bad_code"]);
        assert_eq!(codes(Area { mark: Some(String::new()), ..area() }), ["required"]);
    }

    #[test]
    fn an_owner_sets_who_takes_part_and_the_name() {
        //
        let before = area();
        let role = RoleId(Uuid::from_u128(4));
        let own = Area { name: "C".into(), processor_ids: vec![role], reader_ids: vec![role], ..area() };
        assert!(own.is_for_owner(&before));
        for other in [
            Area { owner_id: UserId(Uuid::from_u128(9)), ..own.clone() },
            Area { class: AreaClass::Protected, ..own.clone() },
            Area { mark: None, ..own.clone() },
            Area { parent_id: Some(AreaId(Uuid::from_u128(5))), ..own },
        ] {
            assert!(!other.is_for_owner(&before));
        }
    }

    #[test]
    fn an_area_is_archived_and_taken_back_once() {
        //
        let archived = area().moved_to(AreaState::Archived).unwrap();
        assert_eq!(archived.moved_to(AreaState::Archived).unwrap_err().code, code::AREA_STATE_REFUSED);
        assert_eq!(archived.moved_to(AreaState::Active).unwrap(), area());
    }

    #[test]
    fn an_area_never_lies_below_itself_and_keeps_its_kind() {
        //
        let found = area().check(None, &[AreaId(Uuid::from_u128(9)), area().id]);
        assert_eq!(found[0].code, code::AREA_CYCLE);
        let project = Area { kind: AreaKind::Project, ..area() };
        assert_eq!(project.check(Some(&area()), &[])[0].code, code::NOT_CHANGEABLE);
    }
}
