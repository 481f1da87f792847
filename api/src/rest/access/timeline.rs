//! One question over a span of days (P-04): `/access/timeline`.

use actix_web::{HttpRequest, web};
use chrono::{Days, NaiveDate};
use domain::access::{
    Decision, Language, Model, ReasonCode, Target, Timeline, WageClaim, WageQuestion, reason_admin_plain, reason_user,
};
use domain::window::day_number;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::date_of;
use crate::app::{App, Caller};
use crate::authzen::evaluate::{may_ask, right};
use crate::authzen::trace::wages::trace as wage_trace;
use crate::authzen::trace::{trace, windowed};
use crate::authzen::wages::RECORD;
use crate::http::language::{self, CONTENT_LANGUAGE};
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION};
use crate::rights::AccessExplain;

/// Longest span, in days: some twenty years.
const SPAN_MAX: i64 = 7_320;

/// So many days before and after today are told of when nothing is said.
const USUAL: u64 = 365;

/// The answers to one question over a span of days.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "from": "2025-03-01", "to": "2027-03-01", "cut_short": false, "items": [{
        "from": "2025-03-01", "to": "2027-03-01", "decision": false, "code": "personal_without_action",
        "reason_user": "The rights given to you in person here do not include this."
    }]
}))]
pub struct TimelineAnswer {
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// More may change than is told: the last interval is only sure on its first day.
    cut_short: bool,
    /// Without a gap, in the order of days.
    #[schema(max_items = 2001)]
    items: Vec<IntervalView>,
}

/// Some days on which the answer is the same, for the same reason.
#[derive(Serialize, ToSchema)]
pub struct IntervalView {
    /// First day.
    from: NaiveDate,
    /// Last day.
    to: NaiveDate,
    /// Whether it is allowed.
    decision: bool,
    /// Why, as a code.
    #[schema(max_length = 100)]
    code: &'static str,
    /// Why, for the person.
    #[schema(max_length = 1000)]
    reason_user: &'static str,
    /// Why, for an administrator; in a trace only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 4000)]
    reason_admin: Option<String>,
    /// What begins on the first day, or ended on the day before, and may be why; in a trace only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 10000)]
    changes: Option<Vec<TurnView>>,
    /// Everything about the answer on the first day, as in a trace of a decision; in a trace only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Object>)]
    context: Option<Value>,
}

/// Something that begins or has ended.
#[derive(Serialize, ToSchema)]
pub struct TurnView {
    /// `grant`, `membership`, `role`, `contract` or `wage_offer`.
    #[schema(max_length = 20)]
    what: &'static str,
    /// Its id.
    id: Uuid,
    /// `begins` on that day, or `ended` on the day before.
    #[schema(max_length = 10)]
    event: &'static str,
}

/// What is asked.
struct Asked {
    subject: (String, String),
    action: String,
    resource: (String, String),
    /// A wage type that is to be recorded, and whether it is to be asked for.
    wage: Option<(String, bool)>,
    from: NaiveDate,
    to: NaiveDate,
    traced: bool,
    language: Language,
}

impl Asked {
    fn read(app: &App, request: &HttpRequest) -> Result<Self, Problem> {
        let mut params = Params::parse(request.query_string());
        let subject_type = params.word("subject_type", &["user", "worker"]);
        let (subject_id, action) = (params.needed("subject_id"), params.needed("action"));
        let (resource_type, resource_id) = (params.needed("resource_type"), params.needed("resource_id"));
        let (wage_type, mode) = (params.name("wage_type"), params.word("mode", &["record", "workflow"]));
        if wage_type.is_some() && action != RECORD {
            params.fault("wage_type", "bad_parameter", &format!("only with the action {RECORD}"));
        }
        if wage_type.is_none() && mode.is_some() {
            params.fault("mode", "bad_parameter", "only with a wage_type");
        }
        let today = app.zone().day(app.clock().now());
        let (from, to) = (params.date("from"), params.date("to"));
        let from = from.unwrap_or_else(|| {
            to.map_or(today, |to| to.min(today)).checked_sub_days(Days::new(USUAL)).unwrap_or(today)
        });
        let to = to.unwrap_or_else(|| from.max(today).checked_add_days(Days::new(USUAL)).unwrap_or(from));
        if to < from {
            params.fault("to", "bad_parameter", "must not lie before from");
        } else if (to - from).num_days() >= SPAN_MAX {
            params.fault("to", "bad_parameter", &format!("at most {SPAN_MAX} days from the first to the last"));
        }
        let explain = params.word("explain", &["reason", "trace"]);
        params.done()?;
        Ok(Self {
            subject: (subject_type.unwrap_or_else(|| "user".to_owned()), subject_id),
            action,
            resource: (resource_type, resource_id),
            wage: wage_type.map(|wage_type| (wage_type, mode.as_deref() == Some("workflow"))),
            from,
            to,
            traced: explain.as_deref() == Some("trace"),
            language: language::asked(request),
        })
    }

