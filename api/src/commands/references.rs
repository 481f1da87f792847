//! References in bodies and import rows: `<name>_id`, or `<name>_external_id`, which is turned
//! into the former.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::id::Kind;
use domain::rule::{Violation, code};
use persistence::{Key, Reader, Tx};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::commands::{Refusal, Work};
use crate::http::body::parse;

/// A field that refers to another record.
#[derive(Clone, Copy, Debug)]
pub struct Reference {
    /// The field's name without `_id` or `_ids`: `department`.
    pub name: &'static str,
    /// What it refers to.
    pub kind: Kind,
    /// Whether it is a list.
    pub many: bool,
    /// Whether the field with the Remit ids has the name alone: `managed_in`.
    pub bare: bool,
}

/// A reference to one record.
pub const fn one(name: &'static str, kind: Kind) -> Reference {
    Reference { name, kind, many: false, bare: false }
}

/// A reference to several records.
pub const fn many(name: &'static str, kind: Kind) -> Reference {
    Reference { name, kind, many: true, bare: false }
}

impl Reference {
    /// The field with the Remit id.
    pub fn id_field(&self) -> String {
        if self.bare {
            return self.name.to_owned();
        }
        format!("{}_id{}", self.name, if self.many { "s" } else { "" })
    }

    /// The field with the caller's id.
    pub fn external_field(&self) -> String {
        format!("{}_external_id{}", self.name, if self.many { "s" } else { "" })
    }

    /// The caller's ids that bodies give for it.
    pub fn named(&self, bodies: &[Map<String, Value>]) -> Vec<String> {
        let mut names = Vec::new();
        let field = self.external_field();
        for given in bodies.iter().filter_map(|body| body.get(&field)) {
            match given {
                Value::String(text) => names.push(text.clone()),
                Value::Array(items) => names.extend(items.iter().filter_map(Value::as_str).map(str::to_owned)),
                _ => {}
            }
        }
        names
    }
}

/// The key by which a record may also be named, where its kind has one: a code, a login, or a
/// personal number.
pub fn natural_key(kind: Kind, name: &str) -> Option<Key> {
    match kind {
        Kind::Role | Kind::Department | Kind::Position | Kind::Module | Kind::ObjectType | Kind::WageType => {
            Some(Key::Code(kind, name.to_owned()))
        }
        Kind::User => Some(Key::UserLogin(domain::name::key(name))),
        Kind::Worker => Some(Key::PersonalNumber(name.to_owned())),
        Kind::Area => Some(Key::AreaMark(name.to_owned())),
        _ => None,
    }
}

/// The Remit id of the record that a caller names by its own id, else by its natural key.
///
/// # Errors
/// The database can't be read.
pub fn look_up(tx: &mut Tx<'_>, kind: Kind, name: &str) -> Result<Option<Uuid>, Refusal> {
    let by_external = ids(tx, kind, &Key::ExternalId(kind, name.to_owned()))?;
    match natural_key(kind, name) {
        Some(key) if by_external.is_none() => ids(tx, kind, &key),
        _ => Ok(by_external),
    }
}

fn ids(tx: &mut Tx<'_>, kind: Kind, key: &Key) -> Result<Option<Uuid>, Refusal> {
    macro_rules! first {
        ($entity:ty) => {
            tx.ids::<$entity>(key)?.first().copied()
        };
    }
    Ok(match kind {
        Kind::User => first!(domain::user::User),
        Kind::Worker => first!(domain::worker::Worker),
        Kind::Department => first!(domain::organisation::Department),
        Kind::Position => first!(domain::organisation::Position),
        Kind::Contract => first!(domain::organisation::Contract),
        Kind::Role => first!(domain::role::Role),
        Kind::Module => first!(domain::grant::Module),
        Kind::ObjectType => first!(domain::grant::ObjectType),
        Kind::Object => first!(domain::grant::Object),
        Kind::Area => first!(domain::area::Area),
        Kind::WageType => first!(domain::wage::WageType),
        Kind::Membership
        | Kind::RoleRule
        | Kind::Grant
        | Kind::ApiToken
        | Kind::Session
        | Kind::Identity
        | Kind::Setting
        | Kind::Qualification
        | Kind::NotificationSubscription
        | Kind::MarkPattern
        | Kind::Notice
        | Kind::ProtectionRule
        | Kind::Template
        | Kind::WageOffer => None,
    })
}

