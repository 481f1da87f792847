//! Whether what a command printed is what its page shows.

use serde_json::Value;

/// What differs, if anything does.
pub fn differs(language: &str, shown: &str, printed: &str) -> Option<String> {
    match language {
        "json" => {
            let (wanted, found) = (values(shown), values(body(printed)));
            let fit =
                wanted.len() == found.len() && wanted.iter().zip(&found).all(|(wanted, found)| fits(wanted, found));
            (!fit).then(|| format!("the page shows\n{shown}but this was printed:\n{printed}"))
        }
        _ => {
            let mut rest = printed.lines();
            let missing = shown.lines().find(|wanted| !rest.any(|line| text_fits(wanted.trim(), line.trim())));
            missing.map(|line| format!("the page shows the line\n{line}\nbut this was printed:\n{printed}"))
        }
    }
}

/// Without the headers that `curl -i` prints.
fn body(printed: &str) -> &str {
    let with_headers = printed.starts_with("HTTP/");
    printed.split_once("\r\n\r\n").filter(|_| with_headers).map_or(printed, |(_, body)| body)
}

fn values(text: &str) -> Vec<Value> {
    let values = serde_json::Deserializer::from_str(text).into_iter();
    values.map(|value| value.unwrap_or_else(|error| Value::String(format!("no JSON: {error}")))).collect()
}

/// Whether a value is as shown. Fields that are not shown may be there; `...` stands for any text;
/// ids, instants and revisions need only be of their kind.
pub fn fits(shown: &Value, found: &Value) -> bool {
    match (shown, found) {
        (Value::Object(shown), Value::Object(found)) => shown.iter().all(|(name, value)| {
            let found = found.get(name);
            found.is_some_and(|found| (name == "revision" && found.is_number()) || fits(value, found))
        }),
        (Value::Array(shown), Value::Array(found)) => {
            shown.len() == found.len() && shown.iter().zip(found).all(|(shown, found)| fits(shown, found))
        }
        (Value::String(shown), Value::String(found)) => {
            let ids = is_id(shown) && is_id(found);
            ids || (is_instant(shown) && is_instant(found)) || text_fits(shown, found)
        }
        _ => shown == found,
    }
}

fn is_id(text: &str) -> bool {
    text.parse::<uuid::Uuid>().is_ok()
}

fn is_instant(text: &str) -> bool {
    chrono::DateTime::parse_from_rfc3339(text).is_ok()
}

/// Whether a text is as shown, where `...` stands for anything.
fn text_fits(shown: &str, found: &str) -> bool {
    let mut parts = shown.split("...");
    let Some(mut rest) = found.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut open = false;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        open = part.is_empty();
    }
    open || rest.is_empty()
}

#[test]
fn what_is_shown_must_be_there() {
    let shown = r#"{"id": "019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11", "at": "2026-01-05T08:00:00Z", "a": [{"b": "x..."}], "revision": 1}"#;
    let good = r#"{"id":"01a205d4-6fbc-7212-917b-206da588041c","at":"2027-01-05T08:00:00.5Z","a":[{"b":"xyz","c":1}],"revision":77}"#;
    assert_eq!(differs("json", shown, good), None);
    assert_eq!(differs("json", shown, &format!("HTTP/1.1 200 OK\r\nx: y\r\n\r\n{good}")), None);
    for (from, to) in [("xyz", "yz"), ("01a205d4-", ""), ("\"a\"", "\"d\""), ("[{", "[{},{"), ("77", "null")] {
        assert!(differs("json", shown, &good.replace(from, to)).is_some(), "{from} -> {to}");
    }
    assert!(differs("json", shown, "").is_some() && differs("json", shown, "curl: no").is_some());
    assert_eq!(differs("text", "one\nthr...\n", "one\ntwo\nthree\n"), None);
    assert!(differs("text", "two\none\n", "one\ntwo\n").is_some(), "the order counts");
}
