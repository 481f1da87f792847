//! What is offered to a user: personal settings first, then the highest priority, then the stricter (P-07).

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::super::rows::Keeper;
use super::super::{Model, SetAsideReason, UserIx, WageTypeIx};
use super::OfferRow;
use crate::grant::Holder;
use crate::id::WageOfferId;
use crate::wage::{Limits, WageMode};
use crate::window::{Day, Window};

/// A wage type that a user may record for themselves, and why (P-07).
#[derive(Clone, PartialEq, Debug)]
pub struct WageRight {
    /// The wage type.
    pub wage_type: WageTypeIx,
    /// Whether it is entered directly or asked for.
    pub mode: WageMode,
    /// How much of it.
    pub limits: Limits,
    /// The settings that decide, in the order of their ids.
    pub decided_by: Vec<WageVoice>,
    /// Settings that do not count, by falling priority, each with the reason.
    pub set_aside: Vec<(WageVoice, SetAsideReason)>,
}

impl WageRight {
    /// All settings that are in force, whether they decide or not.
    pub fn voices(&self) -> impl Iterator<Item = &WageVoice> {
        self.decided_by.iter().chain(self.set_aside.iter().map(|(lost, _)| lost))
    }
}

/// A wage type that roles of a user have of their own: it may be recorded for every worker (P-07).
#[derive(Clone, PartialEq, Debug)]
pub struct OwnWageType {
    /// The wage type.
    pub wage_type: WageTypeIx,
    /// The settings that say so, in the order of their ids.
    pub by: Vec<WageVoice>,
}

/// One setting for a wage type.
#[derive(Clone, PartialEq, Debug)]
pub struct WageVoice {
    /// The offer.
    pub offer: WageOfferId,
    /// The role, or the person.
    pub holder: Holder,
    /// The role's priority; `None` for a personal setting.
    pub priority: Option<i32>,
    /// What it says: entered directly or asked for.
    pub mode: WageMode,
    /// And how much.
    pub limits: Limits,
    /// When it holds.
    pub window: Window,
}

impl Model {
    /// What is offered to a user on a day for their own recording, in the order of the codes (P-07). The account's
    /// state is not looked at.
    pub fn wage_rights(&self, user: UserIx, day: Day) -> Vec<WageRight> {
        let by_type = self.voices_on_wages(user, day, false);
        by_type.into_iter().filter_map(|(wage_type, voices)| self.resolved(wage_type, voices)).collect()
    }

    /// How one wage type is offered to a user on a day, if it is.
    pub fn wage_right(&self, user: UserIx, wage_type: WageTypeIx, day: Day) -> Option<WageRight> {
        self.wage_rights(user, day).into_iter().find(|right| right.wage_type == wage_type)
    }

    /// The wage types that roles of a user have of their own on a day, in the order of the codes (P-07).
    pub fn own_wage_types(&self, user: UserIx, day: Day) -> Vec<OwnWageType> {
        let by_type = self.voices_on_wages(user, day, true);
        by_type.into_iter().map(|(wage_type, by)| OwnWageType { wage_type, by }).collect()
    }

    /// All settings that reach the user, by wage type, those of one type in the order of their ids.
    fn voices_on_wages(&self, user: UserIx, day: Day, own: bool) -> Vec<(WageTypeIx, Vec<WageVoice>)> {
        let mut found: BTreeMap<(&str, u32), Vec<WageVoice>> = BTreeMap::new();
        let personal = self.rare(user.0).map(|rare| (None, &rare.offers));
        let roles = self.effective_roles(user, day).into_iter().filter_map(|role| self.roles.get(role.0));
        let by_role = roles.map(|row| (Some(row.priority), &row.offers));
        for (priority, offers) in personal.into_iter().chain(by_role) {
            for ix in offers {
                let counts = |row: &&OfferRow| row.own == own && row.days.contains(day);
                let Some(row) = self.wage_offers.get(*ix).filter(counts) else { continue };
                let Some(wage_type) = self.known_wage_type(row.wage_type) else { continue };
                let voice = self.wage_voice(*ix, row, priority);
                found.entry((&wage_type.code, row.wage_type)).or_default().push(voice);
            }
        }
        let sorted = found.into_iter().map(|((_, ix), mut voices)| {
            voices.sort_by_key(|voice| voice.offer);
            (WageTypeIx(ix), voices)
        });
        sorted.collect()
    }

    /// A setting as it is told.
    pub(super) fn wage_voice(&self, ix: u32, row: &OfferRow, priority: Option<i32>) -> WageVoice {
        WageVoice {
            offer: WageOfferId(self.wage_offers.id(ix)),
            holder: self.holder(row.holder),
            priority,
            mode: row.mode,
            limits: row.limits,
            window: row.days.window(),
        }
    }

    /// A personal setting sets the roles' aside; between roles the highest priority decides, and among equals the
    /// stricter (P-07).
    pub(super) fn resolved(&self, wage_type: WageTypeIx, voices: Vec<WageVoice>) -> Option<WageRight> {
        let personal = voices.iter().any(|voice| voice.priority.is_none());
        let highest = if personal { None } else { voices.iter().map(|voice| voice.priority).max()? };
        let (decided_by, lost): (Vec<_>, Vec<_>) = voices.into_iter().partition(|voice| voice.priority == highest);
        let mode = decided_by.iter().map(|voice| voice.mode).max()?;
        let limits = decided_by.iter().fold(Limits::NONE, |limits, voice| limits.stricter(&voice.limits));
        let why = if personal { SetAsideReason::PersonalTakesPrecedence } else { SetAsideReason::LowerPriority };
        let mut set_aside: Vec<_> = lost.into_iter().map(|voice| (voice, why)).collect();
        set_aside.sort_by_key(|(voice, _)| (Reverse(voice.priority), voice.offer));
        Some(WageRight { wage_type, mode, limits, decided_by, set_aside })
    }

    /// The roles that have a wage type of their own on a day.
    pub(super) fn roles_owning(&self, wage_type: WageTypeIx, day: Day) -> Vec<u32> {
        self.roles_setting(wage_type, true, day)
    }

    /// The roles that offer a wage type on a day, or have it of their own.
    pub(super) fn roles_setting(&self, wage_type: WageTypeIx, own: bool, day: Day) -> Vec<u32> {
        let counting = self.wage_offers.rows.iter().filter(|(_, row)| row.counts(wage_type.0, own, day));
        let roles = counting.filter_map(|(_, row)| match row.holder {
            Keeper::Role(role) => Some(role),
            Keeper::User(_) => None,
        });
        roles.collect()
    }
}
