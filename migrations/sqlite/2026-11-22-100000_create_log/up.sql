-- The lock that orders writers on PostgreSQL; here the file itself is locked.
CREATE TABLE write_lock (
    id INTEGER PRIMARY KEY NOT NULL,
    CONSTRAINT write_lock_one_row_check CHECK (id = 1)
) STRICT;
INSERT INTO write_lock (id) VALUES (1);

CREATE TABLE revisions (
    revision INTEGER PRIMARY KEY NOT NULL,
    at INTEGER NOT NULL,
    actor_type TEXT NOT NULL
        CONSTRAINT revisions_actor_type_check CHECK (actor_type IN ('user', 'operator', 'service')),
    actor_id BLOB,
    acting_as BLOB,
    request_id TEXT,
    cause TEXT,
    CONSTRAINT revisions_actor_id_check CHECK ((actor_type = 'user') = (actor_id IS NOT NULL))
) STRICT;
CREATE INDEX revisions_at_idx ON revisions (at);
CREATE INDEX revisions_actor_id_idx ON revisions (actor_id, revision) WHERE actor_id IS NOT NULL;

-- Each belongs to a revision; that is not checked row by row, for there are many.
CREATE TABLE changes (
    revision INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    entity_id BLOB NOT NULL,
    form INTEGER NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (revision, ordinal),
    CONSTRAINT changes_sides_check CHECK (before IS NOT NULL OR after IS NOT NULL)
) STRICT;
CREATE INDEX changes_entity_idx ON changes (kind, entity_id, revision);
