CREATE TABLE modules (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    code text COLLATE "C" NOT NULL CONSTRAINT modules_code_key UNIQUE,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    target text COLLATE "C" NOT NULL
        CONSTRAINT modules_target_check CHECK (target IN ('none', 'worker', 'area', 'object')),
    actions text COLLATE "C" NOT NULL,
    built_in boolean NOT NULL
);
CREATE UNIQUE INDEX modules_external_id_key ON modules (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX modules_name_key_idx ON modules (name_key, id);

CREATE TABLE object_types (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    code text COLLATE "C" NOT NULL CONSTRAINT object_types_code_key UNIQUE,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    module text COLLATE "C" NOT NULL REFERENCES modules(code) DEFERRABLE INITIALLY DEFERRED,
    built_in boolean NOT NULL
);
CREATE UNIQUE INDEX object_types_external_id_key ON object_types (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX object_types_module_idx ON object_types (module);

CREATE TABLE objects (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    object_type text COLLATE "C" NOT NULL REFERENCES object_types(code) DEFERRABLE INITIALLY DEFERRED,
    title text COLLATE "C" NOT NULL,
    title_key text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL
        CONSTRAINT objects_state_check CHECK (state IN ('open', 'done')),
    department_id uuid REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    author_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    assignee_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    team_ids text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX objects_external_id_key ON objects (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX objects_object_type_idx ON objects (object_type);
CREATE INDEX objects_department_id_idx ON objects (department_id) WHERE department_id IS NOT NULL;
CREATE INDEX objects_author_id_idx ON objects (author_id) WHERE author_id IS NOT NULL;
CREATE INDEX objects_assignee_id_idx ON objects (assignee_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX objects_title_key_idx ON objects (title_key, id);
CREATE INDEX objects_created_at_idx ON objects (created_at, id);
CREATE INDEX objects_updated_at_idx ON objects (updated_at, id);

CREATE TABLE grants (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    holder_type text COLLATE "C" NOT NULL
        CONSTRAINT grants_holder_type_check CHECK (holder_type IN ('role', 'user')),
    holder_role_id uuid REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    holder_user_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    module text COLLATE "C" NOT NULL REFERENCES modules(code) DEFERRABLE INITIALLY DEFERRED,
    scope_type text COLLATE "C" NOT NULL
        CONSTRAINT grants_scope_type_check CHECK (scope_type IN ('all', 'department', 'worker', 'object', 'object_type')),
    scope_department_id uuid REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    scope_worker_id uuid REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    scope_object_id uuid REFERENCES objects DEFERRABLE INITIALLY DEFERRED,
    scope_object_type text COLLATE "C" REFERENCES object_types(code) DEFERRABLE INITIALLY DEFERRED,
    include_subtree boolean NOT NULL,
    allow text COLLATE "C" NOT NULL,
    deny text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL
        CONSTRAINT grants_source_check CHECK (source IN ('manual', 'template')),
    valid_from date,
    valid_to date,
    CONSTRAINT grants_holder_check CHECK ((holder_type = 'role') = (holder_role_id IS NOT NULL) AND (holder_type = 'user') = (holder_user_id IS NOT NULL)),
    CONSTRAINT grants_scope_check CHECK ((scope_type = 'department') = (scope_department_id IS NOT NULL) AND (scope_type = 'worker') = (scope_worker_id IS NOT NULL) AND (scope_type = 'object') = (scope_object_id IS NOT NULL) AND (scope_type = 'object_type') = (scope_object_type IS NOT NULL)),
    CONSTRAINT grants_subtree_check CHECK (scope_type = 'department' OR NOT include_subtree),
    CONSTRAINT grants_window_check CHECK (valid_from <= valid_to)
);
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
    COALESCE(scope_department_id, scope_worker_id, scope_object_id, '00000000-0000-0000-0000-000000000000'),
    COALESCE(scope_object_type, ''), include_subtree, source,
    COALESCE(valid_from, '-infinity'), COALESCE(valid_to, 'infinity')
);
