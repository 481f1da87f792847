mod copy;
mod create;
mod get;
mod list;
mod members;
mod page;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/roles";
