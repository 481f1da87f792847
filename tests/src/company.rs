//! Arranging a company over the API, in the words of the rules.

use domain::id::UserId;
use serde_json::{Value, json};

use crate::{Client, TestApp};

/// A builder over a running service; everything is made through the API by the administrator.
pub struct Company<'a> {
    app: &'a TestApp,
    admin: Client,
}

/// A person: a worker's folder linked to an active account.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account's id.
    pub user: String,
    /// The folder's id.
    pub worker: String,
}

impl Person {
    /// The account's typed id.
    pub fn user_id(&self) -> UserId {
        UserId(self.user.parse().unwrap())
    }
}

impl<'a> Company<'a> {
    pub(crate) fn new(app: &'a TestApp) -> Self {
        Self { app, admin: app.admin() }
    }

    /// The administrator's client.
    pub fn admin(&self) -> &Client {
        &self.admin
    }

    /// An active account of a person; its external id is the login.
    #[track_caller]
    pub fn user(&self, login: &str) -> String {
        self.admin
            .post(
                "/api/v1/users",
                json!({
                    "login": login, "external_id": login, "first_name": "First", "last_name": format!("Last-{login}"),
                    "email": format!("{login}@example.org"), "state": "active",
                }),
            )
            .expect(201)
            .id()
    }

    /// A client of an active account.
    #[track_caller]
    pub fn client(&self, user: &str) -> Client {
        self.app.as_user(UserId(user.parse().unwrap()))
    }

    /// A client of a new active account that holds no rights.
    #[track_caller]
    pub fn outsider(&self) -> Client {
        self.client(&self.user("outsider"))
    }

    /// A client of a new active account that holds these rights of a module everywhere, by a role
    /// of the same name.
    #[track_caller]
    pub fn with_rights(&self, login: &str, module: &str, actions: &[&str]) -> Client {
        self.with_rights_over(login, module, json!({"type": "all"}), actions)
    }

    /// The same over that scope.
    #[track_caller]
    pub fn with_rights_over(&self, login: &str, module: &str, scope: Value, actions: &[&str]) -> Client {
        let user = self.user(login);
        let role = self.role(login, 0);
        self.member(&role, &user);
        self.grant(&role, module, scope, actions, &[]);
        self.client(&user)
    }

    /// A folder without an account; its external id and number are the name.
    #[track_caller]
    pub fn worker(&self, name: &str) -> String {
        self.admin
            .post(
                "/api/v1/workers",
                json!({
                    "personal_number": name, "external_id": name, "first_name": "First",
                    "last_name": format!("Last-{name}"),
                }),
            )
            .expect(201)
            .id()
    }

    /// A folder linked to an active account.
    #[track_caller]
    pub fn person(&self, name: &str) -> Person {
        let user = self.user(name);
        let worker = self.worker(name);
        self.admin.put(&format!("/api/v1/workers/{worker}/account"), json!({"user_id": user})).expect(200);
        Person { user, worker }
    }

    /// A department below another.
    #[track_caller]
    pub fn department(&self, code: &str, parent: Option<&str>) -> String {
        self.admin
            .post("/api/v1/departments", json!({"code": code, "external_id": code, "name": code, "parent_id": parent}))
            .expect(201)
            .id()
    }

    /// A position.
    #[track_caller]
    pub fn position(&self, code: &str) -> String {
        self.admin.post("/api/v1/positions", json!({"code": code, "external_id": code, "name": code})).expect(201).id()
    }

    /// A signed contract.
    #[track_caller]
    pub fn contract(
        &self,
        worker: &str,
        department: &str,
        position: &str,
        from: Option<&str>,
        to: Option<&str>,
    ) -> String {
        self.contract_in("signed", worker, department, position, (from, to))
    }

    /// A draft of a contract.
    #[track_caller]
    pub fn draft(
        &self,
        worker: &str,
        department: &str,
        position: &str,
        from: Option<&str>,
        to: Option<&str>,
    ) -> String {
        self.contract_in("draft", worker, department, position, (from, to))
    }

    #[track_caller]
    fn contract_in(
        &self,
        state: &str,
        worker: &str,
        department: &str,
        position: &str,
        (from, to): (Option<&str>, Option<&str>),
    ) -> String {
        self.admin
            .post(
                "/api/v1/contracts",
                json!({
                    "worker_id": worker, "department_id": department, "position_id": position, "state": state,
                    "valid_from": from, "valid_to": to,
                }),
            )
            .expect(201)
            .id()
    }

    /// A manual role of that priority.
    #[track_caller]
    pub fn role(&self, code: &str, priority: i32) -> String {
        self.admin
            .post("/api/v1/roles", json!({"code": code, "external_id": code, "name": code, "priority": priority}))
            .expect(201)
            .id()
    }

    /// An automatic role.
    #[track_caller]
    pub fn automatic_role(&self, code: &str) -> String {
        self.admin
            .post("/api/v1/roles", json!({"code": code, "external_id": code, "name": code, "mode": "automatic"}))
            .expect(201)
            .id()
    }

