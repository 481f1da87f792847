DROP TABLE log_in_attempts;
