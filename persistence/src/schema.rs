//! The tables of both databases; a test compares them with what the migrations make.
//!
//! `Uuid` and `Instant` are the portable types of [`crate::sql_types`]. Lists within a record
//! are JSON in text columns. Columns that end in `_key` are computed from others with
//! [`domain::name::key`], so that both databases sort and compare alike.

use diesel::table;

use crate::column::{Column, ColumnList, Schema};

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    users {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        kind -> Text,
        state -> Text,
        login -> Nullable<Text>,
        login_key -> Nullable<Text>,
        first_name -> Nullable<Text>,
        first_name_key -> Nullable<Text>,
        last_name -> Nullable<Text>,
        last_name_key -> Nullable<Text>,
        display_name -> Nullable<Text>,
        display_name_key -> Nullable<Text>,
        shown_name_key -> Text,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        phone -> Nullable<Text>,
        language -> Nullable<Text>,
        time_zone -> Nullable<Text>,
        blocks -> Text,
        managed_in -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    workers {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        kind -> Text,
        personal_number -> Text,
        first_name -> Text,
        first_name_key -> Text,
        last_name -> Text,
        last_name_key -> Text,
        birth_date -> Nullable<Date>,
        email -> Nullable<Text>,
        email_key -> Nullable<Text>,
        phone -> Nullable<Text>,
        state -> Text,
        ever_closed -> Bool,
        user_id -> Nullable<Uuid>,
        retain_until -> Nullable<Date>,
        links -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    departments {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        code -> Text,
        name -> Text,
        name_key -> Text,
        parent_id -> Nullable<Uuid>,
        head_id -> Nullable<Uuid>,
        linked_role_ids -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    qualifications {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        user_id -> Uuid,
        name -> Text,
        name_key -> Text,
        issuer -> Nullable<Text>,
        issuer_key -> Nullable<Text>,
        evidence -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        retain_until -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    notification_subscriptions {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        role_id -> Uuid,
        notification_type -> Text,
        user_id -> Nullable<Uuid>,
        delivery -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    positions {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        code -> Text,
        name -> Text,
        name_key -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    contracts {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        worker_id -> Uuid,
        department_id -> Uuid,
        position_id -> Uuid,
        contract_type -> Text,
        workload_percent -> BigInt,
        supervisor_id -> Nullable<Uuid>,
        state -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    roles {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        code -> Text,
        name -> Text,
        name_key -> Text,
        purpose -> Text,
        mode -> Text,
        priority -> BigInt,
        manager_ids -> Text,
        protected -> Bool,
        note -> Nullable<Text>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    role_rules {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        role_id -> Uuid,
        departments -> Text,
        position_ids -> Text,
        contract_types -> Text,
        worker_kinds -> Text,
        head_of -> Text,
        all_workers -> Bool,
        department_link -> Bool,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    memberships {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        role_id -> Uuid,
        member_user_id -> Nullable<Uuid>,
        member_role_id -> Nullable<Uuid>,
        source -> Text,
        contract_id -> Nullable<Uuid>,
        rule_id -> Nullable<Uuid>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    modules {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        code -> Text,
        name -> Text,
        name_key -> Text,
        active -> Bool,
        target -> Text,
        actions -> Text,
        built_in -> Bool,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    object_types {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        code -> Text,
        name -> Text,
        name_key -> Text,
        module -> Text,
        built_in -> Bool,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    objects {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        object_type -> Text,
        title -> Text,
        title_key -> Text,
        state -> Text,
        department_id -> Nullable<Uuid>,
        author_id -> Nullable<Uuid>,
        assignee_id -> Nullable<Uuid>,
        team_ids -> Text,
        area_id -> Nullable<Uuid>,
        mark -> Nullable<Text>,
        unique_mark -> Bool,
        mark_key -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    grants {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        holder_type -> Text,
        holder_role_id -> Nullable<Uuid>,
        holder_user_id -> Nullable<Uuid>,
        module -> Text,
        scope_type -> Text,
        scope_department_id -> Nullable<Uuid>,
        scope_worker_id -> Nullable<Uuid>,
        scope_area_id -> Nullable<Uuid>,
        scope_object_id -> Nullable<Uuid>,
        scope_object_type -> Nullable<Text>,
        include_subtree -> Bool,
        allow -> Text,
        deny -> Text,
        source -> Text,
        template_id -> Nullable<Uuid>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    areas {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        kind -> Text,
        name -> Text,
        name_key -> Text,
        mark -> Nullable<Text>,
        mark_key -> Nullable<Text>,
        parent_id -> Nullable<Uuid>,
        owner_id -> Uuid,
        processor_ids -> Text,
        reader_ids -> Text,
        class -> Text,
        state -> Text,
        allowed_external_administrator_ids -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    mark_patterns {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        area_id -> Nullable<Uuid>,
        area_kind -> Nullable<Text>,
        object_type -> Text,
        pattern -> Text,
        reset -> Text,
        mode -> Text,
        is_unique -> Bool,
    }
}

table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::sql_types::Uuid;

    mark_counters (pattern_id, area_id, period) {
        pattern_id -> Uuid,
        area_id -> Uuid,
        period -> Text,
        value -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    wage_types {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        code -> Text,
        name -> Text,
        name_key -> Text,
        unit -> Text,
        request_group -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Date, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    wage_offers {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        holder_type -> Text,
        holder_role_id -> Nullable<Uuid>,
        holder_user_id -> Nullable<Uuid>,
        wage_type_id -> Uuid,
        own -> Bool,
        mode -> Text,
        max_per_entry -> Nullable<BigInt>,
        max_per_day -> Nullable<BigInt>,
        max_per_month -> Nullable<BigInt>,
        max_per_year -> Nullable<BigInt>,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    protection_rules {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        name -> Text,
        name_key -> Text,
        class -> Nullable<Text>,
        module -> Nullable<Text>,
        role_ids -> Text,
        position_ids -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    templates {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        name -> Text,
        name_key -> Text,
        department_ids -> Text,
        rights -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    notices {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        object_id -> Uuid,
        area_id -> Uuid,
        author_id -> Uuid,
        recipient_id -> Uuid,
        text -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    api_tokens {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        user_id -> Uuid,
        name -> Text,
        name_key -> Text,
        scopes -> Nullable<Text>,
        expires_at -> Nullable<Instant>,
        created_by -> Nullable<Uuid>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    settings {
        id -> Uuid,
        external_id -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        revision -> BigInt,
        key -> Text,
        value -> Text,
    }
}

table! {
    use diesel::sql_types::BigInt;

    write_lock {
        id -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    revisions (revision) {
        revision -> BigInt,
        at -> Instant,
        actor_type -> Text,
        actor_id -> Nullable<Uuid>,
        acting_as -> Nullable<Uuid>,
        request_id -> Nullable<Text>,
        cause -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, SmallInt, Text};
    use crate::sql_types::Uuid;

    changes (revision, ordinal) {
        revision -> BigInt,
        ordinal -> BigInt,
        kind -> Text,
        entity_id -> Uuid,
        form -> SmallInt,
        before -> Nullable<Text>,
        after -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::sql_types::{Instant, Uuid};

    credentials (user_id) {
        user_id -> Uuid,
        password_hash -> Text,
        changed_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{Binary, Nullable, Text};
    use crate::sql_types::Instant;

    signing_keys (kid) {
        kid -> Text,
        algorithm -> Text,
        private_key -> Binary,
        created_at -> Instant,
        retired_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Date, Nullable};
    use crate::sql_types::Uuid;

    followed_leavings (contract_id) {
        contract_id -> Uuid,
        last_day -> Nullable<Date>,
        revision -> BigInt,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::sql_types::Uuid;

    role_sync_reports (operation_id, worker_id) {
        operation_id -> Uuid,
        worker_id -> Uuid,
        report -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::Uuid;

    plan_lines (plan_id, section, position) {
        plan_id -> Uuid,
        section -> Text,
        position -> BigInt,
        user_id -> Nullable<Uuid>,
        line -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::sql_types::Uuid;

    plan_files (plan_id, part) {
        plan_id -> Uuid,
        part -> BigInt,
        data -> Binary,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    plans {
        id -> Uuid,
        made_by -> Nullable<Uuid>,
        made_at -> Instant,
        expires_at -> Instant,
        request -> Text,
        findings -> Text,
        hash -> Text,
        applied_by -> Nullable<Uuid>,
        applied_at -> Nullable<Instant>,
        applied_revision -> Nullable<BigInt>,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    notifications {
        id -> Uuid,
        user_id -> Uuid,
        notification_type -> Text,
        subject_kind -> Text,
        subject_id -> Uuid,
        cause -> Text,
        data -> Text,
        created_at -> Instant,
        due_at -> Instant,
        read_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{Date, Nullable, Text};
    use crate::sql_types::Instant;

    daily_runs (job, day) {
        job -> Text,
        day -> Date,
        started_at -> Instant,
        finished_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    notes {
        id -> Uuid,
        user_id -> Uuid,
        title -> Nullable<Text>,
        note -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    sessions {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Instant,
        last_used_at -> Instant,
        expires_at -> Instant,
        refresh_hash -> Text,
        previous_refresh_hash -> Nullable<Text>,
        user_agent -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    one_time_links (hash) {
        hash -> Text,
        purpose -> Text,
        user_id -> Nullable<Uuid>,
        created_at -> Instant,
        expires_at -> Instant,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::sql_types::{Instant, Uuid};

    idempotent_answers (user_id, key) {
        user_id -> Uuid,
        key -> Text,
        fingerprint -> Text,
        answer -> Text,
        created_at -> Instant,
        needs -> Text,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    log_in_attempts {
        id -> Uuid,
        at -> Instant,
        user_id -> Nullable<Uuid>,
        login_hash -> Nullable<Text>,
        address -> Nullable<Text>,
        outcome -> Text,
        user_agent -> Nullable<Text>,
    }
}

table! {
    use diesel::sql_types::Nullable;
    use crate::sql_types::{Instant, Uuid};

    activity (user_id) {
        user_id -> Uuid,
        last_action_at -> Nullable<Instant>,
        last_sign_at -> Instant,
    }
}

table! {
    use diesel::sql_types::Text;
    use crate::sql_types::{Instant, Uuid};

    identities {
        id -> Uuid,
        user_id -> Uuid,
        issuer -> Text,
        subject_hash -> Text,
        created_at -> Instant,
    }
}

table! {
    use diesel::sql_types::{Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    api_token_secrets (token_id) {
        token_id -> Uuid,
        hash -> Text,
        last_used_at -> Nullable<Instant>,
    }
}

table! {
    use diesel::sql_types::{BigInt, Bool, Nullable, Text};
    use crate::sql_types::{Instant, Uuid};

    operations {
        id -> Uuid,
        kind -> Text,
        state -> Text,
        parameters -> Text,
        created_by -> Nullable<Uuid>,
        created_at -> Instant,
        started_at -> Nullable<Instant>,
        finished_at -> Nullable<Instant>,
        done -> BigInt,
        total -> Nullable<BigInt>,
        errors_count -> BigInt,
        result -> Nullable<Text>,
        cancel_requested -> Bool,
        heartbeat -> Nullable<Instant>,
        attempt -> BigInt,
    }
}

table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql_types::Uuid;

    operation_errors (operation_id, ordinal) {
        operation_id -> Uuid,
        ordinal -> BigInt,
        line -> BigInt,
        code -> Text,
        pointer -> Nullable<Text>,
        detail -> Text,
    }
}

table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::sql_types::Uuid;

    operation_files (operation_id, part) {
        operation_id -> Uuid,
        part -> BigInt,
        data -> Binary,
    }
}

diesel::allow_tables_to_appear_in_same_query!(revisions, changes);
diesel::allow_tables_to_appear_in_same_query!(operations, operation_files);
diesel::joinable!(changes -> revisions (revision));

macro_rules! schemas {
    ($($table:ident),* $(,)?) => {$(
        impl Schema for $table::table {
            const NAME: &'static str = stringify!($table);
            const COLUMNS: &'static [Column] =
                <<$table::table as diesel::Table>::AllColumns as ColumnList>::COLUMNS;
        }
    )*};
}

schemas! {
    users,
    workers,
    departments,
    positions,
    qualifications,
    notification_subscriptions,
    contracts,
    roles,
    role_rules,
    memberships,
    modules,
    object_types,
    areas,
    mark_patterns,
    mark_counters,
    protection_rules,
    templates,
    objects,
    notices,
    grants,
    wage_types,
    wage_offers,
    api_tokens,
    settings,
    changes,
    followed_leavings,
    operation_errors,
    plan_lines,
    role_sync_reports,
}
