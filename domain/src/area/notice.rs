//! Notices: what a reader has to say about an object, sent to the owner of its area.

use serde::{Deserialize, Serialize};

use crate::id::{AreaId, NoticeId, ObjectId, UserId};
use crate::rule::{Violation, code};
use crate::text;

/// A notice on an object. It never changes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Notice {
    /// The record's id.
    pub id: NoticeId,
    /// The object.
    pub object_id: ObjectId,
    /// The area in which the object was then.
    pub area_id: AreaId,
    /// Who sent it.
    pub author_id: UserId,
    /// Who owned the area then, and so got it.
    pub recipient_id: UserId,
    /// What they have to say.
    pub text: String,
}

impl Notice {
    /// What is wrong with the values.
    pub fn check(&self) -> Vec<Violation> {
        let mut out = Vec::new();
        if self.text.trim().is_empty() {
            out.push(Violation::new(code::REQUIRED, "must not be empty").at("/text"));
        }
        text::note(&mut out, "/text", Some(&self.text));
        out
    }
}
