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

/// The key of the setting by which people may close requests of their own (P-08).
pub const CLOSE_OWN_REQUESTS: &str = "close_own_requests";

impl Setting {
    /// Whether a setting that is on or off is on: it is kept as 1 or 0.
    pub fn is_on(&self) -> bool {
        self.value.as_i64() == Some(1)
    }
}
