DROP TABLE followed_leavings;
