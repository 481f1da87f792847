-- The ledger of all links of a folder (W-06), as JSON.
ALTER TABLE workers ADD COLUMN links text COLLATE "C" NOT NULL DEFAULT '[]';
