//! The modules and object types that come with Remit (P-01, P-09).

use crate::grant::Target;

/// A built-in module: code, name, target, actions.
pub struct BuiltIn {
    /// Code.
    pub code: &'static str,
    /// Name.
    pub name: &'static str,
    /// What its actions are done to.
    pub target: Target,
    /// Its actions.
    pub actions: &'static [&'static str],
}

/// One action per operation group of Remit itself.
pub const SYSTEM_ACTIONS: &[&str] = &[
    "settings.edit", "user.read", "user.create", "user.edit", "user.invite", "user.block", "user.unblock",
    "user.release", "user.delete", "user.restore", "user.forget", "user.personal_data", "session.end", "token.manage",
    "worker.create", "department.edit", "department.link_role", "position.edit", "role.read", "role.edit",
    "role.assign", "role.sync", "grant.read", "grant.edit", "module.edit", "wage_type.edit", "template.edit",
    "protection.edit", "area.create", "area.administer", "object.create", "object.administer", "import.run",
    "export.run", "audit.read", "events.read", "webhook.edit", "notification.edit", "access.check", "access.explain",
    "access.history", "plan.make", "plan.apply",
];

/// Rights over workers' folders.
pub const HR_ACTIONS: &[&str] =
    &["read", "edit", "contracts.read", "contracts.edit", "account.create", "account.link", "account.block"];

/// Rights over workers' time.
pub const TIME_ACTIONS: &[&str] = &[
    "schedule", "record", "report.check", "report.close", "request1.check", "request1.close", "request2.check",
    "request2.close",
];

/// Whether the module of that code holds rights over workers' folders (G-3): `hr` and `time`.
/// Modules that customers define over workers don't open the folder.
pub fn is_folder_module(code: &str) -> bool {
    matches!(code, "hr" | "time")
}

/// Rights over objects of a built-in type (P-09).
pub const OBJECT_ACTIONS: &[&str] = &["read", "use", "edit", "record_hours", "order", "rebook", "report_finished"];

/// The built-in modules that are no object type's.
pub const MODULES: &[BuiltIn] = &[
    BuiltIn { code: "system", name: "Administration of Remit", target: Target::None, actions: SYSTEM_ACTIONS },
    BuiltIn { code: "hr", name: "Personal folders and contracts", target: Target::Worker, actions: HR_ACTIONS },
    BuiltIn { code: "time", name: "Time: planning, recording, closing", target: Target::Worker, actions: TIME_ACTIONS },
    BuiltIn { code: "areas", name: "Areas of work", target: Target::Area, actions: &["read", "work", "notice"] },
];

/// The built-in object types, each a module of its own with the same code: code and name.
pub const OBJECT_TYPES: &[(&str, &str)] = &[
    ("quote", "Quotes"),
    ("sales_order", "Sales orders"),
    ("customer_order", "Customer orders"),
    ("supplier_order", "Supplier orders"),
    ("stock_item", "Stock items"),
    ("equipment", "Equipment"),
    ("internal_order", "Internal orders"),
    ("document", "Documents"),
    ("task", "Tasks"),
    ("activity", "Activities"),
    ("information", "Information"),
];
