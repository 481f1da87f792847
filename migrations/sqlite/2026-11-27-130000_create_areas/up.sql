-- Areas: who owns, works on and reads them (A-01).
CREATE TABLE areas (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL
        CONSTRAINT areas_kind_check CHECK (kind IN ('area', 'project', 'calendar')),
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    mark TEXT,
    mark_key TEXT,
    parent_id BLOB REFERENCES areas DEFERRABLE INITIALLY DEFERRED,
    owner_id BLOB NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    processor_ids TEXT NOT NULL,
    reader_ids TEXT NOT NULL,
    class TEXT NOT NULL
        CONSTRAINT areas_class_check CHECK (class IN ('normal', 'protected', 'personal_folders')),
    state TEXT NOT NULL
        CONSTRAINT areas_state_check CHECK (state IN ('active', 'archived')),
    allowed_external_administrator_ids TEXT NOT NULL,
    CONSTRAINT areas_parent_check CHECK (parent_id <> id),
    CONSTRAINT areas_processors_check CHECK (processor_ids <> '[]')
) STRICT;
CREATE UNIQUE INDEX areas_external_id_key ON areas (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX areas_mark_key ON areas (mark) WHERE mark IS NOT NULL;
CREATE INDEX areas_mark_key_idx ON areas (mark_key, id);
CREATE INDEX areas_parent_id_idx ON areas (parent_id, id);
CREATE INDEX areas_owner_id_idx ON areas (owner_id, id);
CREATE INDEX areas_name_key_idx ON areas (name_key, id);
CREATE INDEX areas_created_at_idx ON areas (created_at, id);
CREATE INDEX areas_updated_at_idx ON areas (updated_at, id);

-- The patterns of objects' marks (A-10).
CREATE TABLE mark_patterns (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    area_id BLOB REFERENCES areas DEFERRABLE INITIALLY DEFERRED,
    area_kind TEXT
        CONSTRAINT mark_patterns_area_kind_check CHECK (area_kind IN ('area', 'project', 'calendar')),
    object_type TEXT NOT NULL REFERENCES object_types(code) DEFERRABLE INITIALLY DEFERRED,
    pattern TEXT NOT NULL,
    reset TEXT NOT NULL
        CONSTRAINT mark_patterns_reset_check CHECK (reset IN ('never', 'year', 'month', 'day')),
    mode TEXT NOT NULL
        CONSTRAINT mark_patterns_mode_check CHECK (mode IN ('fixed', 'editable', 'user_defined')),
    is_unique INTEGER NOT NULL
        CONSTRAINT mark_patterns_is_unique_check CHECK (is_unique IN (0, 1)),
    CONSTRAINT mark_patterns_place_check CHECK (area_id IS NULL OR area_kind IS NULL)
) STRICT;
CREATE UNIQUE INDEX mark_patterns_external_id_key ON mark_patterns (external_id) WHERE external_id IS NOT NULL;
-- One for each type in an area, for a kind, and for the company.
CREATE UNIQUE INDEX mark_patterns_parts_key ON mark_patterns (object_type, COALESCE(area_id, x''), COALESCE(area_kind, ''));
CREATE INDEX mark_patterns_area_id_idx ON mark_patterns (area_id) WHERE area_id IS NOT NULL;

-- How far the counters of the patterns have come: allocated in the transaction that creates the object (A-12). The
-- area is nil for objects in none.
CREATE TABLE mark_counters (
    pattern_id BLOB NOT NULL REFERENCES mark_patterns ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    area_id BLOB NOT NULL,
    period TEXT NOT NULL,
    value INTEGER NOT NULL
        CONSTRAINT mark_counters_value_check CHECK (value > 0),
    PRIMARY KEY (pattern_id, area_id, period)
) STRICT;

-- Who is kept from reading what belongs to others (G-4).
CREATE TABLE protection_rules (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    class TEXT
        CONSTRAINT protection_rules_class_check CHECK (class IN ('protected', 'personal_folders')),
    module TEXT REFERENCES modules(code) DEFERRABLE INITIALLY DEFERRED,
    role_ids TEXT NOT NULL,
    position_ids TEXT NOT NULL,
    CONSTRAINT protection_rules_aim_check CHECK ((class IS NULL) <> (module IS NULL)),
    CONSTRAINT protection_rules_barred_check CHECK (role_ids <> '[]' OR position_ids <> '[]')
) STRICT;
CREATE UNIQUE INDEX protection_rules_external_id_key ON protection_rules (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX protection_rules_name_key_idx ON protection_rules (name_key, id);
CREATE INDEX protection_rules_module_idx ON protection_rules (module) WHERE module IS NOT NULL;

-- What objects get when a department creates them (P-09).
CREATE TABLE templates (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    department_ids TEXT NOT NULL
        CONSTRAINT templates_departments_check CHECK (department_ids <> '[]'),
    rights TEXT NOT NULL
        CONSTRAINT templates_rights_check CHECK (rights <> '[]')
) STRICT;
CREATE UNIQUE INDEX templates_external_id_key ON templates (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX templates_name_key_idx ON templates (name_key, id);

-- The areas of external fillers (U-12).
ALTER TABLE users ADD COLUMN managed_in TEXT NOT NULL DEFAULT '[]';

-- The area and the mark of an object. The key is that of marks that no other object of the type may have.
ALTER TABLE objects ADD COLUMN area_id BLOB REFERENCES areas DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE objects ADD COLUMN mark TEXT;
ALTER TABLE objects ADD COLUMN unique_mark INTEGER NOT NULL DEFAULT 0
    CONSTRAINT objects_unique_mark_check CHECK (unique_mark IN (0, 1));
ALTER TABLE objects ADD COLUMN mark_key TEXT;
CREATE INDEX objects_area_id_idx ON objects (area_id, id);
CREATE INDEX objects_mark_idx ON objects (mark, id) WHERE mark IS NOT NULL;
CREATE UNIQUE INDEX objects_mark_key_key ON objects (mark_key) WHERE mark_key IS NOT NULL;

-- What readers sent to owners about objects (A-03).
CREATE TABLE notices (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    object_id BLOB NOT NULL REFERENCES objects DEFERRABLE INITIALLY DEFERRED,
    area_id BLOB NOT NULL REFERENCES areas DEFERRABLE INITIALLY DEFERRED,
    author_id BLOB NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    recipient_id BLOB NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX notices_object_id_idx ON notices (object_id, id);
CREATE INDEX notices_area_id_idx ON notices (area_id, id);
CREATE INDEX notices_author_id_idx ON notices (author_id);
CREATE INDEX notices_recipient_id_idx ON notices (recipient_id);

-- Grants over areas, and the template of each that came from one: the checks of a table can't be changed.
ALTER TABLE grants RENAME TO grants_before;
CREATE TABLE grants (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    holder_type TEXT NOT NULL
        CONSTRAINT grants_holder_type_check CHECK (holder_type IN ('role', 'user')),
    holder_role_id BLOB REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    holder_user_id BLOB REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    module TEXT NOT NULL REFERENCES modules(code) DEFERRABLE INITIALLY DEFERRED,
    scope_type TEXT NOT NULL
        CONSTRAINT grants_scope_type_check CHECK (scope_type IN ('all', 'department', 'worker', 'area', 'object', 'object_type')),
    scope_department_id BLOB REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    scope_worker_id BLOB REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    scope_area_id BLOB REFERENCES areas DEFERRABLE INITIALLY DEFERRED,
    scope_object_id BLOB REFERENCES objects DEFERRABLE INITIALLY DEFERRED,
    scope_object_type TEXT REFERENCES object_types(code) DEFERRABLE INITIALLY DEFERRED,
    include_subtree INTEGER NOT NULL
        CONSTRAINT grants_include_subtree_check CHECK (include_subtree IN (0, 1)),
    allow TEXT NOT NULL,
    deny TEXT NOT NULL,
    source TEXT NOT NULL
        CONSTRAINT grants_source_check CHECK (source IN ('manual', 'template')),
    template_id BLOB,
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT grants_holder_check CHECK ((holder_type = 'role') = (holder_role_id IS NOT NULL) AND (holder_type = 'user') = (holder_user_id IS NOT NULL)),
    CONSTRAINT grants_scope_check CHECK ((scope_type = 'department') = (scope_department_id IS NOT NULL) AND (scope_type = 'worker') = (scope_worker_id IS NOT NULL) AND (scope_type = 'area') = (scope_area_id IS NOT NULL) AND (scope_type = 'object') = (scope_object_id IS NOT NULL) AND (scope_type = 'object_type') = (scope_object_type IS NOT NULL)),
    CONSTRAINT grants_subtree_check CHECK (scope_type = 'department' OR NOT include_subtree),
    CONSTRAINT grants_template_check CHECK (template_id IS NULL OR source = 'template'),
    CONSTRAINT grants_window_check CHECK (valid_from <= valid_to)
) STRICT;
INSERT INTO grants (id, external_id, created_at, updated_at, revision, holder_type, holder_role_id, holder_user_id, module, scope_type, scope_department_id, scope_worker_id, scope_object_id, scope_object_type, include_subtree, allow, deny, source, valid_from, valid_to)
    SELECT id, external_id, created_at, updated_at, revision, holder_type, holder_role_id, holder_user_id, module, scope_type, scope_department_id, scope_worker_id, scope_object_id, scope_object_type, include_subtree, allow, deny, source, valid_from, valid_to FROM grants_before;
DROP TABLE grants_before;
CREATE UNIQUE INDEX grants_external_id_key ON grants (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX grants_holder_role_id_idx ON grants (holder_role_id) WHERE holder_role_id IS NOT NULL;
CREATE INDEX grants_holder_user_id_idx ON grants (holder_user_id) WHERE holder_user_id IS NOT NULL;
CREATE INDEX grants_module_idx ON grants (module);
CREATE INDEX grants_scope_type_idx ON grants (scope_type);
CREATE INDEX grants_scope_department_id_idx ON grants (scope_department_id) WHERE scope_department_id IS NOT NULL;
CREATE INDEX grants_scope_worker_id_idx ON grants (scope_worker_id) WHERE scope_worker_id IS NOT NULL;
CREATE INDEX grants_scope_area_id_idx ON grants (scope_area_id) WHERE scope_area_id IS NOT NULL;
CREATE INDEX grants_scope_object_id_idx ON grants (scope_object_id) WHERE scope_object_id IS NOT NULL;
CREATE INDEX grants_scope_object_type_idx ON grants (scope_object_type) WHERE scope_object_type IS NOT NULL;
-- One for each holder, module, scope, source, template and window.
CREATE UNIQUE INDEX grants_parts_key ON grants (
    COALESCE(holder_role_id, holder_user_id), module, scope_type,
    COALESCE(scope_department_id, scope_worker_id, scope_area_id, scope_object_id, x''),
    COALESCE(scope_object_type, ''), include_subtree, source, COALESCE(template_id, x''),
    COALESCE(valid_from, ''), COALESCE(valid_to, '')
);

-- Notifications about areas: the checks of a table can't be changed.
ALTER TABLE notifications RENAME TO notifications_before;
CREATE TABLE notifications (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    notification_type TEXT NOT NULL,
    subject_kind TEXT NOT NULL
        CONSTRAINT notifications_subject_kind_check CHECK (subject_kind IN ('user', 'worker', 'contract', 'role', 'operation', 'area')),
    subject_id BLOB NOT NULL,
    cause TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
INSERT INTO notifications (id, user_id, notification_type, subject_kind, subject_id, cause, data, created_at, due_at, read_at)
    SELECT id, user_id, notification_type, subject_kind, subject_id, cause, data, created_at, due_at, read_at FROM notifications_before;
DROP TABLE notifications_before;
CREATE INDEX notifications_user_id_idx ON notifications (user_id, due_at, id);
CREATE INDEX notifications_user_id_unread_idx ON notifications (user_id, due_at, id) WHERE read_at IS NULL;
CREATE INDEX notifications_subject_id_idx ON notifications (subject_id);
CREATE INDEX notifications_created_at_idx ON notifications (created_at);
-- Nobody is told of the same twice.
CREATE UNIQUE INDEX notifications_cause_key ON notifications (user_id, notification_type, subject_id, cause);
