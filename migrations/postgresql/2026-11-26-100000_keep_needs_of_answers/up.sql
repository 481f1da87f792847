-- Which rights the request needed whose answer is kept: whoever repeats it is asked for them again.
ALTER TABLE idempotent_answers ADD COLUMN needs text COLLATE "C" NOT NULL DEFAULT '[]';
