//! Who offers which wage type to whom (P-07).

use serde::{Deserialize, Serialize};

use super::Limits;
use crate::grant::Holder;
use crate::id::{WageOfferId, WageTypeId};
use crate::named_values;
use crate::rule::{Violation, code};
use crate::window::Window;

named_values! {
    /// How an offered wage type comes to be recorded (P-07). The later one is the stricter.
    pub enum WageMode {
        /// It is entered directly.
        Record = "record",
        /// It is asked for.
        Workflow = "workflow",
    }
}

/// A wage type that a role offers to its members, or that is offered to one person (P-07).
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WageOffer {
    /// The record's id.
    pub id: WageOfferId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Whose members, or who, may record it.
    #[serde(flatten)]
    pub holder: Holder,
    /// The wage type.
    pub wage_type_id: WageTypeId,
    /// One of the role's own: its members record it for every worker, without mode and limits.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// How it comes to be recorded.
    pub mode: WageMode,
    /// How much of it holders may record for themselves.
    #[serde(flatten)]
    pub limits: Limits,
    /// When it holds.
    #[serde(flatten)]
    pub window: Window,
}

impl WageOffer {
    /// What is wrong with the values (P-07).
    pub fn check(&self, before: Option<&WageOffer>) -> Vec<Violation> {
        let mut out = Vec::new();
        self.window.check(&mut out);
        self.limits.check(&mut out);
        let parts = |offer: &WageOffer| (offer.holder, offer.wage_type_id, offer.own);
        if before.is_some_and(|before| parts(before) != parts(self)) {
            out.push(Violation::new(code::WAGE_OFFER_FIXED, "remove it and make another"));
        }
        if self.own {
            if matches!(self.holder, Holder::User(_)) {
                let detail = "only a role has wage types of its own";
                out.push(Violation::new(code::BAD_VALUE, detail).at("/own"));
            }
            if self.mode != WageMode::Record {
                let detail = "a role's own wage types are recorded, not asked for";
                out.push(Violation::new(code::BAD_VALUE, detail).at("/mode"));
            }
            for (limit, _) in self.limits.named().into_iter().filter(|(_, most)| most.is_some()) {
                let detail = "a role's own wage types have no limits";
                out.push(Violation::new(code::BAD_VALUE, detail).at(format!("/{limit}")));
            }
        }
        out
    }

    /// Whether it is another setting of the same holder for the same wage type that holds on one of the same days.
    pub fn meets(&self, other: &WageOffer) -> bool {
        (self.holder, self.wage_type_id, self.own) == (other.holder, other.wage_type_id, other.own)
            && self.id != other.id
            && self.window.overlaps(&other.window)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::{RoleId, UserId};
    use crate::wage::Amount;
    use uuid::Uuid;

    fn offer(own: bool) -> WageOffer {
        WageOffer {
            id: WageOfferId(Uuid::nil()),
            external_id: None,
            holder: Holder::Role(RoleId(Uuid::nil())),
            wage_type_id: WageTypeId(Uuid::nil()),
            own,
            mode: WageMode::Record,
            limits: Limits::NONE,
            window: Window::ALWAYS,
        }
    }

    #[test]
    fn a_roles_own_wage_types_have_neither_mode_nor_limits() {
        // P-07
        assert_eq!(offer(true).check(None), []);
        let limits = Limits { max_per_day: Some(Amount::thousandths(8_000)), ..Limits::NONE };
        let wrong =
            WageOffer { holder: Holder::User(UserId(Uuid::nil())), mode: WageMode::Workflow, limits, ..offer(true) };
        let found: Vec<_> = wrong.check(None).into_iter().filter_map(|fault| fault.pointer).collect();
        assert_eq!(found, ["/own", "/mode", "/max_per_day"]);
        assert_eq!(WageOffer { limits, mode: WageMode::Workflow, ..offer(false) }.check(None), []);
    }

    #[test]
    fn what_is_offered_to_whom_stays() {
        let fault = offer(true).check(Some(&offer(false))).pop().unwrap();
        assert_eq!(fault.code, code::WAGE_OFFER_FIXED);
    }

    #[test]
    fn a_holder_has_one_setting_of_a_wage_type_at_a_time() {
        let day = |text: &str| Some(text.parse().unwrap());
        let (first, second) = (Window::new(None, day("2026-03-31")), Window::new(day("2026-04-01"), None));
        let one = WageOffer { window: first, ..offer(false) };
        let other = WageOffer { id: WageOfferId(Uuid::max()), ..offer(false) };
        assert!(one.meets(&other) && other.meets(&one));
        assert!(!one.meets(&WageOffer { window: second, ..other.clone() }));
        assert!(!one.meets(&WageOffer { own: true, ..other }) && !one.meets(&one));
    }
}
