//! Create, change and upsert, the same way for every resource: references are resolved, values
//! laid over what is stored, and the resource itself authorises and checks.

use domain::id::Kind;
use domain::rule::{Violation, code};
use persistence::{Key, Reader, Stored, Table};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::references::{self, Reference};
use crate::commands::{Refusal, Work};
use crate::http::body::{merge, parse, patch_schema};
use crate::http::etag::Expected;

/// A resource that can be created, changed and imported.
pub trait Resource: Table {
    /// What a caller may say about it.
    type Input: DeserializeOwned + Serialize + ToSchema;

    /// Its fields that refer to others.
    const REFERENCES: &'static [Reference];

    /// Fields that a PATCH does not take, since verbs change them.
    const VERB_ONLY: &'static [&'static str] = &[];

    /// The stored values in the form in which a caller says them.
    fn input(&self) -> Self::Input;

    /// Asks for the permission that needs no more than the stored record, before anything that a
    /// caller names is looked up: an answer must not tell who exists.
    ///
    /// # Errors
    /// The permission is missing.
    fn authorise(work: &mut Work<'_, '_>, before: Option<&Stored<Self>>) -> Result<(), Refusal>;

    /// Checks and stores, and asks for the permissions that depend on what is said. `before` is the stored record; `None` creates one.
    ///
    /// # Errors
    /// A missing permission, or every violation at once.
    fn save(work: &mut Work<'_, '_>, before: Option<&Stored<Self>>, input: Self::Input) -> Result<Self, Refusal>;

    /// Resolves references that [`Self::REFERENCES`] can't describe.
    ///
    /// # Errors
    /// Violations that name every reference to nothing.
    fn resolve(work: &mut Work<'_, '_>, map: &mut Map<String, Value>) -> Result<(), Refusal> {
        references::resolve(work.tx, map, Self::REFERENCES)
    }

    /// Says references of what [`Self::input`] gave in the caller's own ids, where there are any:
    /// [`Self::resolve`] the other way round, for many at once.
    ///
    /// # Errors
    /// The database can't be read.
    fn name(reader: &mut Reader<'_>, rows: &mut [Map<String, Value>]) -> Result<(), Refusal> {
        references::name(reader, rows, |_| Self::REFERENCES.to_vec())
    }

    /// The stored record with the same natural key: what an import row without an external id
    /// stands for.
    ///
    /// # Errors
    /// The database can't be read.
    fn twin(_work: &mut Work<'_, '_>, _input: &Self::Input) -> Result<Option<Stored<Self>>, Refusal> {
        Ok(None)
    }

    /// Loads in one go what saving a batch will need.
    ///
    /// # Errors
    /// The database can't be read.
    fn preload(work: &mut Work<'_, '_>, rows: &[Map<String, Value>]) -> Result<(), Refusal> {
        for reference in Self::REFERENCES {
            references::preload(work.tx, reference.kind, reference.named(rows))?;
        }
        let own = rows.iter().filter_map(|row| Some(row.get("external_id")?.as_str()?.to_owned())).collect();
        references::preload(work.tx, Self::KIND, own)
    }
}

/// Creates a record from a body.
///
/// # Errors
/// A missing permission, or every violation at once.
pub fn create<R: Resource>(work: &mut Work<'_, '_>, mut fields: Map<String, Value>) -> Result<R, Refusal> {
    R::authorise(work, None)?;
    let named = references::given(&fields);
    R::resolve(work, &mut fields)?;
    let input = parse(Value::Object(fields))?;
    R::save(work, None, input).map_err(|refusal| references::as_given(refusal, &named))
}

/// Lays a merge patch over a record.
///
/// # Errors
/// It does not exist or is not as expected, a missing permission, or every violation at once.
pub fn patch<R: Resource>(
    work: &mut Work<'_, '_>,
    id: Uuid,
    expected: &Expected,
    fields: Map<String, Value>,
) -> Result<R, Refusal> {
    let before = work.get::<R>(id)?;
    expected.check(before.revision)?;
    let refused: Vec<_> = R::VERB_ONLY
        .iter()
        .filter(|name| fields.contains_key(**name))
        .map(|name| Violation::new(code::NOT_CHANGEABLE, "it changes by verbs only").at(format!("/{name}")))
        .collect();
    if !refused.is_empty() {
        return Err(refused.into());
    }
    change(work, &before, fields)
}

/// Creates or updates the record of an external id; whether it was created.
///
/// # Errors
/// A missing permission, or every violation at once.
pub fn upsert<R: Resource>(
    work: &mut Work<'_, '_>,
    external_id: &str,
    mut fields: Map<String, Value>,
) -> Result<(R, bool), Refusal> {
    if fields.get("external_id").is_some_and(|given| given.as_str() != Some(external_id)) {
        return Err(Violation::new(code::BAD_VALUE, "differs from the one in the path").at("/external_id").into());
    }
    fields.insert("external_id".to_owned(), Value::String(external_id.to_owned()));
    upsert_row(work, fields)
}

/// Creates or updates what a row stands for: by its external id, else by its natural key.
///
/// # Errors
/// A missing permission, or every violation at once.
pub fn upsert_row<R: Resource>(work: &mut Work<'_, '_>, fields: Map<String, Value>) -> Result<(R, bool), Refusal> {
    upsert_row_if(work, fields, |_, _| Ok(()))
}

