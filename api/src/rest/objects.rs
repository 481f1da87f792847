//! Objects (P-10).

use std::collections::{HashMap, HashSet};

use actix_web::{HttpRequest, web};
use domain::access::{Model, TargetIx};
use domain::area::Area;
use domain::grant::{Grant, Object, Target, Template};
use domain::id::{ObjectId, TemplateId};
use persistence::{Filter, Reader, Stored, Value as PlainValue};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::objects::{self, ObjectInput, ObjectStateName};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListRequest, ListSpec};
use crate::http::page::{Page, Visible};
use crate::rest::crud::{self, Answer, Shown};
use crate::rest::grants::GrantView;
use crate::rest::workers::NARROW;
use crate::rights::{Authority, Extent, GrantRead, ObjectAdminister};
use crate::{resource_handlers, view};

view! {
    /// An object: something that other programs keep and Remit guards.
    #[schema(example = json!({
        "id": ids::object("invoice-2026-03"), "external_id": "invoice-2026-03", "type": "document",
        "title": "Invoices of March 2026", "state": "open", "department_id": ids::department("accounting"),
        "area_id": null, "area_name": null, "mark": null, "author_id": null, "assignee_id": null, "team_ids": [], "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 17
    }))]
    ObjectView {
        /// The code of its type.
        #[serde(rename = "type")]
        #[schema(max_length = 100)]
        object_type: String,
        /// Title.
        #[schema(max_length = 200)]
        title: String,
        /// Where it stands.
        #[schema(inline)]
        state: ObjectStateName,
        /// The department that it belongs to.
        department_id: Option<Uuid>,
        /// The area that it lies in.
        area_id: Option<Uuid>,
        /// The name of that area, as it is now.
        #[schema(max_length = 200)]
        area_name: Option<String>,
        /// Its mark.
        #[schema(max_length = 200)]
        mark: Option<String>,
        /// Who created it.
        author_id: Option<Uuid>,
        /// Who is to do it.
        assignee_id: Option<Uuid>,
        /// Who works on it besides.
        #[schema(max_items = 500)]
        team_ids: Vec<Uuid>,
    }
}

/// A grant that covers an object, and the template that gave it.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::grant("g-people-budget"), "external_id": "g-people-budget", "holder_type": "role",
    "holder_id": ids::role("people-desk"), "module": "document",
    "scope": {"type": "object", "id": ids::object("budget-2027")}, "allow": ["read"], "deny": [],
    "source": "manual", "template_id": null, "valid_from": null, "valid_to": null,
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 18, "template": null
}))]
pub struct ObjectGrantView {
    /// The grant.
    #[serde(flatten)]
    grant: GrantView,
    /// The template that it came from; null when none did, or it is gone.
    #[schema(required = true)]
    template: Option<TemplateNameView>,
}

/// A template, by name.
#[derive(Serialize, ToSchema)]
pub struct TemplateNameView {
    /// Its id.
    id: Uuid,
    /// Its name.
    #[schema(max_length = 200)]
    name: String,
}

impl ObjectGrantView {
    fn of(stored: &Stored<Grant>, names: &HashMap<TemplateId, String>) -> Self {
        let template =
            stored.value.template_id.and_then(|id| Some(TemplateNameView { id: id.0, name: names.get(&id)?.clone() }));
        Self { grant: Grant::view(stored), template }
    }
}

