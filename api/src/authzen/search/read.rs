//! Searches as the standard has them: what is sought is left open, and pages are asked for.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::authzen::read::{Given, members};
use crate::authzen::request::{
    self, ActionGiven, ContextGiven, EntityGiven, KIND_MAX, OptionsGiven, both, entity, malformed, part,
};
use crate::authzen::wages::WageAsked;
use crate::http::problem::Problem;

members! {
    /// A body: a question of which one part is sought.
    SearchGiven<'b> {
        subject = "subject": EntityGiven<'b>,
        action = "action": ActionGiven<'b>,
        resource = "resource": EntityGiven<'b>,
        context = "context": ContextGiven<'b>,
        options = "options": OptionsGiven<'b>,
        page = "page": PageGiven<'b>,
    }

    /// Which page.
    PageGiven<'b> { token = "token": Cow<'b, str>, limit = "limit": i64 }
}

/// What is sought.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sought {
    /// Who may do that to that?
    Subjects,
    /// To what may they do that?
    Resources,
    /// What may they do to that?
    Actions,
}

impl Sought {
    const fn name(self) -> &'static str {
        match self {
            Sought::Subjects => "subject",
            Sought::Resources => "resource",
            Sought::Actions => "action",
        }
    }
}

/// A search by names.
#[derive(Clone, Copy, Debug)]
pub enum Search<'m> {
    /// The subjects of a type that may do an action to a resource.
    Subjects(&'m str, Act<'m>, Thing<'m>),
    /// The resources of a type to which a subject may do an action.
    Resources(Thing<'m>, Act<'m>, &'m str),
    /// The actions that a subject may do to a resource.
    Actions(Thing<'m>, Thing<'m>),
}

/// Type and id of a subject or resource.
pub type Thing<'m> = (&'m str, &'m str);

/// An action by its name, and the wage type that it is about.
#[derive(Clone, Copy, Debug)]
pub struct Act<'m> {
    /// `module:action`.
    pub name: &'m str,
    /// What is recorded, if that is said.
    pub wage: Option<WageAsked<'m>>,
}

impl<'m> Search<'m> {
    /// Understands a search.
    ///
    /// # Errors
    /// A member is missing or has a wrong type.
    pub fn of(sought: Sought, given: &'m SearchGiven<'m>) -> Result<Self, Problem> {
        fn needed<'m, T>(given: &'m Given<T>, name: &str) -> Result<&'m T, Problem> {
            request::object(given, name)?.ok_or_else(|| request::missing(name))
        }
        // The id of what is sought is not looked at.
        let kind = |of: &'m EntityGiven<'m>, path: &str| part(&of.kind, path, KIND_MAX);
        let subject = needed(&given.subject, "subject");
        let action = || {
            let named = needed(&given.action, "action").and_then(request::named);
            named.map(|(name, wage)| Act { name, wage })
        };
        let resource = needed(&given.resource, "resource");
        let whole = |of: &'m EntityGiven<'m>| entity(of, "resource.type", "resource.id");
        match sought {
            Sought::Subjects => {
                let subject = subject.and_then(|of| kind(of, "subject.type"));
                let ((subject, act), resource) = both(both(subject, action()), resource.and_then(whole))?;
                Ok(Self::Subjects(subject, act, resource))
            }
            Sought::Resources => {
                let subject = subject.and_then(|of| entity(of, "subject.type", "subject.id"));
                let resource = resource.and_then(|of| kind(of, "resource.type"));
                let ((subject, act), resource) = both(both(subject, action()), resource)?;
                Ok(Self::Resources(subject, act, resource))
            }
            Sought::Actions => {
                let subject = subject.and_then(|of| entity(of, "subject.type", "subject.id"));
                let (subject, resource) = both(subject, resource.and_then(whole))?;
                Ok(Self::Actions(subject, resource))
            }
        }
    }

    /// Whom it is about, if about one.
    pub fn subject(&self) -> Option<Thing<'m>> {
        match self {
            Self::Subjects(..) => None,
            Self::Resources(subject, ..) | Self::Actions(subject, _) => Some(*subject),
        }
    }
}

/// Which page is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Page<'m> {
    /// Where it begins; at the beginning when absent.
    pub token: Option<&'m str>,
    /// Most results of it.
    pub limit: Option<usize>,
}

impl<'m> Page<'m> {
    /// Understands `page`. A limit above the largest page stands for the largest page.
    ///
    /// # Errors
    /// A member has a wrong type or value.
    pub fn of(given: &'m Given<PageGiven<'m>>, most: usize) -> Result<Self, Problem> {
        let Some(page) = request::object(given, "page")? else { return Ok(Self { token: None, limit: None }) };
        let limit = match page.limit {
            Given::Absent => Ok(None),
            Given::There(limit) if limit > 0 => Ok(Some(usize::try_from(limit).map_or(most, |limit| limit.min(most)))),
            _ => Err(malformed("page.limit", "must be a whole number from 1")),
        };
        let (token, limit) = both(request::text(&page.token, "page.token"), limit)?;
        Ok(Self { token, limit })
    }
}

/// What stands for a search and its caller: the same for the same body, whatever its page, the order of its members,
/// nulls, and what is not looked at.
pub fn fingerprint(sought: Sought, caller: uuid::Uuid, body: &Value) -> [u8; 16] {
    let mut hasher = Sha256::new_with_prefix(sought.name());
    hasher.update(caller.as_bytes());
    for name in ["subject", "action", "resource", "context", "options"] {
        let part = body.get(name).filter(|_| !(sought == Sought::Actions && name == "action"));
        hasher.update(name);
        take(part.unwrap_or(&Value::Null), (name == sought.name()).then_some("id"), &mut hasher);
    }
    let mut first = [0; 16];
    first.iter_mut().zip(hasher.finalize()).for_each(|(at, byte)| *at = byte);
    first
}

/// Takes a value into a hash, member by member in the order of their names.
fn take(value: &Value, without: Option<&str>, into: &mut Sha256) {
    match value {
        Value::Object(map) => {
            let mut members: Vec<_> =
                map.iter().filter(|(name, value)| !value.is_null() && without != Some(name.as_str())).collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            into.update("{");
            for (name, value) in members {
                into.update(Value::String(name.clone()).to_string());
                into.update(":");
                take(value, None, into);
                into.update(",");
            }
            into.update("}");
        }
        Value::Array(items) => {
            into.update("[");
            for item in items {
                take(item, None, into);
                into.update(",");
            }
            into.update("]");
        }
        other => into.update(other.to_string()),
    }
}
