//! The roles that come with set-up.

/// A role that set-up brings: code, name, whether it is automatic, its grants over everything
/// (module, actions).
pub struct SetUpRole {
    /// Code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// Automatic, over all workers; otherwise manual.
    pub automatic: bool,
    /// Module and actions. A trailing `*` takes every action that begins so.
    pub grants: &'static [(&'static str, &'static [&'static str])],
}

/// The code of the role whose last active member can't be lost.
pub const SYSTEM_ADMINISTRATOR: &str = "system-administrator";

/// Every set-up role.
pub const ROLES: &[SetUpRole] = &[
    SetUpRole {
        code: SYSTEM_ADMINISTRATOR,
        name: "System administrator",
        automatic: false,
        grants: &[("system", &["*"])],
    },
    SetUpRole {
        code: "user-administrator",
        name: "User administrator",
        automatic: false,
        grants: &[("system", &["user.*", "session.end", "token.manage", "role.read"])],
    },
    SetUpRole {
        code: "area-administrator",
        name: "Area administrator",
        automatic: false,
        grants: &[("system", &["area.*"])],
    },
    SetUpRole {
        code: "hr-officer",
        name: "HR officer",
        automatic: false,
        grants: &[
            ("hr", &["*"]),
            ("system", &["worker.create", "department.edit", "position.edit", "role.sync", "import.run", "export.run"]),
        ],
    },
    SetUpRole {
        code: "time-administrator",
        name: "Time administrator",
        automatic: false,
        grants: &[("time", &["*"]), ("system", &["wage_type.edit"])],
    },
    SetUpRole {
        code: "auditor",
        name: "Auditor",
        automatic: false,
        grants: &[("system", &["audit.read", "events.read", "user.read", "role.read", "grant.read", "access.*"])],
    },
    SetUpRole { code: "employee", name: "Employee", automatic: true, grants: &[] },
];

/// The actions that a pattern of [`SetUpRole::grants`] stands for.
pub fn expand<'a>(pattern: &'a str, actions: &'a [&'a str]) -> impl Iterator<Item = &'a str> {
    let prefix = pattern.strip_suffix('*');
    actions.iter().copied().filter(move |action| match prefix {
        Some(prefix) => action.starts_with(prefix),
        None => *action == pattern,
    })
}
