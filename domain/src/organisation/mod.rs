//! Departments, positions, contracts (section 3).

mod contract;
mod department;
mod position;

pub use contract::{Contract, ContractState, ContractType, Transfer, workload_warning};
pub use department::Department;
pub use position::Position;
