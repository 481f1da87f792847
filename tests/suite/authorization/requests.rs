//! A sensible request for every operation, with a target of its own.

use std::cell::Cell;

use serde_json::{Value, json};
use tests::{Answer, Client, Company, PASSWORD, TestApp};

/// What the requests are about.
pub struct Scene<'a> {
    pub app: &'a TestApp,
    pub company: Company<'a>,
    pub department: String,
    pub position: String,
    role: String,
    automatic: String,
    user: String,
    worker: String,
    wage_type: String,
    operation: String,
    next: Cell<u64>,
}

/// A request to be sent.
pub struct Request {
    method: String,
    path: String,
    content_type: &'static str,
    etag: Option<String>,
    body: Option<String>,
}

impl Request {
    /// Sends it as that caller.
    pub fn send(&self, client: &Client) -> Answer {
        let mut headers = vec![];
        if self.body.is_some() {
            headers.push(("content-type", self.content_type));
        }
        if let Some(etag) = &self.etag {
            headers.push(("if-match", etag));
        }
        client.send(&self.method, &self.path, &headers, self.body.as_deref().map(str::as_bytes))
    }
}

impl<'a> Scene<'a> {
    pub fn new(app: &'a TestApp) -> Self {
        let company = app.company();
        let started =
            company.admin().import("positions", "atomic", "text/csv", "code,name\nimported,Imported\n").expect(202);
        company.admin().finished(&started);
        Self {
            department: company.department("department", None),
            position: company.position("position"),
            role: company.role("role", 0),
            automatic: company.automatic_role("automatic"),
            user: company.user("user"),
            worker: company.worker("worker"),
            wage_type: {
                let body = json!({"code": "wage-type", "name": "W", "unit": "hour", "request_group": 1});
                company.make("wage-types", body)
            },
            operation: started.id(),
            next: Cell::new(0),
            app,
            company,
        }
    }

    fn number(&self) -> u64 {
        self.next.set(self.next.get() + 1);
        self.next.get()
    }

    /// A body that creates a new thing.
    fn body(&self, resource: &str) -> Value {
        let n = self.number();
        let name = format!("x{n}");
        let day = chrono::NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + chrono::Days::new(n);
        let all = json!({"type": "all"});
        match resource {
            "users" => json!({"login": name, "first_name": "F", "last_name": "Last", "email": "x@example.org"}),
            "workers" => json!({"personal_number": name, "first_name": "F", "last_name": "Last"}),
            "contracts" => {
                json!({"worker_id": self.worker, "department_id": self.department, "position_id": self.position})
            }
            "notification-subscriptions" => json!({"role_id": self.make("roles"), "type": "account_blocked"}),
            "qualifications" => json!({"user_id": self.user, "name": name}),
            "departments" | "positions" | "roles" => json!({"code": name, "name": name}),
            "role-rules" => json!({"role_id": self.automatic, "worker_kinds": ["contractor"], "valid_from": day}),
            "memberships" => json!({"role_id": self.role, "member_id": self.user, "valid_from": day}),
            "modules" => json!({"code": name, "name": name, "actions": ["act"]}),
            "object-types" => json!({"code": name, "name": name, "module": "task"}),
            "objects" => json!({"type": "task", "title": name}),
            "areas" => json!({"name": name, "owner_id": self.user, "processor_ids": [self.role]}),
            "mark-patterns" => {
                self.make_with("object-types", json!({"code": name}));
                json!({"object_type": name, "pattern": "{area}/{counter}"})
            }
            "grants" => {
                json!({"holder_id": self.role, "module": "time", "scope": all, "allow": ["record"], "valid_from": day})
            }
            "templates" => {
                let right = json!({"object_type": "equipment", "role_id": self.role, "allow": ["use"]});
                json!({"name": name, "department_ids": [self.department], "rights": [right]})
            }
            "protection-rules" => json!({"name": name, "module": "document", "role_ids": [self.role]}),
            "wage-types" => json!({"code": name, "name": name, "unit": "hour", "request_group": 1}),
            "wage-offers" => {
                json!({"holder_id": self.role, "wage_type_id": self.wage_type, "valid_from": day, "valid_to": day})
            }
            other => panic!("no body for {other}"),
        }
    }

    /// The parameters of a timeline of somebody.
    fn timeline_of(&self, user: &str) -> String {
        format!("subject_id={user}&action=time:record&resource_type=worker&resource_id={}", self.worker)
    }

    fn make(&self, resource: &str) -> String {
        self.company.make(resource, self.body(resource))
    }

