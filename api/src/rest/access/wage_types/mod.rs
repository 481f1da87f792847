//! What a user may record (P-07), for `/users/{id}/wage-types` and `/me/wage-types`. `found.rs` asks the rights model.

mod found;

use std::collections::HashMap;

use actix_web::{HttpRequest, web};
use domain::access::{Model, OwnWageType, ReasonCode, SetAsideReason, WageRight, WageTypeIx, WageVoice, reason_user};
use domain::grant::Holder;
use domain::id::{UserId, WageTypeId};
use domain::wage::{Amount, WageType};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{date_of, day_of, read_at};
use crate::app::{App, Caller, Id};
use crate::commands::Refusal;
use crate::commands::wage_offers::WageModeName;
use crate::demo::ids;
use crate::http::language::{self, CONTENT_LANGUAGE};
use crate::http::params::Params;
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION};
use crate::rights::AccessCheck;

use found::Found;

/// What a user may record on a day: for themselves, or for a worker.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("anna.keller"), "worker_id": ids::worker("w-101"), "for_worker_id": null, "day": "2026-03-01",
    "active": true, "code": null, "reason_user": null, "items": [{"wage_type_id": ids::wage_type("holiday"),
    "code": "holiday", "name": "Holiday", "unit": "day", "request_group": 1, "mode": "workflow", "max_per_entry": null,
    "max_per_day": 1, "max_per_month": null, "max_per_year": 25, "decided_by": [{"offer_id": ids::wage_offer("wo-employee-holiday"),
    "via": "role", "role_id": ids::role("employee"), "priority": 0, "mode": "workflow", "max_per_entry": null,
    "max_per_day": 1, "max_per_month": null, "max_per_year": 25, "valid_from": null, "valid_to": null}],
    "set_aside": []}], "own_wage_types": [{"wage_type_id": ids::wage_type("bonus"), "code": "bonus", "name": "Bonus",
    "unit": "EUR", "request_group": 2, "decided_by": [{"offer_id": ids::wage_offer("wo-payroll-bonus"), "via": "role",
    "role_id": ids::role("payroll"), "priority": 30, "mode": "record", "max_per_entry": null, "max_per_day": null,
    "max_per_month": null, "max_per_year": null, "valid_from": null, "valid_to": null}]}]
}))]
pub struct WageTypesAnswer {
    /// The user.
    user_id: Uuid,
    /// The folder that the user is linked to.
    #[schema(required = true)]
    worker_id: Option<Uuid>,
    /// The worker for whom it is recorded; null for the user's own recording.
    #[schema(required = true)]
    for_worker_id: Option<Uuid>,
    /// The day, in the organisation's time zone.
    day: chrono::NaiveDate,
    /// Whether the account may do anything at all now (G-1, U-10); the lists say what it may once it is active.
    active: bool,
    /// Why `items` is empty where more than offers keeps it so: the code of a decision.
    #[schema(required = true, max_length = 50)]
    code: Option<&'static str>,
    /// The same as a sentence for the user.
    #[schema(required = true, max_length = 200)]
    reason_user: Option<&'static str>,
    /// What is offered, to the user or to that worker, in the order of the codes.
    #[schema(max_items = 100000)]
    items: Vec<OfferedWageTypeView>,
    /// The user's own wage types: to be recorded for every worker, as far as guards allow it.
    #[schema(max_items = 100000)]
    own_wage_types: Vec<OwnWageTypeView>,
}

