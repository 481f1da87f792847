//! The reason for an administrator where a wage type is asked about (P-04, P-07).

use super::super::{Model, ReasonCode, WageExplanation, WageRemedy};
use super::{Catalogue, Language, hope, push};
use crate::id::RoleId;

impl Model {
    /// The reason for an administrator, in some plain sentences. `right` is the name of the right to record.
    pub fn reason_admin_wage(&self, explanation: &WageExplanation, right: &str, language: Language) -> String {
        let words = language.catalogue();
        let code = explanation.decision.code;
        let recording = explanation.recording.as_ref();
        if let Some(recording) = recording.filter(|recording| recording.decision.code == code) {
            let mut text = self.reason_admin(recording, right, language);
            // The right alone would not do where nothing is offered.
            if explanation.lacks_both() {
                push(&mut text, &words.besides.replace("{reason}", (words.admin)(explanation.offered)));
                self.add_offers(&mut text, explanation, words);
            }
            self.add_owning(&mut text, explanation, words);
            return text;
        }
        let mut text = (words.admin)(code).to_owned();
        let offers = match (&explanation.right, code) {
            (_, ReasonCode::OwnWageTypeAllow) => &explanation.own[..],
            (Some(right), _) => &right.decided_by[..],
            (None, _) => &[],
        };
        for offer in offers {
            let holder = self.holder_in_words(offer.holder, words.set_in_person, words);
            push(&mut text, &words.offered.replace("{holder}", &holder));
        }
        if code == ReasonCode::WageLimitExceeded {
            for over in &explanation.exceeded {
                let limit = (words.limit)(over.limit);
                let limit = limit.replace("{most}", &over.most.to_string()).replace("{left}", &over.left.to_string());
                push(&mut text, &limit);
            }
        }
        if !explanation.decision.allowed {
            self.add_offers(&mut text, explanation, words);
            self.add_owning(&mut text, explanation, words);
        }
        if let Some(recording) = recording {
            push(&mut text, &words.recording.replace("{reason}", &self.reason_admin(recording, right, language)));
        }
        text
    }

    /// Why the worker is offered nothing, and on which days it was or will be otherwise.
    fn add_offers(&self, text: &mut String, explanation: &WageExplanation, words: &Catalogue) {
        if !explanation.linked {
            push(text, words.not_linked);
        }
        let offers = explanation.inactive.iter().filter(|inactive| !inactive.own);
        let hopes = offers.filter_map(|of| hope(of.voice.holder, of.counts_on, &of.because));
        let templates = (words.offered_until, words.offered_from, words.set_in_person);
        self.tell_hopes(text, hopes, templates, words);
    }

    /// The roles in which the worker, or for an own wage type the user, would have to be.
    fn add_owning(&self, text: &mut String, explanation: &WageExplanation, words: &Catalogue) {
        let own = explanation.inactive.iter().filter(|inactive| inactive.own);
        let hopes = own.filter_map(|of| hope(of.voice.holder, of.counts_on, &of.because));
        self.tell_hopes(text, hopes, (words.until, words.from, words.in_person), words);
        let members = explanation.would_allow.iter().filter_map(|remedy| match remedy {
            WageRemedy::Membership { role, own, .. } => Some((*role, *own)),
            _ => None,
        });
        let (own, offering): (Vec<_>, Vec<_>) = members.partition(|(_, own)| *own);
        for (template, roles) in [(words.worker_helps, offering), (words.helps, own)] {
            let roles: Vec<RoleId> = roles.into_iter().map(|(role, _)| role).collect();
            if !roles.is_empty() {
                push(text, &template.replace("{roles}", &self.roles_in_words(roles, words)));
            }
        }
    }
}
