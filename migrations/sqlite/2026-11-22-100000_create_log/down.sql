DROP TABLE changes;
DROP TABLE revisions;
DROP TABLE write_lock;
