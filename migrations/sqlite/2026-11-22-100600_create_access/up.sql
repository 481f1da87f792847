CREATE TABLE api_tokens (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    user_id BLOB NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    scopes TEXT,
    expires_at INTEGER
) STRICT;
CREATE UNIQUE INDEX api_tokens_external_id_key ON api_tokens (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX api_tokens_user_id_idx ON api_tokens (user_id);

-- Never logged, like all below.
CREATE TABLE api_token_secrets (
    token_id BLOB PRIMARY KEY NOT NULL REFERENCES api_tokens ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    hash TEXT NOT NULL CONSTRAINT api_token_secrets_hash_key UNIQUE,
    last_used_at INTEGER
) STRICT;

CREATE TABLE sessions (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    refresh_hash TEXT NOT NULL CONSTRAINT sessions_refresh_hash_key UNIQUE,
    previous_refresh_hash TEXT,
    user_agent TEXT
) STRICT;
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_previous_refresh_hash_idx ON sessions (previous_refresh_hash) WHERE previous_refresh_hash IS NOT NULL;
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE one_time_links (
    hash TEXT PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    user_id BLOB REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX one_time_links_user_id_idx ON one_time_links (user_id, purpose);

CREATE TABLE signing_keys (
    kid TEXT PRIMARY KEY NOT NULL,
    algorithm TEXT NOT NULL,
    private_key BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    retired_at INTEGER
) STRICT;
