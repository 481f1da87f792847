//! Offers of wage types. Amounts are kept in thousandths.

use diesel::deserialize;
use diesel::row::NamedRow;
use domain::grant::Holder;
use domain::wage::{Amount, Limits, WageMode, WageOffer};

use super::grants::{read_holder, write_holder};
use super::row::{Fields, Row};
use super::{Lookup, Rows};
use crate::connection::MultiBackend;
use crate::key::Key;
use crate::schema::wage_offers;

fn read_limit<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Option<Amount>> {
    Ok(fields.optional_integer()?.map(Amount::thousandths))
}

impl Rows for WageOffer {
    type Schema = wage_offers::table;

    fn write(&self, row: &mut Row) {
        write_holder(self.holder, row);
        row.id(self.wage_type_id).add(self.own).add(self.mode.as_str());
        for (_, most) in self.limits.named() {
            row.add(most.map(Amount::as_thousandths));
        }
        row.window(self.window);
    }

    fn read<'a, R: NamedRow<'a, MultiBackend>>(fields: &mut Fields<'_, R>) -> deserialize::Result<Self> {
        Ok(WageOffer {
            id: fields.id(),
            external_id: fields.external_id(),
            holder: read_holder(fields)?,
            wage_type_id: fields.uuid()?,
            own: fields.flag()?,
            mode: fields.named(WageMode::parse)?,
            limits: Limits {
                max_per_entry: read_limit(fields)?,
                max_per_day: read_limit(fields)?,
                max_per_month: read_limit(fields)?,
                max_per_year: read_limit(fields)?,
            },
            window: fields.window()?,
        })
    }

    fn keys(&self, out: &mut Vec<Key>) {
        out.push(Key::WageOffersOf(self.holder));
        out.push(Key::OffersOfWageType(self.wage_type_id));
    }

    fn lookup(key: &Key) -> Option<Lookup> {
        match key {
            Key::WageOffersOf(Holder::Role(role)) => Lookup::equals("holder_role_id", role.0),
            Key::WageOffersOf(Holder::User(user)) => Lookup::equals("holder_user_id", user.0),
            Key::OffersOfWageType(wage_type) => Lookup::equals("wage_type_id", wage_type.0),
            _ => None,
        }
    }
}
