//! Which last names there are, for finding those that are nearly alike (W-05).

use diesel::prelude::*;

use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::users;

impl Reader<'_> {
    /// The keys of all last names that accounts have, each once.
    ///
    /// # Errors
    /// The database fails.
    pub fn last_names(&mut self) -> Result<Vec<String>, StoreError> {
        let keys = users::table.filter(users::last_name_key.is_not_null()).select(users::last_name_key).distinct();
        let found: Vec<Option<String>> = keys.load(self.connection)?;
        Ok(found.into_iter().flatten().collect())
    }
}
