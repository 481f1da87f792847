//! What people are told about a decision, in the languages of the catalogue (P-04).
//!
//! The user's sentence names the reason and no policy: no role, no grant, no other person. The administrator's is put
//! together from the explanation and names roles, by their codes, and days.

mod cs;
mod de;
mod en;
mod wages;

use chrono::NaiveDate;

use super::{Explanation, Model, OutOfWindow, ReasonCode, Relation, Remedy, SetAsideReason, Windowed};
use crate::grant::Holder;
use crate::id::RoleId;
use crate::named_values;
use crate::user::UserState;

named_values! {
    /// A language of the catalogue.
    pub enum Language {
        /// English.
        English = "en",
        /// German.
        German = "de",
        /// Czech.
        Czech = "cs",
    }
}

/// The sentences of a language. Those for administrators hold `{right}`, `{roles}`, `{priority}`, `{relation}`, `{state}`,
/// `{kind}`, `{holder}`, `{day}`, `{limit}`, `{most}`, `{left}`, `{reason}`.
struct Catalogue {
    user: fn(ReasonCode) -> &'static str,
    admin: fn(ReasonCode) -> &'static str,
    relation: fn(Relation) -> &'static str,
    /// One role, several roles, a personal grant.
    role: &'static str,
    roles: &'static str,
    in_person: &'static str,
    outvoted: &'static str,
    until: &'static str,
    from: &'static str,
    helps: &'static str,
    /// Of wage types: a personal setting, who offers, until when and from when on, a limit, and what would help.
    set_in_person: &'static str,
    offered: &'static str,
    offered_until: &'static str,
    offered_from: &'static str,
    limit: &'static str,
    not_linked: &'static str,
    worker_helps: &'static str,
    recording: &'static str,
    /// The state of an account.
    state: fn(UserState) -> &'static str,
    /// What is missing as well.
    besides: &'static str,
}

impl Language {
    const fn catalogue(self) -> &'static Catalogue {
        match self {
            Language::English => &en::CATALOGUE,
            Language::German => &de::CATALOGUE,
            Language::Czech => &cs::CATALOGUE,
        }
    }
}

/// Most grants of other days that a sentence tells of.
const INACTIVE_TOLD: usize = 3;

/// One plain sentence for the person who asked (P-04).
pub fn reason_user(code: ReasonCode, language: Language) -> &'static str {
    (language.catalogue().user)(code)
}

/// The reason for an administrator where there is nothing to tell but the code.
pub fn reason_admin_plain(code: ReasonCode, language: Language) -> &'static str {
    (language.catalogue().admin)(code)
}

impl Model {
    /// The reason for an administrator, in some plain sentences (P-04).
    pub fn reason_admin(&self, explanation: &Explanation, right: &str, language: Language) -> String {
        let words = language.catalogue();
        let code = explanation.decision.code;
        let deciding = explanation.decided_by.iter().filter_map(|opinion| role_of(opinion.holder));
        let by_area = explanation.paths.iter().map(|path| path.role);
        let roles: Vec<RoleId> = if code == ReasonCode::RelationAllow { by_area.collect() } else { deciding.collect() };
        let priority = explanation.decided_by.iter().find_map(|opinion| opinion.priority);
        let mut text = (words.admin)(code)
            .replace("{right}", right)
            .replace("{roles}", &self.roles_in_words(roles, words))
            .replace("{priority}", &priority.unwrap_or_default().to_string());
        if let Some(relation) = explanation.relation {
            text = text.replace("{relation}", (words.relation)(relation));
        }
        if let Some((kind, state)) = explanation.account {
            text = text.replace("{kind}", kind.as_str()).replace("{state}", (words.state)(state));
        }
        let outvoted = explanation.set_aside.iter().filter(|lost| lost.reason == SetAsideReason::LowerPriority);
        let outvoted: Vec<RoleId> = outvoted.filter_map(|lost| role_of(lost.holder)).collect();
        if !outvoted.is_empty() {
            push(&mut text, &words.outvoted.replace("{roles}", &self.roles_in_words(outvoted, words)));
        }
        if !explanation.decision.allowed {
            self.add_hopes(&mut text, explanation, words);
        }
        text
    }

