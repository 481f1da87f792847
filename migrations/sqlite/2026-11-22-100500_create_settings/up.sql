CREATE TABLE settings (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    key TEXT NOT NULL CONSTRAINT settings_key_key UNIQUE,
    value TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX settings_external_id_key ON settings (external_id) WHERE external_id IS NOT NULL;
