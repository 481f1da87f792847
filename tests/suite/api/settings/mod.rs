mod get;
mod update;

const PATH: &str = "/api/v1/settings";
