-- Answers to requests that carried an idempotency key, so that a repetition gets the same.
CREATE TABLE idempotent_answers (
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
) STRICT;
CREATE INDEX idempotent_answers_created_at_idx ON idempotent_answers (created_at);
