mod start;
