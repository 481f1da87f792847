//! What a run of the role sync did for each worker. Beside the log, which has the memberships themselves.

use diesel::prelude::*;
use domain::id::WorkerId;
use uuid::Uuid;

use crate::connection::MultiBackend;
use crate::dialect;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::role_sync_reports;
use crate::sql_types::Id;
use crate::tx::Tx;

impl Tx<'_> {
    /// Keeps what an operation did for workers, as the caller of this crate writes it.
    ///
    /// # Errors
    /// There is a report of one of them already, or the database fails.
    pub fn add_role_sync_reports(&mut self, operation: Uuid, reports: &[(WorkerId, String)]) -> Result<(), StoreError> {
        let rows =
            reports.iter().map(|(worker, report)| Ok(vec![operation.into(), worker.0.into(), report.as_str().into()]));
        dialect::insert::<role_sync_reports::table>(self.connection, rows)
    }

    /// Drops the reports of an operation, which begins anew.
    ///
    /// # Errors
    /// The database fails.
    pub fn drop_role_sync_reports(&mut self, operation: Uuid) -> Result<(), StoreError> {
        let of_operation = role_sync_reports::table.filter(role_sync_reports::operation_id.eq(Id(operation)));
        diesel::delete(of_operation).execute(self.connection)?;
        Ok(())
    }
}

impl Reader<'_> {
    /// The reports of an operation in the order of the workers' ids, after one; of all workers or of one.
    ///
    /// # Errors
    /// The database fails.
    pub fn role_sync_reports(
        &mut self,
        operation: Uuid,
        worker: Option<WorkerId>,
        after: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<(WorkerId, String)>, StoreError> {
        let mut query = role_sync_reports::table
            .filter(role_sync_reports::operation_id.eq(Id(operation)))
            .select((role_sync_reports::worker_id, role_sync_reports::report))
            .into_boxed::<MultiBackend>();
        if let Some(worker) = worker {
            query = query.filter(role_sync_reports::worker_id.eq(Id::from(worker)));
        }
        if let Some(after) = after {
            query = query.filter(role_sync_reports::worker_id.gt(Id(after)));
        }
        let rows: Vec<(Id, String)> =
            query.order(role_sync_reports::worker_id).limit(limit.max(0)).load(self.connection)?;
        Ok(rows.into_iter().map(|(worker, report)| (WorkerId(worker.0), report)).collect())
    }
}
