//! A file per row of the table.

pub mod d1;
pub mod d1b;
pub mod d2;
pub mod d3;
pub mod d4;
#[cfg(feature = "yardsticks")]
mod engines;
pub mod i1;
pub mod l1;
pub mod m1;
pub mod m2;
mod memory;
pub mod s1;
pub mod s2;
pub mod s3;
