//! Grants (P-02).

use chrono::NaiveDate;
use domain::grant::Grant;
use domain::id::GrantId;
use persistence::Stored;
use uuid::Uuid;

use crate::app::App;
use crate::commands::grants::{self, GrantInput, GrantScope, HolderType, holder_parts};
use crate::commands::{Refusal, Work};
use crate::http::listing::{FilterKind, FilterSpec, ListSpec, Visible};
use crate::rest::crud::Shown;
use crate::rights::{Authority, GrantEdit, GrantRead};
use crate::{resource_handlers, view};

view! {
    /// A grant: rights in one module over one scope.
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
        scope: GrantScope,
        /// Allowed actions.
        #[schema(max_items = 128)]
        allow: Vec<String>,
        /// Denied actions.
        #[schema(max_items = 128)]
        deny: Vec<String>,
        /// Where it came from: `manual`, `template`.
        #[schema(max_length = 20)]
        source: String,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
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
                kind: FilterKind::Word("scope_type", &["all", "department", "worker", "object", "object_type"]),
                what: "Over this sort of scope",
            },
            FilterSpec {
                name: "scope_department_id",
                kind: FilterKind::Id("scope_department_id"),
                what: "Over this department",
            },
            FilterSpec { name: "scope_worker_id", kind: FilterKind::Id("scope_worker_id"), what: "Over this worker" },
            FilterSpec { name: "scope_object_id", kind: FilterKind::Id("scope_object_id"), what: "Over this object" },
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
            scope: GrantScope::of(&grant.scope),
            allow: grant.allow.clone(),
            deny: grant.deny.clone(),
            source: grant.source.to_string(),
            valid_from: grant.window.valid_from,
            valid_to: grant.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a, Self>, Refusal> {
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
