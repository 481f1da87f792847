CREATE TABLE workers (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    kind text COLLATE "C" NOT NULL
        CONSTRAINT workers_kind_check CHECK (kind IN ('employee', 'contractor', 'cooperating')),
    personal_number text COLLATE "C" NOT NULL CONSTRAINT workers_personal_number_key UNIQUE,
    first_name text COLLATE "C" NOT NULL,
    first_name_key text COLLATE "C" NOT NULL,
    last_name text COLLATE "C" NOT NULL,
    last_name_key text COLLATE "C" NOT NULL,
    birth_date date,
    email text COLLATE "C",
    email_key text COLLATE "C",
    phone text COLLATE "C",
    state text COLLATE "C" NOT NULL
        CONSTRAINT workers_state_check CHECK (state IN ('active', 'closed')),
    ever_closed boolean NOT NULL,
    user_id uuid CONSTRAINT workers_user_id_key UNIQUE REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    retain_until date
);
CREATE UNIQUE INDEX workers_external_id_key ON workers (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX workers_created_at_idx ON workers (created_at, id);
CREATE INDEX workers_updated_at_idx ON workers (updated_at, id);
CREATE INDEX workers_last_name_key_idx ON workers (last_name_key, id);
CREATE INDEX workers_first_name_key_idx ON workers (first_name_key, id);
CREATE INDEX workers_email_key_idx ON workers (email_key NULLS FIRST, id);

CREATE TABLE departments (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    code text COLLATE "C" NOT NULL CONSTRAINT departments_code_key UNIQUE,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    parent_id uuid REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    head_id uuid REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    linked_role_ids text COLLATE "C" NOT NULL,
    valid_from date,
    valid_to date,
    CONSTRAINT departments_parent_check CHECK (parent_id <> id),
    CONSTRAINT departments_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX departments_external_id_key ON departments (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX departments_name_key_idx ON departments (name_key, id);
CREATE INDEX departments_parent_id_idx ON departments (parent_id);
CREATE INDEX departments_head_id_idx ON departments (head_id);

CREATE TABLE positions (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    code text COLLATE "C" NOT NULL CONSTRAINT positions_code_key UNIQUE,
    name text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    valid_from date,
    valid_to date,
    CONSTRAINT positions_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX positions_external_id_key ON positions (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX positions_name_key_idx ON positions (name_key, id);

CREATE TABLE contracts (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    worker_id uuid NOT NULL REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    department_id uuid NOT NULL REFERENCES departments DEFERRABLE INITIALLY DEFERRED,
    position_id uuid NOT NULL REFERENCES positions DEFERRABLE INITIALLY DEFERRED,
    contract_type text COLLATE "C" NOT NULL
        CONSTRAINT contracts_contract_type_check CHECK (contract_type IN ('employment', 'agreement', 'service', 'other')),
    workload_percent bigint NOT NULL,
    supervisor_id uuid REFERENCES workers DEFERRABLE INITIALLY DEFERRED,
    state text COLLATE "C" NOT NULL
        CONSTRAINT contracts_state_check CHECK (state IN ('draft', 'signed', 'cancelled', 'ended')),
    valid_from date,
    valid_to date,
    CONSTRAINT contracts_workload_check CHECK (workload_percent BETWEEN 0 AND 1000),
    CONSTRAINT contracts_supervisor_check CHECK (supervisor_id <> worker_id),
    CONSTRAINT contracts_ended_check CHECK (state <> 'ended' OR valid_to IS NOT NULL),
    CONSTRAINT contracts_window_check CHECK (valid_from <= valid_to)
);
CREATE UNIQUE INDEX contracts_external_id_key ON contracts (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX contracts_worker_id_idx ON contracts (worker_id);
CREATE INDEX contracts_department_id_idx ON contracts (department_id);
CREATE INDEX contracts_position_id_idx ON contracts (position_id);
CREATE INDEX contracts_supervisor_id_idx ON contracts (supervisor_id) WHERE supervisor_id IS NOT NULL;
CREATE INDEX contracts_created_at_idx ON contracts (created_at, id);
CREATE INDEX contracts_updated_at_idx ON contracts (updated_at, id);
