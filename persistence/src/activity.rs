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
use crate::schema::{activity, sessions, users};
use crate::sql_types::{At, Id};
use crate::statement::{LIST_MAX, Statement};
use crate::tx::Tx;

/// So many rows are written by one statement.
const WRITTEN: usize = 256;

impl Tx<'_> {
    /// Notes what active accounts did last; of what other nodes noted, the later counts. An account that is active no
    /// more has lost what was kept of it: a trigger sees to that.
    ///
    /// # Errors
    /// The database fails.
    pub fn note_activity(&mut self, seen: &[(UserId, Instants)]) -> Result<(), StoreError> {
        for seen in seen.chunks(WRITTEN) {
            let ids: Vec<Id> = seen.iter().map(|(user, _)| Id::from(*user)).collect();
            let active = users::table.filter(users::id.eq_any(ids).and(users::state.eq(UserState::Active.as_str())));
            let active: Vec<Id> = active.select(users::id).load(self.connection)?;
            let active: Vec<UserId> = active.into_iter().map(|id| UserId(id.0)).collect();
            if active.is_empty() {
                continue;
            }
            let before = self.reader().activity(&active)?;
            let mut statement = Statement::uncached();
            statement.sql("INSERT INTO activity (user_id, last_action_at, last_sign_at) VALUES ");
            let seen = seen.iter().filter(|(user, _)| active.contains(user));
            for (index, (user, instants)) in seen.enumerate() {
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
