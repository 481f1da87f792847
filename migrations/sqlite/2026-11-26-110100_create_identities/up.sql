-- Which account a subject of an identity provider is. The log knows that there is a binding, not whose.
CREATE TABLE identities (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    issuer TEXT NOT NULL,
    subject_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT identities_subject_key UNIQUE (issuer, subject_hash),
    CONSTRAINT identities_user_key UNIQUE (user_id, issuer)
) STRICT;
