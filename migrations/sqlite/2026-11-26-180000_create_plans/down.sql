DROP TABLE plan_lines;
DROP TABLE plans;
