-- An account that is active no more loses what is kept of its activity, in the same write (U-20): looking for such
-- accounts now and then would read all there are.
DELETE FROM activity WHERE user_id NOT IN (SELECT id FROM users WHERE state = 'active');
CREATE FUNCTION forget_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM activity WHERE user_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE TRIGGER forget_activity AFTER UPDATE OF state ON users
    FOR EACH ROW WHEN (NEW.state <> 'active') EXECUTE FUNCTION forget_activity();