impl Shown for Object {
    type View = ObjectView;
    const PLURAL: &'static str = "objects";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "type", kind: FilterKind::Text("object_type"), what: "Of this type" },
            FilterSpec { name: "state", kind: FilterKind::Word("state", &["open", "done"]), what: "In this state" },
            FilterSpec {
                name: "department_id",
                kind: FilterKind::Id("department_id"),
                what: "Belonging to this department",
            },
            FilterSpec { name: "area_id", kind: FilterKind::Id("area_id"), what: "In this area" },
            FilterSpec { name: "has_area", kind: FilterKind::Present("area_id"), what: "Whether it lies in an area" },
            FilterSpec { name: "mark", kind: FilterKind::Text("mark"), what: "With exactly this mark" },
            FilterSpec { name: "assignee_id", kind: FilterKind::Id("assignee_id"), what: "Assigned to this user" },
            FilterSpec { name: "author_id", kind: FilterKind::Id("author_id"), what: "Created by this user" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
        ],
        sorts: &[
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
            ("title", "title_key"),
            ("type", "object_type"),
        ],
        search: &["title_key"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> ObjectView {
        let object = &stored.value;
        ObjectView {
            id: object.id.0,
            external_id: object.external_id.clone(),
            object_type: object.object_type.clone(),
            title: object.title.clone(),
            state: object.state.into(),
            department_id: object.department_id.map(|id| id.0),
            area_id: object.area_id.map(|id| id.0),
            area_name: None,
            mark: object.mark.clone(),
            author_id: object.author_id.map(|id| id.0),
            assignee_id: object.assignee_id.map(|id| id.0),
            team_ids: object.team_ids.iter().map(|id| id.0).collect(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    /// Whoever sees an object sees the name of its area.
    fn complete(reader: &mut Reader<'_>, views: &mut [ObjectView]) -> Result<(), Refusal> {
        let mut areas: Vec<Uuid> = views.iter().filter_map(|view| view.area_id).collect();
        areas.sort_unstable();
        areas.dedup();
        let found = reader.get_many::<Area>(&areas)?;
        let names: HashMap<Uuid, String> = found.into_iter().map(|area| (area.value.id.0, area.value.name)).collect();
        for view in views {
            view.area_name = view.area_id.and_then(|area| names.get(&area)).cloned();
        }
        Ok(())
    }

    fn visible<'a>(app: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        if authority.may("system", "object.administer", TargetIx::None) {
            return Ok(Visible::All);
        }
        Ok(match visible_objects(app, authority) {
            Some(ids) => Visible::Only(Filter::Ids(ids)),
            None => Visible::Check { column: "id", may: Box::new(|id| may_read(authority, ObjectId(id))) },
        })
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        if authority.allow::<ObjectAdminister>().is_ok() || may_read(authority, stored.value.id) {
            return Ok(());
        }
        Err(Refusal::NotFound)
    }
}

/// The ids of the objects that the caller may read, when they are few.
fn visible_objects(app: &App, authority: &Authority) -> Option<Vec<Uuid>> {
    let model = app.live().model();
    let mut ids = Vec::new();
    for module in model.modules().filter(|module| model.module_target(*module) == Target::Object) {
        match authority.extent(model.module_code(module), "read", NARROW) {
            Extent::Few(more) => ids.extend(more),
            Extent::All | Extent::Ask(_) => return None,
        }
        if ids.len() > NARROW {
            return None;
        }
    }
    Some(ids)
}

/// The object, for who may know who may do what on it.
fn with_grants(authority: &Authority, stored: Option<Stored<Object>>) -> Result<Object, Refusal> {
    let may_all =
        || authority.allow::<GrantRead>().map(|_| ()).or_else(|_| authority.allow::<ObjectAdminister>().map(|_| ()));
    let Some(Stored { value: object, .. }) = stored else {
        return Err(Refusal::NotFound);
    };
    match may_all() {
        Err(_) if authority.may_object(object.id, "edit") => Ok(object),
        Err(refusal) if may_read(authority, object.id) => Err(refusal),
        Err(_) => Err(Refusal::NotFound),
        Ok(()) => Ok(object),
    }
}

/// What grants cover an object by, beside naming it: in its module, over its area, its department or one above, its type,
/// or everything.
fn covering(model: &Model, object: &Object) -> Filter {
    let is = |column, id: Uuid| Filter::Equals(column, PlainValue::Uuid(id));
    let sort = |name: &str| Filter::Equals("scope_type", PlainValue::Text(name.to_owned()));
    let mut by = vec![
        is("scope_object_id", object.id.0),
        sort("all"),
        Filter::Equals("scope_object_type", PlainValue::Text(object.object_type.clone())),
    ];
    by.extend(object.area_id.map(|area| is("scope_area_id", area.0)));
    if let Some(department) = object.department_id {
        by.push(is("scope_department_id", department.0));
        let parent = |ix| model.parent_of(ix);
        let above = std::iter::successors(model.department(department).and_then(parent), |ix| parent(*ix));
        let above = above.map(|ix| PlainValue::Uuid(model.department_id(ix).0)).collect();
        by.push(Filter::And(vec![
            Filter::AnyOf("scope_department_id", above),
            Filter::Equals("include_subtree", PlainValue::Bool(true)),
        ]));
    }
    let module = model.object_type(&object.object_type).map(|module| model.module_code(module).to_owned());
    Filter::And(vec![Filter::Equals("module", PlainValue::Text(module.unwrap_or_default())), Filter::Or(by)])
}

/// Lists the grants that name an object: who may do what on it, and by which template. `include=covering` adds those in
/// its module that cover it otherwise: over its area, its department, its type, or everything. Needs
/// `system:grant.read`, `system:object.administer`, or `edit` on the object.
#[utoipa::path(get, path = "/api/v1/objects/{id}/grants", tag = "objects", operation_id = "listObjectGrants",
    params(("id" = Uuid, Path, description = "The object's id"),
        ("include" = Option<String>, Query, description = "`covering`: what covers it otherwise as well")),
    responses((status = 200, description = "A page", body = Page<ObjectGrantView>)))]
