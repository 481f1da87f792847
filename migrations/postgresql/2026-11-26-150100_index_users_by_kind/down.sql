DROP INDEX users_kind_idx;
