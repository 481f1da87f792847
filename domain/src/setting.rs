//! Settings of the organisation. They live in the database and changes of them are logged.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::SettingId;

/// One setting: its key and its JSON value.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Setting {
    /// The record's id.
    pub id: SettingId,
    /// The setting's name, such as `time_zone`.
    pub key: String,
    /// Its value.
    pub value: serde_json::Value,
}

impl Setting {
    /// A setting of that key under a new id.
    pub fn new(key: &str, value: serde_json::Value) -> Self {
        Self { id: SettingId(Uuid::now_v7()), key: key.to_owned(), value }
    }
}