    /// What was, what is to come and what would help.
    fn add_hopes(&self, text: &mut String, explanation: &Explanation, words: &Catalogue) {
        let allowing = explanation.inactive.iter().filter(|inactive| inactive.allows && inactive.prevails);
        let hopes = allowing.map(|inactive| (inactive.holder, inactive.because.as_slice()));
        self.tell_hopes(text, hopes, (words.until, words.from, words.in_person), words);
        let helping = explanation.would_allow.iter().filter_map(|remedy| match remedy {
            Remedy::Membership { role, .. } => Some(*role),
            Remedy::Grant { .. } | Remedy::Extend { .. } => None,
        });
        let helping: Vec<RoleId> = helping.collect();
        if !helping.is_empty() {
            push(text, &words.helps.replace("{roles}", &self.roles_in_words(helping, words)));
        }
    }

    /// What held until a day or will hold from a day on, in the order of days, those next to the day asked about.
    fn tell_hopes<'a>(
        &self,
        text: &mut String,
        hopes: impl Iterator<Item = (Holder, &'a [OutOfWindow])>,
        (until, from, in_person): (&str, &str, &str),
        words: &Catalogue,
    ) {
        let dated = hopes.filter_map(|(holder, because)| border(because).map(|(to_come, day)| (day, to_come, holder)));
        let mut dated: Vec<_> = dated.collect();
        dated.sort_unstable();
        dated.dedup();
        // What comes next says most, then what ended last.
        let past = dated.iter().filter(|(_, to_come, _)| !to_come).count();
        let to_come = (dated.len() - past).min(INACTIVE_TOLD);
        let first = past - past.min(INACTIVE_TOLD - to_come);
        for (day, to_come, holder) in dated.drain(..past + to_come).skip(first) {
            let holder = self.holder_in_words(holder, in_person, words);
            let template = if to_come { from } else { until };
            push(text, &template.replace("{holder}", &holder).replace("{day}", &day.to_string()));
        }
    }

    fn holder_in_words(&self, holder: Holder, in_person: &str, words: &Catalogue) -> String {
        match role_of(holder) {
            Some(role) => self.roles_in_words(vec![role], words),
            None => in_person.to_owned(),
        }
    }

    /// Roles by their codes, each once.
    fn roles_in_words(&self, mut roles: Vec<RoleId>, words: &Catalogue) -> String {
        roles.sort_unstable();
        roles.dedup();
        let mut codes: Vec<&str> =
            roles.iter().filter_map(|role| self.role(*role)).map(|role| self.role_code(role)).collect();
        codes.sort_unstable();
        let word = if codes.len() == 1 { words.role } else { words.roles };
        format!("{word} {}", codes.join(", "))
    }
}

fn role_of(holder: Holder) -> Option<RoleId> {
    match holder {
        Holder::Role(role) => Some(role),
        Holder::User(_) => None,
    }
}

/// On which day all that is missing was there for the last time, or (`true`) will be for the first. Of contracts one is
/// enough, all else is needed. Where one thing ended before another begins there is no such day.
fn border(because: &[OutOfWindow]) -> Option<(bool, NaiveDate)> {
    let (contracts, needed): (Vec<&OutOfWindow>, Vec<&OutOfWindow>) =
        because.iter().partition(|out| matches!(out.what, Windowed::Contract(_)));
    let alternatives: Vec<Option<&OutOfWindow>> =
        if contracts.is_empty() { vec![None] } else { contracts.into_iter().map(Some).collect() };
    let borders = alternatives.into_iter().filter_map(|contract| {
        let all = || needed.iter().copied().chain(contract);
        let (from, to) =
            (all().filter_map(|out| out.window.valid_from).max(), all().filter_map(|out| out.window.valid_to).min());
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return None;
        }
        if all().any(|out| out.to_come) { from.map(|day| (true, day)) } else { to.map(|day| (false, day)) }
    });
    let borders: Vec<(bool, NaiveDate)> = borders.collect();
    let to_come = borders.iter().filter(|(to_come, _)| *to_come).min();
    to_come.or_else(|| borders.iter().max()).copied()
}

