-- Who may see a part of the rows is shown them by looking through the list: in the order of an index
-- that holds whatever decides about a row, so that the rows themselves are read only if shown.
DROP INDEX workers_last_name_key_idx;
CREATE INDEX workers_last_name_key_idx ON workers (last_name_key, id, state, kind);
DROP INDEX workers_first_name_key_idx;
CREATE INDEX workers_first_name_key_idx ON workers (first_name_key, id, state, kind);
CREATE INDEX contracts_valid_from_idx ON contracts (valid_from, id, worker_id, state);
CREATE INDEX contracts_valid_to_idx ON contracts (valid_to, id, worker_id, state);
DROP INDEX contracts_created_at_idx;
CREATE INDEX contracts_created_at_idx ON contracts (created_at, id, worker_id, state);
DROP INDEX contracts_updated_at_idx;
CREATE INDEX contracts_updated_at_idx ON contracts (updated_at, id, worker_id, state);
