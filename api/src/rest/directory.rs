//! The people that anybody may choose from, in as few words as choosing takes.

use actix_web::{HttpRequest, web};
use domain::id::UserId;
use domain::user::{Capability, User, UserState, capable};
use persistence::{Filter, Stored, Value};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::{App, Caller};
use crate::commands::users::UserKindName;
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListRequest, ListSpec};
use crate::http::page::{Page, Visible};
use crate::rest::crud::Answer;
use crate::rest::users::Mark;
use crate::rest::users::capabilities::CapabilityName;

/// Somebody to choose.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "id": ids::user("anna.keller"), "display_name": "Anna Keller", "kind": "person", "marks": [],
    "capabilities": ["log_in", "call_with_token", "be_messaged", "bear_task", "attend_meeting",
        "have_qualifications", "link_to_worker", "own_area", "reach_protected", "be_author"]
}))]
pub struct EntryView {
    /// The account.
    id: Uuid,
    /// The name to show.
    #[schema(max_length = 401)]
    display_name: String,
    /// What sort of account.
    #[schema(inline)]
    kind: UserKindName,
    /// What to show beside the name: `external` for an external administrator (U-11).
    #[schema(max_items = 10, inline)]
    marks: Vec<Mark>,
    /// What the account can do or be given now (U-10).
    #[schema(max_items = 20, inline)]
    capabilities: Vec<CapabilityName>,
}

const LIST: ListSpec = ListSpec {
    filters: &[FilterSpec {
        name: "kind",
        kind: FilterKind::Word("kind", &["person", "virtual", "external_filler", "external_administrator", "service"]),
        what: "Of these kinds",
    }],
    sorts: &[("display_name", "shown_name_key")],
    search: &["shown_name_key", "last_name_key", "first_name_key"],
    expand: &[],
};

/// What the directory can be asked.
pub fn list_spec() -> &'static ListSpec {
    &LIST
}

fn view(stored: &Stored<User>) -> EntryView {
    let user = &stored.value;
    let has = |capability: &&Capability| capable(user.kind, user.state, **capability);
    EntryView {
        id: user.id.0,
        display_name: user.shown_name(),
        kind: user.kind.into(),
        marks: Mark::of(user.kind),
        capabilities: Capability::ALL.iter().filter(has).map(|capability| (*capability).into()).collect(),
    }
}

/// Lists the accounts that may be chosen for something: those that are not in the trash. For every active
/// caller; who may see more of an account reads it among the users.
#[utoipa::path(get, path = "/api/v1/directory", tag = "users", operation_id = "listDirectory",
    params(("capability" = Option<String>, Query, description = "Who has this capability now")),
    responses((status = 200, description = "A page", body = Page<EntryView>)))]
pub async fn list(app: web::Data<App>, _caller: Caller, request: HttpRequest) -> Answer {
    let mut capability = None;
    let asked = ListRequest::read(&request, &LIST, |params, _| {
        let names: Vec<&str> = Capability::ALL.iter().map(|capability| capability.as_str()).collect();
        capability = params.word("capability", &names).and_then(|name| Capability::parse(&name));
    })?;
    let page = app
        .run(move |app| {
            let model = app.live().model();
            let visible = match capability {
                None => {
                    let alive = [UserState::Invited, UserState::Active, UserState::Blocked];
                    let words = alive.iter().map(|state| Value::Text(state.as_str().to_owned()));
                    Visible::Only(Filter::AnyOf("state", words.collect()))
                }
                Some(capability) => Visible::Check {
                    column: "id",
                    may: Box::new(move |id| {
                        let found = model.user(UserId(id)).map(|user| model.user_state(user));
                        found.is_some_and(|(kind, state)| {
                            !matches!(state, UserState::Deleted | UserState::Forgotten)
                                && capable(kind, state, capability)
                        })
                    }),
                },
            };
            app.store().read(|reader| asked.page::<User>(reader, &visible))
        })
        .await?;
    Ok(Page::of(page, |stored| view(&stored)).respond(&request))
}
