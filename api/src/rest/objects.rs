//! Objects (P-10).

use domain::access::TargetIx;
use domain::grant::{Object, Target};
use domain::id::ObjectId;
use persistence::{Filter, Stored};
use uuid::Uuid;

use crate::app::App;
use crate::commands::objects::{self, ObjectInput, ObjectStateName};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rest::workers::NARROW;
use crate::rights::{Authority, Extent, ObjectAdminister};
use crate::{resource_handlers, view};

view! {
    /// An object: something that other programs keep and Remit guards.
    #[schema(example = json!({
        "id": ids::object("invoice-2026-03"), "external_id": "invoice-2026-03", "type": "document",
        "title": "Invoices of March 2026", "state": "open", "department_id": ids::department("accounting"),
        "author_id": null, "assignee_id": null, "team_ids": [], "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:00:00Z", "revision": 14
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
        /// Who created it.
        author_id: Option<Uuid>,
        /// Who is to do it.
        assignee_id: Option<Uuid>,
        /// Who works on it besides.
        #[schema(max_items = 500)]
        team_ids: Vec<Uuid>,
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
            author_id: object.author_id.map(|id| id.0),
            assignee_id: object.assignee_id.map(|id| id.0),
            team_ids: object.team_ids.iter().map(|id| id.0).collect(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
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

fn may_read(authority: &Authority, object: ObjectId) -> bool {
    authority.may_object(object, "read")
}

resource_handlers! {
    Object, ObjectInput, ObjectView, "objects", "objects",
    list: "Lists the objects that the caller may read; all with `system:object.administer`." "listObjects",
    get: "Reads an object." "getObject",
    create: "Creates an object. Needs `system:object.create`." "createObject",
    update: "Changes an object. Needs `system:object.administer`, or `edit` on it." "updateObject",
    upsert: "Creates or updates an object by your own id. Needs `system:object.create`, or to change one `system:object.administer` or `edit` on it." "upsertObject",
    remove: "Removes an object with the grants on it. Needs `system:object.administer`." "deleteObject"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<ObjectAdminister>()?;
            objects::remove(work, &allowed, ObjectId(id), expected)
        },
}
