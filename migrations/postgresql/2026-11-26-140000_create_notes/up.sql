-- What users write down for themselves. The log never knows of it.
CREATE TABLE notes (
    id uuid PRIMARY KEY NOT NULL,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    title text COLLATE "C",
    note text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL CONSTRAINT notes_version_check CHECK (version >= 1)
);
CREATE INDEX notes_user_id_idx ON notes (user_id, id);
