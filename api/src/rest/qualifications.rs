//! Qualifications (U-14).

use actix_web::{HttpRequest, web};
use chrono::NaiveDate;
use domain::id::QualificationId;
use domain::qualification::Qualification;
use persistence::{Filter, Stored, Value};
use uuid::Uuid;

use crate::app::{App, Caller, Id};
use crate::commands::qualifications::{self, QualificationInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::{self, Answer, Shown};
use crate::rights::{Authority, UserEdit, UserRead};
use crate::{resource_handlers, view};

view! {
    /// A qualification: what a person has proved able to do, and the evidence for it.
    #[schema(example = json!({
        "id": ids::qualification("q-119-forklift"), "external_id": "q-119-forklift",
        "user_id": ids::user("simon.braun"), "name": "Forklift driver", "issuer": "Technical inspection",
        "evidence": "card 1704", "valid_from": "2024-03-01", "valid_to": "2029-02-28", "retain_until": "2039-02-28",
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 19
    }))]
    QualificationView {
        /// Whose it is; a pseudonym's once the user is forgotten.
        user_id: Uuid,
        /// What it is called.
        #[schema(max_length = 200)]
        name: String,
        /// Who gave it.
        #[schema(max_length = 200)]
        issuer: Option<String>,
        /// Where the evidence lies.
        #[schema(max_length = 500)]
        evidence: Option<String>,
        /// First day on which it holds.
        valid_from: Option<NaiveDate>,
        /// Last day on which it holds.
        valid_to: Option<NaiveDate>,
        /// The last day on which it must be kept as evidence.
        retain_until: Option<NaiveDate>,
    }
}

impl Shown for Qualification {
    type View = QualificationView;
    const PLURAL: &'static str = "qualifications";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "user_id", kind: FilterKind::Id("user_id"), what: "Of this user" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
            FilterSpec {
                name: "expires_before",
                kind: FilterKind::Before("valid_to"),
                what: "Whose last day lies before this day",
            },
            FilterSpec {
                name: "retain_until_before",
                kind: FilterKind::Before("retain_until"),
                what: "Whose last day as evidence lies before this day: those that may be erased",
            },
        ],
        sorts: &[
            ("name", "name_key"),
            ("valid_to", "valid_to"),
            ("retain_until", "retain_until"),
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
        ],
        search: &["name_key", "issuer_key"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> QualificationView {
        let qualification = &stored.value;
        QualificationView {
            id: qualification.id.0,
            external_id: qualification.external_id.clone(),
            user_id: qualification.user_id.0,
            name: qualification.name.clone(),
            issuer: qualification.issuer.clone(),
            evidence: qualification.evidence.clone(),
            valid_from: qualification.window.valid_from,
            valid_to: qualification.window.valid_to,
            retain_until: qualification.retain_until,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    /// Who may not read users sees their own.
    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        match (authority.allow::<UserRead>(), authority.user_id()) {
            (Ok(_), _) => Ok(Visible::All),
            (Err(_), Some(own)) => Ok(Visible::Only(Filter::Equals("user_id", Value::Uuid(own.0)))),
            (Err(refusal), None) => Err(refusal),
        }
    }

    fn readable(_: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        if authority.user_id() == Some(stored.value.user_id) {
            return Ok(());
        }
        authority.allow::<UserRead>().map(|_| ()).map_err(|_| Refusal::NotFound)
    }
}

resource_handlers! {
    Qualification, QualificationInput, QualificationView, "qualifications", "qualifications",
    list: "Lists qualifications: all for `system:user.read`, else the caller's own." "listQualifications",
    get: "Reads a qualification. Needs `system:user.read`, except for one's own." "getQualification",
    create: "Records a qualification of a person or a filler. Needs `system:user.edit`." "createQualification",
    update: "Changes a qualification. Needs `system:user.edit`." "updateQualification",
    upsert: "Creates or updates a qualification by your own id. Needs `system:user.edit`." "upsertQualification",
    remove: "Erases a qualification, once it is needed as evidence no longer. Needs `system:user.edit`." "deleteQualification"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<UserEdit>()?;
            qualifications::remove(work, &allowed, QualificationId(id), expected)
        },
}

/// Lists the qualifications of a user that the caller may see. They stay when the user is deleted or
/// forgotten.
#[utoipa::path(get, path = "/api/v1/users/{id}/qualifications", tag = "users", operation_id = "listUserQualifications",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "A page", body = crate::http::page::Page<QualificationView>)))]
pub async fn of_user(app: web::Data<App>, caller: Caller, request: HttpRequest, id: Id) -> Answer {
    crud::list_where::<Qualification>(app, caller, request, vec![Filter::Equals("user_id", Value::Uuid(id.0))]).await
}
