//! The table: operation, status where it is allowed, status where it is refused, who may. What
//! stands behind an operation's id tells a case of it.
//!
//! `S` system administrator, `U` user administrator, `H` HR officer, `T` time administrator, `A`
//! auditor, `E` a plain employee, `N` a token that may read roles only.

/// Every caller with a token.
pub const EVERYBODY: &str = "SUHTAEN";

/// One row.
pub struct Row {
    /// The operation's id, and which case of it.
    pub name: &'static str,
    /// The status for who may.
    pub allowed: u16,
    /// The status for who may not: 404 where they may not even know of it, 422 where they name
    /// what they may not know of.
    pub refused: u16,
    /// The letters of who may.
    pub who: &'static str,
}

impl Row {
    /// The operation's id.
    pub fn operation(&self) -> &'static str {
        self.name.split(' ').next().unwrap_or_default()
    }
}

const fn row(name: &'static str, allowed: u16, refused: u16, who: &'static str) -> Row {
    Row { name, allowed, refused, who }
}

/// What anybody may ask without a token, and what a sensible request answers.
pub const OPEN: &[(&str, u16)] = &[
    ("logIn", 200),
    ("refreshTokens", 200),
    ("setPassword", 204),
    ("requestPasswordReset", 202),
    // There is an administrator, so no link is good.
    ("setUp", 401),
    ("getKeys", 200),
    ("discoverDecisions", 200),
    ("checkLive", 200),
    ("checkReady", 200),
    ("getMetrics", 200),
];

