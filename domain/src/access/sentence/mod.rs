//! What people are told about a decision, in the languages of the catalogue (P-04).
//!
//! The user's sentence names the reason and no policy: no role, no grant, no other person. The administrator's is put
//! together from the explanation and names roles, by their codes, and days.

mod cs;
mod de;
mod en;

use super::{Explanation, Model, OutOfWindow, ReasonCode, Relation, Remedy, SetAsideReason};
use crate::grant::Holder;
use crate::id::RoleId;
use crate::named_values;

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
/// `{kind}`, `{holder}`, `{day}`.
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
            text = text.replace("{kind}", kind.as_str()).replace("{state}", state.as_str());
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
        for inactive in explanation.inactive.iter().filter(|inactive| inactive.allows).take(INACTIVE_TOLD) {
            let Some((template, day)) = inactive.because.first().and_then(|out| border(out, words)) else { continue };
            let holder = match role_of(inactive.holder) {
                Some(role) => self.roles_in_words(vec![role], words),
                None => words.in_person.to_owned(),
            };
            push(text, &template.replace("{holder}", &holder).replace("{day}", &day.to_string()));
        }
        let helping = explanation.would_allow.iter().filter_map(|remedy| match remedy {
            Remedy::Membership { role } => Some(*role),
            Remedy::Grant { .. } => None,
        });
        let helping: Vec<RoleId> = helping.collect();
        if !helping.is_empty() {
            push(text, &words.helps.replace("{roles}", &self.roles_in_words(helping, words)));
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

/// The day on which something ended or will begin, and the sentence for it.
fn border(out: &OutOfWindow, words: &Catalogue) -> Option<(&'static str, chrono::NaiveDate)> {
    let (template, day) =
        if out.to_come { (words.from, out.window.valid_from) } else { (words.until, out.window.valid_to) };
    Some((template, day?))
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
