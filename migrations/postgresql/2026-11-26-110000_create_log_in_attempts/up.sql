-- Who tried to log in. Never logged, kept for a set time; the login as typed is not kept.
CREATE TABLE log_in_attempts (
    id uuid PRIMARY KEY NOT NULL,
    at timestamptz NOT NULL,
    user_id uuid REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    login_hash text COLLATE "C",
    address text COLLATE "C",
    outcome text COLLATE "C" NOT NULL,
    user_agent text COLLATE "C"
);
CREATE INDEX log_in_attempts_user_id_idx ON log_in_attempts (user_id, id);
CREATE INDEX log_in_attempts_at_idx ON log_in_attempts (at);
