//! What is told about recording a wage type (P-04, P-07).

use domain::access::{Language, Model, ReasonCode, WageExplanation, WageQuestion, WageRemedy, WageVoice, reason_user};
use domain::wage::Limits;
use domain::window::date_of;
use serde_json::{Map, Value, json};

use super::{because, holder, joined, membership, remedied, ways};

/// The right that recording is.
const RIGHT: (&str, &str) = ("time", "record");

/// Everything about a question on a wage type: what is told of the right to record for the worker, where one is
/// needed, and in `wage` of the wage type.
pub fn trace(model: &Model, question: &WageQuestion, of: &WageExplanation, language: Language) -> Value {
    let (code, right) = (of.decision.code, format!("{}:{}", RIGHT.0, RIGHT.1));
    let mut out = match &of.recording {
        Some(recording) => super::trace(model, recording, &right, language),
        None => {
            let (kind, state) = model.user_state(question.user);
            json!({
                "account": {"kind": kind.as_str(), "state": state.as_str()},
                "decided_by": [], "set_aside": [], "inactive": [], "path": [],
            })
        }
    };
    let told = json!({
        "code": code.as_str(), "reason_user": reason_user(code, language),
        "reason_admin": model.reason_admin_wage(of, &right, language), "wage": wage(model, question, of, true),
    });
    if let (Value::Object(map), Value::Object(told)) = (&mut out, told) {
        map.extend(told);
        if !of.decision.allowed {
            let wage_type = model.wage_type_code(question.claim.wage_type);
            let (module, action) = RIGHT;
            let missing = json!({"module": module, "action": action, "wage_type": wage_type, "role_ids": of.roles});
            map.insert("missing".to_owned(), missing);
            let remedies = of.would_allow.iter().map(|remedy| wage_remedied(model, question, remedy));
            map.insert("would_allow".to_owned(), remedies.collect());
        }
    }
    out
}

/// What is told of a wage type: how it is offered; in a trace also by whom, and what else there is.
pub fn wage(model: &Model, question: &WageQuestion, of: &WageExplanation, traced: bool) -> Value {
    let (code, wage_type) = (of.decision.code, question.claim.wage_type);
    let own = code == ReasonCode::OwnWageTypeAllow;
    let mut map = Map::new();
    map.insert("wage_type_id".to_owned(), json!(model.wage_type_id(wage_type)));
    map.insert("wage_type".to_owned(), json!(model.wage_type_code(wage_type)));
    map.insert("request_group".to_owned(), json!(model.request_group(wage_type)));
    map.insert("own".to_owned(), json!(own));
    let shown =
        matches!(code, ReasonCode::WageTypeAllow | ReasonCode::WageTypeByRequest | ReasonCode::WageLimitExceeded);
    let right = of.right.as_ref().filter(|_| shown || (traced && !own && !code.comes_before_rights()));
    if let Some(right) = right {
        map.insert("mode".to_owned(), json!(right.mode.as_str()));
        map.extend(limits(&right.limits));
        let exceeded =
            of.exceeded.iter().map(|over| json!({"limit": over.limit, "most": over.most, "left": over.left}));
        map.insert("exceeded".to_owned(), exceeded.collect());
    }
    if !traced {
        return Value::Object(map);
    }
    let deciding = match right {
        _ if own => &of.own[..],
        Some(right) => &right.decided_by[..],
        None => &[],
    };
    map.insert("decided_by".to_owned(), deciding.iter().map(|of| voice(model, of)).collect());
    let aside = right.iter().flat_map(|right| &right.set_aside);
    let aside = aside.map(|(lost, reason)| joined(voice(model, lost), json!({"reason": reason})));
    map.insert("set_aside".to_owned(), aside.collect());
    let inactive = of.inactive.iter().map(|inactive| {
        let told = json!({
            "own": inactive.own, "counts_on": inactive.counts_on.and_then(date_of),
            "because": because(&inactive.because),
        });
        joined(voice(model, &inactive.voice), told)
    });
    map.insert("inactive".to_owned(), inactive.collect());
    map.insert("path".to_owned(), ways(model, &of.paths));
    Value::Object(map)
}

/// The limits by name, null where there is none.
fn limits(limits: &Limits) -> impl Iterator<Item = (String, Value)> {
    limits.named().into_iter().map(|(limit, most)| (limit.to_string(), json!(most)))
}

/// A setting for a wage type.
fn voice(model: &Model, of: &WageVoice) -> Value {
    joined(
        holder(model, of.holder),
        json!({
            "wage_offer_id": of.offer, "priority": of.priority, "mode": of.mode.as_str(),
            "valid_from": of.window.valid_from, "valid_to": of.window.valid_to,
        }),
    )
}

/// Something that would let it be recorded, in the form in which it would be created.
fn wage_remedied(model: &Model, question: &WageQuestion, remedy: &WageRemedy) -> Value {
    match remedy {
        WageRemedy::Recording(remedy) => remedied(model, remedy, RIGHT),
        WageRemedy::Membership { role, member, .. } => membership(model, *role, *member),
        WageRemedy::Offer { holder: to, mode } => joined(
            holder(model, *to),
            json!({
                "what": "wage_offer", "wage_type_id": model.wage_type_id(question.claim.wage_type), "mode": mode.as_str(),
            }),
        ),
    }
}
