CREATE INDEX users_kind_idx ON users (kind, id);
