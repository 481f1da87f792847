DROP TABLE grants;
DROP TABLE objects;
DROP TABLE object_types;
DROP TABLE modules;
