//! Checks bodies against the schemas that `openapi.yaml` publishes, so that contract and
//! behaviour can't drift apart, and all faults are told at once.

use std::collections::HashMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::http::problem::{self, FieldError, Problem};
use crate::openapi;
use crate::openapi::patterns::{FORMS, TextForm};
use crate::openapi::schemas::own_fields;

/// The published schemas, compiled.
pub struct Schemas {
    document: Value,
    compiled: &'static HashMap<String, Validator>,
    /// The fields of each item.
    fields: HashMap<String, Map<String, Value>>,
}

/// A schema of the published document can't be compiled: a fault of the program.
#[derive(Clone, Debug, thiserror::Error)]
#[error("schema {name}: {detail}")]
pub struct SchemaError {
    name: String,
    detail: String,
}

impl Schemas {
    /// The schemas of the contract as a service publishes it. Those of bodies don't depend on how it is configured: they
    /// are compiled once.
    ///
    /// # Errors
    /// A schema is not valid.
    pub fn new(document: Value) -> Result<Self, SchemaError> {
        static COMPILED: LazyLock<Result<HashMap<String, Validator>, SchemaError>> =
            LazyLock::new(|| compiled(&component_schemas(&openapi::document_value())));
        let compiled = COMPILED.as_ref().map_err(Clone::clone)?;
        let views = component_schemas(&document).into_iter().filter(|(name, _)| name.ends_with("View"));
        let fields = views.map(|(name, schema)| (name, own_fields(&schema))).collect();
        Ok(Self { document, compiled, fields })
    }

    /// The whole document.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// The fields that every item of a view has; what `expand` adds is none of them.
    pub fn fields(&self, view: &str) -> Option<&Map<String, Value>> {
        self.fields.get(view)
    }

    /// The properties of a schema.
    pub fn properties(&self, name: &str) -> Option<&Map<String, Value>> {
        self.document.pointer(&format!("/components/schemas/{name}/properties"))?.as_object()
    }

    /// Every fault of a value; `true` stands for a fault of form (400), `false` for one of value
    /// (422).
    pub fn faults(&self, name: &str, value: &Value) -> Vec<(bool, FieldError)> {
        let Some(validator) = self.compiled.get(name) else {
            return vec![(true, fault("", "unknown_schema", "no such schema".to_owned()))];
        };
        // Most values are valid, which is told faster than what is wrong.
        if validator.is_valid(value) {
            return Vec::new();
        }
        // The forms of a record's texts are the domain's to check, which tells them together with what
        // no schema can say.
        let of_record = !name.ends_with("Request");
        let own = |error: &jsonschema::ValidationError<'_>| !(of_record && form_of(error).is_some());
        validator.iter_errors(value).filter(own).take(100).flat_map(|error| explain(&error)).collect()
    }

    /// Refuses a value with all its faults.
    ///
    /// # Errors
    /// 400 when a fault is one of form, else 422.
    pub fn check(&self, name: &str, value: &Value) -> Result<(), Problem> {
        let faults = self.faults(name, value);
        if faults.is_empty() {
            return Ok(());
        }
        let form = faults.iter().any(|(form, _)| *form);
        let code = if form { problem::BODY_NOT_ALLOWED } else { problem::INVALID_VALUES };
        Err(Problem::new(code).detail("see errors").errors(faults.into_iter().map(|(_, error)| error).collect()))
    }
}

