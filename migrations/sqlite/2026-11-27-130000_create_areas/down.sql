ALTER TABLE notifications RENAME TO notifications_after;
CREATE TABLE notifications (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    notification_type TEXT NOT NULL,
    subject_kind TEXT NOT NULL
        CONSTRAINT notifications_subject_kind_check CHECK (subject_kind IN ('user', 'worker', 'contract', 'role', 'operation')),
    subject_id BLOB NOT NULL,
    cause TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
INSERT INTO notifications (id, user_id, notification_type, subject_kind, subject_id, cause, data, created_at, due_at, read_at)
    SELECT id, user_id, notification_type, subject_kind, subject_id, cause, data, created_at, due_at, read_at FROM notifications_after WHERE subject_kind <> 'area';
DROP TABLE notifications_after;
CREATE INDEX notifications_user_id_idx ON notifications (user_id, due_at, id);
CREATE INDEX notifications_user_id_unread_idx ON notifications (user_id, due_at, id) WHERE read_at IS NULL;
CREATE INDEX notifications_subject_id_idx ON notifications (subject_id);
CREATE INDEX notifications_created_at_idx ON notifications (created_at);
-- Nobody is told of the same twice.
CREATE UNIQUE INDEX notifications_cause_key ON notifications (user_id, notification_type, subject_id, cause);
ALTER TABLE grants RENAME TO grants_after;
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
        CONSTRAINT grants_scope_type_check CHECK (scope_type IN ('all', 'department', 'worker', 'object', 'object_type')),
    scope_department_id BLOB REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    scope_worker_id BLOB REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    scope_object_id BLOB REFERENCES objects DEFERRABLE INITIALLY DEFERRED,
    scope_object_type TEXT REFERENCES object_types(code) DEFERRABLE INITIALLY DEFERRED,
    include_subtree INTEGER NOT NULL
        CONSTRAINT grants_include_subtree_check CHECK (include_subtree IN (0, 1)),
    allow TEXT NOT NULL,
    deny TEXT NOT NULL,
    source TEXT NOT NULL
        CONSTRAINT grants_source_check CHECK (source IN ('manual', 'template')),
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT grants_holder_check CHECK ((holder_type = 'role') = (holder_role_id IS NOT NULL) AND (holder_type = 'user') = (holder_user_id IS NOT NULL)),
    CONSTRAINT grants_scope_check CHECK ((scope_type = 'department') = (scope_department_id IS NOT NULL) AND (scope_type = 'worker') = (scope_worker_id IS NOT NULL) AND (scope_type = 'object') = (scope_object_id IS NOT NULL) AND (scope_type = 'object_type') = (scope_object_type IS NOT NULL)),
    CONSTRAINT grants_subtree_check CHECK (scope_type = 'department' OR NOT include_subtree),
    CONSTRAINT grants_window_check CHECK (valid_from <= valid_to)
) STRICT;
INSERT INTO grants (id, external_id, created_at, updated_at, revision, holder_type, holder_role_id, holder_user_id, module, scope_type, scope_department_id, scope_worker_id, scope_object_id, scope_object_type, include_subtree, allow, deny, source, valid_from, valid_to)
    SELECT id, external_id, created_at, updated_at, revision, holder_type, holder_role_id, holder_user_id, module, scope_type, scope_department_id, scope_worker_id, scope_object_id, scope_object_type, include_subtree, allow, deny, source, valid_from, valid_to FROM grants_after WHERE scope_type <> 'area';
DROP TABLE grants_after;
CREATE UNIQUE INDEX grants_external_id_key ON grants (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX grants_holder_role_id_idx ON grants (holder_role_id) WHERE holder_role_id IS NOT NULL;
CREATE INDEX grants_holder_user_id_idx ON grants (holder_user_id) WHERE holder_user_id IS NOT NULL;
CREATE INDEX grants_module_idx ON grants (module);
CREATE INDEX grants_scope_type_idx ON grants (scope_type);
CREATE INDEX grants_scope_department_id_idx ON grants (scope_department_id) WHERE scope_department_id IS NOT NULL;
CREATE INDEX grants_scope_worker_id_idx ON grants (scope_worker_id) WHERE scope_worker_id IS NOT NULL;
CREATE INDEX grants_scope_object_id_idx ON grants (scope_object_id) WHERE scope_object_id IS NOT NULL;
CREATE INDEX grants_scope_object_type_idx ON grants (scope_object_type) WHERE scope_object_type IS NOT NULL;
-- One for each holder, module, scope, source and window.
CREATE UNIQUE INDEX grants_parts_key ON grants (
    COALESCE(holder_role_id, holder_user_id), module, scope_type,
    COALESCE(scope_department_id, scope_worker_id, scope_object_id, x''),
    COALESCE(scope_object_type, ''), include_subtree, source,
    COALESCE(valid_from, ''), COALESCE(valid_to, '')
);
DROP TABLE notices;
DROP INDEX objects_mark_key_key;
DROP INDEX objects_mark_idx;
DROP INDEX objects_area_id_idx;
ALTER TABLE objects DROP COLUMN mark_key;
ALTER TABLE objects DROP COLUMN unique_mark;
ALTER TABLE objects DROP COLUMN mark;
ALTER TABLE objects DROP COLUMN area_id;
ALTER TABLE users DROP COLUMN managed_in;
DROP TABLE templates;
DROP TABLE protection_rules;
DROP TABLE mark_counters;
DROP TABLE mark_patterns;
DROP TABLE areas;
