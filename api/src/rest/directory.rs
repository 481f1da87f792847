//! The people that anybody may choose from, in as few words as choosing takes.

use std::collections::HashSet;
use std::sync::Arc;

use actix_web::{HttpRequest, web};
use domain::access::Model;
use domain::id::UserId;
use domain::user::{Capability, User, UserState, capable};
use persistence::{Filter, Stored, Value};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::activity::circle;
use crate::app::{App, Caller};
use crate::commands::users::UserKindName;
use crate::demo::ids;
use crate::http::listing::{FilterKind, FilterSpec, ListRequest, ListSpec};
use crate::http::page::{Page, Visible};
use crate::rest::activity::{self, ActivityStatusView};
use crate::rest::crud::Answer;
use crate::rest::users::Mark;
use crate::rest::users::capabilities::CapabilityName;
use crate::rest::users::chosen::read_presence;

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
    /// What the account does just now; only for those who need it for their own work (U-23).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    activity: Option<ActivityStatusView>,
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

fn view(stored: &Stored<User>, activity: Option<ActivityStatusView>) -> EntryView {
    let user = &stored.value;
    let has = |capability: &&Capability| capable(user.kind, user.state, **capability);
    EntryView {
        id: user.id.0,
        display_name: user.shown_name(),
        kind: user.kind.into(),
        marks: Mark::of(user.kind),
        capabilities: Capability::ALL.iter().filter(has).map(|capability| (*capability).into()).collect(),
        activity,
    }
}

/// Lists the accounts that may be chosen for something: those that are not in the trash. For every active
/// caller; who may see more of an account reads it among the users.
#[utoipa::path(get, path = "/api/v1/directory", tag = "users", operation_id = "listDirectory",
    params(("capability" = Option<String>, Query, description = "Who has this capability now"),
        ("presence" = Option<String>, Query, description = "Who is there in that way, of those whose activity the caller sees")),
    responses((status = 200, description = "A page", body = Page<EntryView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let (mut capability, mut presence) = (None, None);
    let asked = ListRequest::read(&request, &LIST, |params, _| {
        let names: Vec<&str> = Capability::ALL.iter().map(|capability| capability.as_str()).collect();
        capability = params.word("capability", &names).and_then(|name| Capability::parse(&name));
        presence = read_presence(params);
    })?;
    let page = app
        .run(move |app| {
            app.store().read(|reader| {
                let seen = circle::of(app, reader, caller.user_id())?;
                let present = presence.map(|presence| activity::present(app, reader, &seen, presence)).transpose()?;
                let present: Option<HashSet<UserId>> = present.map(|users| users.into_iter().collect());
                let page = asked.page::<User>(reader, &visible(app.live().model(), capability, present))?;
                let users = page.items.iter().map(|stored| stored.value.id);
                let found = activity::shown(app, reader, &seen, users)?;
                Ok(Page::of(page, |stored| view(&stored, found.get(&stored.value.id).copied())))
            })
        })
        .await?;
    Ok(page.respond(&request))
}

/// Those who can be chosen: not in the trash, with the capability, there in the way that was asked for.
fn visible(model: Arc<Model>, capability: Option<Capability>, present: Option<HashSet<UserId>>) -> Visible<'static> {
    if capability.is_none() && present.is_none() {
        let there = UserState::ALL.iter().filter(|state| !state.is_gone());
        let words = there.map(|state| Value::Text(state.as_str().to_owned()));
        return Visible::Only(Filter::AnyOf("state", words.collect()));
    }
    let may = move |id| {
        let Some(user) = model.user(UserId(id)) else { return false };
        let (kind, state) = model.user_state(user);
        !state.is_gone()
            && capability.is_none_or(|capability| capable(kind, state, capability))
            && present.as_ref().is_none_or(|present| present.contains(&UserId(id)))
    };
    Visible::Check { column: "id", may: Box::new(may) }
}