/// A wage type that is offered, how, and why.
#[derive(Serialize, ToSchema)]
pub struct OfferedWageTypeView {
    /// The wage type.
    wage_type_id: Uuid,
    /// Its code.
    #[schema(max_length = 100)]
    code: String,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// What its amounts count.
    #[schema(max_length = 40)]
    unit: String,
    /// Its request group.
    #[schema(minimum = 1, maximum = 2)]
    request_group: i32,
    /// Whether it is entered directly or asked for.
    #[schema(inline)]
    mode: WageModeName,
    /// The most in one entry; null for no limit.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_entry: Option<Amount>,
    /// The most on one day.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_day: Option<Amount>,
    /// The most in one calendar month.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_month: Option<Amount>,
    /// The most in one calendar year.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_year: Option<Amount>,
    /// The offers that decide.
    #[schema(max_items = 100000)]
    decided_by: Vec<WageVoiceView>,
    /// Offers that do not count, each with the reason.
    #[schema(max_items = 100000)]
    set_aside: Vec<WageVoiceView>,
}

/// A wage type that roles of the user have of their own.
#[derive(Serialize, ToSchema)]
pub struct OwnWageTypeView {
    /// The wage type.
    wage_type_id: Uuid,
    /// Its code.
    #[schema(max_length = 100)]
    code: String,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
    /// What its amounts count.
    #[schema(max_length = 40)]
    unit: String,
    /// Its request group.
    #[schema(minimum = 1, maximum = 2)]
    request_group: i32,
    /// The offers by which roles have it.
    #[schema(max_items = 100000)]
    decided_by: Vec<WageVoiceView>,
}

/// One offer, and what it says.
#[derive(Serialize, ToSchema)]
pub struct WageVoiceView {
    /// The offer.
    offer_id: Uuid,
    /// `role` or `personal`.
    #[schema(max_length = 20)]
    via: &'static str,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    role_id: Option<Uuid>,
    /// Your own id of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    role_external_id: Option<String>,
    /// The role's priority.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    priority: Option<i32>,
    /// Whether it is entered directly or asked for.
    #[schema(inline)]
    mode: WageModeName,
    /// The most in one entry; null for no limit.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_entry: Option<Amount>,
    /// The most on one day.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_day: Option<Amount>,
    /// The most in one calendar month.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_month: Option<Amount>,
    /// The most in one calendar year.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_year: Option<Amount>,
    /// First day of the offer.
    #[schema(required = true)]
    valid_from: Option<chrono::NaiveDate>,
    /// Last day of the offer.
    #[schema(required = true)]
    valid_to: Option<chrono::NaiveDate>,
    /// Why it does not count: `personal_takes_precedence` or `lower_priority`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 40)]
    reason: Option<&'static str>,
}

impl WageVoiceView {
    fn of(model: &Model, voice: &WageVoice, reason: Option<SetAsideReason>) -> Self {
        let (via, role) = match voice.holder {
            Holder::Role(role) => ("role", Some(role)),
            Holder::User(_) => ("personal", None),
        };
        Self {
            offer_id: voice.offer.0,
            via,
            role_id: role.map(|role| role.0),
            role_external_id: role.and_then(|role| model.role_external_id(role)).map(str::to_owned),
            priority: voice.priority,
            mode: voice.mode.into(),
            max_per_entry: voice.limits.max_per_entry,
            max_per_day: voice.limits.max_per_day,
            max_per_month: voice.limits.max_per_month,
            max_per_year: voice.limits.max_per_year,
            valid_from: voice.window.valid_from,
            valid_to: voice.window.valid_to,
            reason: reason.map(SetAsideReason::as_str),
        }
    }
}

fn offered(model: &Model, wage_type: WageType, right: &WageRight) -> OfferedWageTypeView {
    OfferedWageTypeView {
        wage_type_id: wage_type.id.0,
        code: wage_type.code,
        name: wage_type.name,
        unit: wage_type.unit,
        request_group: wage_type.request_group,
        mode: right.mode.into(),
        max_per_entry: right.limits.max_per_entry,
        max_per_day: right.limits.max_per_day,
        max_per_month: right.limits.max_per_month,
        max_per_year: right.limits.max_per_year,
        decided_by: right.decided_by.iter().map(|voice| WageVoiceView::of(model, voice, None)).collect(),
        set_aside: right.set_aside.iter().map(|(voice, why)| WageVoiceView::of(model, voice, Some(*why))).collect(),
    }
}

