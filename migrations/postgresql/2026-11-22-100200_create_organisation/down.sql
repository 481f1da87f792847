DROP TABLE contracts;
DROP TABLE positions;
DROP TABLE departments;
DROP TABLE workers;
