//! The rules of Remit, without I/O and without a clock.
//!
//! Everything here is a pure function over values it was given: what a record may look like,
//! which change is allowed, who may do what. Time is an argument. The rules carry the numbers
//! of the domain specification (`U-03`, `R-05`, ...); see [`rule`].

pub mod access;
pub mod activity;
pub mod area;
pub mod change;
pub mod grant;
pub mod id;
pub mod log_in;
pub mod name;
pub mod note;
pub mod notification;
pub mod organisation;
pub mod qualification;
pub mod role;
pub mod rule;
pub mod rule_text;
pub mod setting;
pub mod text;
pub mod token;
pub mod user;
pub mod wage;
pub mod window;
pub mod worker;
