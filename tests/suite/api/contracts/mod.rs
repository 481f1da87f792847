mod cancel;
mod create;
mod end;
mod get;
mod list;
mod remove;
mod sign;
mod transfer;
mod update;
mod upsert;

use serde_json::{Value, json};
use tests::Company;

const ALL: &str = "/api/v1/contracts";

/// A worker, a department and a position.
struct Place {
    worker: String,
    department: String,
    position: String,
}

impl Place {
    fn new(company: &Company<'_>) -> Self {
        let (department, position) = (company.department("d", None), company.position("p"));
        Self { worker: company.worker("w"), department, position }
    }

    /// A body that names them, with more.
    fn body(&self, more: Value) -> Value {
        let mut body =
            json!({"worker_id": self.worker, "department_id": self.department, "position_id": self.position});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    }

    fn signed(&self, company: &Company<'_>, from: Option<&str>, to: Option<&str>) -> String {
        company.contract(&self.worker, &self.department, &self.position, from, to)
    }

    fn draft(&self, company: &Company<'_>, from: Option<&str>, to: Option<&str>) -> String {
        company.draft(&self.worker, &self.department, &self.position, from, to)
    }
}
