-- What a run of the role sync did, or would do, for each worker for whom there was something to do (R-06).
CREATE TABLE role_sync_reports (
    operation_id uuid NOT NULL REFERENCES operations ON DELETE CASCADE,
    worker_id uuid NOT NULL REFERENCES workers ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    report text COLLATE "C" NOT NULL,
    PRIMARY KEY (operation_id, worker_id)
);
CREATE INDEX role_sync_reports_worker_id_idx ON role_sync_reports (worker_id);
CREATE INDEX operations_kind_idx ON operations (kind, created_at, id);
