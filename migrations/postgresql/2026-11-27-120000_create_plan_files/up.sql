-- The file of the import that a plan would do, in parts. It goes with the plan.
CREATE TABLE plan_files (
    plan_id uuid NOT NULL REFERENCES plans ON DELETE CASCADE,
    part bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (plan_id, part)
);