fn component_schemas(document: &Value) -> Map<String, Value> {
    document.pointer("/components/schemas").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// The schemas of bodies, each compiled with those that it refers to.
fn compiled(schemas: &Map<String, Value>) -> Result<HashMap<String, Validator>, SchemaError> {
    let bodies = schemas.keys().filter(|name| ["Input", "Patch", "Request"].iter().any(|end| name.ends_with(end)));
    let compile = |name: &String| {
        let reference = json!({ "$ref": format!("{REFERENCE}{name}") });
        let root = json!({ "allOf": [reference], "components": { "schemas": referred(schemas, &reference) } });
        let validator = jsonschema::options().should_validate_formats(true).build(&root);
        let validator = validator.map_err(|error| SchemaError { name: name.clone(), detail: error.to_string() })?;
        Ok((name.clone(), validator))
    };
    bodies.map(compile).collect()
}

/// How a schema refers to another.
const REFERENCE: &str = "#/components/schemas/";

/// The component schemas that a schema refers to, and those that these refer to in turn. A validator is made with these
/// alone: it reads whatever it is given, and all of them are many.
pub fn referred(schemas: &Map<String, Value>, schema: &Value) -> Map<String, Value> {
    let mut out = Map::new();
    gather(schemas, schema, &mut out);
    out
}

fn gather(schemas: &Map<String, Value>, value: &Value, out: &mut Map<String, Value>) {
    match value {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str).and_then(|named| named.strip_prefix(REFERENCE));
            if let Some((name, schema)) = name.and_then(|name| schemas.get_key_value(name))
                && !out.contains_key(name)
            {
                out.insert(name.clone(), schema.clone());
                gather(schemas, schema, out);
            }
            members.values().for_each(|value| gather(schemas, value, out));
        }
        Value::Array(items) => items.iter().for_each(|value| gather(schemas, value, out)),
        _ => {}
    }
}

fn fault(pointer: &str, code: &str, detail: String) -> FieldError {
    FieldError { pointer: pointer.to_owned(), code: code.to_owned(), detail }
}

/// The form that a text lacks.
fn form_of(error: &jsonschema::ValidationError<'_>) -> Option<&'static TextForm> {
    match error.kind() {
        jsonschema::error::ValidationErrorKind::Pattern { pattern } => {
            FORMS.into_iter().find(|form| form.pattern == pattern)
        }
        _ => None,
    }
}

fn explain(error: &jsonschema::ValidationError<'_>) -> Vec<(bool, FieldError)> {
    use jsonschema::error::ValidationErrorKind as Kind;
    let at = error.instance_path().as_str().to_owned();
    let below = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    let detail = error.masked().to_string();
    match error.kind() {
        Kind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![(false, fault(&below(name), "required", "is missing".to_owned()))]
        }
        Kind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| (true, fault(&below(name), "unknown_field", "there is no such field".to_owned())))
            .collect(),
        Kind::Type { .. } => vec![(true, fault(&at, "wrong_type", detail))],
        Kind::Enum { options } => {
            let words: Vec<_> = options.as_array().into_iter().flatten().map(Value::to_string).collect();
            vec![(true, fault(&at, "unknown_value", format!("must be one of {}", words.join(", "))))]
        }
        Kind::Constant { .. } => vec![(true, fault(&at, "unknown_value", detail))],
        Kind::AnyOf { .. } | Kind::OneOfNotValid { .. } | Kind::OneOfMultipleValid { .. } => {
            vec![(true, fault(&at, "wrong_form", "fits none of the allowed forms".to_owned()))]
        }
        Kind::MaxLength { limit } => vec![(false, fault(&at, "too_long", format!("at most {limit} characters")))],
        Kind::MinLength { limit } if *limit > 1 => {
            vec![(false, fault(&at, "too_short", format!("at least {limit} characters")))]
        }
        Kind::MinLength { .. } => vec![(false, fault(&at, "required", "must not be empty".to_owned()))],
        Kind::Minimum { .. } | Kind::Maximum { .. } | Kind::MinItems { .. } | Kind::MaxItems { .. } => {
            vec![(false, fault(&at, "out_of_range", detail))]
        }
        Kind::Pattern { .. } => {
            let (code, what) = form_of(error).map_or(("bad_value", detail), |form| (form.code, form.detail.to_owned()));
            vec![(false, fault(&at, code, what))]
        }
        Kind::Format { format } => vec![(false, fault(&at, "bad_format", format!("is no valid {format}")))],
        _ => vec![(false, fault(&at, "bad_value", detail))],
    }
}
