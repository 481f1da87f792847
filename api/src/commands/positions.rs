//! Positions (D-03).

use chrono::NaiveDate;
use domain::id::{Kind, PositionId};
use domain::organisation::{Contract, Position};
use domain::role::RoleRule;
use domain::rule::{Violation, code, verdict};
use domain::window::Window;
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::commands::references::Reference;
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, protection_rules};
use crate::http::etag::Expected;
use crate::rights::{Allowed, PositionEdit};

/// What a caller says about a position.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"external_id": "auditor", "code": "auditor", "name": "Auditor"}))]
pub struct PositionInput {
    /// Your own id for it, unique among positions.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Unique code: letters, digits, `-`, `_`, `.`.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

impl Resource for Position {
    type Input = PositionInput;
    const REFERENCES: &'static [Reference] = &[];

    fn input(&self) -> PositionInput {
        PositionInput {
            external_id: self.external_id.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<Position>>) -> Result<(), Refusal> {
        work.authority.allow::<PositionEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<Position>>,
        input: PositionInput,
    ) -> Result<Position, Refusal> {
        let position = Position {
            id: before.map_or_else(
                || PositionId(work.new_id::<Position>(input.external_id.as_deref())),
                |before| before.value.id,
            ),
            external_id: input.external_id,
            code: input.code,
            name: input.name,
            window: Window::new(input.valid_from, input.valid_to),
        };
        let mut out = position.check();
        save::check_external_id::<Position>(work, position.id.0, position.external_id.as_deref(), &mut out)?;
        save::check_code::<Position>(work, position.id.0, &position.code, &mut out)?;
        verdict(out)?;
        save::put(work, before, &position)?;
        Ok(position)
    }

    fn twin(work: &mut Work<'_, '_>, input: &PositionInput) -> Result<Option<Stored<Position>>, Refusal> {
        save::named_alike(work, input.external_id.as_deref(), Some(&input.code))
    }
}

/// Removes a position that nothing refers to.
///
/// # Errors
/// It does not exist, is stale, or is in use.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<PositionEdit>,
    id: PositionId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let position = work.get::<Position>(id.0)?;
    expected.check(position.revision)?;
    let rules = work
        .tx
        .find::<RoleRule>(&Key::All(Kind::RoleRule))?
        .iter()
        .filter(|rule| rule.value.position_ids.contains(&id))
        .count();
    refuse_in_use(&[
        ("contracts", work.tx.find::<Contract>(&Key::ContractsAs(id))?.len()),
        ("role rules", rules),
        ("protection rules", protection_rules::count(work, |rule| rule.position_ids.contains(&id))?),
    ])?;
    work.tx.remove::<Position>(id.0)?;
    Ok(())
}

/// Refuses a removal while other things refer to the record.
///
/// # Errors
/// A count is not zero.
pub fn refuse_in_use(counts: &[(&str, usize)]) -> Result<(), Violation> {
    let named: Vec<_> =
        counts.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{what}: {count}")).collect();
    if named.is_empty() { Ok(()) } else { Err(Violation::new(code::IN_USE, named.join(", "))) }
}
