//! Which operation refuses what, and which are open to every caller.

use domain::rule::{Code, code::*};

use crate::http::problem::{self, ProblemCode};

/// What the commands behind operations can refuse. A code that stands here for an operation may
/// also come together with others, as `invalid_values`.
pub const REFUSALS: &[(&[&str], &[&Code])] = &[
    (
        &["createUser", "updateUser", "upsertUser"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &BAD_TIME_ZONE, &USER_FIELDS_MISSING, &DUPLICATE,
            &USER_LOGIN_TAKEN, &UNKNOWN_REFERENCE, &DUPLICATE_ITEM,
        ],
    ),
    (&["createUser", "upsertUser"], &[&START_STATE_REFUSED]),
    (&["updateUser", "upsertUser"], &[&NOT_CHANGEABLE, &USER_FORGOTTEN]),
    (&["deleteUser"], &[&STATE_MOVE_REFUSED, &USER_HAS_RESPONSIBILITIES, &LAST_ADMINISTRATOR]),
    (
        &["deleteUser", "transferUserResponsibilities"],
        &[
            &NOT_TRANSFERRED, &SUCCESSOR_IS_HOLDER, &SUCCESSOR_NOT_LINKED, &OWN_SUPERVISOR, &CAPABILITY_MISSING,
            &UNKNOWN_REFERENCE, &GRANT_EXISTS, &FILLER_FOLLOWS_AREA, &GUARD_EXTERNAL_ADMINISTRATOR,
        ],
    ),
    (&["transferUserResponsibilities"], &[&REQUIRED, &BAD_VALUE, &DUPLICATE_ITEM, &LAST_ADMINISTRATOR]),
    (&["blockUser"], &[&BAD_CHARACTER, &STATE_MOVE_REFUSED, &LAST_ADMINISTRATOR]),
    (&["unblockUser", "releaseUser"], &[&STATE_MOVE_REFUSED, &BLOCK_CAUSE_ABSENT, &OWN_BLOCK]),
    (&["makePasswordLink"], &[&CAPABILITY_MISSING]),
    (&["restoreUser"], &[&STATE_MOVE_REFUSED]),
    (&["forgetUser"], &[&STATE_MOVE_REFUSED, &EVIDENCE_RETAINED]),
    (&["createNote", "updateNote"], &[&REQUIRED, &BAD_CHARACTER]),
    (&["createNote"], &[&TOO_MANY_NOTES]),
    (&["inviteUser", "acceptInvitation"], &[&NOT_INVITED]),
    (&["blockUsers"], &[&BAD_CHARACTER, &DUPLICATE_ITEM, &LAST_ADMINISTRATOR]),
    (&["unblockUsers", "inviteUsers"], &[&DUPLICATE_ITEM]),
    (
        &["createWorker", "updateWorker", "upsertWorker"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &OUT_OF_RANGE, &UNKNOWN_REFERENCE, &DUPLICATE,
            &PERSONAL_NUMBER_TAKEN, &USER_LINKED, &ACCOUNT_NOT_FREE, &LAST_NAME_DIFFERS,
        ],
    ),
    (
        &["updateWorker", "upsertWorker"],
        &[&WORKER_IDENTITY_FROZEN, &WORKER_RENAME_NEEDED, &WORKER_CLOSED, &WORKER_LINKED, &LAST_ADMINISTRATOR],
    ),
    (&["deleteWorker"], &[&WORKER_NOT_ERASABLE, &IN_USE]),
    (&["closeWorker"], &[&WORKER_STATE_REFUSED, &WORKER_HAS_CONTRACT]),
    (&["reopenWorker"], &[&WORKER_STATE_REFUSED]),
    (&["renameWorker"], &[&REQUIRED, &BAD_CHARACTER, &WORKER_IDENTITY_FROZEN]),
    (
        &["linkWorkerAccount"],
        &[&UNKNOWN_REFERENCE, &WORKER_CLOSED, &WORKER_LINKED, &USER_LINKED, &ACCOUNT_NOT_FREE, &LAST_NAME_DIFFERS],
    ),
    (&["linkWorkerAccount"], &[&FIRST_NAME_DIFFERS, &REQUIRED, &BAD_CHARACTER, &BAD_VALUE]),
    (&["createWorker", "updateWorker", "upsertWorker"], &[&FIRST_NAME_DIFFERS]),
    (
        &["createWorkerAccount"],
        &[
            &WORKER_LINKED, &WORKER_CLOSED, &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &USER_FIELDS_MISSING,
            &DUPLICATE, &USER_LOGIN_TAKEN, &DUPLICATE_ITEM, &UNKNOWN_REFERENCE, &ROLE_IS_AUTOMATIC,
            &FIRST_NAME_DIFFERS,
        ],
    ),
    (&["unlinkWorkerAccount"], &[&WORKER_NOT_LINKED, &LAST_ADMINISTRATOR]),
    (&["syncWorkerRoles"], &[&LAST_ADMINISTRATOR]),
    (
        &["createDepartment", "updateDepartment", "upsertDepartment"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE,
            &CODE_TAKEN,
        ],
    ),
    (&["updateDepartment", "upsertDepartment"], &[&DEPARTMENT_CYCLE, &LAST_ADMINISTRATOR]),
    (&["deleteDepartment", "deletePosition"], &[&IN_USE]),
    (
        &["createQualification", "updateQualification", "upsertQualification"],
        &[&REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE, &CAPABILITY_MISSING],
    ),
    (&["updateQualification", "upsertQualification"], &[&NOT_CHANGEABLE]),
    (&["deleteQualification"], &[&QUALIFICATION_RETAINED]),
    (
        &["createNotificationSubscription", "updateNotificationSubscription", "upsertNotificationSubscription"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &UNKNOWN_REFERENCE, &UNKNOWN_NOTIFICATION_TYPE,
            &DUPLICATE, &CAPABILITY_MISSING, &SUBSCRIPTION_EXISTS,
        ],
    ),
    (&["updateNotificationSubscription", "upsertNotificationSubscription"], &[&NOT_CHANGEABLE]),
    (&["raiseNotification"], &[&REQUIRED, &BAD_CHARACTER, &BAD_CODE, &UNKNOWN_REFERENCE, &UNKNOWN_NOTIFICATION_TYPE]),
    (&["linkDepartmentRole"], &[&ROLE_NOT_AUTOMATIC]),
    (&["unlinkDepartmentRole"], &[&LAST_ADMINISTRATOR]),
    (
        &["createPosition", "updatePosition", "upsertPosition"],
        &[&REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &WINDOW_REVERSED, &DUPLICATE, &CODE_TAKEN],
    ),
    (
        &["createContract", "updateContract", "upsertContract"],
        &[&REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE, &CONTRACT_OVERLAP],
    ),
    (&["createContract", "upsertContract"], &[&WORKER_CLOSED]),
    (&["updateContract", "upsertContract"], &[&NOT_CHANGEABLE, &CONTRACT_PLACEMENT_FIXED, &LAST_ADMINISTRATOR]),
    (&["upsertContract"], &[&CONTRACT_STATE_REFUSED]),
    (&["deleteContract"], &[&CONTRACT_NOT_DELETABLE]),
    (&["signContract"], &[&CONTRACT_STATE_REFUSED, &CONTRACT_OVERLAP, &WORKER_CLOSED]),
    (&["endContract"], &[&WINDOW_REVERSED, &CONTRACT_STATE_REFUSED, &CONTRACT_OVERLAP, &LAST_ADMINISTRATOR]),
    (&["cancelContract"], &[&CONTRACT_STATE_REFUSED, &LAST_ADMINISTRATOR]),
    (
        &["transferContract"],
        &[
            &UNKNOWN_REFERENCE, &BAD_VALUE, &TRANSFER_OUTSIDE_WINDOW, &TRANSFER_SAME_PLACEMENT, &TRANSFER_LINE_OVER,
            &CONTRACT_STATE_REFUSED, &CONTRACT_OVERLAP, &LAST_ADMINISTRATOR,
        ],
    ),
    (
        &["createRole", "updateRole", "upsertRole", "copyRole"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &DUPLICATE_ITEM, &WINDOW_REVERSED, &UNKNOWN_REFERENCE,
            &DUPLICATE, &CODE_TAKEN, &CAPABILITY_MISSING,
        ],
    ),
    (
        &["updateRole", "upsertRole"],
        &[&ROLE_MODE_FIXED, &PEOPLE_LIST_HOLDS_USERS, &LAST_ADMINISTRATOR, &GUARD_EXTERNAL_ADMINISTRATOR],
    ),
    (&["deleteRole"], &[&IN_USE, &LAST_ADMINISTRATOR]),
    (&["copyRole"], &[&OUT_OF_RANGE, &PEOPLE_LIST_HOLDS_USERS, &GUARD_EXTERNAL_ADMINISTRATOR, &SUBSCRIPTION_EXISTS]),
    (&["listWorkerAccess", "listObjectAccess", "listAreaAccess"], &[&SCOPE_DOES_NOT_FIT, &UNKNOWN_ACTION]),
    (&["listRightHolders"], &[&UNKNOWN_ACTION]),
    (
        &[
            "listWorkerAccess", "listObjectAccess", "listAreaAccess", "listRightHolders", "getUserPermissions",
            "getMyPermissions", "compareAccess", "getWorkerApprovers",
        ],
        &[&UNKNOWN_REFERENCE],
    ),
    (
        &["createMembership", "updateMembership", "upsertMembership"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE,
            &CAPABILITY_MISSING, &MEMBERSHIP_EXISTS, &ROLE_IS_AUTOMATIC, &PEOPLE_LIST_HOLDS_USERS, &ROLE_CYCLE,
            &GUARD_EXTERNAL_ADMINISTRATOR,
        ],
    ),
    (&["updateMembership", "upsertMembership"], &[&MEMBERSHIP_FIXED, &LAST_ADMINISTRATOR]),
    (&["deleteMembership"], &[&ROLE_IS_AUTOMATIC, &LAST_ADMINISTRATOR]),
    (
        &["createRoleRule", "updateRoleRule", "upsertRoleRule"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &DUPLICATE_ITEM, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &RULE_EMPTY,
            &RULE_ALL_WITH_PARTS, &DUPLICATE, &ROLE_NOT_AUTOMATIC,
        ],
    ),
    (&["updateRoleRule", "upsertRoleRule"], &[&NOT_CHANGEABLE, &RULE_IS_LINK, &LAST_ADMINISTRATOR]),
    (&["deleteRoleRule"], &[&RULE_IS_LINK, &LAST_ADMINISTRATOR]),
    (
        &["createModule", "updateModule", "upsertModule"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &DUPLICATE_ITEM, &TOO_MANY_ACTIONS, &DUPLICATE,
            &CODE_TAKEN,
        ],
    ),
    (&["updateModule", "upsertModule"], &[&NOT_CHANGEABLE, &MODULE_BUILT_IN, &ACTION_IN_USE]),
    (&["deleteModule", "deleteObjectType"], &[&MODULE_BUILT_IN, &IN_USE]),
    (
        &["createObjectType", "updateObjectType", "upsertObjectType"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &UNKNOWN_REFERENCE, &MODULE_TARGET_NOT_OBJECT,
            &OBJECT_TYPE_RESERVED, &DUPLICATE, &CODE_TAKEN,
        ],
    ),
    (&["updateObjectType", "upsertObjectType"], &[&NOT_CHANGEABLE, &OBJECT_TYPE_FIXED]),
    (
        &["createObject", "updateObject", "upsertObject"],
        &[
            &REQUIRED, &TOO_LONG, &BAD_CHARACTER, &BAD_VALUE, &DUPLICATE_ITEM, &OUT_OF_RANGE, &UNKNOWN_REFERENCE,
            &DUPLICATE, &CAPABILITY_MISSING, &AREA_ARCHIVED, &MARK_FIXED, &MARK_TAKEN,
        ],
    ),
    (&["sendNotice"], &[&REQUIRED, &BAD_CHARACTER, &OBJECT_WITHOUT_AREA]),
    (
        &["createMarkPattern", "updateMarkPattern", "upsertMarkPattern"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &UNKNOWN_REFERENCE, &DUPLICATE, &MARK_PATTERN_PLACE,
            &MARK_PATTERN_REPEATS, &MARK_TOKEN_UNKNOWN, &MARK_BRACE_STRAY, &MARK_WIDTH_OUT_OF_RANGE,
        ],
    ),
    (&["createMarkPattern", "upsertMarkPattern"], &[&MARK_PATTERN_EXISTS]),
    (&["updateMarkPattern", "upsertMarkPattern"], &[&NOT_CHANGEABLE]),
    (&["previewMarkPattern"], &[&BAD_VALUE, &UNKNOWN_REFERENCE]),
    (&["updateObject", "upsertObject"], &[&OBJECT_TYPE_FIXED]),
    (
        &["createArea", "updateArea", "upsertArea"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &DUPLICATE_ITEM, &OUT_OF_RANGE, &UNKNOWN_REFERENCE,
            &DUPLICATE, &CODE_TAKEN, &CAPABILITY_MISSING, &AREA_CYCLE, &PEOPLE_LIST_HOLDS_USERS,
            &GUARD_EXTERNAL_ADMINISTRATOR, &GUARD_PROTECTION_RULE,
        ],
    ),
    (&["createArea", "upsertArea"], &[&AREA_KIND_OFF]),
    (&["updateArea", "upsertArea"], &[&NOT_CHANGEABLE]),
    (&["archiveArea", "unarchiveArea"], &[&AREA_STATE_REFUSED]),
    (&["deleteArea"], &[&IN_USE]),
    (
        &["createGrant", "updateGrant", "upsertGrant", "createWorkerGrant", "copyRole"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &SCOPE_DOES_NOT_FIT,
            &UNKNOWN_ACTION, &GRANT_EMPTY, &GRANT_NOT_DISJOINT, &DUPLICATE, &CAPABILITY_MISSING, &GRANT_EXISTS,
            &LAST_ADMINISTRATOR,
        ],
    ),
    (&["updateGrant", "upsertGrant"], &[&GRANT_FIXED]),
    (&["deleteGrant"], &[&LAST_ADMINISTRATOR]),
    (&["createObject", "upsertObject"], &[&TYPE_NOT_OFFERED, &DEPARTMENT_NEEDED]),
    (
        &["createTemplate", "updateTemplate", "upsertTemplate"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &OUT_OF_RANGE, &DUPLICATE_ITEM, &UNKNOWN_REFERENCE, &UNKNOWN_ACTION,
            &DUPLICATE, &TYPE_NOT_OFFERED,
        ],
    ),
    (
        &["createProtectionRule", "updateProtectionRule", "upsertProtectionRule"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &OUT_OF_RANGE, &DUPLICATE_ITEM, &UNKNOWN_REFERENCE, &DUPLICATE,
            &GUARD_PROTECTION_RULE,
        ],
    ),
    (
        &["createWageType", "updateWageType", "upsertWageType"],
        &[&REQUIRED, &BAD_CHARACTER, &BAD_CODE, &BAD_VALUE, &OUT_OF_RANGE, &DUPLICATE, &CODE_TAKEN],
    ),
    (&["updateWageType", "upsertWageType"], &[&NOT_CHANGEABLE]),
    (&["deleteWageType"], &[&IN_USE]),
    (
        &["createWageOffer", "updateWageOffer", "upsertWageOffer"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &OUT_OF_RANGE, &WINDOW_REVERSED, &UNKNOWN_REFERENCE, &DUPLICATE,
            &CAPABILITY_MISSING, &GUARD_EXTERNAL_ADMINISTRATOR, &WAGE_LIMITS_CONTRADICT, &WAGE_OFFER_EXISTS,
        ],
    ),
    (&["updateWageOffer", "upsertWageOffer"], &[&WAGE_OFFER_FIXED]),
    (
        &["createApiToken"],
        &[
            &REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &OUT_OF_RANGE, &DUPLICATE_ITEM, &UNKNOWN_REFERENCE, &UNKNOWN_ACTION,
            &NO_RIGHT_TO_SERVE,
        ],
    ),
    (&["askForHelp"], &[&BAD_CHARACTER]),
    (&["updateSettings"], &[&BAD_TIME_ZONE, &BAD_VALUE, &REQUIRED, &DUPLICATE_ITEM, &THRESHOLDS_CROSSED]),
    (&["setUp"], &[&REQUIRED, &BAD_CHARACTER, &BAD_VALUE, &BAD_EMAIL, &USER_LOGIN_TAKEN]),
];

