//! Questions about one wage type: `action.properties.wage_type` of `time:record` (P-07).

use domain::access::{
    Decision, Language, Model, Question, ReasonCode, Target, UserIx, WageQuestion, WageRight, WageTypeIx, WageVoice,
    WorkerIx, reason_user,
};
use domain::grant::Holder;
use domain::wage::{Amount, Exceeded, Limits, Recorded};
use domain::window::Day;
use serde_json::{Map, Value, json};

use crate::authzen::evaluate::{DecisionAnswer, plain, traced};
use crate::authzen::read::Given;
use crate::authzen::request::{ActionGiven, Explain, Options, malformed, object, text};
use crate::http::problem::Problem;

/// What is asked about a wage type (P-07).
#[derive(Clone, Copy, Debug)]
pub struct WageAsked<'m> {
    /// Its id, code or external id.
    pub wage_type: &'m str,
    /// Whether it is to be asked for, not entered directly.
    pub asking: bool,
    /// How much is to be recorded.
    pub amount: Option<Amount>,
    /// How much was recorded already.
    pub recorded: Recorded,
}

/// The action whose properties may name a wage type.
const RECORD: &str = "time:record";

impl<'m> WageAsked<'m> {
    /// Understands the properties of an action.
    ///
    /// # Errors
    /// A member has a wrong type or value.
    pub fn of(action: &'m ActionGiven<'_>) -> Result<Option<Self>, Problem> {
        let Some(properties) = object(&action.properties, "action.properties")? else { return Ok(None) };
        if !matches!(&action.name, Given::There(name) if name == RECORD) {
            return Ok(None);
        }
        let path = |member: &str| format!("action.properties.{member}");
        let wage_type = text(&properties.wage_type, &path("wage_type"))?;
        let asking = match text(&properties.mode, &path("mode"))? {
            None | Some("record") => false,
            Some("workflow") => true,
            Some(_) => return Err(malformed(&path("mode"), "record or workflow")),
        };
        let amount = amount(&properties.amount, &path("amount"))?;
        let recorded = match object(&properties.recorded, &path("recorded"))? {
            None => Recorded::default(),
            Some(recorded) => {
                let part = |given, member: &str| amount_of(given, &path(&format!("recorded.{member}")));
                let (day, month) = (part(&recorded.day, "day")?, part(&recorded.month, "month")?);
                Recorded::of(day, month, part(&recorded.year, "year")?)
            }
        };
        let said = !matches!(
            (&properties.mode, &properties.amount, &properties.recorded),
            (Given::Absent, Given::Absent, Given::Absent)
        );
        if wage_type.is_none() && said {
            // A slip in its name must not ask about the right to record at all instead.
            return Err(malformed(&path("wage_type"), "is missing"));
        }
        Ok(wage_type.map(|wage_type| Self { wage_type, asking, amount, recorded }))
    }
}

/// An amount, if one is given.
fn amount(given: &Given<f64>, path: &str) -> Result<Option<Amount>, Problem> {
    let wrong = || malformed(path, "must be a number from 0 to 1000000 with at most three decimals");
    match given {
        Given::Absent => Ok(None),
        Given::There(number) => Amount::parse(*number).map(Some).ok_or_else(wrong),
        Given::Wrong => Err(wrong()),
    }
}

/// The same, or nothing.
fn amount_of(given: &Given<f64>, path: &str) -> Result<Amount, Problem> {
    Ok(amount(given, path)?.unwrap_or_default())
}

/// What is decided of a wage type.
struct Ruling {
    code: ReasonCode,
    /// How it is offered to the worker.
    right: Option<WageRight>,
    /// The limits that the amount goes beyond.
    exceeded: Vec<Exceeded>,
}

/// Decides of a wage type, and of the amount if one was given. A role's own types have no limits.
fn ruling(model: &Model, question: &WageQuestion, asked: &WageAsked<'_>) -> Ruling {
    let code = model.decide_wage(question);
    let account = model.account_of(question.worker);
    let right = account.and_then(|account| model.wage_right(account, question.wage_type, question.day));
    let exceeded = match (&right, asked.amount) {
        (Some(right), Some(amount)) if code == ReasonCode::WageTypeAllow => {
            right.limits.exceeded(amount, &asked.recorded)
        }
        _ => Vec::new(),
    };
    Ruling { code: if exceeded.is_empty() { code } else { ReasonCode::WageLimitExceeded }, right, exceeded }
}

/// Who may record for the worker what is asked about, ascending.
pub fn subjects(model: &Model, worker: WorkerIx, asked: &WageAsked<'_>, day: Day) -> Vec<UserIx> {
    let Some(wage_type) = model.find_wage_type(asked.wage_type) else { return Vec::new() };
    let mut users = model.wage_subjects(worker, wage_type, asked.asking, day);
    users.retain(|user| {
        within(model, &WageQuestion { user: *user, worker, wage_type, asking: asked.asking, day }, asked)
    });
    users
}

/// The workers for whom the user may record what is asked about, ascending.
pub fn reach(model: &Model, user: UserIx, asked: &WageAsked<'_>, day: Day) -> Vec<WorkerIx> {
    let Some(wage_type) = model.find_wage_type(asked.wage_type) else { return Vec::new() };
    let mut workers = model.wage_reach(user, wage_type, asked.asking, day);
    workers.retain(|worker| {
        within(model, &WageQuestion { user, worker: *worker, wage_type, asking: asked.asking, day }, asked)
    });
    workers
}

/// Whether what may be recorded may be as much as was asked about.
fn within(model: &Model, question: &WageQuestion, asked: &WageAsked<'_>) -> bool {
    asked.amount.is_none() || ruling(model, question, asked).exceeded.is_empty()
}

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
    let Ruling { code, right, exceeded } =
        ruling(model, &WageQuestion { user, worker, wage_type, asking: asked.asking, day }, asked);
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
