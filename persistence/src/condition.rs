//! Filters, order and place of a list, as SQL.

use crate::column::{Column, Schema};
use crate::error::StoreError;
use crate::list::{Filter, ListQuery, unknown};
use crate::statement::Statement;
use crate::value::Value;

/// SQLite takes 32,766 bound values in a statement, PostgreSQL 65,535.
const BINDS_MAX: usize = 30_000;

fn column<S: Schema>(name: &str) -> Result<&'static Column, StoreError> {
    S::column(name).ok_or_else(|| unknown(name))
}

fn fitting<S: Schema>(name: &str, value: &Value) -> Result<&'static Column, StoreError> {
    let column = column::<S>(name)?;
    match value.fits(column.sort) {
        true => Ok(column),
        false => Err(StoreError::Misuse(format!("column {name} holds {:?}", column.sort))),
    }
}

/// Adds filters that must all hold.
pub fn all<S: Schema>(out: &mut Statement, filters: &[Filter]) -> Result<(), StoreError> {
    joined::<S>(out, filters, " AND ", "1 = 1")
}

fn joined<S: Schema>(
    out: &mut Statement,
    filters: &[Filter],
    operator: &'static str,
    none: &'static str,
) -> Result<(), StoreError> {
    if filters.is_empty() {
        out.sql(none);
    }
    for (index, filter) in filters.iter().enumerate() {
        out.sql(if index > 0 { operator } else { "" }).sql("(");
        one::<S>(out, filter)?;
        out.sql(")");
    }
    Ok(())
}

fn one<S: Schema>(out: &mut Statement, filter: &Filter) -> Result<(), StoreError> {
    match filter {
        Filter::Equals(name, value) => equals(out, fitting::<S>(name, value)?, value),
        Filter::AnyOf(name, values) => any_of::<S>(out, name, values)?,
        Filter::IsNull(name, missing) => {
            let sql = if *missing { " IS NULL" } else { " IS NOT NULL" };
            out.name(column::<S>(name)?.name).sql(sql);
        }
        Filter::AtLeast(name, value) => compare(out, fitting::<S>(name, value)?, " >= ", value),
        Filter::AtMost(name, value) => compare(out, fitting::<S>(name, value)?, " <= ", value),
        Filter::Prefix(names, text) => {
            for (index, name) in names.iter().enumerate() {
                let value = Value::Text(text.clone());
                out.sql(if index > 0 { " OR (" } else { "(" });
                prefix(out, fitting::<S>(name, &value)?, text);
                out.sql(")");
            }
            if names.is_empty() {
                out.sql("1 = 0");
            }
        }
        Filter::Ids(ids) => {
            let ids: Vec<_> = ids.iter().map(|id| Value::Uuid(*id)).collect();
            any_of::<S>(out, "id", &ids)?;
        }
        Filter::ValidOn(day) => {
            let day = Value::Date(*day);
            for (name, operator, joint) in [("valid_from", " <= ", " AND "), ("valid_to", " >= ", "")] {
                let column = fitting::<S>(name, &day)?;
                out.sql("(").name(column.name).sql(" IS NULL OR ");
                compare(out, column, operator, &day);
                out.sql(")").sql(joint);
            }
        }
        Filter::Or(filters) => joined::<S>(out, filters, " OR ", "1 = 0")?,
        Filter::And(filters) => joined::<S>(out, filters, " AND ", "1 = 1")?,
    }
    Ok(())
}

fn equals(out: &mut Statement, column: &'static Column, value: &Value) {
    match value {
        Value::Null => {
            out.name(column.name).sql(" IS NULL");
        }
        value => compare(out, column, " = ", value),
    }
}

fn compare(out: &mut Statement, column: &'static Column, operator: &'static str, value: &Value) {
    if value.unstorable() || *value == Value::Null {
        out.sql("1 = 0");
    } else {
        out.name(column.name).sql(operator).bind(column.sort, value.clone());
    }
}

fn any_of<S: Schema>(out: &mut Statement, name: &'static str, values: &[Value]) -> Result<(), StoreError> {
    let column = column::<S>(name)?;
    if values.len() > BINDS_MAX {
        return Err(StoreError::Misuse(format!("at most {BINDS_MAX} values of {name}")));
    }
    let mut given = Vec::with_capacity(values.len());
    for value in values {
        fitting::<S>(name, value)?;
        if *value != Value::Null && !value.unstorable() {
            given.push(value.clone());
        }
    }
    out.is_in(column.name, column.sort, &given);
    if values.contains(&Value::Null) {
        out.sql(" OR ").name(column.name).sql(" IS NULL");
    }
    Ok(())
}

