//! The people on a page, by name: one query for all of them.

use std::collections::HashMap;

use domain::access::{Model, UserIx};
use domain::user::User;
use persistence::Reader;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::Refusal;
use crate::commands::users::UserKindName;

/// An account, in as few words as a list of people needs.
#[derive(Clone, Serialize, ToSchema)]
pub struct AccessUserView {
    /// The account.
    pub id: Uuid,
    /// The caller's id for it.
    #[schema(required = true, max_length = 100)]
    pub external_id: Option<String>,
    /// The name to show.
    #[schema(max_length = 401)]
    pub display_name: String,
    /// What sort of account.
    #[schema(inline)]
    pub kind: UserKindName,
}

impl From<&User> for AccessUserView {
    fn from(user: &User) -> Self {
        Self {
            id: user.id.0,
            external_id: user.external_id.clone(),
            display_name: user.shown_name(),
            kind: user.kind.into(),
        }
    }
}

/// The accounts of these ids.
///
/// # Errors
/// The database can't be read.
pub fn named(
    reader: &mut Reader<'_>,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<HashMap<Uuid, AccessUserView>, Refusal> {
    let mut ids: Vec<Uuid> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let found = reader.get_many::<User>(&ids)?;
    Ok(found.iter().map(|stored| (stored.value.id.0, AccessUserView::from(&stored.value))).collect())
}

/// The ids of users of the model.
pub fn ids(model: &Model, users: &[UserIx]) -> Vec<Uuid> {
    users.iter().map(|user| model.user_id(*user).0).collect()
}
