DROP TRIGGER forget_activity ON users;
DROP FUNCTION forget_activity;
