CREATE TABLE users (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL
        CONSTRAINT users_kind_check CHECK (kind IN ('person', 'virtual', 'external_filler', 'external_administrator', 'service')),
    state TEXT NOT NULL
        CONSTRAINT users_state_check CHECK (state IN ('invited', 'active', 'blocked', 'deleted', 'forgotten')),
    login TEXT,
    login_key TEXT CONSTRAINT users_login_key_key UNIQUE,
    first_name TEXT,
    first_name_key TEXT,
    last_name TEXT,
    last_name_key TEXT,
    display_name TEXT,
    display_name_key TEXT,
    shown_name_key TEXT NOT NULL,
    email TEXT,
    email_key TEXT,
    phone TEXT,
    language TEXT,
    time_zone TEXT,
    blocks TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_external_id_key ON users (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX users_created_at_idx ON users (created_at, id);
CREATE INDEX users_updated_at_idx ON users (updated_at, id);
CREATE INDEX users_shown_name_key_idx ON users (shown_name_key, id);
CREATE INDEX users_last_name_key_idx ON users (last_name_key, id);
CREATE INDEX users_first_name_key_idx ON users (first_name_key, id);
CREATE INDEX users_email_key_idx ON users (email_key, id);

-- Never logged.
CREATE TABLE credentials (
    user_id BLOB PRIMARY KEY NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    password_hash TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
