DROP INDEX operations_kind_idx;
DROP TABLE role_sync_reports;
