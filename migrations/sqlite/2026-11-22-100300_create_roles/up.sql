CREATE TABLE roles (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL CONSTRAINT roles_code_key UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    purpose TEXT NOT NULL
        CONSTRAINT roles_purpose_check CHECK (purpose IN ('permission', 'team', 'people_list')),
    mode TEXT NOT NULL
        CONSTRAINT roles_mode_check CHECK (mode IN ('manual', 'automatic')),
    priority INTEGER NOT NULL,
    manager_ids TEXT NOT NULL,
    protected INTEGER NOT NULL
        CONSTRAINT roles_protected_check CHECK (protected IN (0, 1)),
    note TEXT,
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT roles_priority_range_check CHECK (priority BETWEEN 0 AND 1000000),
    CONSTRAINT roles_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX roles_external_id_key ON roles (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX roles_name_key_idx ON roles (name_key, id);

CREATE TABLE role_rules (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    role_id BLOB NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    departments TEXT NOT NULL,
    position_ids TEXT NOT NULL,
    contract_types TEXT NOT NULL,
    worker_kinds TEXT NOT NULL,
    head_of TEXT NOT NULL,
    all_workers INTEGER NOT NULL
        CONSTRAINT role_rules_all_workers_check CHECK (all_workers IN (0, 1)),
    department_link INTEGER NOT NULL
        CONSTRAINT role_rules_department_link_check CHECK (department_link IN (0, 1)),
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT role_rules_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX role_rules_external_id_key ON role_rules (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX role_rules_role_id_idx ON role_rules (role_id);

CREATE TABLE memberships (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    role_id BLOB NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    member_user_id BLOB REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    member_role_id BLOB REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    source TEXT NOT NULL
        CONSTRAINT memberships_source_check CHECK (source IN ('manual', 'automatic', 'scim')),
    contract_id BLOB REFERENCES contracts DEFERRABLE INITIALLY DEFERRED,
    rule_id BLOB REFERENCES role_rules DEFERRABLE INITIALLY DEFERRED,
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT memberships_member_check CHECK ((member_user_id IS NULL) <> (member_role_id IS NULL)),
    CONSTRAINT memberships_cycle_check CHECK (member_role_id <> role_id),
    CONSTRAINT memberships_automatic_check CHECK ((source = 'automatic') = (contract_id IS NOT NULL) AND (source = 'automatic') = (rule_id IS NOT NULL)),
    CONSTRAINT memberships_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX memberships_external_id_key ON memberships (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX memberships_role_id_idx ON memberships (role_id);
CREATE INDEX memberships_member_user_id_idx ON memberships (member_user_id) WHERE member_user_id IS NOT NULL;
CREATE INDEX memberships_member_role_id_idx ON memberships (member_role_id) WHERE member_role_id IS NOT NULL;
CREATE INDEX memberships_rule_id_idx ON memberships (rule_id) WHERE rule_id IS NOT NULL;
-- Automatic: one for each contract and rule. By hand: one for each role, member and window.
CREATE UNIQUE INDEX memberships_contract_id_rule_id_key ON memberships (contract_id, rule_id) WHERE contract_id IS NOT NULL;
CREATE UNIQUE INDEX memberships_user_parts_key ON memberships (role_id, member_user_id, source, COALESCE(valid_from, ''), COALESCE(valid_to, '')) WHERE source <> 'automatic' AND member_user_id IS NOT NULL;
CREATE UNIQUE INDEX memberships_role_parts_key ON memberships (role_id, member_role_id, source, COALESCE(valid_from, ''), COALESCE(valid_to, '')) WHERE source <> 'automatic' AND member_role_id IS NOT NULL;
