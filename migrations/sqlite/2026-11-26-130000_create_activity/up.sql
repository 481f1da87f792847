-- What active accounts did last: two instants and no history of them. The log never knows of it.
CREATE TABLE activity (
    user_id BLOB PRIMARY KEY NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    last_action_at INTEGER,
    last_sign_at INTEGER NOT NULL
) STRICT;