fn owned(model: &Model, wage_type: WageType, own: &OwnWageType) -> OwnWageTypeView {
    OwnWageTypeView {
        wage_type_id: wage_type.id.0,
        code: wage_type.code,
        name: wage_type.name,
        unit: wage_type.unit,
        request_group: wage_type.request_group,
        decided_by: own.by.iter().map(|voice| WageVoiceView::of(model, voice, None)).collect(),
    }
}

/// Tells what the caller may record on a day: what is offered, how, with which limits, and why; with `for_worker`, what
/// they may record for that worker.
#[utoipa::path(get, path = "/api/v1/me/wage-types", tag = "me", operation_id = "getMyWageTypes",
    params(("at" = Option<String>, Query, description = "A day or an instant; now when absent"),
        ("for_worker" = Option<String>, Query, description = "Recorded for this worker: by Remit's id or your own")),
    responses((status = 200, description = "What may be recorded", body = WageTypesAnswer)))]
pub async fn mine(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let user = caller.user_id();
    answer(app, caller, &request, user).await
}

/// Tells what a user may record on a day: what is offered, how, with which limits, and why; with `for_worker`, what they
/// may record for that worker. Needs `system:access.check` to ask about others.
#[utoipa::path(get, path = "/api/v1/users/{id}/wage-types", tag = "users", operation_id = "getUserWageTypes",
    params(("id" = Uuid, Path, description = "The user's id"),
        ("at" = Option<String>, Query, description = "A day or an instant; now when absent"),
        ("for_worker" = Option<String>, Query, description = "Recorded for this worker: by Remit's id or your own")),
    responses((status = 200, description = "What may be recorded", body = WageTypesAnswer)))]
pub async fn of_user(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    answer(app, caller, &request, UserId(id.0)).await
}

async fn answer(app: web::Data<App>, caller: Caller, request: &HttpRequest, user: UserId) -> Answer {
    let mut params = Params::parse(request.query_string());
    let at = read_at(&mut params, &app);
    let for_worker = params.name("for_worker");
    params.done()?;
    let language = language::asked(request);
    app.run(move |app| {
        if caller.user_id() != user {
            caller.authority.allow::<AccessCheck>()?;
        }
        let model = app.live().model();
        let ix = model.user(user).ok_or(Refusal::NotFound)?;
        let day = day_of(app, at);
        let worker = for_worker.as_deref().map(|name| model.find_worker(name));
        let found = match worker {
            None => Found::of_oneself(&model, ix, day),
            Some(None) => Found::barred(ReasonCode::UnknownResource),
            Some(Some(worker)) => Found::for_worker(&model, ix, worker, day),
        };
        let stored = app.store().read(|reader| reader.get_many::<WageType>(&found.named(&model)))?;
        let types: HashMap<WageTypeId, WageType> =
            stored.into_iter().map(|stored| (stored.value.id, stored.value)).collect();
        let of = |wage_type: WageTypeIx| types.get(&model.wage_type_id(wage_type)).cloned();
        let items = found.rights.iter().filter_map(|right| Some(offered(&model, of(right.wage_type)?, right)));
        let own = found.own.iter().filter_map(|own| Some(owned(&model, of(own.wage_type)?, own)));
        let answer = WageTypesAnswer {
            user_id: user.0,
            worker_id: model.worker_of(ix).map(|worker| model.worker_id(worker).0),
            for_worker_id: worker.flatten().map(|worker| model.worker_id(worker).0),
            day: date_of(day),
            active: model.may_act(ix),
            code: found.code.map(ReasonCode::as_str),
            reason_user: found.code.map(|code| reason_user(code, language)),
            items: items.collect(),
            own_wage_types: own.collect(),
        };
        let reply = Reply::ok().header(REVISION, model.revision().to_string());
        Ok(reply.header(CONTENT_LANGUAGE, language.as_str()).json(answer))
    })
    .await
}
