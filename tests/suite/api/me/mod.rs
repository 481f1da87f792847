mod get;
mod permissions;
mod worker;
