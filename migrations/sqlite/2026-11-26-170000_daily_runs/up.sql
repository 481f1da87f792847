-- Which daily jobs have run, each once for a day, on whichever node. The log never knows of it.
CREATE TABLE daily_runs (
    job TEXT NOT NULL,
    day TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    PRIMARY KEY (job, day)
) STRICT;
