-- The file of the import that a plan would do, in parts. It goes with the plan.
CREATE TABLE plan_files (
    plan_id BLOB NOT NULL REFERENCES plans ON DELETE CASCADE,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (plan_id, part)
) STRICT;