fn push(text: &mut String, sentence: &str) {
    text.push(' ');
    text.push_str(sentence);
}

#[cfg(test)]
mod tests {
    use chrono::Datelike as _;
    use uuid::Uuid;

    use super::*;
    use crate::id::{ContractId, GrantId, MembershipId};
    use crate::window::Window;

    fn out(what: Windowed, from: Option<u32>, to: Option<u32>) -> OutOfWindow {
        let day = |day: u32| NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
        // The day asked about is the 15th.
        OutOfWindow {
            what,
            window: Window::new(from.map(day), to.map(day)),
            to_come: from.is_some_and(|from| from > 15),
        }
    }

    #[test]
    fn only_a_day_on_which_all_of_it_held_or_will_hold_is_told() {
        // P-04
        let (grant, membership) =
            (Windowed::Grant(GrantId(Uuid::nil())), Windowed::Membership(MembershipId(Uuid::nil())));
        let contract = Windowed::Contract(ContractId(Uuid::nil()));
        let told = |because: &[OutOfWindow]| border(because).map(|(to_come, day)| (to_come, day.day()));
        assert_eq!(told(&[out(grant, None, Some(5))]), Some((false, 5)));
        assert_eq!(told(&[out(grant, None, Some(5)), out(membership, Some(2), Some(9))]), Some((false, 5)));
        assert_eq!(told(&[out(grant, None, Some(5)), out(membership, Some(7), Some(9))]), None, "they never met");
        assert_eq!(told(&[out(grant, Some(17), Some(19)), out(membership, Some(18), None)]), Some((true, 18)));
        assert_eq!(told(&[out(grant, Some(17), Some(18)), out(membership, Some(20), None)]), None, "they never will");
        assert_eq!(told(&[out(grant, None, Some(5)), out(membership, Some(20), None)]), None);
        // Of contracts one is enough: the next, else the last.
        let (first, second) = (out(contract, Some(1), Some(3)), out(contract, Some(4), Some(6)));
        assert_eq!(told(&[first, second]), Some((false, 6)));
        assert_eq!(told(&[first, out(contract, Some(20), Some(22)), out(contract, Some(25), None)]), Some((true, 20)));
    }

    #[test]
    fn every_code_has_its_sentences_in_every_language() {
        // P-04
        for language in Language::ALL {
            let words = language.catalogue();
            for code in ReasonCode::ALL {
                for text in [reason_user(*code, *language), reason_admin_plain(*code, *language)] {
                    assert!(text.ends_with('.') && text.chars().count() > 10, "{language}, {code}: {text}");
                }
                // What a user is told names no policy.
                let told = reason_user(*code, *language);
                assert!(!told.contains('{'), "{language}, {code}");
            }
            for relation in Relation::ALL {
                assert!(!(words.relation)(*relation).is_empty());
            }
            for (tail, holes) in [
                (words.outvoted, &["{roles}"][..]),
                (words.until, &["{holder}", "{day}"]),
                (words.from, &["{holder}", "{day}"]),
                (words.helps, &["{roles}"]),
                (words.offered, &["{holder}"]),
                (words.offered_until, &["{holder}", "{day}"]),
                (words.offered_from, &["{holder}", "{day}"]),
                (words.limit, &["{limit}", "{most}", "{left}"]),
                (words.not_linked, &[]),
                (words.worker_helps, &["{roles}"]),
            ] {
                assert!(tail.ends_with('.') && holes.iter().all(|hole| tail.contains(hole)), "{language}: {tail}");
            }
        }
    }

    #[test]
    fn languages_differ_in_every_sentence() {
        for code in ReasonCode::ALL {
            let texts: std::collections::BTreeSet<_> =
                Language::ALL.iter().map(|language| reason_user(*code, *language)).collect();
            assert_eq!(texts.len(), Language::ALL.len(), "{code}");
        }
    }
}
