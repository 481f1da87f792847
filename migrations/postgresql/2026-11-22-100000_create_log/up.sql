-- The lock that orders writers of all nodes: one row, never changed.
CREATE TABLE write_lock (
    id bigint PRIMARY KEY NOT NULL,
    CONSTRAINT write_lock_one_row_check CHECK (id = 1)
);
INSERT INTO write_lock (id) VALUES (1);

CREATE TABLE revisions (
    revision bigint PRIMARY KEY NOT NULL,
    at timestamptz NOT NULL,
    actor_type text COLLATE "C" NOT NULL
        CONSTRAINT revisions_actor_type_check CHECK (actor_type IN ('user', 'operator', 'service')),
    actor_id uuid,
    acting_as uuid,
    request_id text COLLATE "C",
    cause text COLLATE "C",
    CONSTRAINT revisions_actor_id_check CHECK ((actor_type = 'user') = (actor_id IS NOT NULL))
);
CREATE INDEX revisions_at_idx ON revisions (at);
CREATE INDEX revisions_actor_id_idx ON revisions (actor_id, revision) WHERE actor_id IS NOT NULL;

-- Each belongs to a revision; that is not checked row by row, for there are many.
CREATE TABLE changes (
    revision bigint NOT NULL,
    ordinal bigint NOT NULL,
    kind text COLLATE "C" NOT NULL,
    entity_id uuid NOT NULL,
    form smallint NOT NULL,
    before text COLLATE "C",
    after text COLLATE "C",
    PRIMARY KEY (revision, ordinal),
    CONSTRAINT changes_sides_check CHECK (before IS NOT NULL OR after IS NOT NULL)
);
CREATE INDEX changes_entity_idx ON changes (kind, entity_id, revision);
