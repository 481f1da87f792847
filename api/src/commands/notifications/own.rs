//! What customers' modules raise themselves (N-01).

use domain::area::Area;
use domain::grant::Module;
use domain::id::Kind;
use domain::notification::{SubjectKind, built_in, modules_of};
use domain::organisation::Contract;
use domain::role::Role;
use domain::rule::{Violation, code, verdict};
use domain::text;
use domain::user::User;
use domain::worker::Worker;
use persistence::Key;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::sight::{Sight, Subject};
use super::{Cause, Details, raise_all};
use crate::commands::mirrored::mirrored;
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::rights::{Allowed, NotificationEdit};

mirrored! {
    /// What a notification is about.
    SubjectKindName is SubjectKind {
        User = "user", Worker = "worker", Contract = "contract", Role = "role", Operation = "operation",
        Area = "area",
    }
}

/// What a customer's module tells of.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "type": "fleet.service_due", "subject_kind": "user", "subject_id": ids::user("anna.keller"),
    "text": "Car 1 is due for its service."
}))]
pub struct RaiseInput {
    /// The type: the code of one of your active modules, a dot, and a name.
    #[serde(rename = "type")]
    #[schema(min_length = 1, max_length = 100, pattern = r"^[\p{L}\p{N}._-]+$")]
    pub kind: String,
    /// What it is about; only who may see that is told.
    #[schema(inline)]
    pub subject_kind: SubjectKindName,
    /// Which one.
    pub subject_id: Uuid,
    /// What it says.
    #[schema(min_length = 1, max_length = 500)]
    pub text: Option<String>,
}

/// Longest text, in characters.
const TEXT_MAX: usize = 500;

/// What is wrong with a type: it must be built in, or one of a module that exists; `active` asks for one of an
/// active module alone.
///
/// # Errors
/// The database can't be read.
pub fn check_type(work: &mut Work<'_, '_>, kind: &str, active: bool, out: &mut Vec<Violation>) -> Result<(), Refusal> {
    if built_in(kind).is_some() && !active {
        return Ok(());
    }
    for module in modules_of(kind) {
        let found = work.tx.find::<Module>(&Key::Code(Kind::Module, module.to_owned()))?;
        if found.iter().any(|found| found.value.active || !active) {
            return Ok(());
        }
    }
    let detail = if active {
        "give the code of an active module, a dot and a name"
    } else {
        "give one of /api/v1/notification-types, or the code of a module, a dot and a name"
    };
    out.push(Violation::new(code::UNKNOWN_NOTIFICATION_TYPE, detail).at("/type"));
    Ok(())
}

/// Tells the subscribers of a module's type; how many notifications that are.
///
/// # Errors
/// The module is none or not active, there is no such thing for whoever asks, or the text is not good.
pub fn raise_own(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<NotificationEdit>,
    input: RaiseInput,
) -> Result<usize, Refusal> {
    let subject = Subject { kind: input.subject_kind.into(), id: input.subject_id };
    let mut out = Vec::new();
    text::code(&mut out, "/type", &input.kind);
    text::optional(&mut out, "/text", input.text.as_deref(), TEXT_MAX);
    check_type(work, &input.kind, true, &mut out)?;
    let seen = exists(work, subject)? && Sight::of_write(work, [subject].into_iter())?.may(work.authority, subject);
    if !seen {
        let detail = format!("there is no {} of that id", subject.kind);
        out.push(Violation::new(code::UNKNOWN_REFERENCE, detail).at("/subject_id"));
    }
    verdict(out)?;
    let details = Details { text: input.text, ..Details::default() };
    raise_all(work, vec![Cause { kind: input.kind, subject, details, once: Uuid::now_v7().to_string(), person: None }])
}

fn exists(work: &mut Work<'_, '_>, subject: Subject) -> Result<bool, Refusal> {
    Ok(match subject.kind {
        SubjectKind::User => work.tx.get::<User>(subject.id)?.is_some(),
        SubjectKind::Worker => work.tx.get::<Worker>(subject.id)?.is_some(),
        SubjectKind::Contract => work.tx.get::<Contract>(subject.id)?.is_some(),
        SubjectKind::Role => work.tx.get::<Role>(subject.id)?.is_some(),
        SubjectKind::Area => work.tx.get::<Area>(subject.id)?.is_some(),
        SubjectKind::Operation => work.tx.reader().operation(subject.id)?.is_some(),
    })
}
