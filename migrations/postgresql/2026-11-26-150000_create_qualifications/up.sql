-- What people have proved able to do (U-14). Nothing of it goes when the account is deleted or forgotten.
CREATE TABLE qualifications (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    user_id uuid NOT NULL REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    issuer text COLLATE "C",
    issuer_key text COLLATE "C",
    evidence text COLLATE "C",
    valid_from date,
    valid_to date,
    retain_until date,
    CONSTRAINT qualifications_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX qualifications_external_id_key ON qualifications (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX qualifications_user_id_idx ON qualifications (user_id, id);
CREATE INDEX qualifications_name_key_idx ON qualifications (name_key, id);
CREATE INDEX qualifications_valid_to_idx ON qualifications (valid_to, id);
CREATE INDEX qualifications_retain_until_idx ON qualifications (retain_until, id);
