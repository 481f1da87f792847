//! Reading the configuration and telling everything that is wrong with it at once.

use std::ffi::OsString;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};
use validator::Validate;

use super::Config;
use super::keys::{Form, KEYS, Key};

/// The file that is read when `REMIT_CONFIG` names no other.
const DEFAULT_FILE: &str = "remit.toml";

/// Variables that are read, but are no keys: the name of the file, and the token of `remit import`.
const OTHER_VARIABLES: [&str; 2] = ["REMIT_CONFIG", "REMIT_TOKEN"];

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The key, where one is to blame.
    pub key: Option<String>,
    /// Where the value came from: a variable or a file.
    pub source: String,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            Some(key) => write!(f, "{key} (from {}): {}", self.source, self.message),
            None => write!(f, "{}: {}", self.source, self.message),
        }
    }
}

/// Everything that is wrong with the configuration.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    /// The problems, in the order of the keys.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration can't be used:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Config {
    /// Reads the configuration from the file that `REMIT_CONFIG` names (else `remit.toml`, if
    /// there is one) and from the environment.
    ///
    /// # Errors
    /// A named file can't be read, a key is unknown, or a value is wrong.
    pub fn load() -> Result<Self, ConfigError> {
        let named = std::env::var("REMIT_CONFIG").ok().filter(|path| !path.is_empty());
        let path = named.as_deref().unwrap_or(DEFAULT_FILE);
        let file = if named.is_some() || Path::new(path).exists() {
            let text = std::fs::read_to_string(path).map_err(|error| ConfigError {
                problems: vec![Problem {
                    key: None,
                    source: path.to_owned(),
                    message: format!("can't be read: {error}"),
                }],
            })?;
            Some(text)
        } else {
            None
        };
        Self::read(file.as_deref().map(|text| (path, text)), |name| match std::env::var(name) {
            Ok(value) => Some(value),
            Err(std::env::VarError::NotPresent) => None,
            // Kept, so that it is reported as wrong instead of being passed over.
            Err(std::env::VarError::NotUnicode(text)) => Some(text.to_string_lossy().into_owned()),
        })
    }

    /// Reads the configuration from a file's name and text and from an environment.
    ///
    /// # Errors
    /// The text is no TOML, a key is unknown, or a value is wrong.
    pub fn read(file: Option<(&str, &str)>, environment: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let (path, mut table) = match file {
            Some((path, text)) => (path, parse(path, text, &mut problems)),
            None => (DEFAULT_FILE, Table::new()),
        };
        let mut good = Table::new();
        for key in KEYS {
            let from_file = table.remove(key.name);
            let given = match environment(key.env).filter(|value| !value.is_empty()) {
                Some(value) => Some(from_text(key.form, value)),
                None => from_file,
            };
            let Some(value) = given else { continue };
            // Each value is tried alone, so that all wrong ones are told, not just the first.
            match single(key, value.clone()) {
                Ok(()) => drop(good.insert(key.name.to_owned(), value)),
                Err(message) => problems.push(Problem {
                    key: Some(key.name.to_owned()),
                    source: source(key, path, &environment),
                    message,
                }),
            }
        }
        problems.extend(table.keys().map(|name| Problem {
            key: Some(name.clone()),
            source: path.to_owned(),
            message: "there is no such key".to_owned(),
        }));
        let config = Config::deserialize(Value::Table(good)).unwrap_or_default();
        check(&config, path, &environment, &mut problems);
        if problems.is_empty() { Ok(config) } else { Err(ConfigError { problems }) }
    }
}

/// The names among these that begin as Remit's variables do, but are none.
pub fn unknown_variables(names: impl Iterator<Item = OsString>) -> Vec<String> {
    let known = |name: &str| {
        OTHER_VARIABLES.contains(&name) || name.starts_with("REMIT_TEST_") || KEYS.iter().any(|key| key.env == name)
    };
    let names = names.map(|name| name.to_string_lossy().into_owned());
    let mut unknown: Vec<String> = names.filter(|name| name.starts_with("REMIT_") && !known(name)).collect();
    unknown.sort();
    unknown
}

fn parse(path: &str, text: &str, problems: &mut Vec<Problem>) -> Table {
    text.parse().unwrap_or_else(|error: toml::de::Error| {
        // The error's own display quotes the line, which may hold a password.
        let line = error.span().and_then(|span| text.get(..span.start));
        let message = match line {
            Some(before) => {
                format!("line {}: {}", before.matches('\n').count() + 1, error.message())
            }
            None => error.message().to_owned(),
        };
        problems.push(Problem { key: None, source: path.to_owned(), message });
        Table::new()
    })
}

fn from_text(form: Form, text: String) -> Value {
    match form {
        Form::Text => Value::String(text),
        // Not a number: left as text, which the field then refuses in its own words.
        Form::Number => text.trim().parse().map_or(Value::String(text), Value::Integer),
        Form::List => text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .map(|item| Value::String(item.to_owned()))
            .collect::<Vec<_>>()
            .into(),
    }
}

fn single(key: &Key, value: Value) -> Result<(), String> {
    let alone: Table = [(key.name.to_owned(), value)].into_iter().collect();
    match Config::deserialize(Value::Table(alone)) {
        Ok(_) => Ok(()),
        Err(_) if key.secret => Err("the value is not of the right type".to_owned()),
        Err(error) => Err(error.message().to_owned()),
    }
}

fn source(key: &Key, path: &str, environment: &impl Fn(&str) -> Option<String>) -> String {
    let in_environment = environment(key.env).is_some_and(|value| !value.is_empty());
    if in_environment { key.env.to_owned() } else { path.to_owned() }
}

fn check(config: &Config, path: &str, environment: &impl Fn(&str) -> Option<String>, problems: &mut Vec<Problem>) {
    let Err(errors) = config.validate() else {
        return;
    };
    let fields = errors.field_errors();
    for key in KEYS {
        for error in fields.get(key.name).into_iter().copied().flatten() {
            problems.push(Problem {
                key: Some(key.name.to_owned()),
                source: source(key, path, environment),
                message: sentence(error),
            });
        }
    }
    for error in fields.get("__all__").into_iter().copied().flatten() {
        problems.push(Problem { key: None, source: "configuration".to_owned(), message: sentence(error) });
    }
}

fn sentence(error: &validator::ValidationError) -> String {
    match (&error.message, error.params.get("min"), error.params.get("max")) {
        (Some(message), ..) => message.to_string(),
        (None, Some(min), Some(max)) if error.code == "length" => {
            format!("must have from {min} to {max} characters")
        }
        (None, Some(min), Some(max)) => format!("must be from {min} to {max}"),
        _ => "is out of range".to_owned(),
    }
}
