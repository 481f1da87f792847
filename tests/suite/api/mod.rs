//! One folder per resource, one file per verb.

mod api_tokens;
mod audit;
pub mod common;
mod contracts;
mod departments;
mod directory;
mod grants;
mod imports;
mod me;
mod memberships;
mod modules;
mod object_types;
mod objects;
mod operations;
mod positions;
mod references;
mod role_rules;
mod roles;
mod rules;
mod settings;
mod users;
mod workers;
