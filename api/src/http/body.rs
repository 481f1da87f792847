//! Reading bodies: content type, size, depth, JSON, schema; a problem names every fault.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::future::Future;
use std::pin::Pin;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::observe::Asked;
use crate::http::problem::{self, Problem};
use crate::plans::Planning;

/// A JSON body of the published schema of `T`.
pub struct Json<T>(pub T);

/// A JSON object checked against the schema of `T`, not yet turned into one: bodies of creates,
/// whose references still have to be resolved.
pub struct Fields<T>(pub Map<String, Value>, PhantomData<T>);

/// A JSON Merge Patch (RFC 7396), checked against the patch schema of `T`.
pub struct Patch<T>(pub Map<String, Value>, PhantomData<T>);

/// A JSON object of an upsert: what is not sent stays, so nothing is required of it here.
pub struct Upsert<T>(pub Map<String, Value>, PhantomData<T>);

/// For operations that take no body, where whoever says something believes that it is heard: nothing, or `{}`, which
/// says nothing.
pub struct NoBody;

type Ready<T> = Pin<Box<dyn Future<Output = Result<T, Problem>>>>;

const JSON: &[&str] = &["application/json"];
const MERGE_PATCH: &[&str] = &["application/merge-patch+json", "application/json"];

impl<T: ToSchema + DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Problem;
    type Future = Ready<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = checked(request, payload, JSON, T::name().into_owned());
        Box::pin(async move { Ok(Json(parse(Value::Object(value.await?))?)) })
    }
}

impl<T: ToSchema + 'static> FromRequest for Fields<T> {
    type Error = Problem;
    type Future = Ready<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = checked(request, payload, JSON, T::name().into_owned());
        Box::pin(async move { Ok(Fields(value.await?, PhantomData)) })
    }
}

impl<T: ToSchema + 'static> FromRequest for Patch<T> {
    type Error = Problem;
    type Future = Ready<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = checked(request, payload, MERGE_PATCH, patch_schema(&T::name()));
        Box::pin(async move { Ok(Patch(value.await?, PhantomData)) })
    }
}

impl<T: ToSchema + 'static> FromRequest for Upsert<T> {
    type Error = Problem;
    type Future = Ready<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let value = checked(request, payload, JSON, patch_schema(&T::name()));
        Box::pin(async move { Ok(Upsert(value.await?, PhantomData)) })
    }
}

impl FromRequest for NoBody {
    type Error = Problem;
    type Future = Ready<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = web::Bytes::from_request(request, payload);
        Box::pin(async move {
            let bytes = bytes.await.map_err(|error| too_large(&error))?;
            let says_nothing =
                |bytes: &[u8]| serde_json::from_slice::<Map<String, Value>>(bytes).is_ok_and(|map| map.is_empty());
            if bytes.is_empty() || says_nothing(&bytes) {
                return Ok(NoBody);
            }
            Err(Problem::new(problem::BODY_NOT_ALLOWED).detail("this takes no body; say ?plan=true for a plan"))
        })
    }
}

/// The name of the patch schema that belongs to an input schema.
pub fn patch_schema(input: &str) -> String {
    format!("{}Patch", input.trim_end_matches("Input"))
}

/// A value that met its schema as the type behind the schema.
///
/// # Errors
/// The two disagree in something the schema can't say: a 422 with serde's reason.
pub fn parse<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_json::from_value(value)
        .map_err(|error| Problem::new(problem::INVALID_VALUES).detail(without_values(&error.to_string())))
}

/// Keeps values out of messages: serde quotes them in double quotes or back-ticks.
fn without_values(message: &str) -> String {
    match message.find(['"', ':']) {
        Some(at) => message.get(..at).unwrap_or_default().trim_end().to_owned(),
        None => message.to_owned(),
    }
}

fn checked(
    request: &HttpRequest,
    payload: &mut Payload,
    types: &'static [&'static str],
    schema: String,
) -> impl Future<Output = Result<Map<String, Value>, Problem>> + 'static {
    let body = object(request, payload, types);
    let app = request.app_data::<web::Data<App>>().cloned();
    async move {
        let value = body.await?;
        let app = app.ok_or_else(|| Problem::new(problem::INTERNAL))?;
        let value = Value::Object(value);
        app.schemas().check(&schema, &value)?;
        match value {
            Value::Object(map) => Ok(map),
            _ => Err(Problem::new(problem::INTERNAL)),
        }
    }
}

/// The body as a JSON object, within the bounds of size and depth.
fn object(
    request: &HttpRequest,
    payload: &mut Payload,
    types: &'static [&'static str],
) -> impl Future<Output = Result<Map<String, Value>, Problem>> + 'static {
    let depth = depth(request);
    let bytes = bytes(request, payload, types);
    async move {
        match json(&bytes.await?, depth)? {
            Value::Object(map) => Ok(map),
            _ => Err(no_object()),
        }
    }
}

