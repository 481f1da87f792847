//! One question: who may ask it, the decision, the reason.

use std::cell::OnceCell;

use domain::access::{Explanation, Model, Question, ReasonCode, UserIx, Windowed, reason_user};
use domain::grant::Holder;
use domain::id::{UserId, WorkerId};
use domain::window::Day;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::authzen::request::{Explain, Item, Options, malformed};
use crate::authzen::time::instant;
use crate::clock::Zone;
use crate::commands::Refusal;
use crate::rest::permissions::PathStepView;
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
    zone: Zone,
    today: Day,
    own: Option<UserIx>,
    /// Whether the caller may ask about others; looked up when it is needed first.
    may_check: OnceCell<bool>,
}

impl<'a> Asker<'a> {
    /// Who asks of that model.
    pub fn new(app: &App, model: &'a Model, caller: &'a Caller, options: &'a Options) -> Self {
        let zone = app.zone();
        let today = zone.day_number(app.clock().now());
        let own = model.user(caller.user_id());
        Self { model, caller, options, zone, today, own, may_check: OnceCell::new() }
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
            Some(text) => {
                let at = instant(text, &self.zone)
                    .ok_or_else(|| malformed("context.time", "must be an instant or a day"))?;
                self.zone.day_number(at)
            }
        };
        let resolved = model.resolve(subject_type, subject_id, item.resource.0, item.resource.1, item.action);
        let question = match resolved {
            Err(code) => return Ok(plain(code, options)),
            Ok(resolved) => resolved.on(day),
        };
        match options.explain {
            Explain::None => Ok(DecisionAnswer { decision: model.decide(&question).allowed, context: None }),
            Explain::Reason => Ok(plain(model.decide(&question).code, options)),
            Explain::Trace => Ok(traced(model, &question)),
        }
    }

    fn allows<A: Action<Target = ()>>(&self) -> bool {
        self.caller.authority.allow::<A>().is_ok()
    }

    /// Whether the question is about the caller, or the caller's own folder.
    pub fn about_self(&self, subject_type: &str, subject_id: &str) -> bool {
        let (model, own) = (self.model, self.own);
        own.is_some()
            && match subject_type {
                "user" => model.find_user(subject_id) == own,
                "worker" => model.find_worker(subject_id).and_then(|worker| model.account_of(worker)) == own,
                _ => false,
            }
    }
}

fn plain(code: ReasonCode, options: &Options) -> DecisionAnswer {
    let decision = domain::access::Decision::of(code).allowed;
    let context = options.explains().then(|| json!({"code": code.as_str(), "reason_user": reason_user(code)}));
    DecisionAnswer { decision, context }
}

fn traced(model: &Model, question: &Question) -> DecisionAnswer {
    let explanation = model.explain(question);
    DecisionAnswer { decision: explanation.decision.allowed, context: Some(trace(&explanation)) }
}

fn holder(holder: Holder) -> Value {
    match holder {
        Holder::Role(id) => json!({"holder_type": "role", "holder_id": id}),
        Holder::User(id) => json!({"holder_type": "user", "holder_id": id}),
    }
}

fn joined(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}

/// Everything that P-04 names, by ids.
fn trace(of: &Explanation) -> Value {
    let code = of.decision.code;
    let decided_by: Vec<Value> = of
        .decided_by
        .iter()
        .map(|opinion| {
            joined(
                holder(opinion.holder),
                json!({
                    "grant_id": opinion.grant, "priority": opinion.priority, "allows": opinion.allows,
                    "valid_from": opinion.window.valid_from, "valid_to": opinion.window.valid_to,
                }),
            )
        })
        .collect();
    let set_aside: Vec<Value> = of
        .set_aside
        .iter()
        .map(|aside| {
            joined(
                holder(aside.holder),
                json!({
                    "grant_id": aside.grant, "priority": aside.priority, "allows": aside.allows,
                    "reason": aside.reason.as_str(),
                }),
            )
        })
        .collect();
    let inactive: Vec<Value> = of
        .inactive
        .iter()
        .map(|inactive| {
            let because: Vec<Value> = inactive
                .because
                .iter()
                .map(|out| {
                    let (what, id) = match out.what {
                        Windowed::Grant(id) => ("grant", id.0),
                        Windowed::Membership(id) => ("membership", id.0),
                        Windowed::Role(id) => ("role", id.0),
                    };
                    json!({
                        "what": what, "id": id, "state": if out.to_come { "to_come" } else { "expired" },
                        "day": if out.to_come { out.window.valid_from } else { out.window.valid_to },
                    })
                })
                .collect();
            joined(
                holder(inactive.holder),
                json!({
                    "grant_id": inactive.grant, "allows": inactive.allows, "because": because,
                }),
            )
        })
        .collect();
    let path: Vec<Value> = of
        .paths
        .iter()
        .map(|path| {
            let steps: Vec<PathStepView> = path.steps.iter().map(PathStepView::of).collect();
            json!({"role_id": path.role, "steps": steps})
        })
        .collect();
    let mut out = json!({
        "code": code.as_str(), "reason_user": reason_user(code), "decided_by": decided_by,
        "set_aside": set_aside, "inactive": inactive, "path": path,
    });
    if let Value::Object(map) = &mut out {
        if let Some((kind, state)) = of.account {
            map.insert("account".to_owned(), json!({"kind": kind.as_str(), "state": state.as_str()}));
        }
        if let Some(relation) = of.relation {
            map.insert("relation".to_owned(), json!(relation.as_str()));
        }
        if let Some(rule) = of.protection_rule {
            map.insert("protection_rule_id".to_owned(), json!(rule));
        }
        if let Some(missing) = &of.missing {
            map.insert(
                "missing".to_owned(),
                json!({"module": missing.module, "action": missing.action, "role_ids": missing.roles}),
            );
        }
    }
    out
}
