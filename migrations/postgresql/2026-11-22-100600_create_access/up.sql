CREATE TABLE api_tokens (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    user_id uuid NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    scopes text COLLATE "C",
    expires_at timestamptz
);
CREATE UNIQUE INDEX api_tokens_external_id_key ON api_tokens (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX api_tokens_user_id_idx ON api_tokens (user_id);

-- Never logged, like all below.
CREATE TABLE api_token_secrets (
    token_id uuid PRIMARY KEY NOT NULL REFERENCES api_tokens ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    hash text COLLATE "C" NOT NULL CONSTRAINT api_token_secrets_hash_key UNIQUE,
    last_used_at timestamptz
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    refresh_hash text COLLATE "C" NOT NULL CONSTRAINT sessions_refresh_hash_key UNIQUE,
    previous_refresh_hash text COLLATE "C",
    user_agent text COLLATE "C"
);
CREATE INDEX sessions_user_id_idx ON sessions (user_id);
CREATE INDEX sessions_previous_refresh_hash_idx ON sessions (previous_refresh_hash) WHERE previous_refresh_hash IS NOT NULL;
CREATE INDEX sessions_expires_at_idx ON sessions (expires_at);

CREATE TABLE one_time_links (
    hash text COLLATE "C" PRIMARY KEY NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    user_id uuid REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX one_time_links_user_id_idx ON one_time_links (user_id, purpose);

CREATE TABLE signing_keys (
    kid text COLLATE "C" PRIMARY KEY NOT NULL,
    algorithm text COLLATE "C" NOT NULL,
    private_key bytea NOT NULL,
    created_at timestamptz NOT NULL,
    retired_at timestamptz
);
