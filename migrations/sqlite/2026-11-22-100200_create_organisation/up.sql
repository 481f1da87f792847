CREATE TABLE workers (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL
        CONSTRAINT workers_kind_check CHECK (kind IN ('employee', 'contractor', 'cooperating')),
    personal_number TEXT NOT NULL CONSTRAINT workers_personal_number_key UNIQUE,
    first_name TEXT NOT NULL,
    first_name_key TEXT NOT NULL,
    last_name TEXT NOT NULL,
    last_name_key TEXT NOT NULL,
    birth_date TEXT,
    email TEXT,
    email_key TEXT,
    phone TEXT,
    state TEXT NOT NULL
        CONSTRAINT workers_state_check CHECK (state IN ('active', 'closed')),
    ever_closed INTEGER NOT NULL
        CONSTRAINT workers_ever_closed_check CHECK (ever_closed IN (0, 1)),
    user_id BLOB CONSTRAINT workers_user_id_key UNIQUE REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    retain_until TEXT
) STRICT;
CREATE UNIQUE INDEX workers_external_id_key ON workers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX workers_created_at_idx ON workers (created_at, id);
CREATE INDEX workers_updated_at_idx ON workers (updated_at, id);
CREATE INDEX workers_last_name_key_idx ON workers (last_name_key, id);
CREATE INDEX workers_first_name_key_idx ON workers (first_name_key, id);
CREATE INDEX workers_email_key_idx ON workers (email_key, id);

CREATE TABLE departments (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL CONSTRAINT departments_code_key UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    parent_id BLOB REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    head_id BLOB REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    linked_role_ids TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT departments_parent_check CHECK (parent_id <> id),
    CONSTRAINT departments_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX departments_external_id_key ON departments (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX departments_name_key_idx ON departments (name_key, id);
CREATE INDEX departments_parent_id_idx ON departments (parent_id);
CREATE INDEX departments_head_id_idx ON departments (head_id);

CREATE TABLE positions (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    code TEXT NOT NULL CONSTRAINT positions_code_key UNIQUE,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT positions_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX positions_external_id_key ON positions (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX positions_name_key_idx ON positions (name_key, id);

CREATE TABLE contracts (
    id BLOB PRIMARY KEY NOT NULL,
    external_id TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    worker_id BLOB NOT NULL REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    department_id BLOB NOT NULL REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    position_id BLOB NOT NULL REFERENCES positions DEFERRABLE INITIALLY DEFERRED,
    contract_type TEXT NOT NULL
        CONSTRAINT contracts_contract_type_check CHECK (contract_type IN ('employment', 'agreement', 'service', 'other')),
    workload_percent INTEGER NOT NULL,
    supervisor_id BLOB REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    state TEXT NOT NULL
        CONSTRAINT contracts_state_check CHECK (state IN ('draft', 'signed', 'cancelled', 'ended')),
    valid_from TEXT,
    valid_to TEXT,
    CONSTRAINT contracts_workload_check CHECK (workload_percent BETWEEN 0 AND 1000),
    CONSTRAINT contracts_supervisor_check CHECK (supervisor_id <> worker_id),
    CONSTRAINT contracts_ended_check CHECK (state <> 'ended' OR valid_to IS NOT NULL),
    CONSTRAINT contracts_window_check CHECK (valid_from <= valid_to)
) STRICT;
CREATE UNIQUE INDEX contracts_external_id_key ON contracts (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contracts_worker_id_idx ON contracts (worker_id);
CREATE INDEX contracts_department_id_idx ON contracts (department_id);
CREATE INDEX contracts_position_id_idx ON contracts (position_id);
CREATE INDEX contracts_supervisor_id_idx ON contracts (supervisor_id) WHERE supervisor_id IS NOT NULL;
CREATE INDEX contracts_created_at_idx ON contracts (created_at, id);
CREATE INDEX contracts_updated_at_idx ON contracts (updated_at, id);
