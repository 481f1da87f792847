DROP TABLE operation_files;
DROP TABLE operation_errors;
DROP TABLE operations;
