//! Remit's service: HTTP faces, commands, the live rights model, long work, the program.

pub mod activity;
pub mod app;
pub mod auth;
pub mod authzen;
pub mod check;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod config;
pub mod demo;
pub mod docs;
pub mod exports;
pub mod http;
pub mod import_client;
pub mod imports;
pub mod jobs;
pub mod live;
pub mod mail;
pub mod metrics;
pub mod openapi;
pub mod plans;
pub mod rest;
pub mod rights;
pub mod server;

/// Memory of every program made from this crate. The rights model is tens of megabytes, read at
/// random: mimalloc asks the system for large pages by itself, which spares much of the looking up of
/// where a page lies.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
