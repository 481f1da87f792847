//! The actions that Remit itself asks for, each a type.

use domain::id::WorkerId;

/// An action of a built-in module that Remit itself asks for.
pub trait Action: 'static {
    /// The module's code.
    const MODULE: &'static str;
    /// The action's name.
    const NAME: &'static str;
    /// What it is done to: `()` or a worker.
    type Target: Copy + Send;
}

macro_rules! actions {
    ($module:literal, $target:ty: $($name:ident = $text:literal),* $(,)?) => {$(
        #[doc = concat!("`", $module, ":", $text, "`")]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;
        impl Action for $name {
            const MODULE: &'static str = $module;
            const NAME: &'static str = $text;
            type Target = $target;
        }
    )*};
}

actions! { "system", ():
    SettingsEdit = "settings.edit",
    UserRead = "user.read",
    UserCreate = "user.create",
    UserEdit = "user.edit",
    UserInvite = "user.invite",
    UserBlock = "user.block",
    UserUnblock = "user.unblock",
    UserRelease = "user.release",
    UserDelete = "user.delete",
    UserRestore = "user.restore",
    UserForget = "user.forget",
    UserPersonalData = "user.personal_data",
    SessionEnd = "session.end",
    TokenManage = "token.manage",
    WorkerCreate = "worker.create",
    DepartmentEdit = "department.edit",
    DepartmentLinkRole = "department.link_role",
    PositionEdit = "position.edit",
    RoleRead = "role.read",
    RoleEdit = "role.edit",
    RoleAssign = "role.assign",
    RoleSync = "role.sync",
    GrantRead = "grant.read",
    GrantEdit = "grant.edit",
    ModuleEdit = "module.edit",
    WageTypeEdit = "wage_type.edit",
    TemplateEdit = "template.edit",
    ProtectionEdit = "protection.edit",
    AreaCreate = "area.create",
    AreaAdminister = "area.administer",
    ObjectCreate = "object.create",
    ObjectAdminister = "object.administer",
    ImportRun = "import.run",
    ExportRun = "export.run",
    AuditRead = "audit.read",
    NotificationEdit = "notification.edit",
    AccessCheck = "access.check",
    AccessExplain = "access.explain",
    PlanMake = "plan.make",
    PlanApply = "plan.apply",
}

actions! { "hr", WorkerId:
    HrRead = "read",
    HrEdit = "edit",
    HrContractsRead = "contracts.read",
    HrContractsEdit = "contracts.edit",
    HrAccountCreate = "account.create",
    HrAccountLink = "account.link",
    HrAccountBlock = "account.block",
}
