DROP INDEX api_tokens_created_by_idx;
ALTER TABLE api_tokens DROP COLUMN created_by;
