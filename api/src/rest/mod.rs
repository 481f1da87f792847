//! The model as resources under `/api/v1`: DTOs and thin handlers, one file per resource.

pub mod api_tokens;
pub mod audit;
pub mod contracts;
pub mod crud;
pub mod departments;
pub mod expand;
pub mod exports;
pub mod grants;
pub mod imports;
pub mod log_in;
pub mod me;
pub mod memberships;
pub mod modules;
pub mod object_types;
pub mod objects;
pub mod operations;
pub mod permissions;
pub mod positions;
pub mod role_rules;
pub mod roles;
pub mod routes;
pub mod rules;
pub mod settings;
pub mod status;
pub mod users;
pub mod workers;
