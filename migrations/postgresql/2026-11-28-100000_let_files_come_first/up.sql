-- A file is kept part by part, each in a turn of its own, before the operation is there that works on it; and it goes
-- part by part after the operation has ended. What was broken off between is removed by the hourly clean-up.
ALTER TABLE operation_files DROP CONSTRAINT operation_files_operation_id_fkey;
