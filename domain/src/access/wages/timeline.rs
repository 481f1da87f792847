//! May a wage type be recorded, over a span of days? (P-04, P-07)

use std::collections::BTreeSet;

use super::super::timeline::{Windows, same};
use super::super::{Model, ReasonCode, Timeline, UserIx, WageTypeIx, Windowed};
use super::{WageExplanation, WageQuestion};
use crate::id::WageOfferId;
use crate::window::Day;

impl Model {
    /// The answers to a question about a wage type on each day from `question.day` to `to` (P-04). What has no window
    /// counts as it is now. Untraced, only how the wage type is offered is told, and days are told apart by their answer.
    pub fn wage_timeline(&self, question: &WageQuestion, to: Day, traced: bool) -> Timeline<WageExplanation> {
        let wage_type = question.claim.wage_type;
        let mut windows = Windows::new();
        let recording = self.recording(question.user, question.worker, question.day);
        if let Some(recording) = &recording {
            windows = self.windows(recording);
        }
        let giving = recording.as_ref().map(|recording| self.giving(recording));
        let gives = |role| giving.as_ref().is_some_and(|gives| gives(role)) || self.offers(role, wage_type);
        let mut leading = if traced { self.leading(question.user, gives) } else { BTreeSet::new() };
        windows.append(&mut self.offer_windows(question.user, wage_type));
        // The ways of who records are among those already.
        if let Some(account) = self.account_of(question.worker).filter(|account| *account != question.user) {
            windows.append(&mut self.windows_of_roles(account));
            if traced {
                leading.append(&mut self.leading(account, |role| self.offers(role, wage_type)));
            }
            windows.append(&mut self.offer_windows(account, wage_type));
        }
        let span = (question.day, to);
        if traced {
            let explain = |day| self.explain_wage(&WageQuestion { day, ..*question });
            return Timeline::new(&windows, &leading, span, explain, given_alike);
        }
        let outline = |day| self.outline_wage(&WageQuestion { day, ..*question });
        Timeline::new(&windows, &leading, span, outline, |one, other| one.decision == other.decision)
    }

    /// Whether a role has a setting for a wage type.
    fn offers(&self, role: u32, wage_type: WageTypeIx) -> bool {
        let offers = self.roles.get(role).into_iter().flat_map(|row| &row.offers);
        offers.filter_map(|ix| self.wage_offers.get(*ix)).any(|row| row.wage_type == wage_type.0)
    }

    /// The windows of the settings for a wage type that may reach a user.
    fn offer_windows(&self, user: UserIx, wage_type: WageTypeIx) -> Windows {
        let personal = self.rare(user.0).map(|rare| rare.offers.clone()).unwrap_or_default();
        let roles = self.every_path(user.0).into_iter().filter_map(|(role, _)| self.roles.get(role));
        let offers = personal.into_iter().chain(roles.flat_map(|row| row.offers.iter().copied()));
        let rows = offers.filter_map(|ix| Some((ix, self.wage_offers.get(ix)?)));
        rows.filter(|(_, row)| row.wage_type == wage_type.0)
            .map(|(ix, row)| (Windowed::WageOffer(WageOfferId(self.wage_offers.id(ix))), row.days))
            .collect()
    }
}

/// Whether two days are answered alike, by the same settings and grants, with the same mode and limits.
fn given_alike(one: &WageExplanation, other: &WageExplanation) -> bool {
    let rights_alike = match (&one.recording, &other.recording) {
        (Some(one), Some(other)) => same(one, other),
        (None, None) => true,
        _ => false,
    };
    let settings_alike = match one.decision.code {
        ReasonCode::OwnWageTypeAllow => one.own == other.own,
        ReasonCode::WageTypeAllow | ReasonCode::WageTypeByRequest | ReasonCode::WageLimitExceeded => {
            let deciding = |of: &WageExplanation| of.right.as_ref().map(|right| right.decided_by.clone());
            deciding(one) == deciding(other)
        }
        // No setting decided; whether one would let it through is told all the same.
        _ => one.offered == other.offered,
    };
    one.decision == other.decision && rights_alike && settings_alike
}
