//! The secrets of API tokens, hashed, and when they were last used. They go with their token.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::ApiTokenId;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::api_token_secrets;
use crate::sql_types::{At, Id};
use crate::statement::LIST_MAX;
use crate::tx::Tx;

impl Tx<'_> {
    /// Sets the hash of a token's secret, in place of any earlier one.
    ///
    /// # Errors
    /// Another token has that hash, or the database fails.
    pub fn set_token_secret(&mut self, token: ApiTokenId, hash: &str) -> Result<(), StoreError> {
        let token = Id::from(token);
        diesel::delete(api_token_secrets::table.find(token)).execute(self.connection)?;
        diesel::insert_into(api_token_secrets::table)
            .values((api_token_secrets::token_id.eq(token), api_token_secrets::hash.eq(hash)))
            .execute(self.connection)?;
        Ok(())
    }

    /// Remembers that tokens were used at these instants.
    ///
    /// # Errors
    /// The database fails.
    pub fn touch_tokens(&mut self, uses: &[(ApiTokenId, DateTime<Utc>)]) -> Result<(), StoreError> {
        for (token, at) in uses {
            diesel::update(api_token_secrets::table.find(Id::from(*token)))
                .set(api_token_secrets::last_used_at.eq(At(*at)))
                .execute(self.connection)?;
        }
        Ok(())
    }
}

impl Reader<'_> {
    /// The token whose secret has that hash.
    ///
    /// # Errors
    /// The database fails.
    pub fn token_by_secret(&mut self, hash: &str) -> Result<Option<ApiTokenId>, StoreError> {
        let token = api_token_secrets::table.filter(api_token_secrets::hash.eq(hash));
        let id = token.select(api_token_secrets::token_id).first::<Id>(self.connection);
        Ok(id.optional()?.map(|id| ApiTokenId(id.0)))
    }

    /// When tokens were last used; those that never were are missing.
    ///
    /// # Errors
    /// The database fails.
    pub fn token_uses(&mut self, tokens: &[ApiTokenId]) -> Result<HashMap<ApiTokenId, DateTime<Utc>>, StoreError> {
        let mut uses = HashMap::new();
        for tokens in tokens.chunks(LIST_MAX) {
            let ids: Vec<_> = tokens.iter().map(|token| Id::from(*token)).collect();
            let rows: Vec<(Id, Option<At>)> = api_token_secrets::table
                .filter(api_token_secrets::token_id.eq_any(ids))
                .select((api_token_secrets::token_id, api_token_secrets::last_used_at))
                .load(self.connection)?;
            let used = |(id, at): (Id, Option<At>)| at.map(|at| (ApiTokenId(id.0), at.0));
            uses.extend(rows.into_iter().filter_map(used));
        }
        Ok(uses)
    }
}
