-- Areas: who owns, works on and reads them (A-01).
CREATE TABLE areas (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    kind text COLLATE "C" NOT NULL
        CONSTRAINT areas_kind_check CHECK (kind IN ('area', 'project', 'calendar')),
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    mark text COLLATE "C",
    mark_key text COLLATE "C",
    parent_id uuid REFERENCES areas DEFERRABLE INITIALLY DEFERRED,
    owner_id uuid NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    processor_ids text COLLATE "C" NOT NULL,
    reader_ids text COLLATE "C" NOT NULL,
    class text COLLATE "C" NOT NULL
        CONSTRAINT areas_class_check CHECK (class IN ('normal', 'protected', 'personal_folders')),
    state text COLLATE "C" NOT NULL
        CONSTRAINT areas_state_check CHECK (state IN ('active', 'archived')),
    allowed_external_administrator_ids text COLLATE "C" NOT NULL,
    CONSTRAINT areas_parent_check CHECK (parent_id <> id),
    CONSTRAINT areas_processors_check CHECK (processor_ids <> '[]')
);
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
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    area_id uuid REFERENCES areas DEFERRABLE INITIALLY DEFERRED,
    area_kind text COLLATE "C"
        CONSTRAINT mark_patterns_area_kind_check CHECK (area_kind IN ('area', 'project', 'calendar')),
    object_type text COLLATE "C" NOT NULL REFERENCES object_types(code) DEFERRABLE INITIALLY DEFERRED,
    pattern text COLLATE "C" NOT NULL,
    reset text COLLATE "C" NOT NULL
        CONSTRAINT mark_patterns_reset_check CHECK (reset IN ('never', 'year', 'month', 'day')),
    mode text COLLATE "C" NOT NULL
        CONSTRAINT mark_patterns_mode_check CHECK (mode IN ('fixed', 'editable', 'user_defined')),
    is_unique boolean NOT NULL,
    CONSTRAINT mark_patterns_place_check CHECK (area_id IS NULL OR area_kind IS NULL)
);
CREATE UNIQUE INDEX mark_patterns_external_id_key ON mark_patterns (external_id) WHERE external_id IS NOT NULL;
-- One for each type in an area, for a kind, and for the company.
CREATE UNIQUE INDEX mark_patterns_parts_key ON mark_patterns (object_type, COALESCE(area_id, '00000000-0000-0000-0000-000000000000'), COALESCE(area_kind, ''));
CREATE INDEX mark_patterns_area_id_idx ON mark_patterns (area_id) WHERE area_id IS NOT NULL;

-- How far the counters of the patterns have come: allocated in the transaction that creates the object (A-12). The
-- area is nil for objects in none.
CREATE TABLE mark_counters (
    pattern_id uuid NOT NULL REFERENCES mark_patterns ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    area_id uuid NOT NULL,
    period text COLLATE "C" NOT NULL,
    value bigint NOT NULL
        CONSTRAINT mark_counters_value_check CHECK (value > 0),
    PRIMARY KEY (pattern_id, area_id, period)
);

