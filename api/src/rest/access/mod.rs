//! Rights from all sides, answered from the rights model (P-04, P-05).
//!
//! `timeline` one question over time; `compare` what two users or two roles differ in.

pub mod compare;
pub mod timeline;
