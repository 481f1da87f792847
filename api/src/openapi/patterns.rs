//! The forms of texts that come from outside, as clients can check them before they send.
//!
//! Those of records are checked by the domain, which tells all faults of a record together; those
//! of other bodies by the published schema.

use serde_json::{Map, Value, json};

/// A form of text: its pattern, and what one is told that has another.
pub struct TextForm {
    /// The regular expression (ECMA 262), for the whole text.
    pub pattern: &'static str,
    /// The code of the fault.
    pub code: &'static str,
    /// What is wrong.
    pub detail: &'static str,
}

/// One line: something to see, and no control characters.
pub const LINE: TextForm = TextForm {
    pattern: r"^[^\u0000-\u001F\u007F-\u009F]*[^\s\u0000-\u001F\u007F-\u009F][^\u0000-\u001F\u007F-\u009F]*$",
    code: "bad_character",
    detail: "must be more than blanks, without control characters",
};

/// Several lines: of control characters only those that make lines.
pub const LINES: TextForm = TextForm {
    pattern: r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]*$",
    code: "bad_character",
    detail: "control characters are not allowed",
};

/// A code.
pub const CODE: TextForm =
    TextForm { pattern: r"^[\p{L}\p{N}._-]+$", code: "bad_code", detail: "letters, digits, '-', '_' and '.' only" };

/// An e-mail address, as far as it is checked.
pub const EMAIL: TextForm = TextForm {
    pattern: r"^[^\s@\u0000-\u001F\u007F-\u009F]+@[^\s@.\u0000-\u001F\u007F-\u009F]([^\s@\u0000-\u001F\u007F-\u009F]*[^\s@.\u0000-\u001F\u007F-\u009F])?$",
    code: "bad_email",
    detail: "must be of the form name@host",
};

/// A login.
pub const LOGIN: TextForm = TextForm {
    pattern: r"^[^\s\u0000-\u001F\u007F-\u009F]+$",
    code: "bad_value",
    detail: "a login holds no white space and no control characters",
};

/// A time zone, as far as the form goes: it is a name of the IANA database.
pub const ZONE: TextForm = TextForm {
    pattern: r"^[A-Za-z0-9/_+-]+$",
    code: "bad_time_zone",
    detail: "give an IANA name, such as Europe/Prague",
};

/// A time of day.
pub const TIME: TextForm = TextForm {
    pattern: "^([01][0-9]|2[0-3]):[0-5][0-9]$",
    code: "bad_value",
    detail: "must be a time of day, from 00:00 to 23:59",
};

/// What a token is limited to.
pub const SCOPE: TextForm = TextForm {
    pattern: r"^[\p{L}\p{N}._-]+:(\*|[\p{L}\p{N}._-]+)$",
    code: "bad_value",
    detail: "must be module:action or module:*",
};

/// A day, or an instant with its offset.
pub const MOMENT: &str = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))?$";

/// Every form that a body can be told about.
pub const FORMS: [&TextForm; 8] = [&LINE, &LINES, &CODE, &EMAIL, &LOGIN, &ZONE, &TIME, &SCOPE];

/// Adds to the schema of a body the forms of its texts.
pub fn add(schema: &mut Value) {
    for (name, property) in schema.get_mut("properties").and_then(Value::as_object_mut).into_iter().flatten() {
        let Some(form) = of_field(name) else { continue };
        let text = if property.get("items").is_some() { &mut property["items"] } else { property };
        if let Value::Object(text) = text
            && is_free(text)
        {
            text.insert("pattern".into(), json!(form.pattern));
            if name == "actions" {
                text.insert("maxLength".into(), json!(domain::text::CODE_MAX));
            }
        }
    }
}

fn of_field(name: &str) -> Option<&'static TextForm> {
    Some(match name {
        "code" | "actions" => &CODE,
        "scopes" => &SCOPE,
        "email" => &EMAIL,
        "login" => &LOGIN,
        "note" => &LINES,
        // What only has to be compared is taken as it is.
        "password" | "token" | "refresh_token" => return None,
        "time_zone" => &ZONE,
        "nightly_at" | "daily_notifications_at" => &TIME,
        _ => &LINE,
    })
}

/// Whether a schema is that of a text of which no more is said.
fn is_free(schema: &Map<String, Value>) -> bool {
    let text = match schema.get("type") {
        Some(Value::String(one)) => one == "string",
        Some(Value::Array(several)) => several.iter().any(|one| one == "string"),
        _ => false,
    };
    text && !["format", "enum", "const", "pattern"].iter().any(|key| schema.contains_key(*key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_take_what_people_write_and_refuse_the_rest() {
        let fits = |form: &TextForm, text: &str| {
            let schema = json!({"type": "string", "pattern": form.pattern});
            jsonschema::validator_for(&schema).unwrap().is_valid(&json!(text))
        };
        for good in ["Nováková", "a b", "李", "x'y \"z\"", " a"] {
            assert!(fits(&LINE, good), "{good}");
        }
        for bad in ["", " ", "\u{a0}", "a\nb", "a\u{7}", "\u{85}"] {
            assert!(!fits(&LINE, bad), "{bad:?}");
        }
        assert!(fits(&LINES, "one\n\ttwo\r\n") && fits(&LINES, "") && !fits(&LINES, "a\u{1}"));
        assert!(fits(&CODE, "účet-1_a.b") && !fits(&CODE, "a b") && !fits(&CODE, ""));
        assert!(
            fits(&EMAIL, "a@b")
                && !fits(&EMAIL, "a@")
                && !fits(&EMAIL, "a@.b")
                && !fits(&EMAIL, "a@b.")
                && !fits(&EMAIL, "a b@c")
        );
        assert!(fits(&LOGIN, "ada.byron") && !fits(&LOGIN, "ada byron"));
        assert!(
            fits(&SCOPE, "hr:*") && fits(&SCOPE, "system:user.read") && !fits(&SCOPE, "hr") && !fits(&SCOPE, "a:b:c")
        );
    }

    #[test]
    fn a_moment_is_a_day_or_an_instant() {
        let schema = json!({"type": "string", "pattern": MOMENT});
        let validator = jsonschema::validator_for(&schema).unwrap();
        for (text, good) in [("2026-03-01", true), ("2026-03-01T10:00:00Z", true), ("2026", false), ("now", false)] {
            assert_eq!(validator.is_valid(&json!(text)), good, "{text}");
        }
    }
}
