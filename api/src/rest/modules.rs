//! Modules (P-01).

use domain::grant::Module;
use domain::id::ModuleId;
use persistence::Stored;

use crate::app::App;
use crate::commands::modules::{self, ModuleInput, TargetName};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, ModuleEdit};
use crate::{resource_handlers, view};

view! {
    /// A module: a family of rights over one kind of target.
    #[schema(example = json!({
        "id": ids::module("fleet"), "external_id": "fleet", "code": "fleet", "name": "Company cars",
        "active": true, "target": "object", "actions": ["read", "book", "return"], "built_in": false,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 12
    }))]
    ModuleView {
        /// Unique code.
        #[schema(max_length = 100)]
        code: String,
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// Switched on; otherwise it grants nothing.
        active: bool,
        /// What its actions are done to.
        #[schema(inline)]
        target: TargetName,
        /// Its actions.
        #[schema(max_items = 128)]
        actions: Vec<String>,
        /// Comes with Remit.
        built_in: bool,
    }
}

impl Shown for Module {
    type View = ModuleView;
    const PLURAL: &'static str = "modules";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "code", kind: FilterKind::Text("code"), what: "With this code" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "active", kind: FilterKind::Flag("active"), what: "Whether switched on" },
            FilterSpec {
                name: "target",
                kind: FilterKind::Word("target", &["none", "worker", "area", "object"]),
                what: "Over this kind of target",
            },
        ],
        sorts: &[("code", "code"), ("name", "name_key"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &["name_key", "code"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> ModuleView {
        let module = &stored.value;
        ModuleView {
            id: module.id.0,
            external_id: module.external_id.clone(),
            code: module.code.clone(),
            name: module.name.clone(),
            active: module.active,
            target: module.target.into(),
            actions: module.actions.clone(),
            built_in: module.built_in,
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
    Module, ModuleInput, ModuleView, "modules", "modules",
    list: "Lists modules." "listModules",
    get: "Reads a module." "getModule",
    create: "Creates a module. Needs `system:module.edit`." "createModule",
    update: "Changes a module. Needs `system:module.edit`." "updateModule",
    upsert: "Creates or updates a module by your own id. Needs `system:module.edit`." "upsertModule",
    remove: "Removes a module. Needs `system:module.edit`." "deleteModule"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<ModuleEdit>()?;
            modules::remove(work, &allowed, ModuleId(id), expected)
        },
}
