//! What can be done, one file per concept. Commands know no HTTP: they load what they need, ask
//! the domain, and hand the records that follow to the unit of work.

pub mod areas;
pub mod contracts;
pub mod departments;
pub mod diagnosis;
pub mod fillers;
pub mod forgetting;
pub mod four_eyes;
pub mod grants;
pub mod handover;
pub mod invitations;
pub mod leaving;
pub mod log_in;
pub mod mark_patterns;
pub mod marks;
pub mod memberships;
pub mod mirrored;
pub mod modules;
pub mod notices;
pub mod notification_subscriptions;
pub mod notifications;
pub mod objects;
mod outside;
pub mod passwords;
pub mod positions;
pub mod protection_rules;
pub mod qualifications;
pub mod references;
mod refusal;
pub mod responsibilities;
pub mod role_copy;
pub mod role_rules;
pub mod role_sync;
pub mod roles;
pub mod save;
pub mod set_up;
pub mod settings;
pub mod templates;
pub mod times;
pub mod users;
pub mod work;
pub mod worker_accounts;
pub mod workers;

pub use refusal::Refusal;
pub use work::Work;
