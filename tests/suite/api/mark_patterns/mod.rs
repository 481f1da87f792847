mod create;
mod get;
mod list;
mod preview;
mod remove;
mod update;
mod upsert;

const ALL: &str = "/api/v1/mark-patterns";
