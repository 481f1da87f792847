-- How often an operation was taken on: who lost it to another node ends nothing of it.
ALTER TABLE operations ADD COLUMN attempt bigint NOT NULL DEFAULT 0;
