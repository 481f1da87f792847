ALTER TABLE operations DROP COLUMN attempt;
