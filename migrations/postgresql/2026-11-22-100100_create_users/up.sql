CREATE TABLE users (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    kind text COLLATE "C" NOT NULL
        CONSTRAINT users_kind_check CHECK (kind IN ('person', 'virtual', 'external_filler', 'external_administrator', 'service')),
    state text COLLATE "C" NOT NULL
        CONSTRAINT users_state_check CHECK (state IN ('invited', 'active', 'blocked', 'deleted', 'forgotten')),
    login text COLLATE "C",
    login_key text COLLATE "C" CONSTRAINT users_login_key_key UNIQUE,
    first_name text COLLATE "C",
    first_name_key text COLLATE "C",
    last_name text COLLATE "C",
    last_name_key text COLLATE "C",
    display_name text COLLATE "C",
    display_name_key text COLLATE "C",
    shown_name_key text COLLATE "C" NOT NULL,
    email text COLLATE "C",
    email_key text COLLATE "C",
    phone text COLLATE "C",
    language text COLLATE "C",
    time_zone text COLLATE "C",
    blocks text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX users_external_id_key ON users (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_created_at_idx ON users (created_at, id);
CREATE INDEX users_updated_at_idx ON users (updated_at, id);
CREATE INDEX users_shown_name_key_idx ON users (shown_name_key, id);
CREATE INDEX users_last_name_key_idx ON users (last_name_key NULLS FIRST, id);
CREATE INDEX users_first_name_key_idx ON users (first_name_key NULLS FIRST, id);
CREATE INDEX users_email_key_idx ON users (email_key NULLS FIRST, id);

-- Never logged.
CREATE TABLE credentials (
    user_id uuid PRIMARY KEY NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    password_hash text COLLATE "C" NOT NULL,
    changed_at timestamptz NOT NULL
);
