//! The rules of the domain, each test named after what the rule says. One file per section, or
//! per part of a long one.

mod activity;
mod area_example;
mod area_grants;
mod areas;
mod content_blind;
mod contracts;
mod daily_jobs;
mod departments;
mod diagnosis;
mod explanations;
mod external_administrators;
mod fillers;
mod forgetting;
mod four_eyes;
mod grants;
mod guards;
mod history;
mod import_plans;
mod invitations;
mod leaving;
mod marks;
mod nested_roles;
mod notes;
mod notification_subscriptions;
mod notifications;
mod notifications_endings;
mod passive_rights;
mod personal_data;
mod personal_grants;
mod placements;
mod plans;
mod priorities;
mod protection_rules;
mod qualifications;
mod relations;
mod reports;
mod responsibilities;
mod responsibility_transfer;
mod role_page;
mod role_rules;
mod role_sync;
mod role_sync_many;
mod role_sync_runs;
mod roles;
mod scopes;
mod set_up_roles;
mod templates;
mod time_zone;
mod two_years;
mod user_states;
mod users;
mod wage_types;
mod worker_accounts;
mod workers;

/// Every action of the module `time`.
const TIME: &[&str] = &[
    "schedule", "record", "report.check", "report.close", "request1.check", "request1.close", "request2.check",
    "request2.close",
];

/// The decision that this code allows.
fn yes(code: &str) -> (bool, String) {
    (true, code.to_owned())
}

/// The decision that this code denies.
fn no(code: &str) -> (bool, String) {
    (false, code.to_owned())
}
