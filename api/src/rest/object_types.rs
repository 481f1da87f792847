//! Object types (P-09, P-10).

use domain::grant::ObjectType;
use domain::id::ObjectTypeId;
use persistence::{Filter, Stored, Value};

use crate::app::App;
use crate::commands::modules::{self, ObjectTypeInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{Chosen, ChosenKind, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, ModuleEdit};
use crate::{resource_handlers, view};

view! {
    /// A type of objects, in a module whose target is `object`.
    #[schema(example = json!({
        "id": ids::object_type("company_car"), "external_id": "company_car", "code": "company_car",
        "name": "Company car", "module": "fleet", "built_in": false, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 13
    }))]
    ObjectTypeView {
        /// Unique code.
        #[schema(max_length = 100)]
        code: String,
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// The code of its module.
        #[schema(max_length = 100)]
        module: String,
        /// Comes with Remit.
        built_in: bool,
    }
}

impl Shown for ObjectType {
    type View = ObjectTypeView;
    const PLURAL: &'static str = "object-types";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "code", kind: FilterKind::Text("code"), what: "With this code" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "module", kind: FilterKind::Text("module"), what: "In this module" },
            FilterSpec {
                name: "active",
                kind: FilterKind::Chosen(ChosenKind::Flag),
                what: "Whether the module is switched on: objects of others can't be created",
            },
        ],
        sorts: &[("code", "code"), ("name", "name_key"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &["name_key", "code"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> ObjectTypeView {
        let of = &stored.value;
        ObjectTypeView {
            id: of.id.0,
            external_id: of.external_id.clone(),
            code: of.code.clone(),
            name: of.name.clone(),
            module: of.module.clone(),
            built_in: of.built_in,
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
        if let Some(active) = chosen.flag("active") {
            let model = app.live().model();
            let modules = model.modules().filter(|module| model.module_active(*module) == active);
            let codes = modules.map(|module| Value::Text(model.module_code(module).to_owned())).collect();
            filters.push(Filter::AnyOf("module", codes));
        }
        Self::visible(app, authority)
    }

    fn readable(_: &App, _: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        Ok(())
    }
}

resource_handlers! {
    ObjectType, ObjectTypeInput, ObjectTypeView, "object-types", "object-types",
    list: "Lists object types." "listObjectTypes",
    get: "Reads an object type." "getObjectType",
    create: "Creates an object type. Needs `system:module.edit`." "createObjectType",
    update: "Changes an object type. Needs `system:module.edit`." "updateObjectType",
    upsert: "Creates or updates an object type by your own id. Needs `system:module.edit`." "upsertObjectType",
    remove: "Removes an object type. Needs `system:module.edit`." "deleteObjectType"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<ModuleEdit>()?;
            modules::remove_type(work, &allowed, ObjectTypeId(id), expected)
        },
}
