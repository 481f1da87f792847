//! Questions as the standard has them: unknown members are ignored, null is like absent.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::authzen::read::{Given, members};
use crate::authzen::time::context_time;
use crate::authzen::wages::WageAsked;
use crate::clock::Zone;
use crate::http::problem::{self, FieldError, Problem};

members! {
    /// A body: one question, or many and what they have in common.
    Asked<'b> {
        subject = "subject": EntityGiven<'b>,
        action = "action": ActionGiven<'b>,
        resource = "resource": EntityGiven<'b>,
        context = "context": ContextGiven<'b>,
        options = "options": OptionsGiven<'b>,
        evaluations = "evaluations": Vec<Given<QuestionGiven<'b>>>,
    }

    /// A question of many.
    QuestionGiven<'b> {
        subject = "subject": EntityGiven<'b>,
        action = "action": ActionGiven<'b>,
        resource = "resource": EntityGiven<'b>,
        context = "context": ContextGiven<'b>,
    }

    /// A subject or resource.
    EntityGiven<'b> { kind = "type": Cow<'b, str>, id = "id": Cow<'b, str> }

    /// An action.
    ActionGiven<'b> { name = "name": Cow<'b, str>, properties = "properties": Box<PropertiesGiven<'b>> }

    /// What is said of an action.
    PropertiesGiven<'b> {
        wage_type = "wage_type": Cow<'b, str>,
        mode = "mode": Cow<'b, str>,
        amount = "amount": f64,
        recorded = "recorded": RecordedGiven,
    }

    /// What was recorded already. Others are a fault: what a slip in a name leaves out would count as nothing, and so allow
    /// more.
    RecordedGiven { day = "day": f64, month = "month": f64, year = "year": f64; others }

    /// A context.
    ContextGiven<'b> { time = "time": Cow<'b, str> }

    /// What is asked beyond the standard.
    OptionsGiven<'b> {
        explain = "explain": Cow<'b, str>,
        semantic = "evaluations_semantic": Cow<'b, str>,
        consistency = "consistency": ConsistencyGiven,
    }

    /// How fresh an answer must be.
    ConsistencyGiven { at_least_as_fresh = "at_least_as_fresh": i64 }
}

/// A subject or resource.
#[derive(Deserialize, ToSchema)]
pub struct Entity {
    /// `user` or `worker` for subjects; `worker`, `area`, `module` or an object type's code for resources.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    pub kind: String,
    /// The thing's Remit id or external id; for a module its code.
    #[schema(max_length = 200)]
    pub id: String,
    /// Not looked at.
    pub properties: Option<Value>,
}

/// An action.
#[derive(Deserialize, ToSchema)]
pub struct ActionName {
    /// `module:action`; the module may be left out where the resource's type settles it.
    #[schema(max_length = 201)]
    pub name: String,
    /// Of `time:record`: `wage_type` (id, code or external id) asks about that wage type alone, `mode` `workflow` whether
    /// it may be asked for, `amount` with `recorded` (`day`, `month`, `year`) whether so much more is within the limits; these
    /// are nothing without `wage_type`, and `recorded` is nothing without `amount`.
    /// Other actions of `time` do not depend on these, so they are refused there; else nothing is looked at.
    pub properties: Option<Map<String, Value>>,
}

/// What may be asked beyond the standard.
#[derive(Deserialize, ToSchema)]
pub struct OptionsBody {
    /// How much of the reason is wanted; `none` when absent.
    #[schema(inline, value_type = Option<Explain>)]
    pub explain: Option<String>,
    /// When a batch ends early; `execute_all` when absent.
    #[schema(inline, value_type = Option<Semantic>)]
    pub evaluations_semantic: Option<String>,
    /// How fresh the answer must be.
    pub consistency: Option<Consistency>,
}

/// How fresh an answer must be.
#[derive(Deserialize, ToSchema)]
pub struct Consistency {
    /// At least as new as this `Remit-Revision`.
    #[schema(minimum = 0)]
    pub at_least_as_fresh: Option<i64>,
}

/// One question.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "subject": {"type": "user", "id": "anna.keller"},
    "action": {"name": "hr:read"},
    "resource": {"type": "worker", "id": "w-101"},
    "options": {"explain": "reason"}
}))]
pub struct EvaluationBody {
    /// Who.
    pub subject: Entity,
    /// Does what.
    pub action: ActionName,
    /// To what.
    pub resource: Entity,
    /// `time`: an instant or a day at which to decide.
    pub context: Option<Map<String, Value>>,
    /// Beyond the standard.
    pub options: Option<OptionsBody>,
}

/// Many questions; top-level members are defaults.
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "subject": {"type": "user", "id": "anna.keller"},
    "resource": {"type": "worker", "id": "w-101"},
    "evaluations": [{"action": {"name": "hr:read"}}, {"action": {"name": "hr:edit"}}]
}))]
pub struct EvaluationsBody {
    /// Default subject.
    pub subject: Option<Entity>,
    /// Default action.
    pub action: Option<ActionName>,
    /// Default resource.
    pub resource: Option<Entity>,
    /// Default context.
    pub context: Option<Map<String, Value>>,
    /// The questions, each with what differs from the defaults. One that is no question is answered
    /// with an error in its place.
    #[schema(max_items = 10000)]
    pub evaluations: Option<Vec<Value>>,
    /// Beyond the standard.
    pub options: Option<OptionsBody>,
}