/// Codes of the HTTP face that only these operations raise.
pub const OWN: &[(&[&str], &[ProblemCode])] = &[
    (&["logIn"], &[problem::INVALID_CREDENTIALS]),
    (&["logIn", "refreshTokens", "setUp", "setPassword", "acceptInvitation"], &[problem::UNAUTHENTICATED]),
    (&["setUp"], &[problem::SET_UP_DONE]),
    (&["setUp", "setPassword", "acceptInvitation", "changeMyPassword"], &[problem::WEAK_PASSWORD]),
    (&["changeMyPassword"], &[problem::SESSION_REQUIRED, problem::WRONG_PASSWORD]),
    (&["makePasswordLink"], &[problem::OWN_ACCOUNT]),
    (&["cancelOperation"], &[problem::IMPORT_STATE]),
    (&["startRoleSyncRun", "syncWorkerRoles"], &[problem::BODY_NOT_ALLOWED]),
    (&["searchSubjects", "searchResources", "searchActions"], &[problem::SEARCH_TOKEN_EXPIRED]),
    (&["applyPlan"], &[problem::PLAN_APPLIED, problem::PLAN_EXPIRED, problem::PLAN_OUTDATED, problem::PLAN_REFUSED]),
    (
        &[
            "listWorkerAccess", "listObjectAccess", "listAreaAccess", "listRightHolders", "getUserPermissions",
            "getMyPermissions", "getWorkerApprovers",
        ],
        &[problem::BAD_CURSOR],
    ),
    (&["compareAccess"], &[problem::NOT_FOUND, problem::INVALID_VALUES]),
    (
        &[
            "getMe", "getMyPermissions", "getMyWageTypes", "getMyWorker", "getMyPersonalData", "changeMyPassword",
            "listNotes", "createNote", "listNotifications", "countUnreadNotifications", "readNotifications",
        ],
        &[problem::NOT_FOUND],
    ),
];

