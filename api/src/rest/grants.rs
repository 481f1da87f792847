//! Grants (P-02).

use chrono::NaiveDate;
use domain::access::Model;
use domain::grant::{Grant, Scope};
use domain::id::GrantId;
use persistence::Stored;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::commands::grants::{self, GrantInput, HolderType, holder_parts};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, GrantEdit, GrantRead};
use crate::{resource_handlers, view};

view! {
    /// A grant: rights in one module over one scope.
    #[schema(example = json!({
        "id": ids::grant("g-finance-documents"), "external_id": "g-finance-documents", "holder_type": "role",
        "holder_id": ids::role("finance-team"), "module": "document", "scope": {"type": "department",
        "id": ids::department("finance"), "include_subtree": true}, "allow": ["edit", "read"], "deny": [],
        "source": "manual", "template_id": null, "valid_from": null, "valid_to": null, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 18
    }))]
    GrantView {
        /// Who holds it.
        #[schema(inline)]
        holder_type: HolderType,
        /// The role or user.
        holder_id: Uuid,
        /// The module's code.
        #[schema(max_length = 100)]
        module: String,
        /// What it covers.
        scope: ScopeView,
        /// Allowed actions.
        #[schema(max_items = 128)]
        allow: Vec<String>,
        /// Denied actions.
        #[schema(max_items = 128)]
        deny: Vec<String>,
        /// Where it came from: `manual`, `template`.
        #[schema(max_length = 20)]
        source: String,
        /// The template that it came from; it may be gone.
        template_id: Option<Uuid>,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
    }
}

/// What a grant covers.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = Scope)]
pub enum ScopeView {
    /// Every target of the module.
    All,
    /// The workers placed in a department, the objects that belong to it.
    Department {
        /// The department.
        id: Uuid,
        /// Your own id of it, if it has one; views of rights tell it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, max_length = 200)]
        external_id: Option<String>,
        /// With those below it.
        include_subtree: bool,
    },
    /// One worker.
    Worker {
        /// The worker.
        id: Uuid,
        /// Your own id, if there is one; views of rights tell it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, max_length = 200)]
        external_id: Option<String>,
    },
    /// One area and its objects, not those of the areas below it.
    Area {
        /// The area.
        id: Uuid,
        /// Your own id of it, if it has one; views of rights tell it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, max_length = 200)]
        external_id: Option<String>,
    },
    /// One object.
    Object {
        /// The object.
        id: Uuid,
        /// Your own id of it, if it has one; views of rights tell it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false, max_length = 200)]
        external_id: Option<String>,
    },
    /// Every object of one type.
    ObjectType {
        /// The type's code.
        #[schema(max_length = 100)]
        id: String,
    },
}

impl ScopeView {
    /// A scope as its grant tells it.
    pub fn of(scope: &Scope) -> Self {
        Self::with(scope, None)
    }

    /// A scope with the caller's own id of what it names.
    pub fn named(model: &Model, scope: &Scope) -> Self {
        Self::with(scope, model.scope_external_id(scope).map(str::to_owned))
    }

    fn with(scope: &Scope, external_id: Option<String>) -> Self {
        match scope {
            Scope::All => Self::All,
            Scope::Department { id, include_subtree } => {
                Self::Department { id: id.0, external_id, include_subtree: *include_subtree }
            }
            Scope::Worker { id } => Self::Worker { id: id.0, external_id },
            Scope::Area { id } => Self::Area { id: id.0, external_id },
            Scope::Object { id } => Self::Object { id: id.0, external_id },
            Scope::ObjectType { id } => Self::ObjectType { id: id.clone() },
        }
    }
}

impl Shown for Grant {
    type View = GrantView;
    const PLURAL: &'static str = "grants";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "role_id", kind: FilterKind::Id("holder_role_id"), what: "Held by this role" },
            FilterSpec { name: "user_id", kind: FilterKind::Id("holder_user_id"), what: "Held by this user in person" },
            FilterSpec {
                name: "holder_type",
                kind: FilterKind::Word("holder_type", &["role", "user"]),
                what: "Held by roles or in person",
            },
            FilterSpec { name: "module", kind: FilterKind::Text("module"), what: "In this module" },
            FilterSpec {
                name: "scope_type",
                kind: FilterKind::Word("scope_type", &["all", "department", "worker", "area", "object", "object_type"]),
                what: "Over this sort of scope",
            },
            FilterSpec {
                name: "scope_department_id",
                kind: FilterKind::Id("scope_department_id"),
                what: "Over this department",
            },
            FilterSpec { name: "scope_worker_id", kind: FilterKind::Id("scope_worker_id"), what: "Over this worker" },
            FilterSpec { name: "scope_area_id", kind: FilterKind::Id("scope_area_id"), what: "Over this area" },
            FilterSpec { name: "scope_object_id", kind: FilterKind::Id("scope_object_id"), what: "Over this object" },
            FilterSpec {
                name: "source",
                kind: FilterKind::Word("source", &["manual", "template"]),
                what: "Set by hand, or by a template",
            },
            FilterSpec { name: "template_id", kind: FilterKind::Id("template_id"), what: "Given by this template" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
        ],
        sorts: &[("created_at", "created_at"), ("updated_at", "updated_at"), ("module", "module")],
        search: &[],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> GrantView {
        let grant = &stored.value;
        let (holder_type, holder_id) = holder_parts(grant.holder);
        GrantView {
            id: grant.id.0,
            external_id: grant.external_id.clone(),
            holder_type,
            holder_id,
            module: grant.module.clone(),
            scope: ScopeView::of(&grant.scope),
            allow: grant.allow.clone(),
            deny: grant.deny.clone(),
            source: grant.source.to_string(),
            template_id: grant.template_id.map(|id| id.0),
            valid_from: grant.window.valid_from,
            valid_to: grant.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        authority.allow::<GrantRead>()?;
        Ok(Visible::All)
    }

    fn readable(_: &App, authority: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        authority.allow::<GrantRead>().map(|_| ())
    }
}

resource_handlers! {
    Grant, GrantInput, GrantView, "grants", "grants",
    list: "Lists grants." "listGrants",
    get: "Reads a grant." "getGrant",
    create: "Creates a grant. Needs `system:grant.edit`." "createGrant",
    update: "Changes a grant. Needs `system:grant.edit`." "updateGrant",
    upsert: "Creates or updates a grant by your own id. Needs `system:grant.edit`." "upsertGrant",
    remove: "Removes a grant. Needs `system:grant.edit`." "deleteGrant"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<GrantEdit>()?;
            grants::remove(work, &allowed, GrantId(id), expected)
        },
}
