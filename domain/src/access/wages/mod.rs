//! Wage types and their offers: what a user may record, how, with which limits, and for whom (P-07).

mod decide;
mod explain;
mod remedies;
mod rights;
mod timeline;

pub use decide::{WageClaim, WageQuestion};
pub use explain::{InactiveOffer, WageExplanation};
pub use remedies::WageRemedy;
pub use rights::{OwnWageType, WageRight, WageVoice};

use uuid::Uuid;

use super::ids::NONE;
use super::rows::{Days, Keeper};
use super::{Model, WageTypeIx};
use crate::grant::Holder;
use crate::id::WageTypeId;
use crate::wage::{Limits, WageMode, WageOffer, WageType};
use crate::window::Day;

/// A wage type.
#[derive(Clone, Debug, Default)]
pub(crate) struct WageTypeRow {
    code: Box<str>,
    external: Option<Box<str>>,
    request_group: i32,
    known: bool,
}

/// An offer of a wage type.
#[derive(Clone, Debug)]
pub(crate) struct OfferRow {
    holder: Keeper,
    wage_type: u32,
    own: bool,
    mode: WageMode,
    limits: Limits,
    days: Days,
}

impl OfferRow {
    /// When it holds.
    pub(crate) const fn days(&self) -> Days {
        self.days
    }

    /// Whether it counts for recording a wage type on that day: as an offer, or as one of a role's own.
    fn counts(&self, wage_type: u32, own: bool, day: Day) -> bool {
        self.wage_type == wage_type && self.own == own && self.days.contains(day)
    }
}

impl Default for OfferRow {
    fn default() -> Self {
        Self {
            holder: Keeper::User(NONE),
            wage_type: NONE,
            own: false,
            mode: WageMode::Workflow,
            limits: Limits::NONE,
            days: Days::default(),
        }
    }
}

impl Model {
    pub(super) fn put_wage_type(&mut self, wage_type: &WageType) {
        let ix = self.wage_types.intern(wage_type.id.0);
        if let Some(row) = self.wage_types.get_mut(ix) {
            *row = WageTypeRow {
                code: wage_type.code.as_str().into(),
                external: wage_type.external_id.as_deref().map(Into::into),
                request_group: wage_type.request_group,
                known: true,
            };
        }
    }

    pub(super) fn forget_wage_type(&mut self, wage_type: &WageType) {
        // The row stays: offers may still name it.
        let row = self.wage_types.find(wage_type.id.0).and_then(|ix| self.wage_types.get_mut(ix));
        row.into_iter().for_each(|row| *row = WageTypeRow::default());
    }

    pub(super) fn put_wage_offer(&mut self, offer: &WageOffer) {
        let ix = self.wage_offers.intern(offer.id.0);
        self.detach_offer(ix);
        let holder = match offer.holder {
            Holder::Role(id) => Keeper::Role(self.roles.intern(id.0)),
            Holder::User(id) => Keeper::User(self.users.intern(id.0)),
        };
        let wage_type = self.wage_types.intern(offer.wage_type_id.0);
        if let Some(row) = self.wage_offers.get_mut(ix) {
            let (own, mode, limits, days) = (offer.own, offer.mode, offer.limits, offer.window.into());
            *row = OfferRow { holder, wage_type, own, mode, limits, days };
        }
        match holder {
            Keeper::Role(role) => {
                self.roles.get_mut(role).into_iter().for_each(|row| row.offers.push(ix));
            }
            Keeper::User(user) => {
                let more = self.users.more.get_mut(user);
                more.into_iter().for_each(|more| more.rare.get_or_insert_default().offers.push(ix));
            }
        }
    }

    pub(super) fn forget_wage_offer(&mut self, offer: &WageOffer) {
        if let Some(ix) = self.wage_offers.find(offer.id.0) {
            self.detach_offer(ix);
            self.wage_offers.release(ix);
        }
    }

    fn detach_offer(&mut self, ix: u32) {
        let Some(holder) = self.wage_offers.get(ix).map(|row| row.holder) else { return };
        match holder {
            Keeper::Role(role) => {
                let row = self.roles.get_mut(role);
                row.into_iter().for_each(|row| row.offers.retain(|offer| *offer != ix));
            }
            Keeper::User(user) => {
                if let Some(more) = self.users.more.get_mut(user)
                    && let Some(rare) = &mut more.rare
                {
                    rare.offers.retain(|offer| *offer != ix);
                    more.drop_empty_rare();
                }
            }
        }
    }

    /// The wage type of that id.
    pub fn wage_type(&self, id: WageTypeId) -> Option<WageTypeIx> {
        let ix = self.wage_types.find(id.0)?;
        self.known_wage_type(ix).map(|_| WageTypeIx(ix))
    }

    /// The wage type that a caller names: by Remit id, else by code, else by external id. They are few.
    pub fn find_wage_type(&self, name: &str) -> Option<WageTypeIx> {
        let by_id = Uuid::try_parse(name).ok().and_then(|id| self.wage_type(WageTypeId(id)));
        let named = |is_it: &dyn Fn(&WageTypeRow) -> bool| {
            self.wage_types.rows.iter().find(|(_, row)| row.known && is_it(row)).map(|(ix, _)| WageTypeIx(ix))
        };
        by_id
            .or_else(|| named(&|row| &*row.code == name))
            .or_else(|| named(&|row| row.external.as_deref() == Some(name)))
    }

    /// The id of a wage type.
    pub fn wage_type_id(&self, wage_type: WageTypeIx) -> WageTypeId {
        WageTypeId(self.wage_types.id(wage_type.0))
    }

    /// The code of a wage type.
    pub fn wage_type_code(&self, wage_type: WageTypeIx) -> &str {
        self.wage_types.get(wage_type.0).map_or("", |row| &row.code)
    }

    /// Whose requests for a wage type are checked and closed: 1 or 2 (P-08).
    pub fn request_group(&self, wage_type: WageTypeIx) -> i32 {
        self.wage_types.get(wage_type.0).map_or(0, |row| row.request_group)
    }

    fn known_wage_type(&self, ix: u32) -> Option<&WageTypeRow> {
        self.wage_types.get(ix).filter(|row| row.known)
    }
}
