//! What the configuration is read from, and what is said of its faults.

use super::{Config, Form, KEYS, LogFormat, SmtpUrl, unknown_variables};

fn no_environment(_: &str) -> Option<String> {
    None
}

fn problems(file: &str, environment: &[(&str, &str)]) -> Vec<String> {
    let environment =
        |name: &str| environment.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
    let error = Config::read(Some(("remit.toml", file)), environment).unwrap_err();
    error.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn the_table_and_the_struct_have_the_same_keys_and_defaults() {
    let config = serde_json::to_value(Config::default()).unwrap();
    let fields: Vec<_> = config.as_object().unwrap().keys().cloned().collect();
    let mut keys: Vec<_> = KEYS.iter().map(|key| key.name.to_owned()).collect();
    assert_eq!(keys, fields);
    keys.dedup();
    assert_eq!(keys.len(), KEYS.len());
    for key in KEYS {
        assert_eq!(key.env, format!("REMIT_{}", key.name.to_uppercase()));
        assert!(!key.what.is_empty());
        match &config[key.name] {
            serde_json::Value::String(text) => {
                assert_eq!((key.default, key.form), (text.as_str(), Form::Text));
            }
            serde_json::Value::Number(number) => {
                assert_eq!((key.default, key.form), (&*number.to_string(), Form::Number));
            }
            serde_json::Value::Array(list) => {
                let items: Vec<_> = list.iter().map(|item| item.as_str().unwrap()).collect();
                let shown = if items.is_empty() { "none".to_owned() } else { items.join(", ") };
                assert_eq!((key.default, key.form), (shown.as_str(), Form::List));
            }
            _ => assert!(["none", "http://<listen>", "number of cores"].contains(&key.default)),
        }
    }
}

#[test]
fn the_environment_wins_over_the_file_and_an_empty_variable_is_absent() {
    let file = "listen = \"127.0.0.1:1\"\nworkers = 3\nlog_format = \"json\"";
    let config = Config::read(Some(("remit.toml", file)), |name| match name {
        "REMIT_LISTEN" => Some("127.0.0.1:2".to_owned()),
        "REMIT_WORKERS" => Some(String::new()),
        "REMIT_CORS_ORIGINS" => Some("https://a.example, https://b.example".to_owned()),
        "REMIT_TIME_ZONE" => Some("Europe/Prague".to_owned()),
        _ => None,
    })
    .unwrap();
    assert_eq!(config.public_url(), "http://127.0.0.1:2");
    assert_eq!((config.workers(), config.log_format), (3, LogFormat::Json));
    assert_eq!(config.cors_origins, ["https://a.example", "https://b.example"]);
    assert_eq!(config.time_zone, chrono_tz::Europe::Prague);
    assert_eq!(Config::read(None, no_environment).unwrap(), Config::default());
}

#[test]
fn all_wrong_values_are_told_at_once_with_their_key_and_source() {
    let told = problems(
        "listen = 5\njson_depth = 500\nlisten_on = \"x\"\nargon2_memory_kib = -1",
        &[
            ("REMIT_WORKERS", "many"),
            ("REMIT_TIME_ZONE", "Mars/Base"),
            ("REMIT_CORS_ORIGINS", "https://a.example/path"),
        ],
    );
    let all = told.join("\n");
    for start in [
        "listen (from remit.toml): ",
        "json_depth (from remit.toml): must be from 4 to 128",
        "listen_on (from remit.toml): there is no such key",
        "argon2_memory_kib (from remit.toml): ",
        "workers (from REMIT_WORKERS): ",
        "time_zone (from REMIT_TIME_ZONE): \"Mars/Base\" is no IANA time zone",
        "cors_origins (from REMIT_CORS_ORIGINS): ",
    ] {
        assert!(all.contains(start), "{start} not in\n{all}");
    }
    assert_eq!(told.len(), 7);
}

#[test]
fn a_wrong_address_is_named() {
    let told = problems("", &[("REMIT_LISTEN", "localhost:80")]);
    assert_eq!(
        told,
        ["listen (from REMIT_LISTEN): \"localhost:80\" is no IP address with a port, such as 127.0.0.1:8080"]
    );
}

// A variable that was mistyped would otherwise do nothing, in silence.
#[test]
fn variables_that_are_no_keys_are_found() {
    let names = [
        "REMIT_LISTEN", "REMIT_TIMEZONE", "REMIT_CONFIG", "REMIT_TOKEN", "REMIT_TEST_DATA", "PATH", "REMIT_",
        "REMITTANCE",
    ];
    assert_eq!(unknown_variables(names.iter().map(Into::into)), ["REMIT_", "REMIT_TIMEZONE"]);
}

// The page for operators lists every key with its default, and none that there is not.
#[test]
fn the_page_lists_every_key_with_its_default() {
    let page = include_str!("../../../docs/configuration.md");
    let rows = page.lines().filter(|line| line.starts_with("| `")).map(|line| {
        let mut cells = line.split(" | ").map(|cell| cell.trim_matches(['|', ' ']).replace('`', ""));
        [cells.next(), cells.next(), cells.next()].map(Option::unwrap_or_default)
    });
    let keys = KEYS.iter().map(|key| [key.name, key.env, key.default].map(str::to_owned));
    assert_eq!(rows.collect::<Vec<_>>(), keys.collect::<Vec<_>>());
}

#[test]
fn values_that_do_not_suit_each_other_are_refused() {
    let told = problems("argon2_memory_kib = 8\nargon2_parallelism = 2", &[]);
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("argon2_memory_kib must be at least 8 times"));
}