pub async fn grants(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    let mut all = false;
    let mut asked = ListRequest::read(&request, &Grant::LIST, |params, filters| {
        all = params.word("include", &["covering"]).is_some();
        if !all {
            filters.push(Filter::Equals("scope_object_id", PlainValue::Uuid(id.0)));
        }
    })?;
    let page = app
        .run(move |app| {
            let model = app.live().model();
            app.store().read(|reader| {
                let object = with_grants(&caller.authority, reader.get::<Object>(id.0)?)?;
                asked.filters.extend(all.then(|| covering(&model, &object)));
                let page = asked.page::<Grant>(reader, &Visible::All)?;
                let mut ids: Vec<Uuid> =
                    page.items.iter().filter_map(|grant| grant.value.template_id).map(|id| id.0).collect();
                ids.sort_unstable();
                ids.dedup();
                let names: HashMap<TemplateId, String> = reader
                    .get_many::<Template>(&ids)?
                    .into_iter()
                    .map(|found| (found.value.id, found.value.name))
                    .collect();
                Ok::<_, Refusal>(Page::of(page, |stored| ObjectGrantView::of(&stored, &names)))
            })
        })
        .await?;
    Ok(page.respond(&request))
}

fn may_read(authority: &Authority, object: ObjectId) -> bool {
    authority.may_object(object, "read")
}

resource_handlers! {
    Object, ObjectInput, ObjectView, "objects", "objects",
    list: "Lists the objects that the caller may read; all with `system:object.administer`." "listObjects",
    get: "Reads an object." "getObject",
    create: "Creates an object, marked by its pattern. Needs `system:object.create`, and `areas:work` in the area that it names; who has the latter needs no more." "createObject",
    update: "Changes an object. Needs `system:object.administer`, or `edit` on it and `areas:work` in a new area." "updateObject",
    upsert: "Creates or updates an object by your own id. Needs what creating one does, or to change one `system:object.administer` or `edit` on it." "upsertObject",
    remove: "Removes an object with the grants and notices on it. Needs `system:object.administer`." "deleteObject"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<ObjectAdminister>()?;
            objects::remove(work, &allowed, ObjectId(id), expected)
        },
}

/// Lists the objects that are assigned to the caller or on whose team the caller is.
#[utoipa::path(get, path = "/api/v1/me/objects", tag = "me", operation_id = "listMyObjects",
    responses((status = 200, description = "A page", body = Page<ObjectView>)))]
pub async fn mine(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    crud::list_seen::<Object>(app, caller, request, vec![], |app, authority, _, _| {
        let model = app.live().model();
        let me = authority.user_id().and_then(|user| model.user(user)).ok_or(Refusal::NotFound)?;
        let mine = model.objects_of(me).into_iter().map(|object| model.object_id(object));
        let mine: Vec<Uuid> = mine.filter(|object| may_read(authority, *object)).map(|object| object.0).collect();
        if mine.len() <= NARROW {
            return Ok(Visible::Only(Filter::Ids(mine)));
        }
        let mine: HashSet<Uuid> = mine.into_iter().collect();
        Ok(Visible::Check { column: "id", may: Box::new(move |id| mine.contains(&id)) })
    })
    .await
}