/// The caller's ids of records, else what their natural key says.
fn names(reader: &mut Reader<'_>, kind: Kind, ids: &[Uuid]) -> Result<HashMap<Uuid, String>, Refusal> {
    macro_rules! named {
        ($entity:ty) => {
            named!($entity, or | _ | None)
        };
        ($entity:ty, or $code:expr) => {{
            let code: fn(&$entity) -> Option<String> = $code;
            let name = |record: $entity| {
                let code = code(&record);
                Some((record.id.0, record.external_id.or(code)?))
            };
            reader.get_many::<$entity>(ids)?.into_iter().filter_map(|found| name(found.value)).collect()
        }};
        ($entity:ty, code) => {
            named!($entity, or | record | Some(record.code.clone()))
        };
    }
    Ok(match kind {
        Kind::User => named!(domain::user::User, or | user | user.login.clone()),
        Kind::Worker => named!(domain::worker::Worker, or | worker | Some(worker.personal_number.clone())),
        Kind::Department => named!(domain::organisation::Department, code),
        Kind::Position => named!(domain::organisation::Position, code),
        Kind::Contract => named!(domain::organisation::Contract),
        Kind::Role => named!(domain::role::Role, code),
        Kind::Module => named!(domain::grant::Module, code),
        Kind::ObjectType => named!(domain::grant::ObjectType, code),
        Kind::Object => named!(domain::grant::Object),
        Kind::WageType => named!(domain::wage::WageType, code),
        Kind::Area => named!(domain::area::Area, or | area | area.mark.clone()),
        Kind::Membership
        | Kind::RoleRule
        | Kind::Grant
        | Kind::ApiToken
        | Kind::Session
        | Kind::Identity
        | Kind::Setting
        | Kind::Qualification
        | Kind::NotificationSubscription
        | Kind::MarkPattern
        | Kind::Notice
        | Kind::ProtectionRule
        | Kind::Template
        | Kind::WageOffer => HashMap::new(),
    })
}

/// Turns every `<name>_id` of many bodies into `<name>_external_id`, where the record has a name
/// of the caller's; `of` says which references a body has. One query for each kind.
///
/// # Errors
/// The database can't be read.
pub fn name(
    reader: &mut Reader<'_>,
    rows: &mut [Map<String, Value>],
    of: impl Fn(&Map<String, Value>) -> Vec<Reference>,
) -> Result<(), Refusal> {
    let mut wanted: BTreeMap<Kind, BTreeSet<Uuid>> = BTreeMap::new();
    let each = |value: &Value| -> Vec<Uuid> {
        let one = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        match value {
            Value::Array(items) => items.iter().filter_map(one).collect(),
            other => one(other).into_iter().collect(),
        }
    };
    for row in rows.iter() {
        for reference in of(row) {
            let ids = row.get(&reference.id_field()).map(each).unwrap_or_default();
            wanted.entry(reference.kind).or_default().extend(ids);
        }
    }
    let mut known: HashMap<Kind, HashMap<Uuid, String>> = HashMap::new();
    for (kind, ids) in wanted {
        known.insert(kind, names(reader, kind, &ids.into_iter().collect::<Vec<_>>())?);
    }
    for row in rows {
        for reference in of(row) {
            let Some(value) = row.get(&reference.id_field()) else { continue };
            let names = known.get(&reference.kind);
            // A list is said in one way or the other.
            let named: Option<Vec<String>> =
                each(value).iter().map(|id| names.and_then(|names| names.get(id)).cloned()).collect();
            let Some(mut named) = named.filter(|named| !named.is_empty()) else { continue };
            row.remove(&reference.id_field());
            let value = match named.pop() {
                Some(name) if !reference.many => Value::String(name),
                last => named.into_iter().chain(last).map(Value::String).collect(),
            };
            row.insert(reference.external_field(), value);
        }
    }
    Ok(())
}

/// Loads in one go what a batch of bodies names by external ids.
///
/// # Errors
/// The database can't be read.
pub fn preload(tx: &mut Tx<'_>, kind: Kind, mut names: Vec<String>) -> Result<(), Refusal> {
    names.sort_unstable();
    names.dedup();
    let external = |name: &String| Key::ExternalId(kind, name.clone());
    preload_keys(tx, kind, &names.iter().map(external).collect::<Vec<_>>())?;
    let mut others = Vec::new();
    for name in names {
        if let Some(key) = natural_key(kind, &name)
            && ids(tx, kind, &external(&name))?.is_none()
        {
            others.push(key);
        }
    }
    preload_keys(tx, kind, &others)
}

fn preload_keys(tx: &mut Tx<'_>, kind: Kind, keys: &[Key]) -> Result<(), Refusal> {
    match kind {
        Kind::User => tx.preload_keys::<domain::user::User>(keys)?,
        Kind::Worker => tx.preload_keys::<domain::worker::Worker>(keys)?,
        Kind::Department => tx.preload_keys::<domain::organisation::Department>(keys)?,
        Kind::Position => tx.preload_keys::<domain::organisation::Position>(keys)?,
        Kind::Contract => tx.preload_keys::<domain::organisation::Contract>(keys)?,
        Kind::Role => tx.preload_keys::<domain::role::Role>(keys)?,
        Kind::Module => tx.preload_keys::<domain::grant::Module>(keys)?,
        Kind::ObjectType => tx.preload_keys::<domain::grant::ObjectType>(keys)?,
        Kind::Object => tx.preload_keys::<domain::grant::Object>(keys)?,
        Kind::Area => tx.preload_keys::<domain::area::Area>(keys)?,
        Kind::WageType => tx.preload_keys::<domain::wage::WageType>(keys)?,
        Kind::Membership
        | Kind::RoleRule
        | Kind::Grant
        | Kind::ApiToken
        | Kind::Session
        | Kind::Identity
        | Kind::Setting
        | Kind::Qualification
        | Kind::NotificationSubscription
        | Kind::MarkPattern
        | Kind::Notice
        | Kind::ProtectionRule
        | Kind::Template
        | Kind::WageOffer => {}
    }
    Ok(())
}