#[test]
fn no_message_and_no_debug_view_shows_a_password() {
    for file in [
        "database_url = \"mysql://me:hunter2@host/db\"",
        "database_url = { password = \"hunter2\" }",
        "database_url = \"postgres://me:hunter2@host/db",
        "database_url = postgres://me:hunter2@host/db",
    ] {
        let told = problems(file, &[]);
        assert!(!told.is_empty() && !told.join("\n").contains("hunter2"), "{told:?}");
    }
    let config = Config { database_url: "postgres://me:hunter2@host/db?password=hunter2".into(), ..Config::default() };
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(!serde_json::to_string(&config).unwrap().contains("hunter2"));
}

#[test]
fn outside_services_are_whole_and_secured() {
    for (file, told) in [
        ("smtp_url = \"smtps://me:hunter2@mail.example\"", "smtp_url and mail_from go together"),
        ("smtp_url = \"http://me:hunter2@mail.example\"", "smtp_url (from remit.toml): must be like"),
        ("smtp_url = \"smtp://me:hunter2@mail.example?tls=opportunistic\"", "smtp_url (from remit.toml): must be like"),
        ("oidc_issuer = \"https://id.example\"", "oidc_issuer and oidc_audience go together"),
        ("oidc_issuer = \"http://id.example\"", "must be an https:// address"),
        ("oidc_issuer = \"http://127.evil.example\"", "must be an https:// address"),
        ("oidc_algorithms = [\"HS256\"]", "oidc_algorithms (from remit.toml)"),
        ("oidc_algorithms = [\"none\"]", "oidc_algorithms (from remit.toml)"),
        ("oidc_algorithms = []", "must name at least one"),
        ("oidc_claim = \"email\"", "oidc_claim must not be email"),
        ("oidc_match = \"email\"", "oidc_match (from remit.toml)"),
    ] {
        let all = problems(file, &[]).join("\n");
        assert!(all.contains(told) && !all.contains("hunter2"), "{file}: {all}");
    }
    let file = "smtp_url = \"smtp://me:hunter2@mail.example:587\"\nmail_from = \"Remit <remit@example.org>\"\n\
                oidc_issuer = \"http://localhost:8080/realms/x\"\noidc_audience = \"remit\"";
    let config = Config::read(Some(("remit.toml", file)), no_environment).unwrap();
    assert_eq!(config.smtp_url.as_ref().unwrap().for_transport(), "smtp://me:hunter2@mail.example:587?tls=required");
    assert!(!format!("{config:?}{}", serde_json::to_string(&config).unwrap()).contains("hunter2"));
    let plain = SmtpUrl::from("smtp://127.0.0.1:25?tls=none");
    assert_eq!(plain.for_transport(), "smtp://127.0.0.1:25");
}
