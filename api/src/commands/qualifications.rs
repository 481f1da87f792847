//! Qualifications (U-14).

use chrono::NaiveDate;
use domain::id::{Kind, QualificationId, UserId};
use domain::qualification::Qualification;
use domain::rule::{Violation, code, verdict};
use domain::user::{Capability, User, capable};
use domain::window::Window;
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::references::{Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, UserEdit};

/// What a caller says about a qualification.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "q-119-crane", "user_external_id": "simon.braun", "name": "Crane operator",
    "issuer": "Technical inspection", "evidence": "card 4711", "valid_from": "2026-01-01",
    "valid_to": "2030-12-31", "retain_until": "2040-12-31"
}))]
pub struct QualificationInput {
    /// Your own id for it, unique among qualifications.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Whose it is; needed, by this or your own id. Can't change later.
    pub user_id: Option<Uuid>,
    /// The user by your own id or the login.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub user_external_id: Option<String>,
    /// What it is called.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Who gave it.
    #[schema(min_length = 1, max_length = 200)]
    pub issuer: Option<String>,
    /// Where the evidence lies: a number, a file's place, an address. It stays when the user is forgotten, so
    /// keep the person's name out of it.
    #[schema(min_length = 1, max_length = 500)]
    pub evidence: Option<String>,
    /// First day on which it holds.
    pub valid_from: Option<NaiveDate>,
    /// Last day on which it holds.
    pub valid_to: Option<NaiveDate>,
    /// The last day on which it must be kept as evidence: until then it can't be erased, nor its user
    /// forgotten.
    pub retain_until: Option<NaiveDate>,
}

impl Resource for Qualification {
    type Input = QualificationInput;
    const REFERENCES: &'static [Reference] = &[one("user", Kind::User)];

    fn input(&self) -> QualificationInput {
        QualificationInput {
            external_id: self.external_id.clone(),
            user_id: Some(self.user_id.0),
            user_external_id: None,
            name: self.name.clone(),
            issuer: self.issuer.clone(),
            evidence: self.evidence.clone(),
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
            retain_until: self.retain_until,
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Qualification>>) -> Result<(), Refusal> {
        work.authority.allow::<UserEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<Qualification>>,
        input: QualificationInput,
    ) -> Result<Qualification, Refusal> {
        let Some(user_id) = input.user_id else {
            return Err(Violation::new(code::REQUIRED, "is missing").at("/user_id").into());
        };
        let old = before.map(|before| &before.value);
        let qualification = Qualification {
            id: old.map_or_else(
                || QualificationId(work.new_id::<Qualification>(input.external_id.as_deref())),
                |old| old.id,
            ),
            external_id: input.external_id,
            user_id: UserId(user_id),
            name: input.name,
            issuer: input.issuer,
            evidence: input.evidence,
            window: Window::new(input.valid_from, input.valid_to),
            retain_until: input.retain_until,
        };
        let mut out = qualification.check(old);
        // What is there stays, and can be put right, whatever became of the account (U-14).
        if before.is_none()
            && let Some(user) = work.referred::<User>(Some(user_id), "/user_id", &mut out)?
            && !capable(user.value.kind, user.value.state, Capability::HaveQualifications)
        {
            let (kind, state) = (user.value.kind, user.value.state);
            let detail = format!("an account of kind {kind} in state {state} gets no qualifications");
            out.push(Violation::new(code::CAPABILITY_MISSING, detail).at("/user_id"));
        }
        save::check_external_id::<Qualification>(
            work,
            qualification.id.0,
            qualification.external_id.as_deref(),
            &mut out,
        )?;
        verdict(out)?;
        save::put(work, before, &qualification)?;
        Ok(qualification)
    }

    /// A row without an own id means the user's qualification of that name that begins on the same day.
    fn twin(work: &mut Work<'_, '_>, input: &QualificationInput) -> Result<Option<Stored<Qualification>>, Refusal> {
        let (None, Some(user)) = (&input.external_id, input.user_id) else { return Ok(None) };
        let found = work.tx.find::<Qualification>(&Key::QualificationsOf(UserId(user)))?;
        Ok(found
            .into_iter()
            .find(|one| one.value.name == input.name && one.value.window.valid_from == input.valid_from))
    }
}

/// Erases a qualification that is needed as evidence no longer (U-14).
///
/// # Errors
/// It does not exist, is stale, or is still needed.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<UserEdit>,
    id: QualificationId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let found = work.get::<Qualification>(id.0)?;
    expected.check(found.revision)?;
    found.value.erasable(work.today)?;
    work.tx.remove::<Qualification>(id.0)?;
    Ok(())
}