/// The references that a body gives by the caller's own ids.
pub fn given(map: &Map<String, Value>) -> Vec<String> {
    let external = |name: &&String| name.ends_with("_external_id") || name.ends_with("_external_ids");
    map.keys().filter(external).cloned().collect()
}

/// A refusal in the words of a body that gave these references: it blames the field that was sent,
/// and says the same of a thing that is hidden from the caller as of one that there is none of.
pub fn as_given(mut refusal: Refusal, given: &[String]) -> Refusal {
    let Refusal::Violations(violations) = &mut refusal else {
        return refusal;
    };
    for violation in violations {
        for field in given {
            let pointer = violation.pointer.clone().unwrap_or_default();
            let below = |own: &str| {
                let rest = pointer.strip_prefix('/').and_then(|pointer| pointer.strip_prefix(own));
                rest.filter(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            // The field with the Remit ids is called so, or by the name alone.
            let rest =
                below(&field.replace("_external_id", "_id")).or_else(|| below(field.split("_external_id").next()?));
            let Some(rest) = rest else { continue };
            violation.pointer = Some(format!("/{field}{rest}"));
            if violation.code == code::UNKNOWN_REFERENCE {
                violation.detail = violation.detail.replace("of that id", "of that external id");
            }
            break;
        }
    }
    refusal
}

/// Runs a command with what a body says, its references by id; what it refuses is in the words of the body. Permissions
/// are to be asked for before: an answer must not tell who exists.
///
/// # Errors
/// Violations that name every reference to nothing, and every one given in both ways; what the command refuses.
pub fn with<T: DeserializeOwned, O>(
    work: &mut Work<'_, '_>,
    mut fields: Map<String, Value>,
    references: &[Reference],
    command: impl FnOnce(&mut Work<'_, '_>, T) -> Result<O, Refusal>,
) -> Result<O, Refusal> {
    let named = given(&fields);
    resolve(work.tx, &mut fields, references)?;
    let said = parse(Value::Object(fields))?;
    command(work, said).map_err(|refusal| as_given(refusal, &named))
}

/// The id of a reference that a body has to give, in one way or the other.
///
/// # Errors
/// It gives none.
pub fn required(id: Option<Uuid>, field: &str) -> Result<Uuid, Violation> {
    id.ok_or_else(|| Violation::new(code::REQUIRED, "is missing").at(format!("/{field}")))
}

/// That nothing of a kind has the external id that was given there.
pub fn unknown(kind: Kind, at: impl Into<String>) -> Violation {
    Violation::new(code::UNKNOWN_REFERENCE, format!("there is no {kind} of that external id")).at(at)
}

/// Turns every `<name>_external_id` of a body into `<name>_id`.
///
/// # Errors
/// Violations that name every reference to nothing, and every one given in both ways.
pub fn resolve(tx: &mut Tx<'_>, map: &mut Map<String, Value>, references: &[Reference]) -> Result<(), Refusal> {
    let mut out = Vec::new();
    for reference in references {
        let (id_field, external_field) = (reference.id_field(), reference.external_field());
        let Some(given) = map.remove(&external_field) else {
            continue;
        };
        let pointer = format!("/{external_field}");
        if map.contains_key(&id_field) {
            out.push(
                Violation::new(code::BAD_VALUE, format!("give {id_field} or {external_field}, not both")).at(pointer),
            );
            continue;
        }
        let unknown = |at: String| unknown(reference.kind, at);
        let resolved = match given {
            Value::String(name) => match look_up(tx, reference.kind, &name)? {
                Some(id) => Value::String(id.to_string()),
                None => {
                    out.push(unknown(pointer));
                    continue;
                }
            },
            Value::Array(names) => {
                let mut ids = Vec::with_capacity(names.len());
                for (index, name) in names.iter().filter_map(Value::as_str).enumerate() {
                    match look_up(tx, reference.kind, name)? {
                        Some(id) => ids.push(Value::String(id.to_string())),
                        None => out.push(unknown(format!("{pointer}/{index}"))),
                    }
                }
                Value::Array(ids)
            }
            other => other,
        };
        map.insert(id_field, resolved);
    }
    if out.is_empty() { Ok(()) } else { Err(out.into()) }
}
