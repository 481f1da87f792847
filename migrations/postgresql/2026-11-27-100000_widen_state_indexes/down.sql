DROP INDEX operations_kind_idx;
CREATE INDEX operations_kind_idx ON operations (kind, created_at, id);
DROP INDEX plans_made_by_idx;
CREATE INDEX plans_made_by_idx ON plans (made_by, made_at, id);
DROP INDEX plans_made_at_idx;
CREATE INDEX plans_made_at_idx ON plans (made_at, id);
