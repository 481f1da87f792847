-- What users write down for themselves. The log never knows of it.
CREATE TABLE notes (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    title TEXT,
    note TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL CONSTRAINT notes_version_check CHECK (version >= 1)
) STRICT;
CREATE INDEX notes_user_id_idx ON notes (user_id, id);
