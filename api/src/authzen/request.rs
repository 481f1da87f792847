//! Reading questions as the standard has them: unknown members are ignored, null is like absent.

use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::problem::{self, FieldError, Problem};

/// A subject or resource.
#[derive(Deserialize, ToSchema)]
pub struct Entity {
    /// `user` or `worker` for subjects; `worker`, `module` or an object type's code for resources.
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
    /// Not looked at.
    pub properties: Option<Value>,
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
    Problem::new(problem::BODY_NOT_ALLOWED).detail(format!("{member}: {what}")).errors(vec![FieldError {
        pointer: format!("/{}", member.replace('.', "/")),
        code: "bad_value".to_owned(),
        detail: what.to_owned(),
    }])
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

    /// Reads `options`.
    ///
    /// # Errors
    /// A member has a wrong type or value.
    pub fn read(body: &Map<String, Value>) -> Result<Self, Problem> {
        let mut out = Self { explain: Explain::None, semantic: Semantic::ExecuteAll, at_least_as_fresh: None };
        let Some(options) = member(body, "options", "options")? else {
            return Ok(out);
        };
        out.explain = match text(options, "explain", "options.explain")? {
            None | Some("none") => Explain::None,
            Some("reason") => Explain::Reason,
            Some("trace") => Explain::Trace,
            Some(_) => return Err(malformed("options.explain", "none, reason or trace")),
        };
        out.semantic = match text(options, "evaluations_semantic", "options.evaluations_semantic")? {
            None | Some("execute_all") => Semantic::ExecuteAll,
            Some("deny_on_first_deny") => Semantic::DenyOnFirstDeny,
            Some("permit_on_first_permit") => Semantic::PermitOnFirstPermit,
            Some(_) => {
                return Err(malformed(
                    "options.evaluations_semantic",
                    "execute_all, deny_on_first_deny or permit_on_first_permit",
                ));
            }
        };
        if let Some(consistency) = member(options, "consistency", "options.consistency")? {
            out.at_least_as_fresh = match consistency.get("at_least_as_fresh") {
                None | Some(Value::Null) => None,
                Some(value) => Some(
                    value
                        .as_i64()
                        .filter(|revision| *revision >= 0)
                        .ok_or_else(|| malformed("options.consistency.at_least_as_fresh", "must be a revision"))?,
                ),
            };
        }
        Ok(out)
    }
}

/// One question, by names.
#[derive(Clone, Copy, Debug)]
pub struct Item<'m> {
    /// Type and id of the subject.
    pub subject: (&'m str, &'m str),
    /// Name of the action.
    pub action: &'m str,
    /// Type and id of the resource.
    pub resource: (&'m str, &'m str),
    /// `context.time`.
    pub time: Option<&'m str>,
}

impl<'m> Item<'m> {
    /// Reads a question; what it lacks is taken, entity by entity, from the defaults.
    ///
    /// # Errors
    /// A member is missing or has a wrong type.
    pub fn read(map: &'m Map<String, Value>, defaults: Option<&'m Map<String, Value>>) -> Result<Self, Problem> {
        let find = |name: &'static str| -> Result<Option<&'m Map<String, Value>>, Problem> {
            match member(map, name, name)? {
                Some(found) => Ok(Some(found)),
                None => defaults.map_or(Ok(None), |defaults| member(defaults, name, name)),
            }
        };
        let needed = |name: &'static str| find(name)?.ok_or_else(|| malformed(name, "is missing"));
        let part = |map: &'m Map<String, Value>, name: &str, path: &str, most: usize| {
            let found = text(map, name, path)?.ok_or_else(|| malformed(path, "is missing"))?;
            short(found, path, most)
        };
        let entity = |name: &'static str, kind: &str, id: &str| -> Result<(&'m str, &'m str), Problem> {
            let map = needed(name)?;
            Ok((part(map, "type", kind, KIND_MAX)?, part(map, "id", id, ID_MAX)?))
        };
        let action = needed("action")?;
        let time = match find("context")? {
            Some(context) => text(context, "time", "context.time")?,
            None => None,
        };
        Ok(Self {
            subject: entity("subject", "subject.type", "subject.id")?,
            action: part(action, "name", "action.name", ACTION_MAX)?,
            resource: entity("resource", "resource.type", "resource.id")?,
            time,
        })
    }
}

/// Longest type, id and action, in characters, as the contract has them.
const KIND_MAX: usize = 100;
const ID_MAX: usize = 200;
const ACTION_MAX: usize = 201;

fn short<'m>(text: &'m str, path: &str, most: usize) -> Result<&'m str, Problem> {
    // The bytes tell at once for nearly all.
    if text.len() <= most || text.chars().count() <= most {
        return Ok(text);
    }
    Err(malformed(path, &format!("at most {most} characters")))
}

fn member<'m>(map: &'m Map<String, Value>, name: &str, path: &str) -> Result<Option<&'m Map<String, Value>>, Problem> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(found)) => Ok(Some(found)),
        Some(_) => Err(malformed(path, "must be an object")),
    }
}

fn text<'m>(map: &'m Map<String, Value>, name: &str, path: &str) -> Result<Option<&'m str>, Problem> {
    match map.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(found)) => Ok(Some(found)),
        Some(_) => Err(malformed(path, "must be a string")),
    }
}
