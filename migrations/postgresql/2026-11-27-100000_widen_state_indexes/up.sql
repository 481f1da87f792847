-- Plans and runs are listed by where they stand, newest first: the indexes hold what tells it, so that the rows
-- themselves are read only if shown.
DROP INDEX plans_made_at_idx;
CREATE INDEX plans_made_at_idx ON plans (made_at, id, applied_at, expires_at);
DROP INDEX plans_made_by_idx;
CREATE INDEX plans_made_by_idx ON plans (made_by, made_at, id, applied_at, expires_at);
DROP INDEX operations_kind_idx;
CREATE INDEX operations_kind_idx ON operations (kind, created_at, id, state);
