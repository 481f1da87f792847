//! What is asked about: an action, and a target with what is known of it on the day.

use super::compile::{Place, code};
use super::ids::NONE;
use super::rows::{Cover, ModuleRow, ObjectRow, Stay, WorkerRow};
use super::{Model, Question, ReasonCode, Target};
use crate::grant;
use crate::window::Day;

/// A target with what is known of it.
#[derive(Clone, Copy)]
pub(super) enum Spot<'a> {
    Nothing,
    Worker(u32, &'a WorkerRow),
    Object(u32, &'a ObjectRow),
    Area(u32),
    Imagined(Imagined),
}

/// A target that does not exist: it stands for all that lie in the same departments and are of the same type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Imagined {
    pub(super) departments: [u32; 2],
    pub(super) object_type: u32,
    pub(super) area: u32,
}

/// What is done, and to what: a question without the user.
#[derive(Clone, Copy)]
pub(super) struct Deed<'a> {
    pub(super) module: u32,
    pub(super) row: &'a ModuleRow,
    /// The action's bit.
    pub(super) bit: u128,
    /// The same as rules have it.
    pub(super) place: Place,
    pub(super) spot: Spot<'a>,
    pub(super) standing: Standing<'a>,
    pub(super) day: Day,
}

/// Where a target stands on the day, in the numbers that rules compare.
#[derive(Clone, Copy)]
pub(super) struct Standing<'a> {
    /// Its departments, as numbered in the tree.
    pub(super) departments: [u32; 2],
    /// The target itself, its type and its area.
    pub(super) codes: [u32; 3],
    /// Further contracts of a worker with many.
    pub(super) beside: &'a [Stay],
}

impl Standing<'_> {
    pub(super) const NOWHERE: Standing<'static> =
        Standing { departments: [NONE; 2], codes: [NONE - 1; 3], beside: &[] };
}

impl Spot<'_> {
    /// The area of the target: itself, or the one in which it lies.
    #[inline]
    pub(super) const fn area(self) -> u32 {
        match self {
            Spot::Nothing | Spot::Worker(..) => NONE,
            Spot::Object(_, row) => row.area,
            Spot::Area(ix) => ix,
            Spot::Imagined(at) => at.area,
        }
    }

    /// The scope that names just this target.
    pub(super) const fn itself(self) -> Option<Cover> {
        match self {
            Spot::Nothing | Spot::Imagined(_) => None,
            Spot::Worker(ix, _) => Some(Cover::Worker(ix)),
            Spot::Object(ix, _) => Some(Cover::Object(ix)),
            Spot::Area(ix) => Some(Cover::Area(ix)),
        }
    }
}

impl Model {
    /// What is asked about, if it makes sense.
    #[inline]
    pub(super) fn deed(&self, question: &Question) -> Result<Deed<'_>, ReasonCode> {
        let module = question.module.0;
        let row = self.known_module(module);
        let (spot, fits) = match question.target {
            Target::None => {
                let fits = row.is_some_and(|row| row.target == grant::Target::None);
                (fits.then_some(Spot::Nothing), fits)
            }
            Target::Worker(ix) => (
                self.known_worker(ix.0).map(|worker| Spot::Worker(ix.0, worker)),
                row.is_some_and(|row| row.target == grant::Target::Worker),
            ),
            Target::Object(ix) => {
                let object = self.known_object(ix.0);
                let object_type = object.and_then(|object| self.types.get(object.object_type)).filter(|row| row.known);
                (
                    object.map(|object| Spot::Object(ix.0, object)),
                    row.is_some_and(|row| row.target == grant::Target::Object)
                        && object_type.is_some_and(|row| row.module == module),
                )
            }
            Target::Area(ix) => (
                self.known_area(ix.0).map(|_| Spot::Area(ix.0)),
                row.is_some_and(|row| row.target == grant::Target::Area),
            ),
        };
        let spot = spot.ok_or(ReasonCode::UnknownResource)?;
        let bit = question.action.bit();
        let row = row.filter(|row| fits && row.declared & bit != 0).ok_or(ReasonCode::UnknownAction)?;
        Ok(Deed {
            module,
            row,
            bit,
            place: Place::of(bit),
            spot,
            standing: self.standing(spot, question.day),
            day: question.day,
        })
    }

    #[inline]
    pub(super) fn standing<'a>(&'a self, spot: Spot<'a>, day: Day) -> Standing<'a> {
        match spot {
            Spot::Nothing => Standing::NOWHERE,
            Spot::Worker(ix, row) => {
                let mut standing = Standing::NOWHERE;
                for (number, place) in standing.departments.iter_mut().zip(row.places.iter()) {
                    *number = if place.days.contains(day) { self.tree.number(place.at) } else { NONE };
                }
                standing.codes = [code(Cover::Worker(ix)); 3];
                standing.beside = self.places_beside(ix, row);
                standing
            }
            Spot::Object(ix, row) => Standing {
                departments: [self.tree.number(row.department), NONE],
                codes: [code(Cover::Object(ix)), code(Cover::Type(row.object_type)), in_area(row.area)],
                beside: &[],
            },
            Spot::Area(ix) => Standing { codes: [code(Cover::Area(ix)); 3], ..Standing::NOWHERE },
            Spot::Imagined(Imagined { departments, object_type, area }) => Standing {
                departments: departments.map(|department| self.tree.number(department)),
                codes: [
                    NONE - 1,
                    if object_type == NONE { NONE - 1 } else { code(Cover::Type(object_type)) },
                    in_area(area),
                ],
                beside: &[],
            },
        }
    }
}

/// The code of an area, or one that no rule has.
#[inline]
const fn in_area(area: u32) -> u32 {
    if area == NONE { NONE - 1 } else { code(Cover::Area(area)) }
}
