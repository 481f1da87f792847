//! A small HTTP client for tests.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use serde_json::Value;
use ureq::http::HeaderMap;

use crate::contract;

/// Speaks HTTP to a service under test.
#[derive(Clone)]
pub struct Client {
    agent: ureq::Agent,
    base: String,
    token: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub text: String,
    /// The body as JSON; null when it is none.
    pub json: Value,
}

impl Answer {
    /// The same, once it has that status.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// The same, once it is a problem of that status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.json["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert!(self.json["type"].as_str().is_some_and(|kind| kind.starts_with("/docs/problems/")));
        assert!(self.json["request_id"].is_string(), "{}", self.text);
        self
    }

    /// The same, once it is a problem of that status with that fault of that field.
    #[track_caller]
    pub fn expect_fault(self, status: u16, code: &str, pointer: &str) -> Self {
        let whole = self.json["code"].as_str().unwrap_or_default().to_owned();
        let answer = self.expect_problem(status, &whole);
        let faults = answer.json["errors"].as_array().cloned().unwrap_or_default();
        let found = faults.iter().any(|fault| fault["code"] == code && fault["pointer"] == pointer);
        assert!(found, "no {code} at {pointer} in {}", answer.text);
        answer
    }

    /// The same, once it is a problem that names that rule.
    #[track_caller]
    pub fn expect_rule(self, rule: &str) -> Self {
        assert_eq!(self.json["rule"], rule, "{}", self.text);
        self
    }

    /// The same, once it is a 403 that names that permission.
    #[track_caller]
    pub fn expect_missing(self, module: &str, action: &str) -> Self {
        let answer = self.expect_problem(403, "forbidden");
        assert_eq!(answer.json["missing"], serde_json::json!({"module": module, "action": action}));
        answer
    }

    /// The codes of an answer's warnings.
    pub fn warnings(&self) -> Vec<&str> {
        self.json["warnings"]
            .as_array()
            .map_or(vec![], |warnings| warnings.iter().filter_map(|warning| warning["code"].as_str()).collect())
    }

    /// The pointers of a problem's field errors.
    pub fn pointers(&self) -> Vec<&str> {
        self.json["errors"]
            .as_array()
            .map_or(vec![], |errors| errors.iter().filter_map(|error| error["pointer"].as_str()).collect())
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The entity tag.
    #[track_caller]
    pub fn etag(&self) -> String {
        self.header("etag").expect("an ETag").to_owned()
    }

    /// The id of the item in the body.
    #[track_caller]
    pub fn id(&self) -> String {
        self.json["id"].as_str().unwrap_or_else(|| panic!("no id in {}", self.text)).to_owned()
    }

    /// The items of a page.
    #[track_caller]
    pub fn items(&self) -> &Vec<Value> {
        self.json["items"].as_array().unwrap_or_else(|| panic!("no items in {}", self.text))
    }
}

impl Client {
    /// A client of a service.
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            // A connection each: one that the service has closed meanwhile is no fault of its own.
            .max_idle_connections(0)
            .build()
            .new_agent();
        Self { agent, base: format!("http://{address}"), token }
    }

    /// Sends a request.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        self.try_send(method, path, headers, body).unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// Sends a request to a service that may go away meanwhile. The answer must be one that the
    /// contract lists.
    ///
    /// # Errors
    /// No whole answer came.
    #[track_caller]
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        }?;
        let bytes = response.body_mut().with_config().limit(512 * 1024 * 1024).read_to_vec()?;
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or(Value::Null);
        let answer = Answer { status: response.status().as_u16(), headers: response.headers().clone(), text, json };
        contract::check(method, path, &answer);
        Ok(answer)
    }

    fn send_json(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend_from_slice(headers);
        self.send(method, path, &all, Some(body.to_string().as_bytes()))
    }

    /// GET.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    /// POST with a JSON body.
    pub fn post(&self, path: &str, body: Value) -> Answer {
        self.send_json("POST", path, &[], &body)
    }

    /// POST of a verb without a body.
    pub fn verb(&self, path: &str) -> Answer {
        self.send("POST", path, &[], Some(b""))
    }

    /// PUT with a JSON body.
    pub fn put(&self, path: &str, body: Value) -> Answer {
        self.send_json("PUT", path, &[], &body)
    }

    /// PATCH with the entity tag that the item has now.
    pub fn patch(&self, path: &str, body: Value) -> Answer {
        let tag = self.get(path).etag();
        self.send_json("PATCH", path, &[("if-match", &tag)], &body)
    }

    /// The ids of the items of a list, in its order.
    #[track_caller]
    pub fn ids(&self, path: &str) -> Vec<String> {
        self.column(path, "id")
    }

    /// One field of the items of a list, in its order; null is `-`.
    #[track_caller]
    pub fn column(&self, path: &str, field: &str) -> Vec<String> {
        let page = self.get(path).expect(200);
        let text = |item: &Value| match &item[field] {
            Value::Null => "-".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        page.items().iter().map(text).collect()
    }

    /// PATCH with headers of one's own.
    pub fn patch_with(&self, path: &str, headers: &[(&str, &str)], body: Value) -> Answer {
        self.send_json("PATCH", path, headers, &body)
    }

    /// DELETE with the entity tag that the item has now.
    pub fn delete(&self, path: &str) -> Answer {
        let tag = self.get(path).etag();
        self.send("DELETE", path, &[("if-match", &tag)], None)
    }

    /// Asks for a decision: subject type and id, action, resource type and id, and what else the
    /// body shall hold.
    pub fn ask(&self, subject: (&str, &str), action: &str, resource: (&str, &str), more: Value) -> Answer {
        let mut body = serde_json::json!({
            "subject": {"type": subject.0, "id": subject.1}, "action": {"name": action},
            "resource": {"type": resource.0, "id": resource.1},
        });
        if let (Some(body), Value::Object(more)) = (body.as_object_mut(), more) {
            body.extend(more);
        }
        self.post("/access/v1/evaluation", body)
    }

    /// Starts an import.
    pub fn import(&self, kind: &str, mode: &str, content_type: &str, body: &str) -> Answer {
        self.send(
            "POST",
            &format!("/api/v1/imports?kind={kind}&mode={mode}"),
            &[("content-type", content_type)],
            Some(body.as_bytes()),
        )
    }

    /// Waits for an operation to end.
    #[track_caller]
    pub fn finished(&self, started: &Answer) -> Answer {
        let path = started.header("location").unwrap_or_else(|| panic!("no location: {}", started.text)).to_owned();
        let until = Instant::now() + Duration::from_secs(300);
        loop {
            let answer = self.get(&path).expect(200);
            if !matches!(answer.json["state"].as_str(), Some("queued" | "running")) {
                return answer;
            }
            assert!(Instant::now() < until, "still under way: {}", answer.text);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Imports a CSV file and waits for its end.
    #[track_caller]
    pub fn import_csv(&self, kind: &str, mode: &str, body: &str) -> Answer {
        let started = self.import(kind, mode, "text/csv", body).expect(202);
        self.finished(&started)
    }
}