/// A 400 that names the member.
pub fn malformed(member: &str, what: &str) -> Problem {
    faulty(member, "bad_value", what)
}

/// A 400 that names the member that should be there.
pub fn missing(member: &str) -> Problem {
    faulty(member, "required", "is missing")
}

fn faulty(member: &str, code: &str, what: &str) -> Problem {
    Problem::new(problem::BODY_NOT_ALLOWED).detail(format!("{member}: {what}")).errors(vec![FieldError {
        pointer: format!("/{}", member.replace('.', "/")),
        code: code.to_owned(),
        detail: what.to_owned(),
    }])
}

/// Both, or what is wrong with either: a question tells all its faults at once.
///
/// # Errors
/// The faults of one or both.
pub fn both<A, B>(one: Result<A, Problem>, other: Result<B, Problem>) -> Result<(A, B), Problem> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(problem), Ok(_)) | (Ok(_), Err(problem)) => Err(problem),
        (Err(mut problem), Err(mut more)) => {
            let details = [problem.detail.take(), more.detail.take()];
            problem.detail = Some(details.into_iter().flatten().collect::<Vec<_>>().join("; "));
            problem.errors.append(&mut more.errors);
            Err(problem)
        }
    }
}

/// How much of the reason is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Explain {
    /// Only the decision.
    None,
    /// The code and a sentence for the user.
    Reason,
    /// Everything.
    Trace,
}

/// When a batch ends early.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum Semantic {
    /// Never.
    ExecuteAll,
    /// At the first deny or failure.
    DenyOnFirstDeny,
    /// At the first permit.
    PermitOnFirstPermit,
}

/// What is asked beyond the standard.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How much of the reason is wanted.
    pub explain: Explain,
    /// When a batch ends early.
    pub semantic: Semantic,
    /// The oldest revision that may answer.
    pub at_least_as_fresh: Option<i64>,
}

impl Options {
    /// Whether any reason is wanted.
    pub fn explains(&self) -> bool {
        self.explain != Explain::None
    }

    /// Understands `options`.
    ///
    /// # Errors
    /// A member has a wrong type or value.
    pub fn of(given: &Given<OptionsGiven<'_>>) -> Result<Self, Problem> {
        let mut out = Self { explain: Explain::None, semantic: Semantic::ExecuteAll, at_least_as_fresh: None };
        let Some(options) = object(given, "options")? else {
            return Ok(out);
        };
        let explain = match text(&options.explain, "options.explain") {
            Ok(None | Some("none")) => Ok(Explain::None),
            Ok(Some("reason")) => Ok(Explain::Reason),
            Ok(Some("trace")) => Ok(Explain::Trace),
            Ok(Some(_)) => Err(malformed("options.explain", "none, reason or trace")),
            Err(problem) => Err(problem),
        };
        let semantic = match text(&options.semantic, "options.evaluations_semantic") {
            Ok(None | Some("execute_all")) => Ok(Semantic::ExecuteAll),
            Ok(Some("deny_on_first_deny")) => Ok(Semantic::DenyOnFirstDeny),
            Ok(Some("permit_on_first_permit")) => Ok(Semantic::PermitOnFirstPermit),
            Ok(Some(_)) => Err(malformed(
                "options.evaluations_semantic",
                "execute_all, deny_on_first_deny or permit_on_first_permit",
            )),
            Err(problem) => Err(problem),
        };
        let fresh = object(&options.consistency, "options.consistency").and_then(|consistency| {
            match consistency.map(|consistency| &consistency.at_least_as_fresh) {
                None | Some(Given::Absent) => Ok(None),
                Some(Given::There(revision)) if *revision >= 0 => Ok(Some(*revision)),
                Some(_) => Err(malformed("options.consistency.at_least_as_fresh", "must be a revision")),
            }
        });
        ((out.explain, out.semantic), out.at_least_as_fresh) = both(both(explain, semantic), fresh)?;
        Ok(out)
    }
}

/// One question, by names.
#[derive(Clone, Debug)]
pub struct Item<'m> {
    /// Type and id of the subject.
    pub subject: (&'m str, &'m str),
    /// Name of the action.
    pub action: &'m str,
    /// Type and id of the resource.
    pub resource: (&'m str, &'m str),
    /// `context.time`.
    pub time: Option<&'m str>,
    /// The wage type that it is about. That is rare, and so lies apart.
    pub wage: Option<Box<WageAsked<'m>>>,
}

