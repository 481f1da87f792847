mod create;
mod get;
mod list;
mod members;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/roles";