/// `LIKE` ignores case on SQLite and knows wildcards; a range over bytes does neither. No text in
/// use goes on with the last code point of Unicode.
fn prefix(out: &mut Statement, column: &'static Column, text: &str) {
    compare(out, column, " >= ", &Value::Text(text.to_owned()));
    out.sql(" AND ");
    compare(out, column, " < ", &Value::Text(format!("{text}\u{10FFFF}")));
}

/// The columns that a list is sorted by, the id being the last.
struct Place {
    column: &'static Column,
    descending: bool,
}

fn places<S: Schema>(query: &ListQuery) -> Result<Vec<Place>, StoreError> {
    let mut places = Vec::with_capacity(query.sort.len() + 1);
    for sort in &query.sort {
        places.push(Place { column: column::<S>(sort.column)?, descending: sort.descending });
    }
    // The id goes the way of the last column, so that an index on both can be read backwards.
    let descending = places.last().is_some_and(|place| place.descending);
    places.push(Place { column: column::<S>("id")?, descending });
    Ok(places)
}

/// Adds `ORDER BY`.
pub fn order<S: Schema>(out: &mut Statement, query: &ListQuery) -> Result<(), StoreError> {
    out.sql(" ORDER BY ");
    for (index, place) in places::<S>(query)?.iter().enumerate() {
        out.sql(if index > 0 { ", " } else { "" }).name(place.column.name);
        out.sql(match (place.descending, place.column.nullable) {
            (false, false) => " ASC",
            (true, false) => " DESC",
            // Said only where it matters: PostgreSQL uses an index only for its exact order.
            (false, true) => " ASC NULLS FIRST",
            (true, true) => " DESC NULLS LAST",
        });
    }
    Ok(())
}

/// Adds the condition that a row comes after a place in the list.
pub fn after<S: Schema>(out: &mut Statement, query: &ListQuery, values: &[Value]) -> Result<(), StoreError> {
    let places = places::<S>(query)?;
    if places.len() != values.len() {
        return Err(StoreError::Misuse("a place has a value for each sort column".to_owned()));
    }
    for (place, value) in places.iter().zip(values) {
        fitting::<S>(place.column.name, value)?;
    }
    let steps: Vec<_> = places.iter().zip(values).collect();
    let given = values.iter().all(|value| *value != Value::Null && !value.unstorable());
    let one_way = places.iter().all(|place| !place.descending)
        || places.iter().all(|place| place.descending && !place.column.nullable);
    if given && one_way {
        // One comparison of rows, which both databases answer from an index at any depth. A
        // missing value makes it unknown, which is right upwards: it comes before all others.
        out.sql("(").names(places.iter().map(|place| place.column.name));
        let descending = places.iter().all(|place| place.descending);
        out.sql(if descending { ") < (" } else { ") > (" });
        for (index, (place, value)) in steps.iter().enumerate() {
            out.sql(if index > 0 { ", " } else { "" }).bind(place.column.sort, (*value).clone());
        }
        out.sql(")");
        return Ok(());
    }
    // Before the alternatives a bound on the first column, for the index.
    if let Some((place, value)) = steps.first() {
        beyond(out, place, value, true);
        out.sql(" AND ");
    }
    out.sql("(");
    for (index, (place, value)) in steps.iter().enumerate() {
        out.sql(if index > 0 { " OR (" } else { "(" });
        for (place, value) in steps.iter().take(index) {
            equals(out, place.column, value);
            out.sql(" AND ");
        }
        beyond(out, place, value, false);
        out.sql(")");
    }
    out.sql(")");
    Ok(())
}

/// The column's value comes after another in its direction, or (`inclusive`) is the same.
fn beyond(out: &mut Statement, place: &Place, value: &Value, inclusive: bool) {
    let column = place.column;
    match (place.descending, value, inclusive) {
        (false, Value::Null, true) => {
            out.sql("1 = 1");
        }
        (false, Value::Null, false) => {
            out.name(column.name).sql(" IS NOT NULL");
        }
        (false, value, _) => compare(out, column, if inclusive { " >= " } else { " > " }, value),
        (true, Value::Null, true) => {
            out.name(column.name).sql(" IS NULL");
        }
        (true, Value::Null, false) => {
            out.sql("1 = 0");
        }
        (true, value, _) => {
            out.sql("(");
            compare(out, column, if inclusive { " <= " } else { " < " }, value);
            if column.nullable {
                out.sql(" OR ").name(column.name).sql(" IS NULL");
            }
            out.sql(")");
        }
    }
}
