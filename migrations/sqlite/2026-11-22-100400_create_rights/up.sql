CREATE TABLE modules (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL CONSTRAINT modules_code_key UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    active INTEGER NOT NULL
        CONSTRAINT modules_active_check CHECK (active IN (0, 1)),
    target TEXT NOT NULL
        CONSTRAINT modules_target_check CHECK (target IN ('none', 'worker', 'area', 'object')),
    actions TEXT NOT NULL,
    built_in INTEGER NOT NULL
        CONSTRAINT modules_built_in_check CHECK (built_in IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX modules_external_id_key ON modules (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX modules_name_key_idx ON modules (name_key, id);

CREATE TABLE object_types (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL CONSTRAINT object_types_code_key UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    module TEXT NOT NULL REFERENCES modules(code) DEFERRABLE INITIALLY DEFERRED,
    built_in INTEGER NOT NULL
        CONSTRAINT object_types_built_in_check CHECK (built_in IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX object_types_external_id_key ON object_types (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX object_types_module_idx ON object_types (module);

CREATE TABLE objects (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    object_type TEXT NOT NULL REFERENCES object_types(code) DEFERRABLE INITIALLY DEFERRED,
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT objects_state_check CHECK (state IN ('open', 'done')),
    department_id BLOB REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    author_id BLOB REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    assignee_id BLOB REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    team_ids TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX objects_external_id_key ON objects (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX objects_object_type_idx ON objects (object_type);
CREATE INDEX objects_department_id_idx ON objects (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX objects_author_id_idx ON objects (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX objects_assignee_id_idx ON objects (assignee_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX objects_title_key_idx ON objects (title_key, id);
CREATE INDEX objects_created_at_idx ON objects (created_at, id);
CREATE INDEX objects_updated_at_idx ON objects (updated_at, id);

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
