//! What a refused change says: one row per code, with the number of the rule it breaks.

/// How a violation is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// A rule of the domain is broken by a change that makes sense as such (409).
    Rule,
    /// A value makes no sense (422).
    Value,
    /// A thing that the change refers to does not exist (422).
    Reference,
}

/// A stable, machine-readable reason for a refusal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Code {
    /// The code itself, English `snake_case`.
    pub name: &'static str,
    /// The number of the rule, where one stands behind it.
    pub rule: Option<&'static str>,
    /// Rule or value.
    pub class: Class,
    /// One sentence.
    pub title: &'static str,
}

macro_rules! codes {
    ($($name:ident = $class:ident $text:literal $(($rule:literal))? : $title:literal;)*) => {
        /// The codes of all violations.
        pub mod code {
            use super::{Class, Code};
            $(
                #[doc = $title]
                pub const $name: Code = Code {
                    name: $text,
                    rule: codes!(@rule $($rule)?),
                    class: Class::$class,
                    title: $title,
                };
            )*
            /// Every code, in the order of this table.
            pub const ALL: &[Code] = &[$($name),*];
        }
    };
    (@rule) => { None };
    (@rule $rule:literal) => { Some($rule) };
}

codes! {
    REQUIRED = Value "required": "A value is missing.";
    TOO_LONG = Value "too_long": "A text is longer than allowed.";
    BAD_CHARACTER = Value "bad_character": "A text holds a control character.";
    BAD_CODE = Value "bad_code": "A code holds a character that codes may not hold.";
    OUT_OF_RANGE = Value "out_of_range": "A number lies outside its range.";
    BAD_EMAIL = Value "bad_email": "This is no e-mail address.";
    BAD_TIME_ZONE = Value "bad_time_zone": "This is no IANA time zone.";
    BAD_VALUE = Value "bad_value": "A value is not of the form that it must have.";
    DUPLICATE_ITEM = Value "duplicate_item": "A list names the same thing twice.";
    WINDOW_REVERSED = Value "window_reversed": "A window ends before it begins.";
    UNKNOWN_REFERENCE = Reference "unknown_reference": "A thing that is referred to does not exist.";
    NOT_CHANGEABLE = Value "not_changeable": "This field can't be changed.";
    DUPLICATE = Rule "duplicate": "Another one carries the same unique value.";
    IN_USE = Rule "in_use": "Other things still refer to it.";
    USER_LOGIN_TAKEN = Rule "login_taken" ("U-01"): "Another account has this login.";
    USER_FIELDS_MISSING = Value "user_fields_missing" ("U-01"): "A person needs login, names and email; other kinds a display name.";
    STATE_MOVE_REFUSED = Rule "state_move_refused" ("U-03"): "The account can't move to that state from its present one.";
    START_STATE_REFUSED = Value "start_state_refused" ("U-03"): "An account of this kind can't start in that state.";
    OWN_BLOCK = Rule "own_block" ("U-05"): "Nobody lifts their own block.";
    BLOCK_CAUSE_ABSENT = Rule "block_cause_absent" ("U-04"): "The account is not blocked for that cause.";
    TOO_MANY_NOTES = Rule "too_many_notes" ("U-13"): "The account has as many notes as it may have.";
    NOT_INVITED = Rule "not_invited" ("U-15"): "Only an account in the state invited can be sent an invitation or accept one.";
    ACTING_AS_REFUSED = Rule "acting_as_refused" ("U-02"): "Only a service acts as another, and only as an active virtual user.";
    USER_HAS_RESPONSIBILITIES = Rule "user_has_responsibilities" ("U-07"): "The user still has responsibilities.";
    NOT_TRANSFERRED = Rule "responsibilities_not_transferred" ("L-02"): "Some responsibilities can't be handed over, so none was.";
    SUCCESSOR_IS_HOLDER = Rule "successor_is_holder" ("L-02"): "Nobody hands over to themselves.";
    SUCCESSOR_NOT_LINKED = Rule "successor_not_linked" ("L-02"): "Only an account that is linked to a worker can head a department or supervise.";
    FILLER_FOLLOWS_AREA = Rule "filler_follows_area" ("L-02"): "A filler goes with the areas in which it is managed.";
    OWN_SUPERVISOR = Rule "own_supervisor" ("L-02"): "Nobody supervises their own contract.";
    CAPABILITY_MISSING = Rule "capability_missing" ("U-10"): "An account of this kind and state can't do or be given that.";
    USER_FORGOTTEN = Rule "user_forgotten" ("U-08"): "A forgotten account stays as it is.";
    EVIDENCE_RETAINED = Rule "evidence_retained" ("U-09"): "Qualifications of the account are still needed as evidence.";
    QUALIFICATION_RETAINED = Rule "qualification_retained" ("U-14"): "A qualification is kept as evidence until its retain_until has passed.";
    THRESHOLDS_CROSSED = Rule "thresholds_crossed" ("U-22"): "Whoever is working is online too: the thresholds of activity must not cross.";
    FIRST_NAME_DIFFERS = Rule "first_name_differs" ("W-06"): "A folder that was linked before takes only an account of the same first and last name.";
    PERSONAL_NUMBER_TAKEN = Rule "personal_number_taken" ("W-01"): "Another worker has this personal number.";
    WORKER_STATE_REFUSED = Rule "worker_state_refused" ("W-02"): "The folder is already in that state.";
    WORKER_HAS_CONTRACT = Rule "worker_has_contract" ("W-02"): "A contract of the worker is in force or to come.";
    WORKER_CLOSED = Rule "worker_closed" ("W-02"): "The folder is closed.";
    WORKER_IDENTITY_FROZEN = Rule "worker_identity_frozen" ("W-02"): "The folder was closed once: its names stay as they were.";
    WORKER_RENAME_NEEDED = Rule "worker_rename_needed" ("W-02"): "Names change by the rename verb, with a reason.";
    WORKER_NOT_ERASABLE = Rule "worker_not_erasable" ("W-02"): "Only a closed, unlinked folder can be erased, after its retain_until.";
    WORKER_LINKED = Rule "worker_linked" ("W-03"): "The worker is linked to an account.";
    WORKER_NOT_LINKED = Rule "worker_not_linked" ("W-03"): "The worker is not linked to an account.";
    USER_LINKED = Rule "user_linked" ("W-03"): "The account is linked to another worker.";
    ACCOUNT_NOT_FREE = Rule "account_not_free" ("W-04"): "The account's kind or state does not allow a link.";
    LAST_NAME_DIFFERS = Rule "last_name_differs" ("W-04"): "The account carries another last name than the worker.";
    AREA_CYCLE = Rule "area_cycle" ("A-01"): "An area can't lie below itself.";
    AREA_KIND_OFF = Rule "area_kind_off" ("A-01"): "Areas of this kind are not in use.";
    AREA_STATE_REFUSED = Rule "area_state_refused" ("A-01"): "The area is already in that state.";
    AREA_ARCHIVED = Rule "area_archived" ("A-03"): "An archived area takes no new objects.";
    OBJECT_WITHOUT_AREA = Rule "object_without_area" ("A-03"): "Notices go to the owner of an area, and the object lies in none.";
    MARK_PATTERN_PLACE = Value "mark_pattern_place" ("A-10"): "A pattern is for one area, for a kind of areas, or for the company.";
    MARK_PATTERN_EXISTS = Rule "mark_pattern_exists" ("A-10"): "There is a pattern for these objects already.";
    MARK_PATTERN_REPEATS = Value "mark_pattern_repeats" ("A-12"): "A pattern that can give the same mark twice must say so.";
    MARK_TAKEN = Rule "mark_taken" ("A-12"): "Another object of the type has this mark.";
    MARK_TOKEN_UNKNOWN = Value "mark_token_unknown" ("A-13"): "A pattern names a token that there is not.";
    MARK_BRACE_STRAY = Value "mark_brace_stray" ("A-13"): "A brace of a pattern has no counterpart.";
    MARK_WIDTH_OUT_OF_RANGE = Value "mark_width_out_of_range" ("A-13"): "The width of a token lies outside its range.";
    MARK_FIXED = Rule "mark_fixed" ("A-13"): "The mark is made by a pattern and can't be given.";
    DEPARTMENT_CYCLE = Rule "department_cycle" ("D-01"): "A department can't lie below itself.";
    CODE_TAKEN = Rule "code_taken": "Another one has this code.";
    CONTRACT_STATE_REFUSED = Rule "contract_state_refused" ("D-04"): "The contract can't move to that state from its present one.";
    CONTRACT_PLACEMENT_FIXED = Rule "contract_placement_fixed" ("D-05"): "A signed contract's placement changes by transfer only.";
    CONTRACT_NOT_DELETABLE = Rule "contract_not_deletable" ("D-05"): "Only a draft can be deleted; a signed contract is cancelled or ended.";
    TRANSFER_OUTSIDE_WINDOW = Value "transfer_outside_window" ("D-05"): "The transfer's day must lie inside the contract, after its first day.";
    TRANSFER_LINE_OVER = Rule "transfer_line_over" ("D-05"): "A contract whose last day has passed is not transferred any more.";
    TRANSFER_SAME_PLACEMENT = Value "transfer_same_placement" ("D-05"): "The transfer names the placement that the contract has.";
    CONTRACT_OVERLAP = Rule "contract_overlap" ("D-06"): "The worker has another contract in the same department and position in that time.";
    ROLE_MODE_FIXED = Rule "role_mode_fixed" ("R-01"): "The mode can't change while the role has members or rules of the other mode.";
    ROLE_CYCLE = Rule "role_cycle" ("R-02"): "A role can't be a member of itself.";
    PEOPLE_LIST_HOLDS_USERS = Rule "people_list_holds_users" ("R-02"): "A list of people holds users only.";
    MEMBERSHIP_EXISTS = Rule "membership_exists" ("R-02"): "The same membership with the same window exists.";
    MEMBERSHIP_FIXED = Value "membership_fixed" ("R-02"): "Role and member of a membership can't be changed.";
    ROLE_IS_AUTOMATIC = Rule "role_is_automatic" ("R-03"): "The members of an automatic role follow from contracts alone.";
    ROLE_NOT_AUTOMATIC = Rule "role_not_automatic" ("R-03"): "Only an automatic role has rules.";
    RULE_EMPTY = Value "rule_empty" ("R-04"): "A rule must name at least one part.";
    RULE_ALL_WITH_PARTS = Value "rule_all_with_parts" ("R-04"): "all_workers stands alone.";
    RULE_IS_LINK = Rule "rule_is_link" ("D-02"): "A department's link is set and cleared at the department.";
    OWN_RIGHTS_WIDENED = Rule "own_rights_widened" ("G-5"): "No one widens their own rights: a second person must make the change.";
    LAST_ADMINISTRATOR = Rule "last_administrator" ("R-09"): "The change would leave no active system administrator.";
    UNKNOWN_NOTIFICATION_TYPE = Reference "unknown_notification_type" ("N-01"): "There is no such type of notification.";
    SUBSCRIPTION_EXISTS = Rule "subscription_exists" ("N-01"): "The role has this subscription already.";
    MODULE_BUILT_IN = Rule "module_built_in" ("P-01"): "A built-in module or type can't be removed or change its shape.";
    TOO_MANY_ACTIONS = Value "too_many_actions" ("P-01"): "A module has at most 128 actions.";
    ACTION_IN_USE = Rule "action_in_use" ("P-01"): "A grant or a template still names the action.";
    SCOPE_DOES_NOT_FIT = Value "scope_does_not_fit" ("P-02"): "The scope does not fit the module.";
    UNKNOWN_ACTION = Value "unknown_action" ("P-02"): "The module has no such action.";
    GRANT_EMPTY = Value "grant_empty" ("P-02"): "A grant must allow or deny something.";
    GRANT_NOT_DISJOINT = Value "grant_not_disjoint" ("P-02"): "An action can't be both allowed and denied by one grant.";
    GRANT_FIXED = Value "grant_fixed" ("P-02"): "Holder, module and scope of a grant can't be changed.";
    GRANT_EXISTS = Rule "grant_exists" ("P-02"): "The same grant with the same window exists.";
    WAGE_LIMITS_CONTRADICT = Value "wage_limits_contradict" ("P-07"): "The limit of a longer time is below that of a shorter one.";
    WAGE_OFFER_FIXED = Value "wage_offer_fixed" ("P-07"): "Holder and wage type of an offer can't be changed.";
    WAGE_OFFER_EXISTS = Rule "wage_offer_exists" ("P-07"): "The holder has a setting for that wage type on some of these days.";
    TYPE_NOT_OFFERED = Rule "type_not_offered" ("P-09"): "Types of switched-off modules are not offered.";
    DEPARTMENT_NEEDED = Value "department_needed" ("P-09"): "It can't be told whose templates apply: name the department.";
    MODULE_TARGET_NOT_OBJECT = Value "module_target_not_object" ("P-10"): "Object types belong to modules whose target is object.";
    OBJECT_TYPE_RESERVED = Value "object_type_reserved" ("P-10"): "This word can't be the code of an object type.";
    OBJECT_TYPE_FIXED = Value "object_type_fixed" ("P-10"): "The type of an object and the module of a type can't be changed.";
    GUARD_EXTERNAL_ADMINISTRATOR = Rule "guard_external_administrator" ("G-3"): "External administrators are kept out of protected roles and areas.";
    GUARD_PROTECTION_RULE = Rule "guard_protection_rule" ("G-4"): "A protection rule keeps the role out of areas of that class.";
    NO_RIGHT_TO_SERVE = Rule "service_only" ("U-10"): "Only an account that may call the API can have a token.";
}

/// One reason why a change is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Violation {
    /// The stable reason.
    pub code: Code,
    /// What exactly is wrong, for a developer; holds no personal value.
    pub detail: String,
    /// JSON pointer to the field, where one is to blame.
    pub pointer: Option<String>,
}

impl Violation {
    /// A violation of the whole change.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into(), pointer: None }
    }

    /// The same, blamed on a field.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }
}

/// `Ok` when nothing was violated.
pub fn verdict(violations: Vec<Violation>) -> Result<(), Vec<Violation>> {
    if violations.is_empty() { Ok(()) } else { Err(violations) }
}

/// Part of a successful answer: the change was made, but somebody should look at it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Warning {
    /// Stable code, English `snake_case`.
    pub code: &'static str,
    /// One sentence.
    pub detail: String,
}
