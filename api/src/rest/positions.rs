//! Positions (D-03).

use chrono::NaiveDate;
use domain::id::PositionId;
use domain::organisation::Position;
use persistence::Stored;

use crate::app::App;
use crate::commands::positions::{self, PositionInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, PositionEdit};
use crate::{resource_handlers, view};

view! {
    /// A position: a job title or function.
    #[schema(example = json!({
        "id": ids::position("accountant"), "external_id": "accountant", "code": "accountant",
        "name": "Accountant", "valid_from": null, "valid_to": null, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 4
    }))]
    PositionView {
        /// Unique code.
        #[schema(max_length = 100)]
        code: String,
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
    }
}

impl Shown for Position {
    type View = PositionView;
    const PLURAL: &'static str = "positions";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "code", kind: FilterKind::Text("code"), what: "With this code" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
        ],
        sorts: &[("name", "name_key"), ("code", "code"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &["name_key", "code"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> PositionView {
        let position = &stored.value;
        PositionView {
            id: position.id.0,
            external_id: position.external_id.clone(),
            code: position.code.clone(),
            name: position.name.clone(),
            valid_from: position.window.valid_from,
            valid_to: position.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, _: &'a Authority) -> Result<Visible<'a>, Refusal> {
        Ok(Visible::All)
    }

    fn readable(_: &App, _: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        Ok(())
    }
}

resource_handlers! {
    Position, PositionInput, PositionView, "positions", "positions",
    list: "Lists positions." "listPositions",
    get: "Reads a position." "getPosition",
    create: "Creates a position. Needs `system:position.edit`." "createPosition",
    update: "Changes a position. Needs `system:position.edit`." "updatePosition",
    upsert: "Creates or updates a position by your own id. Needs `system:position.edit`." "upsertPosition",
    remove: "Removes a position. Needs `system:position.edit`." "deletePosition"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<PositionEdit>()?;
            positions::remove(work, &allowed, PositionId(id), expected)
        },
}
