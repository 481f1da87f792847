mod cancel;
mod errors;
mod get;
mod list;
mod turns;

const ALL: &str = "/api/v1/operations";
const FILE: &str = "external_id,code,name\nd-1,sales,Sales\n";
