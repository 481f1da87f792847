mod areas;
mod create;
mod get;
mod list;
mod notices;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/objects";
