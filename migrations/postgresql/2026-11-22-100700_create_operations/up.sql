CREATE TABLE operations (
    id uuid PRIMARY KEY NOT NULL,
    kind text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL
        CONSTRAINT operations_state_check CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    parameters text COLLATE "C" NOT NULL,
    created_by uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    done bigint NOT NULL,
    total bigint,
    errors_count bigint NOT NULL,
    result text COLLATE "C",
    cancel_requested boolean NOT NULL,
    heartbeat timestamptz
);
CREATE INDEX operations_created_at_idx ON operations (created_at, id);
CREATE INDEX operations_created_by_idx ON operations (created_by, created_at, id);
CREATE INDEX operations_unfinished_idx ON operations (created_at, id) WHERE state IN ('queued', 'running');

CREATE TABLE operation_errors (
    operation_id uuid NOT NULL REFERENCES operations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    ordinal bigint NOT NULL,
    line bigint NOT NULL,
    code text COLLATE "C" NOT NULL,
    pointer text COLLATE "C",
    detail text COLLATE "C" NOT NULL,
    PRIMARY KEY (operation_id, ordinal)
);

CREATE TABLE operation_files (
    operation_id uuid NOT NULL REFERENCES operations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    part bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (operation_id, part)
);
