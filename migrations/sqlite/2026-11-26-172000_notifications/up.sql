-- What came into whose inbox (N-02). The log never knows of it.
CREATE TABLE notifications (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    notification_type TEXT NOT NULL,
    subject_kind TEXT NOT NULL
        CONSTRAINT notifications_subject_kind_check CHECK (subject_kind IN ('user', 'worker', 'contract', 'role', 'operation')),
    subject_id BLOB NOT NULL,
    cause TEXT NOT NULL,
    data TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    read_at INTEGER
) STRICT;
CREATE INDEX notifications_user_id_idx ON notifications (user_id, due_at, id);
CREATE INDEX notifications_user_id_unread_idx ON notifications (user_id, due_at, id) WHERE read_at IS NULL;
CREATE INDEX notifications_subject_id_idx ON notifications (subject_id);
CREATE INDEX notifications_created_at_idx ON notifications (created_at);
-- Nobody is told of the same twice.
CREATE UNIQUE INDEX notifications_cause_key ON notifications (user_id, notification_type, subject_id, cause);