    fn make_with(&self, resource: &str, fields: Value) -> String {
        let mut body = self.body(resource);
        body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        self.company.make(resource, body)
    }

    fn verb(&self, path: &str, body: Value) {
        let answer = self.company.admin().post(&format!("/api/v1/{path}"), body);
        assert!(answer.status < 300, "{path}: {}", answer.text);
    }

    /// A notification in the inbox of a caller, about that caller.
    fn notify(&self, caller: &Client) -> String {
        let (id, user) = (uuid::Uuid::now_v7(), Self::me(caller).parse::<uuid::Uuid>().unwrap());
        let new = persistence::NewNotification {
            id,
            user_id: user.into(),
            kind: "account_blocked".to_owned(),
            subject_kind: domain::notification::SubjectKind::User,
            subject_id: user,
            cause: id.to_string(),
            data: "{}".to_owned(),
            due_at: self.app.clock.now(),
        };
        let author = persistence::Author::new(persistence::Actor::Operator);
        self.app.app.store().write(&author, |tx| tx.add_notifications(&[new])).unwrap();
        id.to_string()
    }

    fn me(client: &Client) -> String {
        client.get("/api/v1/me").expect(200).json["user"]["id"].as_str().unwrap().to_owned()
    }

    /// The request of a case of the table, for that caller.
    pub fn request(&self, name: &str, method: &str, path: &str, caller: &Client) -> Request {
        let resource = path.split('/').nth(3).unwrap_or_default();
        let (id, body) = self.special(name, caller).unwrap_or_else(|| self.usual(name, method, path, resource));
        let external = format!("ext-{}", self.number());
        let path = match (path, name.ends_with("that exists")) {
            (path, true) => {
                self.company.change(resource, &id, json!({"external_id": external}));
                path.replace("{external_id}", &external)
            }
            (path, false) => path.replace("{external_id}", &external).replace("{role_id}", &self.automatic),
        };
        let path = path.replace("{id}", &id).replace("{kind}", "positions").replace("{number}", "U-01");
        let query = match name {
            "listSessions of another" => format!("?user_id={}", self.user),
            "getAccessTimeline" => format!("?{}", self.timeline_of(&self.user)),
            "getAccessTimeline of oneself" => format!("?{}", self.timeline_of(&Self::me(caller))),
            "listRightHolders" => "?module=time&action=record".to_owned(),
            "compareAccess" => format!("?user_id={0}&with_user_id={0}", self.user),
            "getWorkerApprovers" => "?wage_type=wage-type".to_owned(),
            _ if name.starts_with("startImport") => "?kind=positions".to_owned(),
            _ => String::new(),
        };
        let path = path + &query;
        let item = matches!(method, "PATCH" | "DELETE")
            && path.split('/').count() == 5
            && !matches!(resource, "api-tokens" | "sessions" | "plans");
        let etag = item.then(|| self.company.admin().get(&path).etag());
        // Nobody but their user reads notes.
        let noted = matches!(name, "updateNote" | "deleteNote");
        let etag = if noted { Some("*".to_owned()) } else { etag };
        let (content_type, body) = match body {
            Value::Null => ("", None),
            Value::String(text) => ("text/csv", Some(text)),
            value => ("application/json", Some(value.to_string())),
        };
        Request { method: method.to_owned(), path, content_type, etag, body }
    }

    /// What most resources have in common.
    fn usual(&self, name: &str, method: &str, path: &str, resource: &str) -> (String, Value) {
        let target = || self.make(resource);
        match method {
            _ if name.ends_with("that exists") => (target(), json!({})),
            "PUT" if path.contains("by-external-id") => (String::new(), self.body(resource)),
            "POST" if !path.contains('{') => (String::new(), self.body(resource)),
            "PATCH" => (target(), json!({"external_id": format!("patched-{}", self.number())})),
            _ if path.contains("{id}") => (target(), Value::Null),
            _ => (String::new(), Value::Null),
        }
    }

