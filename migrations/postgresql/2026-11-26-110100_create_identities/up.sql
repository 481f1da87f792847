-- Which account a subject of an identity provider is. The log knows that there is a binding, not whose.
CREATE TABLE identities (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    issuer text COLLATE "C" NOT NULL,
    subject_hash text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT identities_subject_key UNIQUE (issuer, subject_hash),
    CONSTRAINT identities_user_key UNIQUE (user_id, issuer)
);
