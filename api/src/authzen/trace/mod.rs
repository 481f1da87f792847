//! Everything that P-04 names about a decision, as callers see it.

pub mod wages;

use domain::access::{Explanation, Language, Model, Needed, Remedy, RolePath, WindowState, Windowed, reason_user};
use domain::grant::Holder;
use domain::id::{RoleId, UserId};
use domain::window::date_of;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::rest::access::permissions::PathStepView;
use crate::rest::grants::ScopeView;

/// Who holds a grant.
fn holder(model: &Model, holder: Holder) -> Value {
    match holder {
        Holder::Role(id) => json!({"holder_type": "role", "holder_id": id, "role_code": code_of(model, id)}),
        Holder::User(id) => json!({"holder_type": "user", "holder_id": id}),
    }
}

/// The code of a role.
fn code_of(model: &Model, role: RoleId) -> Option<&str> {
    model.role(role).map(|role| model.role_code(role))
}

fn joined(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}

/// Everything that P-04 names, by ids.
pub fn trace(model: &Model, of: &Explanation, right: &str, language: Language) -> Value {
    let code = of.decision.code;
    let decided_by: Vec<Value> = of
        .decided_by
        .iter()
        .map(|opinion| {
            joined(
                holder(model, opinion.holder),
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
                holder(model, aside.holder),
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
            let by = match inactive.relation {
                Some(relation) => json!({"relation": relation.as_str()}),
                None => json!({"grant_id": inactive.grant}),
            };
            let told = json!({
                "allows": inactive.allows, "counts_on": inactive.counts_on.and_then(date_of),
                "because": because(&inactive.because),
            });
            joined(joined(holder(model, inactive.holder), by), told)
        })
        .collect();
    let mut out = json!({
        "code": code.as_str(), "reason_user": reason_user(code, language),
        "reason_admin": model.reason_admin(of, right, language), "decided_by": decided_by,
        "set_aside": set_aside, "inactive": inactive, "path": ways(model, &of.paths),
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
            let rights = (missing.module.as_str(), missing.action.as_str());
            let remedies: Vec<Value> = of.would_allow.iter().map(|remedy| remedied(model, remedy, rights)).collect();
            map.insert("would_allow".to_owned(), json!(remedies));
        }
    }
    out
}

/// What something needs and how its window lies to the day; of what has ended or is to come, the day of that.
fn because(needs: &[Needed]) -> Value {
    let told = needs.iter().map(|needed| {
        let (what, id) = windowed(needed.what);
        let window = needed.window;
        let day = match needed.state {
            WindowState::Expired => json!({"day": window.valid_to}),
            WindowState::ToCome => json!({"day": window.valid_from}),
            WindowState::InForce => json!({}),
        };
        let whole = json!({
            "what": what, "id": id, "state": needed.state.as_str(),
            "valid_from": window.valid_from, "valid_to": window.valid_to,
        });
        joined(whole, day)
    });
    told.collect()
}

/// How somebody comes to roles.
fn ways(model: &Model, paths: &[RolePath]) -> Value {
    let told = paths.iter().map(|path| {
        let steps: Vec<PathStepView> = path.steps.iter().map(|step| PathStepView::of(model, step)).collect();
        json!({"role_id": path.role, "role_code": code_of(model, path.role), "steps": steps})
    });
    told.collect()
}

/// A thing with a window: its sort and its id.
pub fn windowed(what: Windowed) -> (&'static str, Uuid) {
    match what {
        Windowed::Grant(id) => ("grant", id.0),
        Windowed::Membership(id) => ("membership", id.0),
        Windowed::Role(id) => ("role", id.0),
        Windowed::Contract(id) => ("contract", id.0),
        Windowed::WageOffer(id) => ("wage_offer", id.0),
    }
}

/// A membership that would help, in the form in which it would be created.
fn membership(model: &Model, role: RoleId, member: UserId) -> Value {
    json!({
        "what": "membership", "role_id": role, "role_code": code_of(model, role), "member_type": "user",
        "member_id": member,
    })
}

/// Something that would turn a deny into an allow, in the form in which it would be created.
fn remedied(model: &Model, remedy: &Remedy, (module, action): (&str, &str)) -> Value {
    match remedy {
        Remedy::Membership { role, member } => membership(model, *role, *member),
        Remedy::Extend { grant, holder: to, scope, allow } => joined(
            holder(model, *to),
            json!({
                "what": "grant", "grant_id": grant, "module": module, "scope": ScopeView::of(scope), "allow": allow,
            }),
        ),
        Remedy::Grant { holder: to, scope } => joined(
            holder(model, *to),
            json!({
                "what": "grant", "module": module, "scope": ScopeView::of(scope), "allow": [action],
            }),
        ),
    }
}
