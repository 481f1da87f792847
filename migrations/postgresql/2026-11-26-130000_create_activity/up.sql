-- What active accounts did last: two instants and no history of them. The log never knows of it.
CREATE TABLE activity (
    user_id uuid PRIMARY KEY NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    last_action_at timestamptz,
    last_sign_at timestamptz NOT NULL
);
