mod get;
mod list;

const ALL: &str = "/api/v1/rules";
