mod create;
mod get;
mod link_role;
mod list;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/departments";
