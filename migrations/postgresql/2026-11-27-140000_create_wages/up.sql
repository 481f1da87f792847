-- What working time is recorded as (P-07).
CREATE TABLE wage_types (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    code text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    unit text COLLATE "C" NOT NULL,
    request_group bigint NOT NULL
        CONSTRAINT wage_types_request_group_check CHECK (request_group IN (1, 2))
);
CREATE UNIQUE INDEX wage_types_external_id_key ON wage_types (external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX wage_types_code_key ON wage_types (code);
CREATE INDEX wage_types_name_key_idx ON wage_types (name_key, id);

-- Who offers which wage type to whom (P-07). Amounts are thousandths of the unit.
CREATE TABLE wage_offers (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    holder_type text COLLATE "C" NOT NULL
        CONSTRAINT wage_offers_holder_type_check CHECK (holder_type IN ('role', 'user')),
    holder_role_id uuid REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    holder_user_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    wage_type_id uuid NOT NULL REFERENCES wage_types DEFERRABLE INITIALLY DEFERRED,
    own boolean NOT NULL,
    mode text COLLATE "C" NOT NULL
        CONSTRAINT wage_offers_mode_check CHECK (mode IN ('record', 'workflow')),
    max_per_entry bigint
        CONSTRAINT wage_offers_max_per_entry_check CHECK (max_per_entry >= 0),
    max_per_day bigint
        CONSTRAINT wage_offers_max_per_day_check CHECK (max_per_day >= 0),
    max_per_month bigint
        CONSTRAINT wage_offers_max_per_month_check CHECK (max_per_month >= 0),
    max_per_year bigint
        CONSTRAINT wage_offers_max_per_year_check CHECK (max_per_year >= 0),
    valid_from date,
    valid_to date,
    CONSTRAINT wage_offers_holder_check CHECK ((holder_type = 'role') = (holder_role_id IS NOT NULL) AND (holder_type = 'user') = (holder_user_id IS NOT NULL)),
    CONSTRAINT wage_offers_own_role_check CHECK (NOT own OR (holder_type = 'role' AND mode = 'record' AND COALESCE(max_per_entry, max_per_day, max_per_month, max_per_year) IS NULL)),
    CONSTRAINT wage_offers_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX wage_offers_external_id_key ON wage_offers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX wage_offers_holder_role_id_idx ON wage_offers (holder_role_id) WHERE holder_role_id IS NOT NULL;
CREATE INDEX wage_offers_holder_user_id_idx ON wage_offers (holder_user_id) WHERE holder_user_id IS NOT NULL;
CREATE INDEX wage_offers_wage_type_id_idx ON wage_offers (wage_type_id);
CREATE INDEX wage_offers_created_at_idx ON wage_offers (created_at, id);
-- One for each holder, wage type and first day; that windows do not meet, the service sees to.
CREATE UNIQUE INDEX wage_offers_parts_key ON wage_offers (
    COALESCE(holder_role_id, holder_user_id), wage_type_id, own, COALESCE(valid_from, '-infinity'::date)
);
