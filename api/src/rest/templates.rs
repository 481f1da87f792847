//! Templates (P-09).

use domain::grant::Template;
use domain::id::{DepartmentId, Kind, TemplateId};
use persistence::{Filter, Key, Stored};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::commands::templates::{self, TemplateInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{Chosen, ChosenKind, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, GrantRead, TemplateEdit};
use crate::{resource_handlers, view};

view! {
    /// A template: what roles may do with the objects that some departments create.
    #[schema(example = json!({
        "id": ids::template("accounting-documents"), "external_id": "accounting-documents",
        "name": "Documents of Accounting", "department_ids": [ids::department("accounting")],
        "rights": [{"object_type": "document", "role_id": ids::role("heads"), "allow": ["read", "report_finished"]}],
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 22
    }))]
    TemplateView {
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// The departments whose new objects get the rights.
        #[schema(max_items = 500)]
        department_ids: Vec<Uuid>,
        /// The rights.
        #[schema(max_items = 500)]
        rights: Vec<TemplateRightView>,
    }
}

/// What a role may do with new objects of a type.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateRight)]
pub struct TemplateRightView {
    /// The code of the type.
    #[schema(max_length = 100)]
    pub object_type: String,
    /// The role.
    pub role_id: Uuid,
    /// Allowed actions.
    #[schema(max_items = 128)]
    pub allow: Vec<String>,
}

impl Shown for Template {
    type View = TemplateView;
    const PLURAL: &'static str = "templates";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec {
                name: "department_id",
                kind: FilterKind::Chosen(ChosenKind::Id),
                what: "Naming this department",
            },
            FilterSpec { name: "role_id", kind: FilterKind::Chosen(ChosenKind::Id), what: "With rights for this role" },
        ],
        sorts: &[("name", "name_key"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &["name_key"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> TemplateView {
        let template = &stored.value;
        TemplateView {
            id: template.id.0,
            external_id: template.external_id.clone(),
            name: template.name.clone(),
            department_ids: template.department_ids.iter().map(|id| id.0).collect(),
            rights: template
                .rights
                .iter()
                .map(|right| TemplateRightView {
                    object_type: right.object_type.clone(),
                    role_id: right.role_id.0,
                    allow: right.allow.clone(),
                })
                .collect(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        may_read(authority).map(|()| Visible::All)
    }

    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        chosen: &Chosen,
        _: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        let visible = Self::visible(app, authority)?;
        let (department, role) = (chosen.id("department_id"), chosen.id("role_id"));
        if department.is_none() && role.is_none() {
            return Ok(visible);
        }
        let wanted = |template: &Template| {
            department.is_none_or(|id| template.department_ids.contains(&DepartmentId(id)))
                && role.is_none_or(|id| template.rights.iter().any(|right| right.role_id.0 == id))
        };
        let all = app.store().read(|reader| reader.find::<Template>(&Key::All(Kind::Template)))?;
        let ids = all.iter().filter(|found| wanted(&found.value)).map(|found| found.value.id.0).collect();
        Ok(Visible::Only(Filter::Ids(ids)))
    }

    fn readable(_: &App, authority: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        may_read(authority)
    }
}

/// Who may write them reads them, and who reads grants.
fn may_read(authority: &Authority) -> Result<(), Refusal> {
    authority.allow::<TemplateEdit>().map(|_| ()).or_else(|_| authority.allow::<GrantRead>().map(|_| ()))
}

resource_handlers! {
    Template, TemplateInput, TemplateView, "templates", "templates",
    list: "Lists templates. Needs `system:template.edit` or `system:grant.read`." "listTemplates",
    get: "Reads a template. Needs `system:template.edit` or `system:grant.read`." "getTemplate",
    create: "Creates a template. Needs `system:template.edit`." "createTemplate",
    update: "Changes a template: objects that exist stay as they are. Needs `system:template.edit`." "updateTemplate",
    upsert: "Creates or updates a template by your own id. Needs `system:template.edit`." "upsertTemplate",
    remove: "Removes a template: the grants that it gave stay. Needs `system:template.edit`." "deleteTemplate"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<TemplateEdit>()?;
            templates::remove(work, &allowed, TemplateId(id), expected)
        },
}
