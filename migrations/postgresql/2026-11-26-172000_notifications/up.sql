-- What came into whose inbox (N-02). The log never knows of it.
CREATE TABLE notifications (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    notification_type text COLLATE "C" NOT NULL,
    subject_kind text COLLATE "C" NOT NULL
        CONSTRAINT notifications_subject_kind_check CHECK (subject_kind IN ('user', 'worker', 'contract', 'role', 'operation')),
    subject_id uuid NOT NULL,
    cause text COLLATE "C" NOT NULL,
    data text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    read_at timestamptz
);
CREATE INDEX notifications_user_id_idx ON notifications (user_id, due_at, id);
CREATE INDEX notifications_user_id_unread_idx ON notifications (user_id, due_at, id) WHERE read_at IS NULL;
CREATE INDEX notifications_subject_id_idx ON notifications (subject_id);
CREATE INDEX notifications_created_at_idx ON notifications (created_at);
-- Nobody is told of the same twice.
CREATE UNIQUE INDEX notifications_cause_key ON notifications (user_id, notification_type, subject_id, cause);
