//! Whose leaving was followed, by the contract that ended: it is done once, whoever looks again. Beside the log, which
//! has what was done.

use std::collections::HashMap;

use chrono::NaiveDate;
use diesel::prelude::*;
use domain::id::ContractId;

use crate::dialect;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::followed_leavings;
use crate::sql_types::Id;
use crate::statement::LIST_MAX;
use crate::tx::Tx;

/// The end of a contract that was followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FollowedLeaving {
    /// The last day that it had then; `None` of one that was cancelled.
    pub last_day: Option<NaiveDate>,
    /// The revision that the write had, or would have had. What was changed before was seen.
    pub revision: i64,
}

impl Tx<'_> {
    /// Remembers that the ends of contracts were followed; of each the latest counts.
    ///
    /// # Errors
    /// The database fails.
    pub fn note_followed_leavings(&mut self, followed: &[(ContractId, Option<NaiveDate>)]) -> Result<(), StoreError> {
        for some in followed.chunks(LIST_MAX) {
            let ids: Vec<Id> = some.iter().map(|(contract, _)| Id::from(*contract)).collect();
            let earlier = followed_leavings::table.filter(followed_leavings::contract_id.eq_any(ids));
            diesel::delete(earlier).execute(self.connection)?;
        }
        let revision = self.revision();
        let rows = followed.iter().map(|(contract, last)| Ok(vec![contract.0.into(), (*last).into(), revision.into()]));
        dialect::insert::<followed_leavings::table>(self.connection, rows)
    }
}

impl Reader<'_> {
    /// What was followed of these contracts; those of which nothing was are missing.
    ///
    /// # Errors
    /// The database fails.
    pub fn followed_leavings(
        &mut self,
        contracts: &[ContractId],
    ) -> Result<HashMap<ContractId, FollowedLeaving>, StoreError> {
        let mut found = HashMap::new();
        for some in contracts.chunks(LIST_MAX) {
            let ids: Vec<Id> = some.iter().map(|contract| Id::from(*contract)).collect();
            let rows: Vec<(Id, Option<NaiveDate>, i64)> = followed_leavings::table
                .filter(followed_leavings::contract_id.eq_any(ids))
                .select((followed_leavings::contract_id, followed_leavings::last_day, followed_leavings::revision))
                .load(self.connection)?;
            let of = |(id, last_day, revision): (Id, _, _)| (ContractId(id.0), FollowedLeaving { last_day, revision });
            found.extend(rows.into_iter().map(of));
        }
        Ok(found)
    }
}
