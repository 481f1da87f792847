-- What changes would do, kept for a while to be applied (H-03). Not part of the log.
CREATE TABLE plans (
    id uuid PRIMARY KEY NOT NULL,
    made_by uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    made_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    request text COLLATE "C" NOT NULL,
    findings text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    applied_by uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    applied_at timestamptz,
    applied_revision bigint,
    CONSTRAINT plans_expiry_check CHECK (made_at <= expires_at),
    CONSTRAINT plans_applied_check CHECK ((applied_by IS NULL) = (applied_at IS NULL))
);
CREATE INDEX plans_made_at_idx ON plans (made_at, id);
CREATE INDEX plans_made_by_idx ON plans (made_by, made_at, id);
CREATE INDEX plans_applied_by_idx ON plans (applied_by);
CREATE INDEX plans_expires_at_idx ON plans (expires_at);
-- The changes, the rights and the people of a plan, one a line.
CREATE TABLE plan_lines (
    plan_id uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
    section text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    user_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    line text COLLATE "C" NOT NULL,
    PRIMARY KEY (plan_id, section, position),
    CONSTRAINT plan_lines_section_check CHECK (section IN ('change', 'right', 'person'))
);
CREATE INDEX plan_lines_user_id_idx ON plan_lines (user_id, plan_id);
