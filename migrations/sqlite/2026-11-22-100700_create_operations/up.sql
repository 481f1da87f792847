CREATE TABLE operations (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL
        CONSTRAINT operations_state_check CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
    parameters TEXT NOT NULL,
    created_by BLOB REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    done INTEGER NOT NULL,
    total INTEGER,
    errors_count INTEGER NOT NULL,
    result TEXT,
    cancel_requested INTEGER NOT NULL
        CONSTRAINT operations_cancel_requested_check CHECK (cancel_requested IN (0, 1)),
    heartbeat INTEGER
) STRICT;
CREATE INDEX operations_created_at_idx ON operations (created_at, id);
CREATE INDEX operations_created_by_idx ON operations (created_by, created_at, id);
CREATE INDEX operations_unfinished_idx ON operations (created_at, id) WHERE state IN ('queued', 'running');

CREATE TABLE operation_errors (
    operation_id BLOB NOT NULL REFERENCES operations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    ordinal INTEGER NOT NULL,
    line INTEGER NOT NULL,
    code TEXT NOT NULL,
    pointer TEXT,
    detail TEXT NOT NULL,
    PRIMARY KEY (operation_id, ordinal)
) STRICT;

CREATE TABLE operation_files (
    operation_id BLOB NOT NULL REFERENCES operations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (operation_id, part)
) STRICT;
