//! One question: who may ask it, the decision, the reason.

use std::cell::OnceCell;

use domain::access::{Language, Model, Question, ReasonCode, UserIx, reason_admin_plain, reason_user};
use domain::id::{UserId, WorkerId};
use domain::window::Day;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::authzen::request::{Explain, Item, Options};
use crate::authzen::time::context_time;
use crate::authzen::trace::trace;
use crate::authzen::wages;
use crate::clock::Zone;
use crate::commands::Refusal;
use crate::rights::{AccessCheck, AccessExplain, Action};

/// A decision, literally as the standard has it unless a reason was asked for.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"decision": true, "context": {"code": "role_allow", "reason_user": "One of your roles allows this."}}))]
pub struct DecisionAnswer {
    /// Whether it may be done.
    pub decision: bool,
    /// The reason; only when asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    pub context: Option<Value>,
}

/// Who asks one or many questions, and what is the same for all of them.
pub struct Asker<'a> {
    model: &'a Model,
    caller: &'a Caller,
    options: &'a Options,
    language: Language,
    zone: Zone,
    today: Day,
    own: Option<UserIx>,
    /// Whether the caller may ask about others; looked up when it is needed first.
    may_check: OnceCell<bool>,
}

impl<'a> Asker<'a> {
    /// Who asks of that model.
    pub fn new(app: &App, model: &'a Model, caller: &'a Caller, options: &'a Options, language: Language) -> Self {
        let zone = app.zone();
        let today = zone.day_number(app.clock().now());
        let own = model.user(caller.user_id());
        Self { model, caller, options, language, zone, today, own, may_check: OnceCell::new() }
    }

    /// Looks up together whom and what some dozens of questions are about, as far as they give Remit's own
    /// ids. It changes no answer: one by one it takes twice as long.
    pub fn read_ahead<'i>(&self, items: impl Iterator<Item = &'i Item<'i>>) {
        let (mut users, mut workers) = (Vec::new(), Vec::new());
        for (kind, id) in items.flat_map(|item| [item.subject, item.resource]) {
            match (kind, Uuid::try_parse(id)) {
                ("user", Ok(id)) => users.push(UserId(id)),
                ("worker", Ok(id)) => workers.push(WorkerId(id)),
                _ => {}
            }
        }
        self.model.read_ahead(&users, &workers);
    }

    /// Decides one question.
    ///
    /// # Errors
    /// The caller may not ask it, or its time can't be read.
    pub fn evaluate(&self, item: &Item<'_>) -> Result<DecisionAnswer, Refusal> {
        let (model, options) = (self.model, self.options);
        let (subject_type, subject_id) = item.subject;
        if !*self.may_check.get_or_init(|| self.allows::<AccessCheck>()) && !self.about_self(subject_type, subject_id) {
            self.caller.authority.allow::<AccessCheck>()?;
        }
        if options.explain == Explain::Trace {
            self.caller.authority.allow::<AccessExplain>()?;
        }
        let day = match item.time {
            None => self.today,
            Some(text) => self.zone.day_number(context_time(text, &self.zone)?),
        };
        let resolved = model.resolve(subject_type, subject_id, item.resource.0, item.resource.1, item.action);
        let question = match resolved {
            Err(code) => return Ok(plain(code, options, self.language)),
            Ok(resolved) => resolved.on(day),
        };
        if let Some(asked) = &item.wage {
            return Ok(wages::answer(model, &question, asked, options, self.language));
        }
        match options.explain {
            Explain::None => Ok(DecisionAnswer { decision: model.decide(&question).allowed, context: None }),
            Explain::Reason => Ok(plain(model.decide(&question).code, options, self.language)),
            Explain::Trace => Ok(traced(model, &question, self.language)),
        }
    }

    fn allows<A: Action<Target = ()>>(&self) -> bool {
        self.caller.authority.allow::<A>().is_ok()
    }

    /// Whether the question is about the caller, or the caller's own folder.
    fn about_self(&self, subject_type: &str, subject_id: &str) -> bool {
        about(self.model, self.own, subject_type, subject_id)
    }
}

/// Whether a question is about that account, or the folder that is linked to it.
fn about(model: &Model, own: Option<UserIx>, subject_type: &str, subject_id: &str) -> bool {
    own.is_some()
        && match subject_type {
            "user" => model.find_user(subject_id) == own,
            "worker" => model.find_worker(subject_id).and_then(|worker| model.account_of(worker)) == own,
            _ => false,
        }
}

/// Asks for the right to ask about a subject: about oneself anyone may, about others who has `system:access.check`.
///
/// # Errors
/// The caller may not.
pub fn may_ask(model: &Model, caller: &Caller, subject_type: &str, subject_id: &str) -> Result<(), Refusal> {
    if !about(model, model.user(caller.user_id()), subject_type, subject_id) {
        caller.authority.allow::<AccessCheck>()?;
    }
    Ok(())
}

/// A decision of which there is nothing to tell but its code.
pub(super) fn plain(code: ReasonCode, options: &Options, language: Language) -> DecisionAnswer {
    let decision = domain::access::Decision::of(code).allowed;
    let mut context =
        options.explains().then(|| json!({"code": code.as_str(), "reason_user": reason_user(code, language)}));
    if options.explain == Explain::Trace
        && let Some(Value::Object(map)) = &mut context
    {
        map.insert("reason_admin".to_owned(), json!(reason_admin_plain(code, language)));
    }
    DecisionAnswer { decision, context }
}

/// A decision with everything about it.
pub(super) fn traced(model: &Model, question: &Question, language: Language) -> DecisionAnswer {
    let explanation = model.explain(question);
    let right = right(model, question);
    let context = trace(model, &explanation, &right, language);
    DecisionAnswer { decision: explanation.decision.allowed, context: Some(context) }
}

/// The right that a question is about: `time:record`.
pub fn right(model: &Model, question: &Question) -> String {
    format!("{}:{}", model.module_code(question.module), model.action_name(question.module, question.action))
}
