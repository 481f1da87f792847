//! Every route, on one page: what actix serves and what the contract says.

use crate::rest::{
    access, activity, api_tokens, areas, audit, contracts, departments, directory, exports, grants, imports, log_in,
    log_in_attempts, mark_patterns, me, memberships, modules, notes, notices, notification_subscriptions,
    notifications, object_types, objects, operations, passwords, personal_data, plans, positions, protection_rules,
    qualifications, role_rules, role_sync_runs, roles, rules, sessions, settings, status, templates, users,
    wage_offers, wage_types, worker_accounts, worker_capabilities, worker_diagnosis, worker_links, worker_placements,
    workers,
};

crate::routes! {
    "/auth/login" => { post: log_in::log_in }
    "/auth/refresh" => { post: log_in::refresh }
    "/auth/logout" => { post: log_in::log_out }
    "/auth/jwks.json" => { get: log_in::jwks }
    "/auth/setup" => { post: log_in::setup }
    "/auth/password" => { post: log_in::password }
    "/auth/invitation" => { post: log_in::invitation }
    "/auth/password-reset" => { post: passwords::reset }

    "/api/v1/me" => { get: me::get }
    "/api/v1/me/password" => { put: passwords::change }
    "/api/v1/me/permissions" => { get: me::my_permissions }
    "/api/v1/me/activity" => { post: activity::report }
    "/api/v1/me/notes" => { get: notes::list, post: notes::create }
    "/api/v1/me/notes/{id}" => { get: notes::get, patch: notes::update, delete: notes::remove }
    "/api/v1/me/notifications" => { get: notifications::list }
    "/api/v1/me/notifications/unread-count" => { get: notifications::unread }
    "/api/v1/me/notifications/read-all" => { post: notifications::read_all }
    "/api/v1/me/notifications/{id}/read" => { post: notifications::read }
    "/api/v1/me/objects" => { get: objects::mine }
    "/api/v1/me/personal-data" => { get: personal_data::mine }
    "/api/v1/me/wage-types" => { get: access::wage_types::mine }
    "/api/v1/me/worker" => { get: me::worker }

    "/api/v1/directory" => { get: directory::list }

    "/api/v1/access/holders" => { get: access::holders::list }
    "/api/v1/access/compare" => { get: access::compare::get }

    "/api/v1/users" => { get: users::list, post: users::create }
    "/api/v1/users/by-external-id/{external_id}" => { put: users::upsert }
    "/api/v1/users/block" => { post: users::bulk::block }
    "/api/v1/users/unblock" => { post: users::bulk::unblock }
    "/api/v1/users/invite" => { post: users::bulk::invite }
    "/api/v1/users/{id}" => { get: users::get, patch: users::update, delete: users::removal::remove }
    "/api/v1/users/{id}/block" => { post: users::moves::block }
    "/api/v1/users/{id}/unblock" => { post: users::moves::unblock }
    "/api/v1/users/{id}/release" => { post: users::moves::release }
    "/api/v1/users/{id}/restore" => { post: users::moves::restore }
    "/api/v1/users/{id}/forget" => { post: users::forgetting::forget }
    "/api/v1/users/{id}/invite" => { post: users::moves::invite }
    "/api/v1/users/{id}/capabilities" => { get: users::capabilities::get }
    "/api/v1/users/{id}/password-link" => { post: passwords::link }
    "/api/v1/users/{id}/activity" => { get: activity::get }
    "/api/v1/users/{id}/personal-data" => { get: personal_data::of_user }
    "/api/v1/users/{id}/qualifications" => { get: qualifications::of_user }
    "/api/v1/users/{id}/responsibilities" => { get: users::responsibilities::get }
    "/api/v1/users/{id}/responsibilities/transfer" => { post: users::handover::transfer }
    "/api/v1/users/{id}/roles" => { get: users::roles }
    "/api/v1/users/{id}/permissions" => { get: users::permissions }
    "/api/v1/users/{id}/wage-types" => { get: access::wage_types::of_user }
    "/api/v1/users/{id}/grants" => { get: access::grants::of_user }

    "/api/v1/workers" => { get: workers::list, post: workers::create }
    "/api/v1/workers/by-external-id/{external_id}" => { put: workers::upsert }
    "/api/v1/workers/{id}" => { get: workers::get, patch: workers::update, delete: workers::remove }
    "/api/v1/workers/{id}/close" => { post: workers::close }
    "/api/v1/workers/{id}/reopen" => { post: workers::reopen }
    "/api/v1/workers/{id}/rename" => { post: workers::rename }
    "/api/v1/workers/{id}/account" => { post: worker_accounts::create, put: worker_links::link, delete: worker_links::unlink }
    "/api/v1/workers/{id}/capabilities" => { get: worker_capabilities::get }
    "/api/v1/workers/{id}/account-candidates" => { get: worker_accounts::candidates }
    "/api/v1/workers/{id}/account-links" => { get: worker_accounts::ledger }
    "/api/v1/workers/{id}/access-diagnosis" => { get: worker_diagnosis::get }
    "/api/v1/workers/{id}/access-diagnosis/ask" => { post: worker_diagnosis::ask }
    "/api/v1/workers/{id}/placements" => { get: worker_placements::get }
    "/api/v1/workers/{id}/role-sync" => { post: workers::sync }
    "/api/v1/workers/{id}/contracts" => { get: workers::contracts }
    "/api/v1/workers/{id}/grants" => { get: workers::grants, post: access::grants::create }
    "/api/v1/workers/{id}/approvers" => { get: access::approvers::get }
    "/api/v1/workers/{id}/access" => { get: access::targets::of_worker }

    "/api/v1/departments" => { get: departments::list, post: departments::create }
    "/api/v1/departments/by-external-id/{external_id}" => { put: departments::upsert }
    "/api/v1/departments/{id}" => { get: departments::get, patch: departments::update, delete: departments::remove }
    "/api/v1/departments/{id}/roles/{role_id}" => { put: departments::link_role, delete: departments::unlink_role }
    "/api/v1/departments/{id}/contracts" => { get: contracts::of_department }

    "/api/v1/positions" => { get: positions::list, post: positions::create }
    "/api/v1/positions/by-external-id/{external_id}" => { put: positions::upsert }
    "/api/v1/positions/{id}" => { get: positions::get, patch: positions::update, delete: positions::remove }

    "/api/v1/contracts" => { get: contracts::list, post: contracts::create }
    "/api/v1/contracts/by-external-id/{external_id}" => { put: contracts::upsert }
    "/api/v1/contracts/{id}" => { get: contracts::get, patch: contracts::update, delete: contracts::remove }
    "/api/v1/contracts/{id}/sign" => { post: contracts::sign }
    "/api/v1/contracts/{id}/end" => { post: contracts::end }
    "/api/v1/contracts/{id}/cancel" => { post: contracts::cancel }
    "/api/v1/contracts/{id}/transfer" => { post: contracts::transfer }

    "/api/v1/roles" => { get: roles::list, post: roles::create }
    "/api/v1/roles/by-external-id/{external_id}" => { put: roles::upsert }
    "/api/v1/roles/{id}" => { get: roles::get, patch: roles::update, delete: roles::remove }
    "/api/v1/roles/{id}/members" => { get: roles::members }
    "/api/v1/roles/{id}/grants" => { get: access::grants::of_role }
    "/api/v1/roles/{id}/page" => { get: access::role_page::get }
    "/api/v1/roles/{id}/copy" => { post: access::role_copy::copy }
    "/api/v1/roles/{id}/notifications" => { get: notification_subscriptions::of_role }

    "/api/v1/memberships" => { get: memberships::list, post: memberships::create }
    "/api/v1/memberships/by-external-id/{external_id}" => { put: memberships::upsert }
    "/api/v1/memberships/{id}" => { get: memberships::get, patch: memberships::update, delete: memberships::remove }

    "/api/v1/role-rules" => { get: role_rules::list, post: role_rules::create }
    "/api/v1/role-rules/by-external-id/{external_id}" => { put: role_rules::upsert }
    "/api/v1/role-rules/{id}" => { get: role_rules::get, patch: role_rules::update, delete: role_rules::remove }

    "/api/v1/notification-types" => { get: notification_subscriptions::types }
    "/api/v1/notifications" => { post: notifications::raise }
    "/api/v1/notification-subscriptions" => { get: notification_subscriptions::list, post: notification_subscriptions::create }
    "/api/v1/notification-subscriptions/by-external-id/{external_id}" => { put: notification_subscriptions::upsert }
    "/api/v1/notification-subscriptions/{id}" => { get: notification_subscriptions::get, patch: notification_subscriptions::update, delete: notification_subscriptions::remove }

    "/api/v1/qualifications" => { get: qualifications::list, post: qualifications::create }
    "/api/v1/qualifications/by-external-id/{external_id}" => { put: qualifications::upsert }
    "/api/v1/qualifications/{id}" => { get: qualifications::get, patch: qualifications::update, delete: qualifications::remove }

    "/api/v1/modules" => { get: modules::list, post: modules::create }
    "/api/v1/modules/by-external-id/{external_id}" => { put: modules::upsert }
    "/api/v1/modules/{id}" => { get: modules::get, patch: modules::update, delete: modules::remove }

    "/api/v1/object-types" => { get: object_types::list, post: object_types::create }
    "/api/v1/object-types/by-external-id/{external_id}" => { put: object_types::upsert }
    "/api/v1/object-types/{id}" => { get: object_types::get, patch: object_types::update, delete: object_types::remove }

    "/api/v1/objects" => { get: objects::list, post: objects::create }
    "/api/v1/objects/by-external-id/{external_id}" => { put: objects::upsert }
    "/api/v1/objects/{id}" => { get: objects::get, patch: objects::update, delete: objects::remove }
    "/api/v1/objects/{id}/grants" => { get: objects::grants }
    "/api/v1/objects/{id}/access" => { get: access::targets::of_object }

    "/api/v1/templates" => { get: templates::list, post: templates::create }
    "/api/v1/templates/by-external-id/{external_id}" => { put: templates::upsert }
    "/api/v1/templates/{id}" => { get: templates::get, patch: templates::update, delete: templates::remove }

    "/api/v1/protection-rules" => { get: protection_rules::list, post: protection_rules::create }
    "/api/v1/protection-rules/by-external-id/{external_id}" => { put: protection_rules::upsert }
    "/api/v1/protection-rules/{id}" => { get: protection_rules::get, patch: protection_rules::update, delete: protection_rules::remove }
    "/api/v1/objects/{id}/notices" => { get: notices::list, post: notices::send }

    "/api/v1/mark-patterns" => { get: mark_patterns::list, post: mark_patterns::create }
    "/api/v1/mark-patterns/by-external-id/{external_id}" => { put: mark_patterns::upsert }
    "/api/v1/mark-patterns/preview" => { post: mark_patterns::preview }
    "/api/v1/mark-patterns/{id}" => { get: mark_patterns::get, patch: mark_patterns::update, delete: mark_patterns::remove }

    "/api/v1/grants" => { get: grants::list, post: grants::create }
    "/api/v1/grants/by-external-id/{external_id}" => { put: grants::upsert }
    "/api/v1/grants/{id}" => { get: grants::get, patch: grants::update, delete: grants::remove }

    "/api/v1/wage-types" => { get: wage_types::list, post: wage_types::create }
    "/api/v1/wage-types/by-external-id/{external_id}" => { put: wage_types::upsert }
    "/api/v1/wage-types/{id}" => { get: wage_types::get, patch: wage_types::update, delete: wage_types::remove }

    "/api/v1/wage-offers" => { get: wage_offers::list, post: wage_offers::create }
    "/api/v1/wage-offers/by-external-id/{external_id}" => { put: wage_offers::upsert }
    "/api/v1/wage-offers/{id}" => { get: wage_offers::get, patch: wage_offers::update, delete: wage_offers::remove }

    "/api/v1/areas" => { get: areas::list, post: areas::create }
    "/api/v1/areas/by-external-id/{external_id}" => { put: areas::upsert }
    "/api/v1/areas/{id}" => { get: areas::get, patch: areas::update, delete: areas::remove }
    "/api/v1/areas/{id}/archive" => { post: areas::archive }
    "/api/v1/areas/{id}/unarchive" => { post: areas::unarchive }
    "/api/v1/areas/{id}/access" => { get: access::targets::of_area }

    "/api/v1/access/timeline" => { get: access::timeline::get }

    "/api/v1/imports" => { post: imports::start }
    "/api/v1/exports/{kind}" => { get: exports::get }
    "/api/v1/role-sync-runs" => { get: role_sync_runs::list, post: role_sync_runs::start }
    "/api/v1/role-sync-runs/{id}" => { get: role_sync_runs::get }
    "/api/v1/role-sync-runs/{id}/workers" => { get: role_sync_runs::workers }

    "/api/v1/plans" => { get: plans::list }
    "/api/v1/plans/{id}" => { get: plans::get, delete: plans::discard }
    "/api/v1/plans/{id}/apply" => { post: plans::apply }
    "/api/v1/plans/{id}/changes" => { get: plans::changes }
    "/api/v1/plans/{id}/effects" => { get: plans::effects }

    "/api/v1/operations" => { get: operations::list }
    "/api/v1/operations/{id}" => { get: operations::get }
    "/api/v1/operations/{id}/errors" => { get: operations::errors }
    "/api/v1/operations/{id}/cancel" => { post: operations::cancel }

    "/api/v1/api-tokens" => { get: api_tokens::list, post: api_tokens::create }
    "/api/v1/api-tokens/{id}" => { get: api_tokens::get, delete: api_tokens::revoke }

    "/api/v1/sessions" => { get: sessions::list }
    "/api/v1/sessions/end" => { post: sessions::end_all }
    "/api/v1/sessions/{id}" => { delete: sessions::end }

    "/api/v1/log-in-attempts" => { get: log_in_attempts::list }
    "/api/v1/audit" => { get: audit::list }
    "/api/v1/settings" => { get: settings::get, patch: settings::update }
    "/api/v1/rules" => { get: rules::list }
    "/api/v1/rules/{number}" => { get: rules::get }

    "/livez" => { get: status::live }
    "/readyz" => { get: status::ready }
    "/metrics" => { get: status::metrics }
}

/// The paths of this face.
pub fn paths() -> utoipa::openapi::OpenApi {
    <Paths as utoipa::OpenApi>::openapi()
}
