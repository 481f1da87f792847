mod get;
mod objects;
mod permissions;
mod worker;
