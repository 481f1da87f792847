DROP TRIGGER forget_activity;
