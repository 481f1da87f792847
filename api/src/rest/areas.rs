//! Areas, projects, calendars (section 7).
//!
//! Who has a right in an area sees it: kind, name, mark, class, state, owner, and the area above where they see that one too.
//! Its settings, that is processors, readers and who is allowed from outside, are null for all but its owner and who
//! administers areas: reading the content tells nobody who else may.

use actix_web::web;
use domain::area::{Area, AreaState};
use domain::id::{AreaId, RoleId};
use persistence::{Filter, Stored, Value};
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::areas::{self, AreaClassName, AreaInput, AreaKindName, AreaStateName, owners};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::etag::MayMatch;
use crate::http::listing::{Chosen, ChosenKind, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::http::planning::MayPlan;
use crate::rest::crud::{self, Answer, Shown};
use crate::rest::workers::NARROW;
use crate::rights::{AreaAdminister, Authority, SeenAreas};
use crate::{resource_handlers, view};

view! {
    /// An area, a project or a calendar.
    #[schema(example = json!({
        "id": ids::area("bookkeeping"), "external_id": "bookkeeping", "kind": "area", "name": "Bookkeeping",
        "mark": "Ucetnictvi", "parent_id": null, "owner_id": ids::user("filip.berger"),
        "processor_ids": [ids::role("bookkeepers")], "reader_ids": [ids::role("leadership"), ids::role("reviewers")],
        "class": "normal", "state": "active", "allowed_external_administrator_ids": [], "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 15
    }))]
    AreaView {
        /// What sort of area.
        #[schema(inline)]
        kind: AreaKindName,
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// A short token that stands for it in the marks of its objects.
        #[schema(max_length = 50)]
        mark: Option<String>,
        /// The area above; null also where the caller does not see that one.
        parent_id: Option<Uuid>,
        /// Who has the settings.
        owner_id: Uuid,
        /// The roles whose members create and work on the content; null for who does not see the settings.
        #[schema(max_items = 100)]
        processor_ids: Option<Vec<Uuid>>,
        /// The roles whose members see everything there; null for who does not see the settings.
        #[schema(max_items = 100)]
        reader_ids: Option<Vec<Uuid>>,
        /// How closely it is guarded.
        #[schema(inline)]
        class: AreaClassName,
        /// Whether it is in use.
        #[schema(inline)]
        state: AreaStateName,
        /// External administrators whose rights count there; null for who does not see the settings.
        #[schema(max_items = 100)]
        allowed_external_administrator_ids: Option<Vec<Uuid>>,
    }
}