    /// Operations with a target or body of their own.
    fn special(&self, name: &str, caller: &Client) -> Option<(String, Value)> {
        let nothing = String::new;
        let admin = self.company.admin();
        Some(match name {
            "createUser who starts active" => {
                let mut body = self.body("users");
                body["state"] = json!("active");
                (nothing(), body)
            }
            "getUser oneself"
            | "getUserPermissions of oneself"
            | "getUserWageTypes of oneself"
            | "getUserCapabilities of oneself"
            | "getUserActivity of oneself" => (Self::me(caller), Value::Null),
            "getQualification of oneself" => {
                let fields = json!({"user_id": Self::me(caller)});
                (self.make_with("qualifications", fields), Value::Null)
            }
            "getWageOffer to oneself" => {
                let fields = json!({"holder_type": "user", "holder_id": Self::me(caller)});
                (self.make_with("wage-offers", fields), Value::Null)
            }
            "blockUser" => (self.make("users"), json!({})),
            "blockUser of a worker" => {
                let (user, worker) = (self.make("users"), self.make("workers"));
                admin.put(&format!("/api/v1/workers/{worker}/account"), json!({"user_id": user})).expect(200);
                (user, json!({}))
            }
            "unblockUser" => {
                let user = self.make_with("users", json!({"state": "active"}));
                self.verb(&format!("users/{user}/block"), json!({}));
                (user, Value::Null)
            }
            "createWorkerGrant" => {
                (self.make("workers"), json!({"holder_id": self.role, "module": "time", "allow": ["record"]}))
            }
            "copyRole" => {
                let code = format!("copy-{}", self.number());
                (self.make("roles"), json!({"code": code, "name": "Copied", "members": true}))
            }
            "reportActivity" => (nothing(), json!({"kind": "presence"})),
            "readNotification" => (self.notify(caller), Value::Null),
            "readNotifications" => (nothing(), json!({})),
            "raiseNotification" => {
                let code = format!("module-{}", self.number());
                self.make_with("modules", json!({"code": code}));
                let kind = format!("{code}.due");
                (nothing(), json!({"type": kind, "subject_kind": "user", "subject_id": self.user}))
            }
            "createNote" => (nothing(), json!({"text": "a note"})),
            "getNote" | "updateNote" | "deleteNote" => {
                // A token with scopes makes none.
                let made = caller.post("/api/v1/me/notes", json!({"text": "a note"}));
                let id = made.json["id"].as_str().map_or_else(|| uuid::Uuid::nil().to_string(), str::to_owned);
                (id, if name == "updateNote" { json!({"text": "another"}) } else { Value::Null })
            }
            "inviteUser" => (self.make_with("users", json!({"state": "invited"})), Value::Null),
            "blockUsers" | "unblockUsers" => (nothing(), json!({"user_ids": [self.make("users")]})),
            "inviteUsers" => (nothing(), json!({"user_ids": [self.make_with("users", json!({"state": "invited"}))]})),
            "makePasswordLink" => (self.make_with("users", json!({"state": "active"})), Value::Null),
            "changeMyPassword" => (nothing(), json!({"current_password": PASSWORD, "password": "another long one"})),
            "requestPasswordReset" => (nothing(), json!({"login": "user"})),
            "endSession" => {
                let tokens = self.app.log_in(&self.app.anonymous(), "admin");
                (self.app.session_of(&tokens), Value::Null)
            }
            "endSessions" => (nothing(), json!({})),
            "endSessions of another" => (nothing(), json!({"user_id": self.user})),
            "transferUserResponsibilities" => {
                let user = self.make("users");
                self.make_with("roles", json!({"manager_ids": [user]}));
                (user, json!({"successor_id": self.user}))
            }
            "restoreUser" | "forgetUser" => {
                let user = self.make("users");
                self.company.remove("users", &user);
                (user, Value::Null)
            }
            "deleteWorker" | "reopenWorker" => {
                let worker = self.make("workers");
                self.verb(&format!("workers/{worker}/close"), json!({}));
                (worker, Value::Null)
            }
            "renameWorker" => (self.make("workers"), json!({"last_name": "New", "reason": "married"})),
            "linkWorkerAccount" => (self.make("workers"), json!({"user_id": self.make("users")})),
            "createWorkerAccount" => {
                let login = format!("account-{}", self.number());
                (self.make("workers"), json!({"login": login, "email": "x@example.org"}))
            }
            "unlinkWorkerAccount" => {
                let worker = self.make("workers");
                let body = json!({"user_id": self.make("users")});
                admin.put(&format!("/api/v1/workers/{worker}/account"), body).expect(200);
                (worker, Value::Null)
            }
            "endContract" | "transferContract" => {
                let worker = self.make("workers");
                let window = json!({"state": "signed", "worker_id": worker, "valid_from": "2026-01-01"});
                let body = match name {
                    "endContract" => json!({"valid_to": "2026-12-31"}),
                    _ => json!({"valid_from": "2026-07-01", "workload_percent": 50}),
                };
                (self.make_with("contracts", window), body)
            }
            "signContract" => (self.make_with("contracts", json!({"worker_id": self.make("workers")})), Value::Null),
            "unlinkDepartmentRole" => {
                let department = self.make("departments");
                let path = format!("/api/v1/departments/{department}/roles/{}", self.automatic);
                admin.send("PUT", &path, &[], None).expect(200);
                (department, Value::Null)
            }
            "getObject of one's own" => {
                (self.make_with("objects", json!({"team_ids": [Self::me(caller)]})), Value::Null)
            }
            "getArea of one's own" => (self.make_with("areas", json!({"owner_id": Self::me(caller)})), Value::Null),
            "updateArea that one reads" => {
                let reader = json!({"name": "Reader", "user_ids": [Self::me(caller)]});
                (self.make_with("areas", json!({"new_readers": [reader]})), json!({"name": "Another"}))
            }
            "unarchiveArea" => {
                let area = self.make("areas");
                self.verb(&format!("areas/{area}/archive"), json!({}));
                (area, Value::Null)
            }
            "sendNotice" => {
                let role = self.make("roles");
                self.company.member(&role, &Self::me(caller));
                let name = format!("area-{}", self.number());
                let area = crate::places::area(self.app, &name, &self.user, &[&self.role], &[&role]);
                (self.make_with("objects", json!({"area_id": area})), json!({"text": "Look."}))
            }
            "previewMarkPattern" => (nothing(), json!({"pattern": "{counter}"})),
            "startImport" => (nothing(), json!(format!("code,name\ni{},Imported\n", self.number()))),
            "getOperation" | "listOperationErrors" | "cancelOperation" => (self.operation.clone(), Value::Null),
            "getPlan" | "listPlanChanges" | "listPlanEffects" | "discardPlan" | "applyPlan" => {
                let role = json!({"code": format!("planned-{}", self.number()), "name": "Planned"});
                (admin.post("/api/v1/roles?plan=true", role).expect(202).id(), Value::Null)
            }
            "startRoleSyncRun" => (nothing(), Value::Null),
            "getRoleSyncRun" | "listRoleSyncRunWorkers" => {
                let started = admin.verb("/api/v1/role-sync-runs").expect(202);
                (admin.finished(&started).id(), Value::Null)
            }
            "askForHelp" => (self.worker.clone(), json!({"note": "n"})),
            "createApiToken" => (nothing(), json!({"name": "own"})),
            "createApiToken for another" => {
                let service = json!({"kind": "service", "display_name": "S"});
                (nothing(), json!({"name": "t", "user_id": self.company.make("users", service)}))
            }
            "getApiToken" | "revokeApiToken" => {
                (self.company.make("api-tokens", json!({"name": "theirs"})), Value::Null)
            }
            "updateSettings" => (nothing(), json!({"time_zone": "UTC"})),
            "evaluate" | "evaluateMany" => (nothing(), self.question(&self.user)),
            "evaluate oneself" => (nothing(), self.question(&Self::me(caller))),
            // One body for all three: what is sought is not looked at.
            "searchSubjects" | "searchResources" | "searchActions" => (nothing(), self.question(&self.user)),
            "searchResources oneself" | "searchActions oneself" => (nothing(), self.question(&Self::me(caller))),
            "logIn" => {
                self.app.set_password(self.app.admin_id);
                (nothing(), json!({"login": "admin", "password": PASSWORD}))
            }
            "refreshTokens" => {
                let tokens = self.app.anonymous().post("/auth/login", json!({"login": "admin", "password": PASSWORD}));
                (nothing(), json!({"refresh_token": tokens.expect(200).json["refresh_token"]}))
            }
            "setPassword" => {
                let user = self.make("users");
                let released = admin.verb(&format!("/api/v1/users/{user}/release")).expect(200);
                let token = released.json["password_link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
                (nothing(), json!({"token": token, "password": PASSWORD}))
            }
            "acceptInvitation" => {
                let user = self.make_with("users", json!({"state": "invited"}));
                let invited = admin.verb(&format!("/api/v1/users/{user}/invite")).expect(200);
                let token = invited.json["invitation_link"].as_str().unwrap().rsplit('#').next().unwrap().to_owned();
                (nothing(), json!({"token": token, "password": PASSWORD}))
            }
            "logOut" => (nothing(), Value::Null),
            "setUp" => {
                let names = json!({
                    "token": "none", "login": "eve", "email": "e@example.org", "first_name": "E", "last_name": "E",
                    "password": PASSWORD,
                });
                (nothing(), names)
            }
            _ => return None,
        })
    }

    fn question(&self, user: &str) -> Value {
        let item = json!({
            "subject": {"type": "user", "id": user}, "action": {"name": "hr:read"},
            "resource": {"type": "worker", "id": self.worker},
        });
        // A single question and a batch of one.
        let mut both = item.clone();
        both["evaluations"] = json!([item]);
        both
    }
}
