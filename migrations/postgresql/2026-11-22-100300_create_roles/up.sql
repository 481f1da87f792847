CREATE TABLE roles (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    code text COLLATE "C" NOT NULL CONSTRAINT roles_code_key UNIQUE,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL
        CONSTRAINT roles_purpose_check CHECK (purpose IN ('permission', 'team', 'people_list')),
    mode text COLLATE "C" NOT NULL
        CONSTRAINT roles_mode_check CHECK (mode IN ('manual', 'automatic')),
    priority bigint NOT NULL,
    manager_ids text COLLATE "C" NOT NULL,
    protected boolean NOT NULL,
    note text COLLATE "C",
    valid_from date,
    valid_to date,
    CONSTRAINT roles_priority_range_check CHECK (priority BETWEEN 0 AND 1000000),
    CONSTRAINT roles_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX roles_external_id_key ON roles (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX roles_name_key_idx ON roles (name_key, id);

CREATE TABLE role_rules (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    role_id uuid NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    departments text COLLATE "C" NOT NULL,
    position_ids text COLLATE "C" NOT NULL,
    contract_types text COLLATE "C" NOT NULL,
    worker_kinds text COLLATE "C" NOT NULL,
    head_of text COLLATE "C" NOT NULL,
    all_workers boolean NOT NULL,
    department_link boolean NOT NULL,
    valid_from date,
    valid_to date,
    CONSTRAINT role_rules_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX role_rules_external_id_key ON role_rules (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX role_rules_role_id_idx ON role_rules (role_id);

CREATE TABLE memberships (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    role_id uuid NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    member_user_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    member_role_id uuid REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    source text COLLATE "C" NOT NULL
        CONSTRAINT memberships_source_check CHECK (source IN ('manual', 'automatic', 'scim')),
    contract_id uuid REFERENCES contracts DEFERRABLE INITIALLY DEFERRED,
    rule_id uuid REFERENCES role_rules DEFERRABLE INITIALLY DEFERRED,
    valid_from date,
    valid_to date,
    CONSTRAINT memberships_member_check CHECK ((member_user_id IS NULL) <> (member_role_id IS NULL)),
    CONSTRAINT memberships_cycle_check CHECK (member_role_id <> role_id),
    CONSTRAINT memberships_automatic_check CHECK ((source = 'automatic') = (contract_id IS NOT NULL) AND (source = 'automatic') = (rule_id IS NOT NULL)),
    CONSTRAINT memberships_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX memberships_external_id_key ON memberships (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX memberships_role_id_idx ON memberships (role_id);
CREATE INDEX memberships_member_user_id_idx ON memberships (member_user_id) WHERE member_user_id IS NOT NULL;
CREATE INDEX memberships_member_role_id_idx ON memberships (member_role_id) WHERE member_role_id IS NOT NULL;
CREATE INDEX memberships_rule_id_idx ON memberships (rule_id) WHERE rule_id IS NOT NULL;
-- Automatic: one for each contract and rule. By hand: one for each role, member and window.
CREATE UNIQUE INDEX memberships_contract_id_rule_id_key ON memberships (contract_id, rule_id) WHERE contract_id IS NOT NULL;
CREATE UNIQUE INDEX memberships_user_parts_key ON memberships (role_id, member_user_id, source, COALESCE(valid_from, '-infinity'), COALESCE(valid_to, 'infinity')) WHERE source <> 'automatic' AND member_user_id IS NOT NULL;
CREATE UNIQUE INDEX memberships_role_parts_key ON memberships (role_id, member_role_id, source, COALESCE(valid_from, '-infinity'), COALESCE(valid_to, 'infinity')) WHERE source <> 'automatic' AND member_role_id IS NOT NULL;
