DROP TABLE memberships;
DROP TABLE role_rules;
DROP TABLE roles;
