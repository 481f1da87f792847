-- An account that is active no more loses what is kept of its activity, in the same write (U-20): looking for such
-- accounts now and then would read all there are.
DELETE FROM activity WHERE user_id NOT IN (SELECT id FROM users WHERE state = 'active');
CREATE TRIGGER forget_activity AFTER UPDATE OF state ON users WHEN NEW.state <> 'active'
BEGIN
    DELETE FROM activity WHERE user_id = NEW.id;
END;
