-- Which roles want to hear of what (N-01).
CREATE TABLE notification_subscriptions (
    id uuid PRIMARY KEY NOT NULL,
    external_id text COLLATE "C",
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revision bigint NOT NULL,
    role_id uuid NOT NULL REFERENCES roles DEFERRABLE INITIALLY DEFERRED,
    notification_type text COLLATE "C" NOT NULL,
    user_id uuid REFERENCES users DEFERRABLE INITIALLY DEFERRED,
    delivery text COLLATE "C" NOT NULL
        CONSTRAINT notification_subscriptions_delivery_check CHECK (delivery IN ('immediate', 'daily'))
);
CREATE UNIQUE INDEX notification_subscriptions_external_id_key ON notification_subscriptions (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX notification_subscriptions_notification_type_idx ON notification_subscriptions (notification_type, id);
CREATE INDEX notification_subscriptions_user_id_idx ON notification_subscriptions (user_id) WHERE user_id IS NOT NULL;
-- One for each role and type, and one for each person named.
CREATE UNIQUE INDEX notification_subscriptions_parts_key ON notification_subscriptions (role_id, notification_type, COALESCE(user_id, role_id));