impl<'m> Item<'m> {
    /// Understands a question; what it lacks is taken, entity by entity, from the body around it.
    ///
    /// # Errors
    /// A member is missing or has a wrong type.
    pub fn of(question: &'m QuestionGiven<'_>, defaults: &'m Asked<'_>) -> Result<Self, Problem> {
        fn needed<'m, T>(own: &'m Given<T>, default: &'m Given<T>, name: &str) -> Result<&'m T, Problem> {
            either(own, default, name)?.ok_or_else(|| missing(name))
        }
        let subject = needed(&question.subject, &defaults.subject, "subject")
            .and_then(|subject| entity(subject, "subject.type", "subject.id"));
        let action = needed(&question.action, &defaults.action, "action").and_then(named);
        let resource = needed(&question.resource, &defaults.resource, "resource")
            .and_then(|resource| entity(resource, "resource.type", "resource.id"));
        let time = either(&question.context, &defaults.context, "context")
            .and_then(|context| context.map_or(Ok(None), moment));
        let ((subject, (action, wage)), (resource, time)) = both(both(subject, action), both(resource, time))?;
        Ok(Self { subject, action, resource, time, wage: wage.map(Box::new) })
    }
}

/// Looks at the defaults of a batch, also at those that no question takes.
///
/// # Errors
/// A member of one is missing or has a wrong type.
pub fn check_defaults(defaults: &Asked<'_>) -> Result<(), Problem> {
    fn if_there<'m, T, R>(
        given: &'m Given<T>,
        name: &str,
        of: impl FnOnce(&'m T) -> Result<R, Problem>,
    ) -> Result<(), Problem> {
        object(given, name)?.map_or(Ok(()), |there| of(there).map(|_| ()))
    }
    let subject = if_there(&defaults.subject, "subject", |subject| entity(subject, "subject.type", "subject.id"));
    let action = if_there(&defaults.action, "action", named);
    let resource = if_there(&defaults.resource, "resource", |of| entity(of, "resource.type", "resource.id"));
    // Which time it is only a question tells.
    let context = if_there(&defaults.context, "context", |context| text(&context.time, "context.time"));
    both(both(subject, action), both(resource, context)).map(|_| ())
}

/// The name of an action, and the wage type that it is about.
pub(super) fn named<'m>(action: &'m ActionGiven<'_>) -> Result<(&'m str, Option<WageAsked<'m>>), Problem> {
    both(part(&action.name, "action.name", ACTION_MAX), WageAsked::of(action))
}

/// `context.time`.
pub(super) fn time<'m>(given: &'m Given<ContextGiven<'_>>) -> Result<Option<&'m str>, Problem> {
    object(given, "context")?.map_or(Ok(None), moment)
}

fn moment<'m>(context: &'m ContextGiven<'_>) -> Result<Option<&'m str>, Problem> {
    let given = text(&context.time, "context.time")?;
    // Whatever the zone, it is told with the other faults.
    given.map_or(Ok(()), |text| context_time(text, &Zone::new(chrono_tz::UTC)).map(|_| ()))?;
    Ok(given)
}

/// Longest type, id and action, in characters, as the contract has them.
pub(super) const KIND_MAX: usize = 100;
pub(super) const ID_MAX: usize = 200;
pub(super) const ACTION_MAX: usize = 201;

/// Type and id of a subject or resource.
pub(super) fn entity<'m>(given: &'m EntityGiven<'_>, kind: &str, id: &str) -> Result<(&'m str, &'m str), Problem> {
    both(part(&given.kind, kind, KIND_MAX), part(&given.id, id, ID_MAX))
}

/// A text that must be there, not longer than so many characters.
pub(super) fn part<'m>(given: &'m Given<Cow<'_, str>>, path: &str, most: usize) -> Result<&'m str, Problem> {
    optional_part(given, path, most)?.ok_or_else(|| missing(path))
}

/// The same where it may be left out.
pub(super) fn optional_part<'m>(
    given: &'m Given<Cow<'_, str>>,
    path: &str,
    most: usize,
) -> Result<Option<&'m str>, Problem> {
    let text = text(given, path)?;
    // The bytes tell at once for nearly all.
    if text.is_none_or(|text| text.len() <= most || text.chars().count() <= most) {
        return Ok(text);
    }
    Err(malformed(path, &format!("at most {most} characters")))
}

/// An object of the question, or else that of the body around it.
fn either<'m, T>(own: &'m Given<T>, default: &'m Given<T>, path: &str) -> Result<Option<&'m T>, Problem> {
    match object(own, path)? {
        None => object(default, path),
        own => Ok(own),
    }
}

pub(super) fn object<'m, T>(given: &'m Given<T>, path: &str) -> Result<Option<&'m T>, Problem> {
    match given {
        Given::Absent => Ok(None),
        Given::There(found) => Ok(Some(found)),
        Given::Wrong => Err(malformed(path, "must be an object")),
    }
}

pub(super) fn text<'m>(given: &'m Given<Cow<'_, str>>, path: &str) -> Result<Option<&'m str>, Problem> {
    match given {
        Given::Absent => Ok(None),
        Given::There(found) => Ok(Some(found)),
        Given::Wrong => Err(malformed(path, "must be a string")),
    }
}