/// How deep a body may be nested.
pub fn depth(request: &HttpRequest) -> usize {
    request.app_data::<web::Data<App>>().map_or(32, |app| app.config().json_depth)
}

/// A body that is JSON, but no object.
pub fn no_object() -> Problem {
    Problem::new(problem::BODY_NOT_ALLOWED).detail("the body must be a JSON object")
}

/// The body, if it is of one of these types and within the bound of size.
pub fn bytes(
    request: &HttpRequest,
    payload: &mut Payload,
    types: &'static [&'static str],
) -> impl Future<Output = Result<web::Bytes, Problem>> + 'static {
    let known = types.iter().any(|known| known.eq_ignore_ascii_case(request.content_type()));
    let bytes = web::Bytes::from_request(request, payload);
    let idempotency = request.extensions().get::<Asked>().and_then(|asked| asked.0.clone().ok());
    let planning = request.extensions().get::<Planning>().cloned();
    async move {
        if !known {
            return Err(Problem::new(problem::UNSUPPORTED_MEDIA)
                .detail(format!("send {}", types.join(" or ")))
                .header(header::ACCEPT, types.join(", ")));
        }
        let bytes = bytes.await.map_err(|error| too_large(&error))?;
        if let Some(idempotency) = idempotency {
            idempotency.asks(&bytes);
        }
        if let Some(Planning::Make(sketch)) = planning {
            sketch.takes(&bytes);
        }
        Ok(bytes)
    }
}

fn too_large(error: &actix_web::Error) -> Problem {
    let status = error.as_response_error().status_code();
    if status == actix_web::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(problem::TOO_LARGE)
    } else {
        Problem::new(problem::MALFORMED_BODY).detail("the body can't be read")
    }
}

/// Parses JSON, not deeper than `depth`, without NUL characters in its texts.
///
/// # Errors
/// A 400 that says where it went wrong.
pub fn json(bytes: &[u8], depth: usize) -> Result<Value, Problem> {
    if too_deep(bytes, depth) {
        return Err(Problem::new(problem::MALFORMED_BODY).detail(format!("nested deeper than {depth} levels")));
    }
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| {
        Problem::new(problem::MALFORMED_BODY).detail(format!(
            "no valid JSON at line {}, column {}",
            error.line(),
            error.column()
        ))
    })?;
    if has_nul(&value) {
        return Err(Problem::new(problem::MALFORMED_BODY).detail("texts must not hold NUL characters"));
    }
    make_whole(&mut value);
    Ok(value)
}

/// Up to here every whole number is a float of its own: 2 to the power of 53.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// The whole number that is written with a fraction: to JSON `80.0` is as whole as `80`.
#[allow(clippy::cast_possible_truncation, reason = "whole and small")]
pub fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= WHOLE_MAX).then_some(number as i64)
}

/// Writes whole numbers without a fraction.
fn make_whole(value: &mut Value) {
    match value {
        Value::Number(number) if !number.is_i64() && !number.is_u64() => {
            if let Some(whole) = number.as_f64().and_then(whole) {
                *value = Value::from(whole);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_whole),
        Value::Object(map) => map.values_mut().for_each(make_whole),
        _ => {}
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(has_nul),
        Value::Object(map) => map.iter().any(|(key, value)| key.contains('\0') || has_nul(value)),
        _ => false,
    }
}

/// Counts brackets outside strings, before anything is built.
fn too_deep(bytes: &[u8], depth: usize) -> bool {
    let (mut level, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'{' | b'[' if !in_string => {
                level += 1;
                if level > depth {
                    return true;
                }
            }
            b'}' | b']' if !in_string => level = level.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Lays a merge patch over a value (RFC 7396).
pub fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match value {
            Value::Null => {
                target.insert(key, Value::Null);
            }
            Value::Object(inner) => {
                let slot = target.entry(key).or_insert_with(|| Value::Object(Map::new()));
                if !slot.is_object() {
                    *slot = Value::Object(Map::new());
                }
                if let Value::Object(slot) = slot {
                    merge(slot, inner);
                }
            }
            value => {
                target.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_strings() {
        assert!(!too_deep(br#"{"a":"[[[[{{{{\"["}"#, 2));
        assert!(too_deep(b"[[[]]]", 2));
    }

    #[test]
    fn a_whole_number_is_whole_however_it_is_written() {
        let value = json(br#"{"a": 80.0, "b": [1e2, 1.5, -3.0], "c": 1e300}"#, 8).unwrap();
        assert_eq!(value, serde_json::json!({"a": 80, "b": [100, 1.5, -3], "c": 1e300}));
    }

    #[test]
    fn broken_json_and_nul_are_told_apart_without_echoing_values() {
        assert_eq!(json(b"{\"a\":", 8).unwrap_err().status, 400);
        assert!(json(br#"{"a":"x\u0000y"}"#, 8).unwrap_err().detail.as_ref().unwrap().contains("NUL"));
        assert_eq!(without_values("invalid type: string \"secret\""), "invalid type");
    }
}