/// Who may do what.
pub const TABLE: &[Row] = &[
    row("listUsers", 200, 403, "SUA"),
    row("getUser", 200, 403, "SUA"),
    row("createUser", 201, 403, "SU"),
    row("upsertUser", 201, 403, "SU"),
    row("upsertUser that exists", 200, 403, "SU"),
    row("updateUser", 200, 403, "SU"),
    row("deleteUser", 204, 403, "SU"),
    row("createUser who starts active", 201, 403, "SU"),
    row("getUser oneself", 200, 403, EVERYBODY),
    row("blockUser", 200, 403, "SU"),
    row("blockUser of a worker", 200, 403, "SUH"),
    row("unblockUser", 200, 403, "SU"),
    row("releaseUser", 200, 403, "SU"),
    row("makePasswordLink", 200, 403, "SU"),
    row("restoreUser", 200, 403, "SU"),
    row("listUserRoles", 200, 403, "SUAN"),
    row("getUserPermissions", 200, 403, "SA"),
    row("getUserPermissions of oneself", 200, 403, EVERYBODY),
    row("listWorkers", 200, 403, EVERYBODY),
    row("getWorker", 200, 404, "H"),
    row("createWorker", 201, 403, "SH"),
    row("upsertWorker", 201, 403, "SH"),
    row("upsertWorker that exists", 200, 404, "H"),
    row("updateWorker", 200, 404, "H"),
    row("deleteWorker", 204, 404, "H"),
    row("closeWorker", 200, 404, "H"),
    row("reopenWorker", 200, 404, "H"),
    row("renameWorker", 200, 404, "H"),
    row("linkWorkerAccount", 200, 404, "H"),
    row("unlinkWorkerAccount", 200, 404, "H"),
    row("listWorkerContracts", 200, 404, "H"),
    row("listWorkerGrants", 200, 403, "SA"),
    row("syncWorkerRoles", 200, 403, "SH"),
    row("listContracts", 200, 403, EVERYBODY),
    row("getContract", 200, 404, "H"),
    row("createContract", 201, 422, "H"),
    row("upsertContract", 201, 422, "H"),
    row("upsertContract that exists", 200, 404, "H"),
    row("updateContract", 200, 404, "H"),
    row("deleteContract", 204, 404, "H"),
    row("signContract", 200, 404, "H"),
    row("endContract", 200, 404, "H"),
    row("cancelContract", 200, 404, "H"),
    row("transferContract", 201, 404, "H"),
    row("listDepartments", 200, 403, EVERYBODY),
    row("getDepartment", 200, 403, EVERYBODY),
    row("createDepartment", 201, 403, "SH"),
    row("upsertDepartment", 201, 403, "SH"),
    row("upsertDepartment that exists", 200, 403, "SH"),
    row("updateDepartment", 200, 403, "SH"),
    row("deleteDepartment", 204, 403, "SH"),
    row("linkDepartmentRole", 200, 403, "S"),
    row("unlinkDepartmentRole", 204, 403, "S"),
    row("listDepartmentContracts", 200, 403, EVERYBODY),
    row("listPositions", 200, 403, EVERYBODY),
    row("getPosition", 200, 403, EVERYBODY),
    row("createPosition", 201, 403, "SH"),
    row("upsertPosition", 201, 403, "SH"),
    row("upsertPosition that exists", 200, 403, "SH"),
    row("updatePosition", 200, 403, "SH"),
    row("deletePosition", 204, 403, "SH"),
    row("listRoles", 200, 403, "SUAN"),
    row("getRole", 200, 403, "SUAN"),
    row("createRole", 201, 403, "S"),
    row("upsertRole", 201, 403, "S"),
    row("upsertRole that exists", 200, 403, "S"),
    row("updateRole", 200, 403, "S"),
    row("deleteRole", 204, 403, "S"),
    row("listRoleMembers", 200, 403, "SUAN"),
    row("listRoleRules", 200, 403, "SUAN"),
    row("getRoleRule", 200, 403, "SUAN"),
    row("createRoleRule", 201, 403, "S"),
    row("upsertRoleRule", 201, 403, "S"),
    row("upsertRoleRule that exists", 200, 403, "S"),
    row("updateRoleRule", 200, 403, "S"),
    row("deleteRoleRule", 204, 403, "S"),
    row("listMemberships", 200, 403, "SUAN"),
    row("getMembership", 200, 403, "SUAN"),
    row("createMembership", 201, 403, "S"),
    row("upsertMembership", 201, 403, "S"),
    row("upsertMembership that exists", 200, 403, "S"),
    row("updateMembership", 200, 403, "S"),
    row("deleteMembership", 204, 403, "S"),
    row("listModules", 200, 403, EVERYBODY),
    row("getModule", 200, 403, EVERYBODY),
    row("createModule", 201, 403, "S"),
    row("upsertModule", 201, 403, "S"),
    row("upsertModule that exists", 200, 403, "S"),
    row("updateModule", 200, 403, "S"),
    row("deleteModule", 204, 403, "S"),
    row("listObjectTypes", 200, 403, EVERYBODY),
    row("getObjectType", 200, 403, EVERYBODY),
    row("createObjectType", 201, 403, "S"),
    row("upsertObjectType", 201, 403, "S"),
    row("upsertObjectType that exists", 200, 403, "S"),
    row("updateObjectType", 200, 403, "S"),
    row("deleteObjectType", 204, 403, "S"),
    row("listObjects", 200, 403, EVERYBODY),
    row("getObject", 200, 404, "S"),
    row("createObject", 201, 403, "S"),
    row("upsertObject", 201, 403, "S"),
    row("upsertObject that exists", 200, 404, "S"),
    row("updateObject", 200, 404, "S"),
    row("deleteObject", 204, 404, "S"),
    row("getObject of one's own", 200, 404, "SUHTAE"),
    row("listGrants", 200, 403, "SA"),
    row("getGrant", 200, 403, "SA"),
    row("createGrant", 201, 403, "S"),
    row("upsertGrant", 201, 403, "S"),
    row("upsertGrant that exists", 200, 403, "S"),
    row("updateGrant", 200, 403, "S"),
    row("deleteGrant", 204, 403, "S"),
    row("startImport", 202, 403, "SH"),
    row("exportRows", 200, 403, "SH"),
    row("listOperations", 200, 403, EVERYBODY),
    row("getOperation", 200, 404, "SH"),
    row("listOperationErrors", 200, 404, "SH"),
    row("cancelOperation", 409, 404, "SH"),
    row("listApiTokens", 200, 403, EVERYBODY),
    row("createApiToken", 201, 403, "SUHTAE"),
    row("createApiToken for another", 201, 403, "SU"),
    row("getApiToken", 200, 404, "SU"),
    row("revokeApiToken", 204, 404, "SU"),
    row("listSessions", 200, 403, EVERYBODY),
    row("listSessions of another", 200, 403, "SU"),
    row("endSession", 204, 404, "SU"),
    // The narrow token ends none, not even its own account's.
    row("endSessions", 200, 403, "SUHTAE"),
    row("endSessions of another", 200, 403, "SU"),
    row("listLogInAttempts", 200, 403, "SA"),
    row("listAudit", 200, 403, "SA"),
    row("getSettings", 200, 403, "S"),
    row("updateSettings", 200, 403, "S"),
    row("listRules", 200, 403, EVERYBODY),
    row("getRule", 200, 403, EVERYBODY),
    // All callers here bring API tokens, which change no password.
    row("changeMyPassword", 403, 403, EVERYBODY),
    row("getMe", 200, 403, EVERYBODY),
    row("getMyPermissions", 200, 403, EVERYBODY),
    row("getMyWorker", 200, 404, "E"),
    row("evaluate", 200, 403, "SA"),
    row("evaluate oneself", 200, 403, EVERYBODY),
    row("evaluateMany", 200, 403, EVERYBODY),
    row("logOut", 204, 403, EVERYBODY),
];
