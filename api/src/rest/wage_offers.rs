//! Offers of wage types (P-07).

use chrono::NaiveDate;
use domain::grant::Holder;
use domain::id::WageOfferId;
use domain::wage::{Amount, WageOffer};
use persistence::{Filter, Stored, Value};
use uuid::Uuid;

use crate::app::App;
use crate::commands::grants::{HolderType, holder_parts};
use crate::commands::wage_offers::{self, WageModeName, WageOfferInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, GrantRead, WageTypeEdit};
use crate::{resource_handlers, view};

view! {
    /// An offer of a wage type: what the members of a role, or one person, may record of it.
    #[schema(example = json!({
        "id": ids::wage_offer("wo-finance-overtime"), "external_id": "wo-finance-overtime", "holder_type": "role",
        "holder_id": ids::role("finance-team"), "wage_type_id": ids::wage_type("overtime"), "own": false,
        "mode": "record", "max_per_entry": null, "max_per_day": 4, "max_per_month": 20, "max_per_year": 150,
        "valid_from": null, "valid_to": null, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 25
    }))]
    WageOfferView {
        /// Who it is for.
        #[schema(inline)]
        holder_type: HolderType,
        /// The role or user.
        holder_id: Uuid,
        /// The wage type.
        wage_type_id: Uuid,
        /// One of the role's own: its members record it for every worker.
        own: bool,
        /// Whether it is entered directly or asked for.
        #[schema(inline)]
        mode: WageModeName,
        /// The most in one entry; null for no limit.
        #[schema(value_type = Option<f64>)]
        max_per_entry: Option<Amount>,
        /// The most on one day.
        #[schema(value_type = Option<f64>)]
        max_per_day: Option<Amount>,
        /// The most in one calendar month.
        #[schema(value_type = Option<f64>)]
        max_per_month: Option<Amount>,
        /// The most in one calendar year.
        #[schema(value_type = Option<f64>)]
        max_per_year: Option<Amount>,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
    }
}

impl Shown for WageOffer {
    type View = WageOfferView;
    const PLURAL: &'static str = "wage-offers";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "role_id", kind: FilterKind::Id("holder_role_id"), what: "By this role" },
            FilterSpec { name: "user_id", kind: FilterKind::Id("holder_user_id"), what: "To this user in person" },
            FilterSpec {
                name: "holder_type",
                kind: FilterKind::Word("holder_type", &["role", "user"]),
                what: "By roles or in person",
            },
            FilterSpec { name: "wage_type_id", kind: FilterKind::Id("wage_type_id"), what: "Of this wage type" },
            FilterSpec { name: "own", kind: FilterKind::Flag("own"), what: "Of a role's own wage types" },
            FilterSpec {
                name: "mode",
                kind: FilterKind::Word("mode", &["record", "workflow"]),
                what: "Entered directly or asked for",
            },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
        ],
        sorts: &[("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &[],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> WageOfferView {
        let offer = &stored.value;
        let (holder_type, holder_id) = holder_parts(offer.holder);
        WageOfferView {
            id: offer.id.0,
            external_id: offer.external_id.clone(),
            holder_type,
            holder_id,
            wage_type_id: offer.wage_type_id.0,
            own: offer.own,
            mode: offer.mode.into(),
            max_per_entry: offer.limits.max_per_entry,
            max_per_day: offer.limits.max_per_day,
            max_per_month: offer.limits.max_per_month,
            max_per_year: offer.limits.max_per_year,
            valid_from: offer.window.valid_from,
            valid_to: offer.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    /// Who may read no others sees what is offered to them in person.
    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        match (may_read_all(authority), authority.user_id()) {
            (Ok(()), _) => Ok(Visible::All),
            (Err(_), Some(own)) => Ok(Visible::Only(Filter::Equals("holder_user_id", Value::Uuid(own.0)))),
            (Err(refusal), None) => Err(refusal),
        }
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        if authority.user_id().is_some_and(|own| stored.value.holder == Holder::User(own)) {
            return Ok(());
        }
        may_read_all(authority).map_err(|_| Refusal::NotFound)
    }
}

/// Who may write them reads them, and who reads grants.
pub(super) fn may_read_all(authority: &Authority) -> Result<(), Refusal> {
    authority.allow::<GrantRead>().map(|_| ()).or_else(|_| authority.allow::<WageTypeEdit>().map(|_| ()))
}

resource_handlers! {
    WageOffer, WageOfferInput, WageOfferView, "wage-types", "wage-offers",
    list: "Lists offers of wage types: all for `system:wage_type.edit` or `system:grant.read`, else those to the caller in person." "listWageOffers",
    get: "Reads an offer. Needs `system:wage_type.edit` or `system:grant.read`, except for one to the caller in person." "getWageOffer",
    create: "Offers a wage type to the members of a role, or to one person. Needs `system:wage_type.edit`." "createWageOffer",
    update: "Changes an offer. Needs `system:wage_type.edit`." "updateWageOffer",
    upsert: "Creates or updates an offer by your own id. Needs `system:wage_type.edit`." "upsertWageOffer",
    remove: "Removes an offer. Needs `system:wage_type.edit`." "deleteWageOffer"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<WageTypeEdit>()?;
            wage_offers::remove(work, &allowed, WageOfferId(id), expected)
        },
}
