mod create;
mod get;
mod list;
mod revoke;

const ALL: &str = "/api/v1/api-tokens";
