//! Wage types (P-07).

use domain::id::WageTypeId;
use domain::wage::WageType;
use persistence::{Filter, Stored, Value};

use crate::app::App;
use crate::commands::wage_types::{self, WageTypeInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{Chosen, ChosenKind, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, WageTypeEdit};
use crate::{resource_handlers, view};

view! {
    /// A wage type: what working time, absence or another claim is recorded as.
    #[schema(example = json!({
        "id": ids::wage_type("overtime"), "external_id": "overtime", "code": "overtime", "name": "Overtime",
        "unit": "hour", "request_group": 2, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 24
    }))]
    WageTypeView {
        /// Unique code.
        #[schema(max_length = 100)]
        code: String,
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// What its amounts count.
        #[schema(max_length = 40)]
        unit: String,
        /// Whose requests for it are checked and closed: 1 or 2.
        #[schema(minimum = 1, maximum = 2)]
        request_group: i32,
    }
}

impl Shown for WageType {
    type View = WageTypeView;
    const PLURAL: &'static str = "wage-types";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "code", kind: FilterKind::Text("code"), what: "With this code" },
            FilterSpec {
                name: "request_group",
                kind: FilterKind::Chosen(ChosenKind::Word(&["1", "2"])),
                what: "Of this request group",
            },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
        ],
        sorts: &[("name", "name_key"), ("code", "code"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &["name_key", "code"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> WageTypeView {
        let wage_type = &stored.value;
        WageTypeView {
            id: wage_type.id.0,
            external_id: wage_type.external_id.clone(),
            code: wage_type.code.clone(),
            name: wage_type.name.clone(),
            unit: wage_type.unit.clone(),
            request_group: wage_type.request_group,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, _: &'a Authority) -> Result<Visible<'a>, Refusal> {
        Ok(Visible::All)
    }

    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        chosen: &Chosen,
        filters: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        if let Some(group) = chosen.word("request_group").and_then(|group| group.parse().ok()) {
            filters.push(Filter::Equals("request_group", Value::Integer(group)));
        }
        Self::visible(app, authority)
    }

    fn readable(_: &App, _: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        Ok(())
    }
}

resource_handlers! {
    WageType, WageTypeInput, WageTypeView, "wage-types", "wage-types",
    list: "Lists the catalogue of wage types." "listWageTypes",
    get: "Reads a wage type." "getWageType",
    create: "Creates a wage type. Needs `system:wage_type.edit`." "createWageType",
    update: "Changes a wage type. Needs `system:wage_type.edit`." "updateWageType",
    upsert: "Creates or updates a wage type by your own id. Needs `system:wage_type.edit`." "upsertWageType",
    remove: "Removes a wage type that nobody offers. Needs `system:wage_type.edit`." "deleteWageType"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<WageTypeEdit>()?;
            wage_types::remove(work, &allowed, WageTypeId(id), expected)
        },
}
