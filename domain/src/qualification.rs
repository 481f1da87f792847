//! Qualifications: what a person has proved able to do, and the evidence for it (U-14).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::{QualificationId, UserId};
use crate::rule::{Violation, code};
use crate::text;
use crate::window::Window;

/// Longest reference to evidence, in characters.
pub const EVIDENCE_MAX: usize = 500;

/// A qualification of a person or a filler (U-14). It stays when the account is deleted or forgotten.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Qualification {
    /// The record's id.
    pub id: QualificationId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Whose it is.
    pub user_id: UserId,
    /// What it is called: "Welding, ISO 9606-1".
    pub name: String,
    /// Who gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Where the evidence lies: a number, a file's place, an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
    /// The days on which it holds.
    #[serde(flatten)]
    pub window: Window,
    /// The last day on which it must be kept as evidence; `None` when nothing asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retain_until: Option<NaiveDate>,
}

impl Qualification {
    /// What is wrong with the values (U-14), `before` being the stored ones.
    pub fn check(&self, before: Option<&Qualification>) -> Vec<Violation> {
        let mut out = Vec::new();
        if before.is_some_and(|before| before.user_id != self.user_id) {
            out.push(Violation::new(code::NOT_CHANGEABLE, "a qualification stays with its user").at("/user_id"));
        }
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        text::optional(&mut out, "/issuer", self.issuer.as_deref(), text::NAME_MAX);
        text::optional(&mut out, "/evidence", self.evidence.as_deref(), EVIDENCE_MAX);
        self.window.check(&mut out);
        out
    }

    /// Whether it is still needed as evidence: through the whole of `retain_until` (U-09).
    pub fn needed(&self, today: NaiveDate) -> bool {
        self.retain_until.is_some_and(|until| today <= until)
    }

    /// Whether it may be erased (U-14): not while it is needed as evidence.
    pub fn erasable(&self, today: NaiveDate) -> Result<(), Violation> {
        match self.retain_until {
            Some(until) if self.needed(today) => {
                Err(Violation::new(code::QUALIFICATION_RETAINED, format!("it has to be kept until {until}")))
            }
            _ => Ok(()),
        }
    }
}

/// Whether an account with these qualifications may be forgotten (U-09): not while one of them is needed
/// as evidence. The refusal names each, and the first day on which nothing stands in the way.
pub fn forgettable<'a>(
    qualifications: impl IntoIterator<Item = &'a Qualification>,
    today: NaiveDate,
) -> Result<(), Violation> {
    let mut needed: Vec<(NaiveDate, &Qualification)> = qualifications
        .into_iter()
        .filter(|one| one.needed(today))
        .filter_map(|one| Some((one.retain_until?, one)))
        .collect();
    needed.sort_by_key(|(until, one)| (*until, one.id));
    let Some((last, _)) = needed.last() else { return Ok(()) };
    let first = last.succ_opt().unwrap_or(*last);
    let named: Vec<_> = needed.iter().map(|(until, one)| format!("{} until {until}", one.id)).collect();
    let detail = format!("evidence is needed of qualifications: {}; from {first} on it can be", named.join(", "));
    Err(Violation::new(code::EVIDENCE_RETAINED, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn welding() -> Qualification {
        Qualification {
            id: QualificationId(Uuid::from_u128(1)),
            external_id: None,
            user_id: UserId(Uuid::from_u128(2)),
            name: "Welding".into(),
            issuer: Some("TÜV".into()),
            evidence: Some("file 7".into()),
            window: Window::ALWAYS,
            retain_until: None,
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_qualification_has_a_name_and_stays_with_its_user() {
        // U-14
        assert!(welding().check(Some(&welding())).is_empty());
        let bad = Qualification {
            user_id: UserId(Uuid::from_u128(3)),
            name: " ".into(),
            issuer: Some(String::new()),
            evidence: Some("e".repeat(EVIDENCE_MAX + 1)),
            window: Window::new(Some(day("2026-02-01")), Some(day("2026-01-31"))),
            ..welding()
        };
        let faults: Vec<_> =
            bad.check(Some(&welding())).into_iter().map(|v| (v.code.name, v.pointer.unwrap_or_default())).collect();
        let expected = [
            ("not_changeable", "/user_id"),
            ("required", "/name"),
            ("required", "/issuer"),
            ("too_long", "/evidence"),
            ("window_reversed", "/valid_to"),
        ];
        assert_eq!(faults, expected.map(|(code, pointer)| (code, pointer.to_owned())));
    }

    #[test]
    fn evidence_is_kept_through_its_last_day() {
        // U-14
        let kept = Qualification { retain_until: Some(day("2026-06-30")), ..welding() };
        assert_eq!(kept.erasable(day("2026-06-30")).unwrap_err().code, code::QUALIFICATION_RETAINED);
        assert!(kept.erasable(day("2026-07-01")).is_ok());
        assert!(welding().erasable(day("2026-06-30")).is_ok());
    }

    #[test]
    fn nobody_is_forgotten_whose_evidence_is_needed() {
        // U-09
        let until = |id: u128, until: &str| Qualification {
            id: QualificationId(Uuid::from_u128(id)),
            retain_until: Some(day(until)),
            ..welding()
        };
        let all = [until(1, "2027-12-31"), welding(), until(2, "2026-06-30"), until(3, "2026-06-29")];
        let refused = forgettable(&all, day("2026-06-30")).unwrap_err();
        assert_eq!(refused.code, code::EVIDENCE_RETAINED);
        let second = Uuid::from_u128(2);
        assert!(refused.detail.contains(&format!("{second} until 2026-06-30")), "{}", refused.detail);
        assert!(!refused.detail.contains(&Uuid::from_u128(3).to_string()), "{}", refused.detail);
        assert!(refused.detail.contains("from 2028-01-01 on"), "{}", refused.detail);
        assert!(forgettable(&all, day("2028-01-01")).is_ok());
    }
}