-- Who is kept from reading what belongs to others (G-4).
CREATE TABLE protection_rules (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    class text COLLATE "C"
        CONSTRAINT protection_rules_class_check CHECK (class IN ('protected', 'personal_folders')),
    module text COLLATE "C" REFERENCES modules(code) DEFERRABLE INITIALLY DEFERRED,
    role_ids text COLLATE "C" NOT NULL,
    position_ids text COLLATE "C" NOT NULL,
    CONSTRAINT protection_rules_aim_check CHECK ((class IS NULL) <> (module IS NULL)),
    CONSTRAINT protection_rules_barred_check CHECK (role_ids <> '[]' OR position_ids <> '[]')
);
CREATE UNIQUE INDEX protection_rules_external_id_key ON protection_rules (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX protection_rules_name_key_idx ON protection_rules (name_key, id);
CREATE INDEX protection_rules_module_idx ON protection_rules (module) WHERE module IS NOT NULL;

-- What objects get when a department creates them (P-09).
CREATE TABLE templates (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    department_ids text COLLATE "C" NOT NULL
        CONSTRAINT templates_departments_check CHECK (department_ids <> '[]'),
    rights text COLLATE "C" NOT NULL
        CONSTRAINT templates_rights_check CHECK (rights <> '[]')
);
CREATE UNIQUE INDEX templates_external_id_key ON templates (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX templates_name_key_idx ON templates (name_key, id);

-- The areas of external fillers (U-12).
ALTER TABLE users ADD COLUMN managed_in text COLLATE "C" NOT NULL DEFAULT '[]';

-- The area and the mark of an object. The key is that of marks that no other object of the type may have.
ALTER TABLE objects ADD COLUMN area_id uuid REFERENCES areas DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE objects ADD COLUMN mark text COLLATE "C";
ALTER TABLE objects ADD COLUMN unique_mark boolean NOT NULL DEFAULT false;
ALTER TABLE objects ADD COLUMN mark_key text COLLATE "C";
CREATE INDEX objects_area_id_idx ON objects (area_id, id);
CREATE INDEX objects_mark_idx ON objects (mark, id) WHERE mark IS NOT NULL;
CREATE UNIQUE INDEX objects_mark_key_key ON objects (mark_key) WHERE mark_key IS NOT NULL;

-- What readers sent to owners about objects (A-03).
CREATE TABLE notices (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    object_id uuid NOT NULL REFERENCES objects DEFERRABLE INITIALLY DEFERRED,
    area_id uuid NOT NULL REFERENCES areas DEFERRABLE INITIALLY DEFERRED,
    author_id uuid NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    recipient_id uuid NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    text text COLLATE "C" NOT NULL
);
CREATE INDEX notices_object_id_idx ON notices (object_id, id);
CREATE INDEX notices_area_id_idx ON notices (area_id, id);
CREATE INDEX notices_author_id_idx ON notices (author_id);
CREATE INDEX notices_recipient_id_idx ON notices (recipient_id);

-- Grants over areas, and the template of each that came from one.
ALTER TABLE grants ADD COLUMN scope_area_id uuid REFERENCES areas DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE grants ADD COLUMN template_id uuid;
ALTER TABLE grants DROP CONSTRAINT grants_scope_type_check;
ALTER TABLE grants ADD CONSTRAINT grants_scope_type_check CHECK (scope_type IN ('all', 'department', 'worker', 'area', 'object', 'object_type'));
ALTER TABLE grants DROP CONSTRAINT grants_scope_check;
ALTER TABLE grants ADD CONSTRAINT grants_scope_check CHECK ((scope_type = 'department') = (scope_department_id IS NOT NULL) AND (scope_type = 'worker') = (scope_worker_id IS NOT NULL) AND (scope_type = 'area') = (scope_area_id IS NOT NULL) AND (scope_type = 'object') = (scope_object_id IS NOT NULL) AND (scope_type = 'object_type') = (scope_object_type IS NOT NULL));
ALTER TABLE grants ADD CONSTRAINT grants_template_check CHECK (template_id IS NULL OR source = 'template');
CREATE INDEX grants_scope_area_id_idx ON grants (scope_area_id) WHERE scope_area_id IS NOT NULL;
DROP INDEX grants_parts_key;
-- One for each holder, module, scope, source, template and window.
CREATE UNIQUE INDEX grants_parts_key ON grants (
    COALESCE(holder_role_id, holder_user_id), module, scope_type,
    COALESCE(scope_department_id, scope_worker_id, scope_area_id, scope_object_id, '00000000-0000-0000-0000-000000000000'),
    COALESCE(scope_object_type, ''), include_subtree, source, COALESCE(template_id, '00000000-0000-0000-0000-000000000000'),
    COALESCE(valid_from, '-infinity'), COALESCE(valid_to, 'infinity')
);

-- Notifications about areas.
ALTER TABLE notifications DROP CONSTRAINT notifications_subject_kind_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_subject_kind_check CHECK (subject_kind IN ('user', 'worker', 'contract', 'role', 'operation', 'area'));
