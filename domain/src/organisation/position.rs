//! Positions: job titles, functions (D-03).

use serde::{Deserialize, Serialize};

use crate::id::PositionId;
use crate::rule::Violation;
use crate::text;
use crate::window::Window;

/// A job title or function.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Position {
    /// The record's id.
    pub id: PositionId,
    /// The caller's id for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Unique code.
    pub code: String,
    /// Name.
    pub name: String,
    /// When the position exists.
    #[serde(flatten)]
    pub window: Window,
}

impl Position {
    /// What is wrong with the values.
    pub fn check(&self) -> Vec<Violation> {
        let mut out = Vec::new();
        text::code(&mut out, "/code", &self.code);
        text::required(&mut out, "/name", &self.name, text::NAME_MAX);
        self.window.check(&mut out);
        out
    }
}
