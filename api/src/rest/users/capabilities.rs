//! What an account may do, be given or be linked to by its kind and state alone (U-10), each "no" with its
//! reason. Rights are another question: `/users/{id}/permissions`.

use actix_web::web;
use domain::user::{Capability, Lack, User, caution, lack};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::UserStateName;
use crate::app::{App, Caller, Id};
use crate::commands::mirrored::mirrored;
use crate::commands::users::UserKindName;
use crate::demo::ids;
use crate::http::params::NoParams;
use crate::http::reply::Reply;
use crate::rest::crud::{self, Answer};

/// What an account may do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "user_id": ids::user("radka.kubova"), "kind": "person", "state": "blocked", "capabilities": [
        {"name": "log_in", "capable": false, "reason": "state", "needs_state": ["active"], "warning": null},
        {"name": "bear_task", "capable": true, "reason": null, "needs_state": [], "warning": "bearer_not_active"}
    ]
}))]
pub struct CapabilitiesView {
    /// The account.
    user_id: Uuid,
    /// Its kind.
    #[schema(inline)]
    kind: UserKindName,
    /// Its state.
    #[schema(inline)]
    state: UserStateName,
    /// Every capability.
    #[schema(max_items = 20)]
    capabilities: Vec<CapabilityView>,
}

/// One capability.
#[derive(Serialize, ToSchema)]
pub struct CapabilityView {
    /// Its name.
    #[schema(inline)]
    name: CapabilityName,
    /// Whether the account has it.
    capable: bool,
    /// Why not; null when it has it.
    #[schema(required = true, inline)]
    reason: Option<LackName>,
    /// In which states an account of its kind has it, where the state is the reason.
    #[schema(max_items = 5, inline)]
    needs_state: Vec<UserStateName>,
    /// What whoever uses it should know: `bearer_not_active` (a task for someone invited or blocked),
    /// `prefer_external_contact` (a placeholder at a meeting: rather ask its contact person).
    #[schema(required = true, max_length = 100)]
    warning: Option<&'static str>,
}

/// Why an account lacks a capability.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LackName {
    /// No account of its kind has it.
    Kind,
    /// Its kind has it in other states.
    State,
}

mirrored! {
    /// The capabilities of the table.
    CapabilityName is Capability {
        LogIn = "log_in", CallWithToken = "call_with_token", BeMessaged = "be_messaged", BearTask = "bear_task",
        AttendMeeting = "attend_meeting", HaveQualifications = "have_qualifications",
        LinkToWorker = "link_to_worker", OwnArea = "own_area", ReachProtected = "reach_protected",
        BeAuthor = "be_author",
    }
}

fn view(user: &User, capability: Capability) -> CapabilityView {
    let lack = lack(user.kind, user.state, capability);
    let (reason, needs_state) = match lack {
        None => (None, vec![]),
        Some(Lack::Kind) => (Some(LackName::Kind), vec![]),
        Some(Lack::State(states)) => {
            (Some(LackName::State), states.iter().map(|state| UserStateName::from(*state)).collect())
        }
    };
    CapabilityView {
        name: capability.into(),
        capable: lack.is_none(),
        reason,
        needs_state,
        warning: caution(user.kind, user.state, capability).map(|caution| caution.as_str()),
    }
}

/// Tells what an account may do, be given or be linked to by its kind and state, and why not. Needs
/// `system:user.read`, except for oneself.
#[utoipa::path(get, path = "/api/v1/users/{id}/capabilities", tag = "users", operation_id = "getUserCapabilities",
    params(("id" = Uuid, Path, description = "The user's id")),
    responses((status = 200, description = "The capabilities", body = CapabilitiesView)))]
pub async fn get(app: web::Data<App>, caller: Caller, id: Id, _none: NoParams) -> Answer {
    app.run(move |app| {
        let found = app.store().read(|reader| reader.get::<User>(id.0))?;
        let user = crud::seen(app, &caller.authority, found)?.value;
        Ok(Reply::ok().json(CapabilitiesView {
            user_id: user.id.0,
            kind: user.kind.into(),
            state: user.state.into(),
            capabilities: Capability::ALL.iter().map(|capability| view(&user, *capability)).collect(),
        }))
    })
    .await
}
