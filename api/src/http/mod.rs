//! The pieces that every resource shares: problems, bodies, paging, entity tags, requests.

pub mod accept;
pub mod body;
pub mod caller;
pub mod cursor;
pub mod deprecation;
pub mod etag;
pub mod fields;
pub mod idempotency;
pub mod language;
pub mod listing;
pub mod memory_page;
pub mod observe;
pub mod page;
pub mod params;
pub mod plain_page;
pub mod planning;
pub mod prefer;
pub mod problem;
pub mod rate_limit;
pub mod reply;
pub mod routes;
pub mod schema;
pub mod security;
mod walk;
