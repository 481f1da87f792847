//! Questions about one wage type: `action.properties.wage_type` of `time:record` (P-07).

use domain::access::{Language, Model, Question, ReasonCode, Target, WageClaim, WageQuestion};
use domain::wage::{Amount, Recorded};
use serde_json::Value;

use crate::authzen::evaluate::{DecisionAnswer, plain};
use crate::authzen::read::Given;
use crate::authzen::request::{
    ActionGiven, Explain, ID_MAX, Options, PropertiesGiven, both, malformed, missing, object, optional_part, text,
};
use crate::authzen::trace::wages::{trace, wage};
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
pub const RECORD: &str = "time:record";

/// How the names of actions begin that are done to a worker's time.
const TIME: &str = "time:";

const RECORDED_NAMES: &str = "has day, month and year, and nothing else";

impl<'m> WageAsked<'m> {
    /// Understands the properties of an action.
    ///
    /// # Errors
    /// A member has a wrong type or value.
    pub fn of(action: &'m ActionGiven<'_>) -> Result<Option<Self>, Problem> {
        let Some(properties) = object(&action.properties, "action.properties")? else { return Ok(None) };
        let path = |member: &str| format!("action.properties.{member}");
        match &action.name {
            Given::There(name) if name == RECORD => {}
            // It would look as if the wage type had been decided on.
            Given::There(name) if name.starts_with(TIME) => {
                return match properties.given() {
                    Some(member) => Err(malformed(&path(member), &format!("only with the action {RECORD}"))),
                    None => Ok(None),
                };
            }
            _ => return Ok(None),
        }
        let wage_type = optional_part(&properties.wage_type, &path("wage_type"), ID_MAX);
        let asking = match text(&properties.mode, &path("mode")) {
            Ok(None | Some("record")) => Ok(false),
            Ok(Some("workflow")) => Ok(true),
            Ok(Some(_)) => Err(malformed(&path("mode"), "record or workflow")),
            Err(problem) => Err(problem),
        };
        let amount = amount(&properties.amount, &path("amount"));
        let recorded = object(&properties.recorded, &path("recorded")).and_then(|recorded| {
            let Some(recorded) = recorded else { return Ok(Recorded::default()) };
            let part = |given, member: &str| amount_of(given, &path(&format!("recorded.{member}")));
            let known = if recorded.others { Err(malformed(&path("recorded"), RECORDED_NAMES)) } else { Ok(()) };
            let (day, month) = (part(&recorded.day, "day"), part(&recorded.month, "month"));
            let ((day, month), (year, ())) = both(both(day, month), both(part(&recorded.year, "year"), known))?;
            Ok(Recorded::of(day, month, year))
        });
        let ((wage_type, asking), (amount, recorded)) = both(both(wage_type, asking), both(amount, recorded))?;
        if wage_type.is_none() && properties.given().is_some() {
            // A slip in its name must not ask about the right to record at all instead.
            return Err(missing(&path("wage_type")));
        }
        if amount.is_none() && !matches!(properties.recorded, Given::Absent) {
            // The same of the amount: without one no limit is looked at.
            return Err(missing(&path("amount")));
        }
        Ok(wage_type.map(|wage_type| Self { wage_type, asking, amount, recorded }))
    }
}

impl PropertiesGiven<'_> {
    /// The first member that is there.
    fn given(&self) -> Option<&'static str> {
        let given = [
            ("wage_type", !matches!(self.wage_type, Given::Absent)),
            ("mode", !matches!(self.mode, Given::Absent)),
            ("amount", !matches!(self.amount, Given::Absent)),
            ("recorded", !matches!(self.recorded, Given::Absent)),
        ];
        given.into_iter().find(|(_, there)| *there).map(|(member, _)| member)
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

impl WageAsked<'_> {
    /// What is to be recorded, if there is such a wage type.
    pub fn claim(&self, model: &Model) -> Option<WageClaim> {
        let wage_type = model.find_wage_type(self.wage_type)?;
        Some(WageClaim { wage_type, asking: self.asking, amount: self.amount, recorded: self.recorded })
    }
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
    let Some(claim) = asked.claim(model) else {
        return plain(ReasonCode::UnknownWageType, options, language);
    };
    let question = WageQuestion { user: question.user, worker, claim, day: question.day };
    match options.explain {
        Explain::None => plain(model.decide_wage(&question), options, language),
        Explain::Reason => {
            let explained = model.outline_wage(&question);
            let mut answer = plain(explained.decision.code, options, language);
            if let Some(Value::Object(map)) = &mut answer.context {
                map.insert("wage".to_owned(), wage(model, &question, &explained, false));
            }
            answer
        }
        Explain::Trace => {
            let explained = model.explain_wage(&question);
            let context = trace(model, &question, &explained, language);
            DecisionAnswer { decision: explained.decision.allowed, context: Some(context) }
        }
    }
}
