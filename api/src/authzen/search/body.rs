//! What searches send and answer, for the contract.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::authzen::request::{ActionName, Entity, OptionsBody};

/// What is sought, by its type.
#[derive(Deserialize, ToSchema)]
pub struct SoughtEntity {
    /// `user` or `worker` for subjects; `worker`, `area`, `module` or an object type's code for resources.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    pub kind: String,
    /// Not looked at.
    pub id: Option<Value>,
    /// Not looked at.
    pub properties: Option<Value>,
}

/// Which page is asked for.
#[derive(Deserialize, ToSchema)]
pub struct PageBody {
    /// The `next_token` of the page before; the first page when absent. All else must be as it was then, but `limit`.
    #[schema(max_length = 200)]
    pub token: Option<String>,
    /// Most results of a page: that of the page before when absent, or else 100. A larger one than the largest page
    /// (`search_limit`, 1,000 unless configured) stands for that.
    #[schema(minimum = 1)]
    pub limit: Option<i64>,
}

/// Who may do that?
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "subject": {"type": "user"}, "action": {"name": "hr:edit"}, "resource": {"type": "worker", "id": "w-101"}
}))]
pub struct SubjectSearchBody {
    /// The type that is sought.
    pub subject: SoughtEntity,
    /// Does what.
    pub action: ActionName,
    /// To what.
    pub resource: Entity,
    /// `time`: an instant or a day at which to decide.
    pub context: Option<Map<String, Value>>,
    /// Which page.
    pub page: Option<PageBody>,
    /// Beyond the standard; of it `consistency` alone bears on searches.
    pub options: Option<OptionsBody>,
}

/// To what may they do that?
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "subject": {"type": "user", "id": "greta.simon"}, "action": {"name": "edit"}, "resource": {"type": "document"}
}))]
pub struct ResourceSearchBody {
    /// Who.
    pub subject: Entity,
    /// Does what.
    pub action: ActionName,
    /// The type that is sought.
    pub resource: SoughtEntity,
    /// `time`: an instant or a day at which to decide.
    pub context: Option<Map<String, Value>>,
    /// Which page.
    pub page: Option<PageBody>,
    /// Beyond the standard; of it `consistency` alone bears on searches.
    pub options: Option<OptionsBody>,
}

/// What may they do to that?
#[derive(Deserialize, ToSchema)]
#[schema(example = json!({
    "subject": {"type": "user", "id": "anna.keller"}, "resource": {"type": "worker", "id": "w-119"}
}))]
pub struct ActionSearchBody {
    /// Who.
    pub subject: Entity,
    /// To what.
    pub resource: Entity,
    /// `time`: an instant or a day at which to decide.
    pub context: Option<Map<String, Value>>,
    /// Which page.
    pub page: Option<PageBody>,
    /// Beyond the standard; of it `consistency` alone bears on searches.
    pub options: Option<OptionsBody>,
}

/// A subject or resource that was found.
#[derive(Serialize, ToSchema)]
pub struct FoundEntity {
    /// The type that was sought.
    #[serde(rename = "type")]
    #[schema(max_length = 100)]
    pub kind: String,
    /// Its external id where it has one, else its Remit id; for a module its code.
    #[schema(max_length = 200)]
    pub id: String,
}

/// An action that was found.
#[derive(Serialize, ToSchema)]
pub struct FoundAction {
    /// `module:action`.
    #[schema(max_length = 201)]
    pub name: String,
}

/// How a page stands among all of a search.
#[derive(Serialize, ToSchema)]
pub struct PageAnswer {
    /// Asks for the next page; empty at the end.
    #[schema(max_length = 200)]
    pub next_token: String,
    /// How many results this page has.
    pub count: usize,
    /// How many there are in all.
    pub total: usize,
}

/// Subjects or resources that were found, in the order of their Remit ids.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "results": [{"type": "document", "id": "invoice-2026-03"}, {"type": "document", "id": "budget-2027"}],
    "page": {"next_token": "", "count": 2, "total": 2}
}))]
pub struct EntitiesAnswer {
    /// The results of this page.
    #[schema(max_items = 1000)]
    pub results: Vec<FoundEntity>,
    /// How it stands among all.
    pub page: PageAnswer,
}

/// Actions that were found, in the order of their names.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "results": [{"name": "hr:contracts.read"}, {"name": "hr:read"}, {"name": "time:record"}],
    "page": {"next_token": "", "count": 3, "total": 3}
}))]
pub struct ActionsAnswer {
    /// The results of this page.
    #[schema(max_items = 1000)]
    pub results: Vec<FoundAction>,
    /// How it stands among all.
    pub page: PageAnswer,
}
