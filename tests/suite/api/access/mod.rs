mod compare;
mod holders;
mod targets;
