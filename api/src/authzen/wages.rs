//! Questions about one wage type: `action.properties.wage_type` of `time:record` (P-07).

use domain::access::{
    Decision, Language, Model, Question, ReasonCode, Target, WageQuestion, WageRight, WageTypeIx, WageVoice,
    reason_user,
};
use domain::grant::Holder;
use domain::wage::{Exceeded, Limits};
use serde_json::{Map, Value, json};

use crate::authzen::evaluate::{DecisionAnswer, plain, traced};
use crate::authzen::request::{Explain, Options, WageAsked};

/// Decides whether a wage type may be recorded, and the amount too if one was given.
pub fn answer(
    model: &Model,
    question: &Question,
    asked: &WageAsked<'_>,
    options: &Options,
    language: Language,
) -> DecisionAnswer {
    let Target::Worker(worker) = question.target else { return plain(ReasonCode::UnknownAction, options, language) };
    let Some(wage_type) = model.find_wage_type(asked.wage_type) else {
        return plain(ReasonCode::UnknownWageType, options, language);
    };
    let (user, day) = (question.user, question.day);
    let wage_question = WageQuestion { user, worker, wage_type, asking: asked.asking, day };
    let mut code = model.decide_wage(&wage_question);
    let right = model.account_of(worker).and_then(|account| model.wage_right(account, wage_type, day));
    let exceeded = match (&right, asked.amount) {
        (Some(right), Some(amount)) if code == ReasonCode::WageTypeAllow => {
            right.limits.exceeded(amount, &asked.recorded)
        }
        _ => Vec::new(),
    };
    if !exceeded.is_empty() {
        code = ReasonCode::WageLimitExceeded;
    }
    let mut answer = match code {
        // The right to record at all is missing: that is what there is to tell.
        _ if options.explain == Explain::Trace && code == model.decide(question).code => {
            traced(model, question, language)
        }
        _ => plain(code, options, language),
    };
    answer.decision = Decision::of(code).allowed;
    if let Some(Value::Object(map)) = &mut answer.context {
        map.insert("code".to_owned(), json!(code.as_str()));
        map.insert("reason_user".to_owned(), json!(reason_user(code, language)));
        let traced = options.explain == Explain::Trace;
        map.insert("wage".to_owned(), told(model, wage_type, code, right.as_ref(), &exceeded, traced, question));
    }
    answer
}

/// What is told of a wage type: how it is offered; in a trace also by whom.
fn told(
    model: &Model,
    wage_type: WageTypeIx,
    code: ReasonCode,
    right: Option<&WageRight>,
    exceeded: &[Exceeded],
    traced: bool,
    question: &Question,
) -> Value {
    let mut map = Map::new();
    map.insert("wage_type_id".to_owned(), json!(model.wage_type_id(wage_type)));
    map.insert("wage_type".to_owned(), json!(model.wage_type_code(wage_type)));
    map.insert("request_group".to_owned(), json!(model.request_group(wage_type)));
    let own = code == ReasonCode::OwnWageTypeAllow;
    map.insert("own".to_owned(), json!(own));
    let shown =
        matches!(code, ReasonCode::WageTypeAllow | ReasonCode::WageTypeByRequest | ReasonCode::WageLimitExceeded);
    if let Some(right) = right.filter(|_| shown) {
        map.insert("mode".to_owned(), json!(right.mode.as_str()));
        map.extend(limits(&right.limits));
        let exceeded = exceeded.iter().map(|over| json!({"limit": over.limit, "most": over.most, "left": over.left}));
        map.insert("exceeded".to_owned(), exceeded.collect());
        if traced {
            map.insert("decided_by".to_owned(), right.decided_by.iter().map(voice).collect());
            let aside = right.set_aside.iter().map(|(lost, reason)| {
                let mut lost = voice(lost);
                lost.as_object_mut().into_iter().for_each(|map| drop(map.insert("reason".to_owned(), json!(reason))));
                lost
            });
            map.insert("set_aside".to_owned(), aside.collect());
        }
    }
    if own && traced {
        let own = model.own_wage_types(question.user, question.day);
        let by = own.iter().filter(|own| own.wage_type == wage_type).flat_map(|own| &own.by);
        map.insert("decided_by".to_owned(), by.map(voice).collect());
    }
    Value::Object(map)
}

/// The limits by name, null where there is none.
fn limits(limits: &Limits) -> impl Iterator<Item = (String, Value)> {
    limits.named().into_iter().map(|(limit, most)| (limit.to_string(), json!(most)))
}

/// A setting for a wage type.
fn voice(of: &WageVoice) -> Value {
    let (holder_type, holder_id) = match of.holder {
        Holder::Role(id) => ("role", id.0),
        Holder::User(id) => ("user", id.0),
    };
    json!({
        "wage_offer_id": of.offer, "holder_type": holder_type, "holder_id": holder_id, "priority": of.priority,
        "valid_from": of.window.valid_from, "valid_to": of.window.valid_to,
    })
}
