-- Which daily jobs have run, each once for a day, on whichever node. The log never knows of it.
CREATE TABLE daily_runs (
    job text COLLATE "C" NOT NULL,
    day date NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (job, day)
);