    /// The answers, by one snapshot of the model.
    fn answer(&self, model: &Model) -> TimelineAnswer {
        let (mut items, cut_short) = self.line(model).unwrap_or_else(|code| (vec![self.always(code)], false));
        if !self.traced {
            // By what it is given is not told, and so no reason to tell neighbours apart.
            items.dedup_by(|next, last| {
                let same = next.code == last.code;
                if same {
                    last.to = next.to;
                }
                same
            });
        }
        TimelineAnswer { from: self.from, to: self.to, cut_short, items }
    }

    /// The answers by days, or the code of the one that is the same on every day.
    fn line(&self, model: &Model) -> Result<(Vec<IntervalView>, bool), ReasonCode> {
        let resolved =
            model.resolve(&self.subject.0, &self.subject.1, &self.resource.0, &self.resource.1, &self.action)?;
        let (question, to) = (resolved.on(day_number(self.from)), day_number(self.to));
        let right = right(model, &question);
        let (wage_type, asking) = match &self.wage {
            None => {
                let line = model.timeline(&question, to, self.traced);
                return Ok(self.intervals(&line, |of| {
                    let reason = || model.reason_admin(of, &right, self.language);
                    (of.decision, self.traced.then(|| (reason(), trace(model, of, &right, self.language))))
                }));
            }
            Some((wage_type, asking)) => (model.find_wage_type(wage_type), *asking),
        };
        let wage_type = wage_type.ok_or(ReasonCode::UnknownWageType)?;
        let Target::Worker(worker) = question.target else { return Err(ReasonCode::UnknownAction) };
        let claim = WageClaim::some(wage_type, asking);
        let question = WageQuestion { user: question.user, worker, claim, day: question.day };
        let line = model.wage_timeline(&question, to, self.traced);
        Ok(self.intervals(&line, |of| {
            let reason = || model.reason_admin_wage(of, &right, self.language);
            (of.decision, self.traced.then(|| (reason(), wage_trace(model, &question, of, self.language))))
        }))
    }

    /// The answer on every day where a part of the question is not known.
    fn always(&self, code: ReasonCode) -> IntervalView {
        let reason_admin = self.traced.then(|| reason_admin_plain(code, self.language).to_owned());
        IntervalView {
            from: self.from,
            to: self.to,
            decision: false,
            code: code.as_str(),
            reason_user: reason_user(code, self.language),
            reason_admin,
            changes: self.traced.then(Vec::new),
            context: None,
        }
    }

    /// The spans as they are told; in a trace `told` gives the reason and the context, too.
    fn intervals<E>(
        &self,
        line: &Timeline<E>,
        told: impl Fn(&E) -> (Decision, Option<(String, Value)>),
    ) -> (Vec<IntervalView>, bool) {
        let items = line.spans.iter().map(|span| {
            let (decision, traced) = told(&span.explanation);
            let changes = span.turns.iter().map(|turn| {
                let (what, id) = windowed(turn.what);
                TurnView { what, id, event: if turn.begins { "begins" } else { "ended" } }
            });
            let (reason_admin, context) = traced.unzip();
            IntervalView {
                from: date_of(span.from),
                to: date_of(span.to),
                decision: decision.allowed,
                code: decision.code.as_str(),
                reason_user: reason_user(decision.code, self.language),
                reason_admin,
                changes: self.traced.then(|| changes.collect()),
                context,
            }
        });
        (items.collect(), line.cut_short)
    }
}

/// When one question is allowed and when not, past and to come, with the reasons. Only windows move: a state, a
/// priority, an owner count as they are now. Asking about others than oneself needs `system:access.check`, and
/// `explain=trace`, which tells what changes at each border, `system:access.explain`.
#[utoipa::path(get, path = "/api/v1/access/timeline", tag = "decisions", operation_id = "getAccessTimeline",
    params(("subject_type" = Option<String>, Query, description = "`user` when absent, or `worker`: the linked account"),
        ("subject_id" = String, Query, description = "Who, by Remit id or external id"),
        ("action" = String, Query, description = "`module:action`"),
        ("resource_type" = String, Query, description = "`worker`, `area`, `module` or an object type's code"),
        ("resource_id" = String, Query, description = "To what, by Remit id or external id; a module by its code"),
        ("wage_type" = Option<String>, Query, description = "With `time:record` on a worker: which wage type is to be recorded, by its code, Remit id or external id"),
        ("mode" = Option<String>, Query, description = "Of the wage type: `record` (directly) when absent, or `workflow` (asked for)"),
        ("from" = Option<NaiveDate>, Query, description = "First day; a year ago when absent"),
        ("to" = Option<NaiveDate>, Query, description = "Last day; in a year when absent"),
        ("explain" = Option<String>, Query, description = "`reason` when absent, or `trace`")),
    responses((status = 200, description = "The answers", body = TimelineAnswer)))]
pub async fn get(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let asked = Asked::read(&app, &request)?;
    app.run(move |app| {
        let model = app.live().model();
        may_ask(&model, &caller, &asked.subject.0, &asked.subject.1)?;
        if asked.traced {
            caller.authority.allow::<AccessExplain>()?;
        }
        let reply = Reply::ok().header(REVISION, model.revision().to_string());
        Ok(reply.header(CONTENT_LANGUAGE, asked.language.as_str()).json(asked.answer(&model)))
    })
    .await
}