    /// A rule of an automatic role.
    #[track_caller]
    pub fn rule(&self, role: &str, mut parts: Value) -> String {
        parts["role_id"] = json!(role);
        self.admin.post("/api/v1/role-rules", parts).expect(201).id()
    }

    /// An open object of that type; its external id is the title.
    #[track_caller]
    pub fn object(&self, kind: &str, title: &str, assignee: Option<&str>) -> String {
        let body = json!({"type": kind, "title": title, "external_id": title, "assignee_id": assignee});
        self.admin.post("/api/v1/objects", body).expect(201).id()
    }

    /// Puts a user into a role.
    #[track_caller]
    pub fn member(&self, role: &str, user: &str) -> String {
        self.admin.post("/api/v1/memberships", json!({"role_id": role, "member_id": user})).expect(201).id()
    }

    /// Puts a role into a role.
    #[track_caller]
    pub fn nest(&self, inner: &str, outer: &str) -> String {
        self.admin
            .post("/api/v1/memberships", json!({"role_id": outer, "member_type": "role", "member_id": inner}))
            .expect(201)
            .id()
    }

    /// Gives a role rights.
    #[track_caller]
    pub fn grant(&self, role: &str, module: &str, scope: Value, allow: &[&str], deny: &[&str]) -> String {
        self.grant_to("role", role, module, scope, allow, deny)
    }

    /// Gives a user rights in person.
    #[track_caller]
    pub fn personal_grant(&self, user: &str, module: &str, scope: Value, allow: &[&str], deny: &[&str]) -> String {
        self.grant_to("user", user, module, scope, allow, deny)
    }

    #[track_caller]
    fn grant_to(
        &self,
        holder_type: &str,
        holder: &str,
        module: &str,
        scope: Value,
        allow: &[&str],
        deny: &[&str],
    ) -> String {
        self.admin
            .post(
                "/api/v1/grants",
                json!({
                    "holder_type": holder_type, "holder_id": holder, "module": module, "scope": scope,
                    "allow": allow, "deny": deny,
                }),
            )
            .expect(201)
            .id()
    }

    /// The code of the decision whether a user may do something to a worker, on a day or now.
    #[track_caller]
    pub fn decide(&self, user: &str, action: &str, worker: &str, day: Option<&str>) -> (bool, String) {
        self.decide_on(user, action, ("worker", worker), day)
    }

    /// The same for any resource.
    #[track_caller]
    pub fn decide_on(&self, user: &str, action: &str, resource: (&str, &str), day: Option<&str>) -> (bool, String) {
        let mut more = json!({"options": {"explain": "reason"}});
        if let Some(day) = day {
            more["context"] = json!({"time": day});
        }
        let answer = self.admin.ask(("user", user), action, resource, more).expect(200);
        let code = answer.json["context"]["code"].as_str().unwrap_or_default().to_owned();
        (answer.json["decision"].as_bool().unwrap(), code)
    }

    /// Makes a thing of a resource, such as `grants`, and gives its id.
    #[track_caller]
    pub fn make(&self, resource: &str, body: Value) -> String {
        self.admin.post(&format!("/api/v1/{resource}"), body).expect(201).id()
    }

    /// Changes a thing.
    #[track_caller]
    pub fn change(&self, resource: &str, id: &str, fields: Value) -> Value {
        self.admin.patch(&format!("/api/v1/{resource}/{id}"), fields).expect(200).json
    }

    /// Removes a thing.
    #[track_caller]
    pub fn remove(&self, resource: &str, id: &str) {
        self.admin.delete(&format!("/api/v1/{resource}/{id}")).expect(204);
    }

    /// The id of the thing of that code, such as a set-up role or a module.
    #[track_caller]
    pub fn id_of(&self, resource: &str, code: &str) -> String {
        let found = self.admin.get(&format!("/api/v1/{resource}?code={code}")).expect(200);
        found.items()[0]["id"].as_str().unwrap().to_owned()
    }

    /// A client of a new account in these roles, named by their codes.
    #[track_caller]
    pub fn caller(&self, login: &str, roles: &[&str]) -> Client {
        let user = self.user(login);
        for role in roles {
            self.member(&self.id_of("roles", role), &user);
        }
        self.client_for(&user)
    }

    /// A client of an account.
    pub fn client_for(&self, user: &str) -> Client {
        self.app.as_user(UserId(user.parse().unwrap()))
    }

    /// Everything that is told about a decision.
    #[track_caller]
    pub fn trace(&self, user: &str, action: &str, resource: (&str, &str), day: &str) -> Value {
        let more = json!({"context": {"time": day}, "options": {"explain": "trace"}});
        self.admin.ask(("user", user), action, resource, more).expect(200).json
    }

    /// A client of a person.
    pub fn client_of(&self, person: &Person) -> Client {
        self.app.as_user(person.user_id())
    }
}
