-- Who tried to log in. Never logged, kept for a set time; the login as typed is not kept.
CREATE TABLE log_in_attempts (
    id BLOB PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    user_id BLOB REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    login_hash TEXT,
    address TEXT,
    outcome TEXT NOT NULL,
    user_agent TEXT
) STRICT;
CREATE INDEX log_in_attempts_user_id_idx ON log_in_attempts (user_id, id);
CREATE INDEX log_in_attempts_at_idx ON log_in_attempts (at);
