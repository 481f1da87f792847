//! The security of accounts: passwords, sessions, failed log-ins, single sign-on.

mod failed_log_ins;
mod flood;
mod invitations;
mod password_links;
mod passwords;
mod sessions;
mod single_sign_on;

/// Makes a test of a function over a running service that has something running beside it, on SQLite and
/// on PostgreSQL.
macro_rules! beside {
    ($beside:ty: $($(#[$meta:meta])* fn $name:ident($app:ident, $with:ident) $body:block)*) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports, reason = "shared by all tests of a file")]
            use super::*;

            fn check($app: &tests::TestApp, $with: &$beside) $body

            fn run(database: persistence::testing::Database) {
                let with = <$beside>::start();
                check(&tests::TestApp::start_with(database, |config| with.configure(config)), &with);
            }

            #[test]
            fn sqlite() {
                run(persistence::testing::sqlite());
            }

            #[test]
            fn postgresql() {
                if let Some(database) = persistence::testing::postgresql() {
                    run(database);
                }
            }
        }
    )*};
}
use beside;