impl Shown for Area {
    type View = AreaView;
    const PLURAL: &'static str = "areas";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec {
                name: "kind",
                kind: FilterKind::Word("kind", &["area", "project", "calendar"]),
                what: "Of these kinds",
            },
            FilterSpec {
                name: "state",
                kind: FilterKind::Word("state", &["active", "archived"]),
                what: "In these states",
            },
            FilterSpec {
                name: "class",
                kind: FilterKind::Word("class", &["normal", "protected", "personal_folders"]),
                what: "Of these classes",
            },
            FilterSpec { name: "owner_id", kind: FilterKind::Id("owner_id"), what: "Owned by this user" },
            FilterSpec { name: "parent_id", kind: FilterKind::Id("parent_id"), what: "Directly below this one" },
            FilterSpec { name: "mark", kind: FilterKind::Text("mark"), what: "With this mark" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec {
                name: "role_id",
                kind: FilterKind::Chosen(ChosenKind::Id),
                what: "Of which this role is a processor or reader; of those whose settings the caller sees",
            },
            FilterSpec {
                name: "without_able_owner",
                kind: FilterKind::Chosen(ChosenKind::Flag),
                what: "Whether the owner is an account that can't own areas, such as a blocked one; of those whose settings \
                       the caller sees",
            },
        ],
        sorts: &[
            ("name", "name_key"),
            ("mark", "mark_key"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
        search: &["name_key", "mark_key", "external_id"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> AreaView {
        let area = &stored.value;
        let roles = |roles: &[RoleId]| Some(roles.iter().map(|id| id.0).collect());
        AreaView {
            id: area.id.0,
            external_id: area.external_id.clone(),
            kind: area.kind.into(),
            name: area.name.clone(),
            mark: area.mark.clone(),
            parent_id: area.parent_id.map(|id| id.0),
            owner_id: area.owner_id.0,
            processor_ids: roles(&area.processor_ids),
            reader_ids: roles(&area.reader_ids),
            class: area.class.into(),
            state: area.state.into(),
            allowed_external_administrator_ids: Some(
                area.allowed_external_administrator_ids.iter().map(|id| id.0).collect(),
            ),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn veil(_: &App, authority: &Authority, stored: &Stored<Self>, view: &mut AreaView) {
        if !authority.sees_settings(&stored.value) {
            (view.processor_ids, view.reader_ids, view.allowed_external_administrator_ids) = (None, None, None);
        }
        view.parent_id = view.parent_id.filter(|parent| authority.sees_area(AreaId(*parent)));
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        Ok(match authority.areas_seen(NARROW) {
            SeenAreas::All => Visible::All,
            SeenAreas::Few(ids) if ids.len() <= NARROW => Visible::Only(Filter::Ids(ids)),
            _ => Visible::Check { column: "id", may: Box::new(|id| authority.sees_area(AreaId(id))) },
        })
    }

    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        chosen: &Chosen,
        filters: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        // What lies below an area that is hidden from the caller lies below none.
        let hidden = |filter: &Filter| match filter {
            Filter::Equals("parent_id", Value::Uuid(parent)) => !authority.sees_area(AreaId(*parent)),
            _ => false,
        };
        if filters.iter().any(hidden) {
            return Ok(Visible::Only(Filter::Ids(vec![])));
        }
        let (role, lacking) = (chosen.id("role_id"), chosen.flag("without_able_owner"));
        if role.is_none() && lacking.is_none() {
            return Self::visible(app, authority);
        }
        let model = app.live().model();
        let naming = role.map(|role| {
            let areas = model.role(RoleId(role)).map(|role| model.areas_naming(role)).unwrap_or_default();
            areas.into_iter().map(|area| model.area_id(area).0).collect::<Vec<_>>()
        });
        let unowned = lacking.map(|wanted| (wanted, owners::without(app)));
        let may = move |id: Uuid| {
            naming.as_ref().is_none_or(|naming| naming.contains(&id))
                && unowned.as_ref().is_none_or(|(wanted, without)| without.contains(&id) == *wanted)
                && authority.sets_area(AreaId(id))
        };
        Ok(Visible::Check { column: "id", may: Box::new(may) })
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        if authority.sees(&stored.value) { Ok(()) } else { Err(Refusal::NotFound) }
    }
}

resource_handlers! {
    Area, AreaInput, AreaView, "areas", "areas",
    list: "Lists the areas in which the caller has a right, and those that they own; all with `system:area.administer`. The settings are shown to owners and with that right." "listAreas",
    get: "Reads an area." "getArea",
    create: "Creates an area, with the roles that `new_processors` and `new_readers` describe. Needs `system:area.administer`, or `system:area.create`, which makes the caller the owner." "createArea",
    update: "Changes an area. Its owner sets name, processors, readers and who is allowed from outside; everything else needs `system:area.administer`." "updateArea",
    upsert: "Creates or updates an area by your own id. Needs what creating or changing one does." "upsertArea",
    remove: "Removes an area that nothing refers to. Needs `system:area.administer`." "deleteArea"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<AreaAdminister>()?;
            areas::remove(work, &allowed, AreaId(id), expected)
        },
}

/// Archives an area: it is kept for reading. For its owner, or with `system:area.administer`.
#[utoipa::path(post, path = "/api/v1/areas/{id}/archive", tag = "areas", operation_id = "archiveArea",
    params(("id" = Uuid, Path, description = "The area's id")),
    responses((status = 200, description = "Archived", body = AreaView)))]
pub async fn archive(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    move_to(app, caller, id, expected, AreaState::Archived).await
}

/// Takes an archived area into use again. For its owner, or with `system:area.administer`.
#[utoipa::path(post, path = "/api/v1/areas/{id}/unarchive", tag = "areas", operation_id = "unarchiveArea",
    params(("id" = Uuid, Path, description = "The area's id")),
    responses((status = 200, description = "In use", body = AreaView)))]
pub async fn unarchive(app: web::Data<App>, caller: Caller, id: Id, _plan: MayPlan, expected: MayMatch) -> Answer {
    move_to(app, caller, id, expected, AreaState::Active).await
}

async fn move_to(app: web::Data<App>, caller: Caller, id: Id, expected: MayMatch, state: AreaState) -> Answer {
    crud::act(app, caller, None, move |work| areas::move_to(work, AreaId(id.0), &expected.0, state)).await
}
