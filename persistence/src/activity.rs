//! What active accounts did last (U-20): two instants for each, kept beside the log, which knows nothing of
//! them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::activity::Instants;
use domain::id::UserId;
use domain::user::UserState;

use crate::column::ColumnType;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{activity, sessions};
use crate::sql_types::{At, Id};
use crate::statement::{LIST_MAX, Statement};
use crate::tx::Tx;

/// So many rows are written by one statement.
const WRITTEN: usize = 256;

impl Tx<'_> {
    /// Notes what accounts did last; of what other nodes noted, the later counts. Accounts that are not
    /// active lose what was kept of them.
    ///
    /// # Errors
    /// The database fails.
    pub fn note_activity(&mut self, seen: &[(UserId, Instants)]) -> Result<(), StoreError> {
        for seen in seen.chunks(WRITTEN) {
            let ids: Vec<UserId> = seen.iter().map(|(user, _)| *user).collect();
            let before = self.reader().activity(&ids)?;
            let mut statement = Statement::uncached();
            statement.sql("INSERT INTO activity (user_id, last_action_at, last_sign_at) VALUES ");
            for (index, (user, instants)) in seen.iter().enumerate() {
                let instants = before.get(user).map_or(*instants, |before| before.latest(*instants));
                statement.sql(if index > 0 { ", (" } else { "(" }).bind(ColumnType::Uuid, user.0.into());
                statement.sql(", ").bind(ColumnType::Instant, instants.action.into());
                // An action is a sign of life as well.
                statement.sql(", ").bind(ColumnType::Instant, instants.sign.max(instants.action).into()).sql(")");
            }
            statement.sql(
                " ON CONFLICT (user_id) DO UPDATE SET last_action_at = excluded.last_action_at, \
                 last_sign_at = excluded.last_sign_at",
            );
            statement.execute(self.connection)?;
        }
        let mut statement = Statement::cached();
        statement.sql("DELETE FROM activity WHERE user_id NOT IN (SELECT id FROM users WHERE state = ");
        statement.bind(ColumnType::Text, UserState::Active.as_str().into()).sql(")");
        statement.execute(self.connection)?;
        Ok(())
    }
}

impl Reader<'_> {
    /// What these accounts did last; those of whom nothing is kept are missing.
    ///
    /// # Errors
    /// The database fails.
    pub fn activity(&mut self, accounts: &[UserId]) -> Result<HashMap<UserId, Instants>, StoreError> {
        let mut found = HashMap::new();
        for some in accounts.chunks(LIST_MAX) {
            let ids: Vec<_> = some.iter().map(|user| Id::from(*user)).collect();
            let rows: Vec<(Id, Option<At>, At)> = activity::table
                .filter(activity::user_id.eq_any(ids))
                .select((activity::user_id, activity::last_action_at, activity::last_sign_at))
                .load(self.connection)?;
            let instants =
                |action: Option<At>, sign: At| Instants { action: action.map(|at| at.0), sign: Some(sign.0) };
            found.extend(rows.into_iter().map(|(id, action, sign)| (UserId(id.0), instants(action, sign))));
        }
        Ok(found)
    }

    /// Which of these accounts have a session that lives.
    ///
    /// # Errors
    /// The database fails.
    pub fn signed_in(&mut self, accounts: &[UserId], now: DateTime<Utc>) -> Result<HashSet<UserId>, StoreError> {
        let mut found = HashSet::new();
        for some in accounts.chunks(LIST_MAX) {
            let ids: Vec<_> = some.iter().map(|user| Id::from(*user)).collect();
            let live = sessions::table.filter(sessions::user_id.eq_any(ids).and(sessions::expires_at.gt(At(now))));
            let rows: Vec<Id> = live.select(sessions::user_id).distinct().load(self.connection)?;
            found.extend(rows.into_iter().map(|id| UserId(id.0)));
        }
        Ok(found)
    }
}
