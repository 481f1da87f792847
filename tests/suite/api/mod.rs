//! One folder per resource, one file per verb.

mod access;
mod api_tokens;
mod areas;
mod audit;
pub mod common;
mod contracts;
mod departments;
mod directory;
mod grants;
mod imports;
mod mark_patterns;
mod me;
mod memberships;
mod modules;
mod object_types;
mod objects;
mod operations;
mod positions;
mod protection_rules;
mod references;
mod role_rules;
mod roles;
mod rules;
mod settings;
mod templates;
mod users;
mod workers;
