-- What people have proved able to do (U-14). Nothing of it goes when the account is deleted or forgotten.
CREATE TABLE qualifications (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    user_id BLOB NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    issuer TEXT,
    issuer_key TEXT,
    evidence TEXT,
    valid_from TEXT,
    valid_to TEXT,
    retain_until TEXT,
    CONSTRAINT qualifications_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX qualifications_external_id_key ON qualifications (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX qualifications_user_id_idx ON qualifications (user_id, id);
CREATE INDEX qualifications_name_key_idx ON qualifications (name_key, id);
CREATE INDEX qualifications_valid_to_idx ON qualifications (valid_to, id);
CREATE INDEX qualifications_retain_until_idx ON qualifications (retain_until, id);
