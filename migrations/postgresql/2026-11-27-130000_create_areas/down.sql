DELETE FROM notifications WHERE subject_kind = 'area';
ALTER TABLE notifications DROP CONSTRAINT notifications_subject_kind_check;
ALTER TABLE notifications ADD CONSTRAINT notifications_subject_kind_check CHECK (subject_kind IN ('user', 'worker', 'contract', 'role', 'operation'));
DROP INDEX grants_parts_key;
DROP INDEX grants_scope_area_id_idx;
DELETE FROM grants WHERE scope_type = 'area';
ALTER TABLE grants DROP CONSTRAINT grants_template_check;
ALTER TABLE grants DROP CONSTRAINT grants_scope_check;
ALTER TABLE grants ADD CONSTRAINT grants_scope_check CHECK ((scope_type = 'department') = (scope_department_id IS NOT NULL) AND (scope_type = 'worker') = (scope_worker_id IS NOT NULL) AND (scope_type = 'object') = (scope_object_id IS NOT NULL) AND (scope_type = 'object_type') = (scope_object_type IS NOT NULL));
ALTER TABLE grants DROP CONSTRAINT grants_scope_type_check;
ALTER TABLE grants ADD CONSTRAINT grants_scope_type_check CHECK (scope_type IN ('all', 'department', 'worker', 'object', 'object_type'));
ALTER TABLE grants DROP COLUMN template_id;
ALTER TABLE grants DROP COLUMN scope_area_id;
CREATE UNIQUE INDEX grants_parts_key ON grants (
    COALESCE(holder_role_id, holder_user_id), module, scope_type,
    COALESCE(scope_department_id, scope_worker_id, scope_object_id, '00000000-0000-0000-0000-000000000000'),
    COALESCE(scope_object_type, ''), include_subtree, source,
    COALESCE(valid_from, '-infinity'), COALESCE(valid_to, 'infinity')
);
DROP TABLE notices;
DROP INDEX objects_mark_key_key;
DROP INDEX objects_mark_idx;
DROP INDEX objects_area_id_idx;
ALTER TABLE objects DROP COLUMN mark_key;
ALTER TABLE objects DROP COLUMN unique_mark;
ALTER TABLE objects DROP COLUMN mark;
ALTER TABLE objects DROP COLUMN area_id;
ALTER TABLE users DROP COLUMN managed_in;
DROP TABLE templates;
DROP TABLE protection_rules;
DROP TABLE mark_counters;
DROP TABLE mark_patterns;
DROP TABLE areas;
