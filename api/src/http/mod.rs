//! The pieces that every resource shares: problems, bodies, paging, entity tags, requests.

pub mod body;
pub mod etag;
pub mod listing;
pub mod observe;
pub mod params;
pub mod problem;
pub mod reply;
pub mod routes;
pub mod schema;