/// Operations that any active caller may use: what the caller may not know of is left out or a
/// 404, never a 403.
pub const OPEN_TO_ALL: &[&str] = &[
    "logOut", "changeMyPassword", "reportActivity", "getUserActivity", "listNotes", "getNote", "createNote",
    "updateNote", "deleteNote", "getMe", "getMyWorker", "getMyPermissions", "listApiTokens", "getApiToken",
    "revokeApiToken", "listPlans", "getPlan", "discardPlan", "listPlanChanges", "listPlanEffects", "listOperations",
    "listAreas", "getArea", "getOperation", "listOperationErrors", "cancelOperation", "listDepartments",
    "getDepartment", "listDirectory", "listPositions", "getPosition", "listModules", "getModule", "listObjectTypes",
    "getObjectType", "listWorkers", "getWorker", "listContracts", "getContract", "listDepartmentContracts",
    "getMyPersonalData", "listQualifications", "getQualification", "listUserQualifications", "listRules", "getRule",
    "listNotifications", "countUnreadNotifications", "readNotification", "readNotifications", "listNotificationTypes",
    "listMarkPatterns", "getMarkPattern", "listMyObjects", "listObjectNotices", "listWageTypes", "getWageType",
    "listWageOffers", "getWageOffer", "getMyWageTypes",
];
