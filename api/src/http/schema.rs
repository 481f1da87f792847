//! Checks bodies against the schemas that `openapi.yaml` publishes, so that contract and
//! behaviour can't drift apart, and all faults are told at once.

use std::collections::HashMap;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use crate::http::problem::{self, FieldError, Problem};
use crate::openapi::patterns::{FORMS, TextForm};
use crate::openapi::schemas::own_fields;

/// The published schemas, compiled.
pub struct Schemas {
    document: Value,
    compiled: HashMap<String, Validator>,
    /// The fields of each item.
    fields: HashMap<String, Map<String, Value>>,
}

/// A schema of the published document can't be compiled: a fault of the program.
#[derive(Debug, thiserror::Error)]
#[error("schema {name}: {detail}")]
pub struct SchemaError {
    name: String,
    detail: String,
}

impl Schemas {
    /// Compiles every component schema of an OpenAPI document.
    ///
    /// # Errors
    /// A schema is not valid.
    pub fn new(document: Value) -> Result<Self, SchemaError> {
        let mut compiled = HashMap::new();
        let names: Vec<String> = document
            .pointer("/components/schemas")
            .and_then(Value::as_object)
            .map(|schemas| schemas.keys().cloned().collect())
            .unwrap_or_default();
        // Large, and the same for all: only the reference changes. Schemas refer to schemas alone, and whatever else the
        // contract holds would be read again for each.
        let mut root = json!({ "$ref": "", "components": { "schemas": document.pointer("/components/schemas") } });
        for name in
            names.iter().filter(|name| name.ends_with("Input") || name.ends_with("Patch") || name.ends_with("Request"))
        {
            if let Some(reference) = root.get_mut("$ref") {
                *reference = format!("#/components/schemas/{name}").into();
            }
            let validator = jsonschema::options()
                .should_validate_formats(true)
                .build(&root)
                .map_err(|error| SchemaError { name: name.clone(), detail: error.to_string() })?;
            compiled.insert(name.clone(), validator);
        }
        let views = document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
        let views = views.filter(|(name, _)| name.ends_with("View"));
        let fields = views.map(|(name, schema)| (name.clone(), own_fields(schema))).collect();
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
