//! Reading ahead for many questions: what each of them looks up lies anywhere in memory, and a
//! processor that is told early reads several places at once.

use std::hint::black_box;

use super::Model;
use crate::id::{UserId, WorkerId};

impl Model {
    /// Reads where these users and workers are kept, so that questions about them, asked soon after,
    /// find it in the processor's cache. Some dozens at a time; more would drive each other out.
    pub fn read_ahead(&self, users: &[UserId], workers: &[WorkerId]) {
        let users: Vec<_> = users.iter().map(|id| id.0).collect();
        let workers: Vec<_> = workers.iter().map(|id| id.0).collect();
        let of_user = self.users.read_ahead(&users, |row| u32::from(row.personal));
        let of_worker =
            self.workers.read_ahead(&workers, |row| row.user ^ row.places.iter().fold(0, |sum, stay| sum ^ stay.at));
        black_box(of_user ^ of_worker);
    }
}
