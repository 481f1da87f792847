-- Who made a token knows it, and so may do what its account may (G-5).
ALTER TABLE api_tokens ADD COLUMN created_by BLOB REFERENCES users DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX api_tokens_created_by_idx ON api_tokens (created_by, id);
