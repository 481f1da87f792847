//! `?fields=`: a part of each item, for those who need no more.

use serde_json::{Map, Value};

use crate::http::params::Params;

/// The fields that were asked for; all when none were named.
#[derive(Clone, Debug, Default)]
pub struct Fields(Option<Vec<String>>);

impl Fields {
    /// Reads the parameter; `known` are the fields that an item has.
    pub fn read(params: &mut Params, known: &Map<String, Value>) -> Self {
        let Some(text) = params.text("fields") else {
            return Self(None);
        };
        let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
        if names.iter().all(|name| known.contains_key(name)) {
            return Self(Some(names));
        }
        let known: Vec<_> = known.keys().map(String::as_str).collect();
        params.fault("fields", "bad_parameter", &format!("separated by commas: {}", known.join(", ")));
        Self(None)
    }

    /// Whether an item is answered whole.
    pub fn all(&self) -> bool {
        self.0.is_none()
    }

    /// The names, in the order in which they were asked for, when some were.
    pub fn names(&self) -> Option<&[String]> {
        self.0.as_deref()
    }

    /// Whether a field was asked for.
    pub fn has(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.iter().any(|asked| asked == name))
    }

    /// Takes from an item what was not asked for. Its id stays, and what was expanded.
    pub fn narrow(&self, item: &mut Value, expanded: &[String]) {
        if self.all() {
            return;
        }
        if let Value::Object(map) = item {
            map.retain(|name, _| name == "id" || self.has(name) || expanded.contains(name));
        }
    }
}
