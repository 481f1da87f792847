CREATE TABLE settings (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    key text COLLATE "C" NOT NULL CONSTRAINT settings_key_key UNIQUE,
    value text COLLATE "C" NOT NULL
);
CREATE UNIQUE INDEX settings_external_id_key ON settings (external_id) WHERE external_id IS NOT NULL;
