//! Offers of wage types (P-07): what a role offers to its members, or is offered to one person.

use chrono::NaiveDate;
use domain::grant::Holder;
use domain::id::{Kind, RoleId, UserId, WageOfferId, WageTypeId};
use domain::role::Role;
use domain::rule::{Violation, code, verdict};
use domain::user::{User, UserKind};
use domain::wage::{Amount, Limits, WageMode, WageOffer, WageType};
use domain::window::Window;
use persistence::{Key, Reader, Stored};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Number, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::grants::{HolderType, holder_parts};
use crate::commands::mirrored::mirrored;
use crate::commands::references::{self, Reference, one};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work};
use crate::http::etag::Expected;
use crate::rights::{Allowed, WageTypeEdit};

mirrored! {
    /// How an offered wage type comes to be recorded.
    WageModeName is WageMode { Record = "record", Workflow = "workflow" }
}

/// What a caller says about an offer of a wage type.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "wo-sales-travel", "holder_type": "role", "holder_external_id": "sales-team",
    "wage_type_external_id": "travel-km", "mode": "record", "max_per_day": 800, "max_per_month": 4000
}))]
pub struct WageOfferInput {
    /// Your own id for it, unique among offers.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Who it is for; `role` when absent.
    #[schema(inline)]
    pub holder_type: Option<HolderType>,
    /// The role or user; needed, by this or your own id.
    pub holder_id: Option<Uuid>,
    /// The role (also by its code) or user by your own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub holder_external_id: Option<String>,
    /// The wage type; needed, by this or your own id.
    pub wage_type_id: Option<Uuid>,
    /// The wage type by your own id or its code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub wage_type_external_id: Option<String>,
    /// One of the role's own: its members record it for every worker, without mode and limits. False when absent.
    pub own: Option<bool>,
    /// Whether it is entered directly or asked for; `record` when absent.
    #[schema(inline)]
    pub mode: Option<WageModeName>,
    /// The most in one entry, in the unit of the wage type, with at most three decimals; null for no limit.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1000000)]
    pub max_per_entry: Option<Number>,
    /// The most on one day; null for no limit.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1000000)]
    pub max_per_day: Option<Number>,
    /// The most in one calendar month; null for no limit.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1000000)]
    pub max_per_month: Option<Number>,
    /// The most in one calendar year; null for no limit.
    #[schema(value_type = Option<f64>, minimum = 0, maximum = 1000000)]
    pub max_per_year: Option<Number>,
    /// First day.
    pub valid_from: Option<NaiveDate>,
    /// Last day.
    pub valid_to: Option<NaiveDate>,
}

impl WageOfferInput {
    fn holder(&self) -> Option<Holder> {
        self.holder_id.map(|id| match self.holder_type.unwrap_or(HolderType::Role) {
            HolderType::Role => Holder::Role(RoleId(id)),
            HolderType::User => Holder::User(UserId(id)),
        })
    }

    fn window(&self) -> Window {
        Window::new(self.valid_from, self.valid_to)
    }

    /// The limits, as far as they are amounts.
    fn limits(&self, out: &mut Vec<Violation>) -> Limits {
        let mut amount = |name: &str, given: &Option<Number>| {
            let given = given.as_ref()?;
            let amount = given.as_f64().and_then(Amount::parse);
            if amount.is_none() {
                let detail = "a number from 0 to 1000000 with at most three decimals";
                out.push(Violation::new(code::BAD_VALUE, detail).at(format!("/{name}")));
            }
            amount
        };
        Limits {
            max_per_entry: amount("max_per_entry", &self.max_per_entry),
            max_per_day: amount("max_per_day", &self.max_per_day),
            max_per_month: amount("max_per_month", &self.max_per_month),
            max_per_year: amount("max_per_year", &self.max_per_year),
        }
    }
}

/// An amount as JSON has it: a whole one without decimals.
pub fn number(amount: Amount) -> Option<Number> {
    let thousandths = amount.as_thousandths();
    if thousandths % 1_000 == 0 { Some((thousandths / 1_000).into()) } else { Number::from_f64(amount.number()) }
}

fn holder_kind(map: &Map<String, Value>) -> Kind {
    match map.get("holder_type").and_then(Value::as_str) {
        Some("user") => Kind::User,
        _ => Kind::Role,
    }
}

/// What an offer refers to; its holder is of either kind.
fn refers_to(map: &Map<String, Value>) -> Vec<Reference> {
    vec![one("holder", holder_kind(map)), one("wage_type", Kind::WageType)]
}

impl Resource for WageOffer {
    type Input = WageOfferInput;
    const REFERENCES: &'static [Reference] = &[];

    fn input(&self) -> WageOfferInput {
        let (holder_type, holder_id) = holder_parts(self.holder);
        WageOfferInput {
            external_id: self.external_id.clone(),
            holder_type: Some(holder_type),
            holder_id: Some(holder_id),
            holder_external_id: None,
            wage_type_id: Some(self.wage_type_id.0),
            wage_type_external_id: None,
            own: Some(self.own),
            mode: Some(self.mode.into()),
            max_per_entry: self.limits.max_per_entry.and_then(number),
            max_per_day: self.limits.max_per_day.and_then(number),
            max_per_month: self.limits.max_per_month.and_then(number),
            max_per_year: self.limits.max_per_year.and_then(number),
            valid_from: self.window.valid_from,
            valid_to: self.window.valid_to,
        }
    }

    fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
        let references = refers_to(map);
        references::resolve(work.tx, map, &references)
    }

    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        references::name(reader, rows, refers_to)
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<WageOffer>>) -> Result<(), Refusal> {
        work.authority.allow::<WageTypeEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<WageOffer>>,
        input: WageOfferInput,
    ) -> Result<WageOffer, Refusal> {
        let old = before.map(|before| &before.value);
        let mut out = Vec::new();
        let holder = references::required(input.holder_id, "holder_id").map_err(|missing| out.push(missing)).ok();
        let wage_type =
            references::required(input.wage_type_id, "wage_type_id").map_err(|missing| out.push(missing)).ok();
        let limits = input.limits(&mut out);
        let (Some(holder), Some(_), Some(wage_type)) = (input.holder(), holder, wage_type) else {
            return Err(out.into());
        };
        let window = input.window();
        let offer = WageOffer {
            id: old.map_or_else(|| WageOfferId(work.new_id::<WageOffer>(input.external_id.as_deref())), |old| old.id),
            external_id: input.external_id,
            holder,
            wage_type_id: WageTypeId(wage_type),
            own: input.own.unwrap_or_default(),
            mode: input.mode.map_or(WageMode::Record, Into::into),
            limits,
            window,
        };
        out.extend(offer.check(old));
        match offer.holder {
            Holder::Role(id) => drop(work.referred::<Role>(Some(id.0), "/holder_id", &mut out)?),
            Holder::User(id) => {
                let user = work.referred::<User>(Some(id.0), "/holder_id", &mut out)?;
                out.extend(user.and_then(|user| unfit(&user.value)));
            }
        }
        work.referred::<WageType>(Some(wage_type), "/wage_type_id", &mut out)?;
        let beside = work.tx.find::<WageOffer>(&Key::WageOffersOf(offer.holder))?;
        if let Some(other) = beside.iter().find(|other| offer.meets(&other.value)) {
            out.push(Violation::new(code::WAGE_OFFER_EXISTS, format!("it is {}", other.value.id)));
        }
        save::check_external_id::<WageOffer>(work, offer.id.0, offer.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        save::put(work, before, &offer)?;
        Ok(offer)
    }

    fn twin(work: &mut Work<'_, '_>, input: &WageOfferInput) -> Result<Option<Stored<WageOffer>>, Refusal> {
        let (Some(holder), Some(wage_type), None) = (input.holder(), input.wage_type_id, &input.external_id) else {
            return Ok(None);
        };
        let parts = (WageTypeId(wage_type), input.own.unwrap_or_default(), input.window());
        let found = work.tx.find::<WageOffer>(&Key::WageOffersOf(holder))?;
        Ok(found.into_iter().find(|found| (found.value.wage_type_id, found.value.own, found.value.window) == parts))
    }

    fn preload(work: &mut Work<'_, '_>, rows: &[Map<String, Value>]) -> Result<(), Refusal> {
        let text = |row: &Map<String, Value>, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
        for kind in [Kind::Role, Kind::User] {
            let named = rows.iter().filter(|row| holder_kind(row) == kind);
            references::preload(work.tx, kind, named.filter_map(|row| text(row, "holder_external_id")).collect())?;
        }
        let types = rows.iter().filter_map(|row| text(row, "wage_type_external_id"));
        references::preload(work.tx, Kind::WageType, types.collect())?;
        let mut keys = Vec::new();
        for row in rows {
            let kind = holder_kind(row);
            if let Some(name) = text(row, "holder_external_id")
                && let Some(id) = references::look_up(work.tx, kind, &name)?
            {
                let personal = kind == Kind::User;
                let holder = if personal { Holder::User(UserId(id)) } else { Holder::Role(RoleId(id)) };
                keys.push(Key::WageOffersOf(holder));
            }
        }
        keys.sort_unstable();
        keys.dedup();
        keys.extend(
            rows.iter().filter_map(|row| text(row, "external_id")).map(|id| Key::ExternalId(Kind::WageOffer, id)),
        );
        work.tx.preload_keys::<WageOffer>(&keys)?;
        Ok(())
    }
}

/// Why nothing can be offered to an account in person: it is in the trash, or an outside administrator's, who never
/// reaches working time (G-3).
fn unfit(user: &User) -> Option<Violation> {
    let refused = |code, detail: &str| Some(Violation::new(code, detail).at("/holder_id"));
    if user.state.is_gone() {
        return refused(code::CAPABILITY_MISSING, "the account is in the trash");
    }
    if user.kind == UserKind::ExternalAdministrator {
        return refused(code::GUARD_EXTERNAL_ADMINISTRATOR, "an external administrator never reaches working time");
    }
    None
}

/// Removes an offer.
///
/// # Errors
/// It does not exist or is stale.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<WageTypeEdit>,
    id: WageOfferId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let offer = work.get::<WageOffer>(id.0)?;
    expected.check(offer.revision)?;
    work.tx.remove::<WageOffer>(id.0)?;
    Ok(())
}
