//! Wage types (P-07): what working time is recorded as.

use domain::id::WageTypeId;
use domain::rule::verdict;
use domain::wage::{WageOffer, WageType};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::commands::positions::refuse_in_use;
use crate::commands::references::Reference;
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, WageTypeEdit};

/// What a caller says about a wage type.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "night-shift", "code": "night-shift", "name": "Night shift", "unit": "hour", "request_group": 2
}))]
pub struct WageTypeInput {
    /// Your own id for it, unique among wage types.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Unique code: letters, digits, `-`, `_`, `.`. It stays, since callers name the type by it.
    #[schema(min_length = 1, max_length = 100)]
    pub code: String,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// What its amounts count: `hour`, `day`, `km`.
    #[schema(min_length = 1, max_length = 40)]
    pub unit: String,
    /// Whose requests for it are checked and closed: by `request1.check` and `request1.close`, or by those of 2.
    #[schema(minimum = 1, maximum = 2)]
    pub request_group: i32,
}

impl Resource for WageType {
    type Input = WageTypeInput;
    const REFERENCES: &'static [Reference] = &[];

    fn input(&self) -> WageTypeInput {
        WageTypeInput {
            external_id: self.external_id.clone(),
            code: self.code.clone(),
            name: self.name.clone(),
            unit: self.unit.clone(),
            request_group: self.request_group,
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<WageType>>) -> Result<(), Refusal> {
        work.authority.allow::<WageTypeEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<WageType>>,
        input: WageTypeInput,
    ) -> Result<WageType, Refusal> {
        let old = before.map(|before| &before.value);
        let wage_type = WageType {
            id: old.map_or_else(|| WageTypeId(work.new_id::<WageType>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            code: input.code,
            name: input.name,
            unit: input.unit,
            request_group: input.request_group,
        };
        let mut out = wage_type.check(old);
        save::check_external_id::<WageType>(work, wage_type.id.0, wage_type.external_id.as_deref(), &mut out)?;
        save::check_code::<WageType>(work, wage_type.id.0, &wage_type.code, &mut out)?;
        verdict(out)?;
        save::put(work, before, &wage_type)?;
        Ok(wage_type)
    }

    fn twin(work: &mut Work<'_, '_>, input: &WageTypeInput) -> Result<Option<Stored<WageType>>, Refusal> {
        save::named_alike(work, input.external_id.as_deref(), Some(&input.code))
    }
}

/// Removes a wage type that nobody offers.
///
/// # Errors
/// It does not exist, is stale, or is offered.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<WageTypeEdit>,
    id: WageTypeId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let wage_type = work.get::<WageType>(id.0)?;
    expected.check(wage_type.revision)?;
    refuse_in_use(&[("offers", work.tx.ids::<WageOffer>(&Key::OffersOfWageType(id))?.len())])?;
    work.tx.remove::<WageType>(id.0)?;
    Ok(())
}
