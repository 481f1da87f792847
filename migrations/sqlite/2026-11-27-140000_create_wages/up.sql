-- What working time is recorded as (P-07).
CREATE TABLE wage_types (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    unit TEXT NOT NULL,
    request_group INTEGER NOT NULL
        CONSTRAINT wage_types_request_group_check CHECK (request_group IN (1, 2))
) STRICT;
CREATE UNIQUE INDEX wage_types_external_id_key ON wage_types (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX wage_types_code_key ON wage_types (code);
CREATE INDEX wage_types_name_key_idx ON wage_types (name_key, id);

-- Who offers which wage type to whom (P-07). Amounts are thousandths of the unit.
CREATE TABLE wage_offers (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    holder_type TEXT NOT NULL
        CONSTRAINT wage_offers_holder_type_check CHECK (holder_type IN ('role', 'user')),
    holder_role_id BLOB REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    holder_user_id BLOB REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    wage_type_id BLOB NOT NULL REFERENCES wage_types DEFERRABLE INITIALLY DEFERRED,
    own INTEGER NOT NULL
        CONSTRAINT wage_offers_own_check CHECK (own IN (0, 1)),
    mode TEXT NOT NULL
        CONSTRAINT wage_offers_mode_check CHECK (mode IN ('record', 'workflow')),
    max_per_entry INTEGER
        CONSTRAINT wage_offers_max_per_entry_check CHECK (max_per_entry >= 0),
    max_per_day INTEGER
        CONSTRAINT wage_offers_max_per_day_check CHECK (max_per_day >= 0),
    max_per_month INTEGER
        CONSTRAINT wage_offers_max_per_month_check CHECK (max_per_month >= 0),
    max_per_year INTEGER
        CONSTRAINT wage_offers_max_per_year_check CHECK (max_per_year >= 0),
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT wage_offers_holder_check CHECK ((holder_type = 'role') = (holder_role_id IS NOT NULL) AND (holder_type = 'user') = (holder_user_id IS NOT NULL)),
    CONSTRAINT wage_offers_own_role_check CHECK (NOT own OR (holder_type = 'role' AND mode = 'record' AND COALESCE(max_per_entry, max_per_day, max_per_month, max_per_year) IS NULL)),
    CONSTRAINT wage_offers_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX wage_offers_external_id_key ON wage_offers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX wage_offers_holder_role_id_idx ON wage_offers (holder_role_id) WHERE holder_role_id IS NOT NULL;
CREATE INDEX wage_offers_holder_user_id_idx ON wage_offers (holder_user_id) WHERE holder_user_id IS NOT NULL;
CREATE INDEX wage_offers_wage_type_id_idx ON wage_offers (wage_type_id);
CREATE INDEX wage_offers_created_at_idx ON wage_offers (created_at, id);
-- One for each holder, wage type and first day; that windows do not meet, the service sees to.
CREATE UNIQUE INDEX wage_offers_parts_key ON wage_offers (
    COALESCE(holder_role_id, holder_user_id), wage_type_id, own, COALESCE(valid_from, '')
);