/// The same for a row that asks for more than its input says: `may` is given the stored record,
/// if there is one, and may refuse before anything is stored.
///
/// # Errors
/// What `may` refuses, a missing permission, or every violation at once.
pub fn upsert_row_if<R: Resource>(
    work: &mut Work<'_, '_>,
    mut fields: Map<String, Value>,
    may: impl FnOnce(&mut Work<'_, '_>, Option<&Stored<R>>) -> Result<(), Refusal>,
) -> Result<(R, bool), Refusal> {
    let external_id = fields.get("external_id").and_then(Value::as_str).map(str::to_owned);
    let mut before = match external_id {
        Some(external_id) => work.tx.find::<R>(&Key::ExternalId(R::KIND, external_id))?.pop(),
        None => None,
    };
    if before.is_none() {
        // What a new record must have is asked for in the caller's own words.
        fields.retain(|_, value| !value.is_null());
        fields = checked(work, &R::Input::name(), fields)?;
        R::authorise(work, None)?;
        let named = references::given(&fields);
        R::resolve(work, &mut fields)?;
        let input: R::Input = parse(Value::Object(fields.clone()))?;
        before = R::twin(work, &input)?;
        if before.is_none() {
            may(work, None)?;
            let created = R::save(work, None, input).map_err(|refusal| references::as_given(refusal, &named))?;
            return Ok((created, true));
        }
    }
    match before {
        Some(before) => {
            let fields = checked(work, &patch_schema(&R::Input::name()), fields)?;
            R::authorise(work, Some(&before))?;
            may(work, Some(&before))?;
            change(work, &before, fields).map(|changed| (changed, false))
        }
        None => Err(Refusal::internal("an upsert lost its record")),
    }
}

/// The record that a row without an external id means by its code, login or personal number. A row
/// with one is a record of its own, which may not take what belongs to another.
///
/// # Errors
/// The database can't be read.
pub fn named_alike<R: Resource>(
    work: &mut Work<'_, '_>,
    external_id: Option<&str>,
    name: Option<&str>,
) -> Result<Option<Stored<R>>, Refusal> {
    match name.and_then(|name| references::natural_key(R::KIND, name)) {
        Some(key) if external_id.is_none() => Ok(work.tx.find::<R>(&key)?.pop()),
        _ => Ok(None),
    }
}

/// Values that meet a published schema.
fn checked(work: &Work<'_, '_>, schema: &str, fields: Map<String, Value>) -> Result<Map<String, Value>, Refusal> {
    let value = Value::Object(fields);
    let faults = work.app.schemas().faults(schema, &value);
    match value {
        Value::Object(fields) if faults.is_empty() => Ok(fields),
        _ => {
            let form = faults.iter().any(|(form, _)| *form);
            Err(Refusal::Schema { form, errors: faults.into_iter().map(|(_, error)| error).collect() })
        }
    }
}

fn change<R: Resource>(
    work: &mut Work<'_, '_>,
    before: &Stored<R>,
    mut fields: Map<String, Value>,
) -> Result<R, Refusal> {
    R::authorise(work, Some(before))?;
    let named = references::given(&fields);
    R::resolve(work, &mut fields)?;
    let present = serde_json::to_value(before.value.input())
        .map_err(|error| Refusal::internal(format!("input of {}: {error}", R::KIND)))?;
    let Value::Object(mut merged) = present else {
        return Err(Refusal::internal("an input is no object"));
    };
    merge(&mut merged, fields);
    let input = parse(Value::Object(merged))?;
    R::save(work, Some(before), input).map_err(|refusal| references::as_given(refusal, &named))
}

/// Refuses an external id that another record of the kind carries, or that is too long.
///
/// # Errors
/// The database can't be read.
pub fn check_external_id<R: Resource>(
    work: &mut Work<'_, '_>,
    own: Uuid,
    external_id: Option<&str>,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    domain::text::optional(out, "/external_id", external_id, domain::text::CODE_MAX);
    if let Some(external_id) = external_id {
        let others = work.tx.ids::<R>(&Key::ExternalId(R::KIND, external_id.to_owned()))?;
        if others.iter().any(|other| *other != own) {
            out.push(Violation::new(code::DUPLICATE, "another one has this external id").at("/external_id"));
        }
    }
    Ok(())
}

/// Refuses a code that another record of the kind carries.
///
/// # Errors
/// The database can't be read.
pub fn check_code<R: Resource>(
    work: &mut Work<'_, '_>,
    own: Uuid,
    value: &str,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    let kind: Kind = R::KIND;
    let others = work.tx.find::<R>(&Key::Code(kind, value.to_owned()))?;
    if others.iter().any(|other| other.value.uuid() != own) {
        out.push(Violation::new(code::CODE_TAKEN, format!("another {kind} has this code")).at("/code"));
    }
    Ok(())
}

/// Stores a new or changed record.
///
/// # Errors
/// The unit of work can't take it.
pub fn put<R: Resource>(work: &mut Work<'_, '_>, before: Option<&Stored<R>>, after: &R) -> Result<(), Refusal> {
    match before {
        None => work.tx.create(after.clone())?,
        Some(_) => work.tx.update(after.clone())?,
    }
    Ok(())
}
