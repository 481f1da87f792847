-- Contracts whose end was followed when their worker left, so that it is done once (L-03, L-04). The log never knows of it.
CREATE TABLE followed_leavings (
    contract_id uuid PRIMARY KEY NOT NULL REFERENCES contracts ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    last_day date,
    revision bigint NOT NULL
);
