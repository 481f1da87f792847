mod compare;
mod holders;
mod permissions;
mod targets;
