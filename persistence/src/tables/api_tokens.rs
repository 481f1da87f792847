//! API tokens, as far as they are no secret.

use chrono::SubsecRound;
use diesel::deserialize;
use diesel::row::NamedRow;
use domain::token::ApiToken;

use super::row::{Fields, Row, json};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::api_tokens;
use crate::value::Value;

impl Rows for ApiToken {
    type Schema = api_tokens::table;

    fn write(&self, row: &mut Row) {
        row.id(self.user_id).name(&self.name);
        match &self.scopes {
            Some(scopes) => row.json(scopes),
            None => row.add(Value::Null),
        };
        row.add(self.expires_at).optional_id(self.created_by);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(ApiToken {
            id: fields.id(),
            user_id: fields.uuid()?,
            name: fields.text()?,
            scopes: fields.text::<Option<String>>()?.map(|text| json(&text)).transpose()?,
            expires_at: fields.optional_instant()?,
            created_by: fields.optional_uuid()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::TokensOf(self.user_id));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::TokensOf(user) => Lookup::equals("user_id", user.0),
            _ => None,
        }
    }

    fn storable(mut self) -> Self {
        self.expires_at = self.expires_at.map(|instant| instant.trunc_subsecs(6));
        self
    }
}
