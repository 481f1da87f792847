DELETE FROM operation_files WHERE operation_id NOT IN (SELECT id FROM operations);
ALTER TABLE operation_files ADD FOREIGN KEY (operation_id)
    REFERENCES operations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
