-- A file is kept part by part, each in a turn of its own, before the operation is there that works on it; and it goes
-- part by part after the operation has ended. What was broken off between is removed by the hourly clean-up.
CREATE TABLE operation_files_of_any (
    operation_id BLOB NOT NULL,
    part INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (operation_id, part)
) STRICT;
INSERT INTO operation_files_of_any SELECT operation_id, part, data FROM operation_files;
DROP TABLE operation_files;
ALTER TABLE operation_files_of_any RENAME TO operation_files;
