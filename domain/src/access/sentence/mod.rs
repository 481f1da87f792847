//! What people are told about a decision, in the languages of the catalogue (P-04).
//!
//! The user's sentence names the reason and no policy: no role, no grant, no other person. The administrator's is put
//! together from the explanation and names roles, by their codes, and days.

mod cs;
mod de;
mod en;
mod wages;

use chrono::NaiveDate;

use super::{Explanation, Model, Needed, ReasonCode, Relation, Remedy, SetAsideReason, WindowState};
use crate::grant::Holder;
use crate::id::RoleId;
use crate::named_values;
use crate::user::{UserKind, UserState};
use crate::wage::LimitName;
use crate::window::{Day, date_of};

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
/// `{kind}`, `{holder}`, `{day}`, `{most}`, `{left}`, `{reason}`.
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
    limit: fn(LimitName) -> &'static str,
    not_linked: &'static str,
    worker_helps: &'static str,
    recording: &'static str,
    /// The state and the kind of an account.
    state: fn(UserState) -> &'static str,
    kind: fn(UserKind) -> &'static str,
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
            text = text.replace("{kind}", (words.kind)(kind)).replace("{state}", (words.state)(state));
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
        let hopes = allowing.filter_map(|inactive| hope(inactive.holder, inactive.counts_on, &inactive.because));
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
    fn tell_hopes(
        &self,
        text: &mut String,
        hopes: impl Iterator<Item = Hope>,
        (until, from, in_person): (&str, &str, &str),
        words: &Catalogue,
    ) {
        let mut dated: Vec<Hope> = hopes.collect();
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

/// The day on which all that something needs was there last, or (`true`) is there next, and who has it.
type Hope = (NaiveDate, bool, Holder);

/// `None` where all of it never meets.
fn hope(holder: Holder, counts_on: Option<Day>, because: &[Needed]) -> Option<Hope> {
    let day = date_of(counts_on?)?;
    Some((day, because.iter().any(|needed| needed.state == WindowState::ToCome), holder))
}

fn role_of(holder: Holder) -> Option<RoleId> {
    match holder {
        Holder::Role(role) => Some(role),
        Holder::User(_) => None,
    }
}

fn push(text: &mut String, sentence: &str) {
    text.push(' ');
    text.push_str(sentence);
}

#[cfg(test)]
mod tests {
    use super::*;

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
                (words.not_linked, &[]),
                (words.worker_helps, &["{roles}"]),
            ] {
                assert!(tail.ends_with('.') && holes.iter().all(|hole| tail.contains(hole)), "{language}: {tail}");
            }
            for limit in LimitName::ALL {
                let told = (words.limit)(*limit);
                // What is left of an entry is all of it.
                let left = told.contains("{left}") || *limit == LimitName::MaxPerEntry;
                assert!(told.ends_with('.') && told.contains("{most}") && left, "{language}: {told}");
            }
            for kind in UserKind::ALL {
                assert!(!(words.kind)(*kind).contains('_'), "{language}: {kind}");
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
