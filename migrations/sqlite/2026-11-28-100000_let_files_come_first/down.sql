CREATE TABLE operation_files_of_some (
    operation_id BLOB NOT NULL REFERENCES operations ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (operation_id, part)
) STRICT;
INSERT INTO operation_files_of_some SELECT operation_id, part, data FROM operation_files
    WHERE operation_id IN (SELECT id FROM operations);
DROP TABLE operation_files;
ALTER TABLE operation_files_of_some RENAME TO operation_files;
