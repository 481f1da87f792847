//! `remit demo`: a sample company on a fresh temporary database.
//!
//! The company has nested departments, people with several contracts, automatic roles, a conflict
//! of priorities (interns in Finance may not edit), a personal override (one time keeper may only
//! record for one worker), an expired role, areas with their owners, processors and readers, two workers without an account and one who has left.
//! Its ids are the same at each start, so that the examples of the contract work on it.

mod states;

use std::net::TcpListener;

use domain::id::{Kind, UserId};
use domain::user::User;
use persistence::Key;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::{App, Purpose};
use crate::auth::Holder;
use crate::cli::{say, serve_demo};
use crate::clock::Clock;
use crate::commands::Refusal;
use crate::commands::set_up::{self, FirstAdministrator};
use crate::config::Config;
use crate::http::problem::Problem;
use crate::imports::{Format, ImportKind, Mode, Parameters, file};

/// The files of the company: name, what the rows are, and the rows, in the order in which they
/// refer to each other.
const COMPANY: &[(&str, ImportKind, &str)] = &[
    ("departments", ImportKind::Departments, include_str!("company/departments.csv")),
    ("positions", ImportKind::Positions, include_str!("company/positions.csv")),
    ("users", ImportKind::Users, include_str!("company/users.csv")),
    ("workers", ImportKind::Workers, include_str!("company/workers.csv")),
    ("heads", ImportKind::Departments, include_str!("company/heads.csv")),
    ("roles", ImportKind::Roles, include_str!("company/roles.csv")),
    ("role_rules", ImportKind::RoleRules, include_str!("company/role_rules.csv")),
    ("contracts", ImportKind::Contracts, include_str!("company/contracts.csv")),
    ("memberships", ImportKind::Memberships, include_str!("company/memberships.csv")),
    ("modules", ImportKind::Modules, include_str!("company/modules.csv")),
    ("object_types", ImportKind::ObjectTypes, include_str!("company/object_types.csv")),
    ("areas", ImportKind::Areas, include_str!("company/areas.csv")),
    ("area_roles", ImportKind::AreaRoles, include_str!("company/area_roles.csv")),
    ("fillers", ImportKind::Users, include_str!("company/fillers.csv")),
    ("objects", ImportKind::Objects, include_str!("company/objects.csv")),
    ("grants", ImportKind::Grants, include_str!("company/grants.csv")),
    ("qualifications", ImportKind::Qualifications, include_str!("company/qualifications.csv")),
    (
        "notification_subscriptions",
        ImportKind::NotificationSubscriptions,
        include_str!("company/notification_subscriptions.csv"),
    ),
    ("mark_patterns", ImportKind::MarkPatterns, include_str!("company/mark_patterns.csv")),
    ("templates", ImportKind::Templates, include_str!("company/templates.csv")),
    ("protection_rules", ImportKind::ProtectionRules, include_str!("company/protection_rules.csv")),
    ("wage_types", ImportKind::WageTypes, include_str!("company/wage_types.csv")),
    ("wage_offers", ImportKind::WageOffers, include_str!("company/wage_offers.csv")),
];

/// Who gets a password in the demo: login and what is special about them.
const PEOPLE: &[(&str, &str)] = &[
    ("anna.keller", "time keeper with a personal override, people desk"),
    ("boris.lang", "HR officer"),
    ("ivan.horak", "intern in Accounting: a conflict of priorities"),
    ("filip.berger", "owner of the area Bookkeeping"),
    ("greta.simon", "accountant with a task"),
];

/// The instant that the ids of the company carry: 5 January 2026, 8:00 UTC.
const IDS_FROM: u64 = 1_767_600_000_000;

/// The id that a record of the company has: it follows from its kind and the caller's own id.
pub fn id(kind: Kind, external_id: &str) -> Uuid {
    named(kind.as_str(), external_id)
}

/// The ids of the company's records by kind, for the examples of the contract.
pub mod ids {
    use super::{Kind, Uuid, id, named};

    macro_rules! by_kind {
        ($($name:ident $kind:ident),* $(,)?) => {$(
            #[doc = concat!("The id of the ", stringify!($name), " of that external id.")]
            pub fn $name(external_id: &str) -> Uuid {
                id(Kind::$kind, external_id)
            }
        )*};
    }

    by_kind! {
        user User, worker Worker, department Department, position Position, contract Contract, role Role,
        membership Membership, role_rule RoleRule, module Module, object_type ObjectType, object Object, grant Grant,
        template Template, protection_rule ProtectionRule, api_token ApiToken, session Session, qualification Qualification,
        area Area, mark_pattern MarkPattern, notice Notice, notification_subscription NotificationSubscription,
        wage_type WageType, wage_offer WageOffer,
    }

    /// An id for a note.
    pub fn note(title: &str) -> Uuid {
        named("note", title)
    }

    /// An id for a plan.
    pub fn plan(name: &str) -> Uuid {
        named("plan", name)
    }

    /// An id for a notification.
    pub fn notification(what: &str) -> Uuid {
        named("notification", what)
    }

    /// The id of the operation that loaded a file of the company.
    pub fn operation(file: &str) -> Uuid {
        named("operation", file)
    }
}

fn named(kind: &str, name: &str) -> Uuid {
    let hash: [u8; 32] = Sha256::digest(format!("{kind} {name}")).into();
    let (random, _) = hash.split_first_chunk().unwrap_or((&[0; 10], &[]));
    uuid::Builder::from_unix_timestamp_millis(IDS_FROM, random).into_uuid()
}

/// Loads the sample company into an empty, set-up database.
///
/// # Errors
/// A row is refused, or the database fails.
pub fn load_company(app: &App) -> Result<(), Refusal> {
    for (name, kind, text) in COMPANY {
        let parameters = Parameters::of_operator(*kind, Mode::Atomic, Format::Csv);
        let id = ids::operation(name);
        let operator = app.operator();
        file::queue(app, &operator, id, &parameters, text.as_bytes())?;
        crate::jobs::run_pending(app)?;
        let operation = app.store().read(|reader| reader.operation(id))?.ok_or(Refusal::NotFound)?;
        if operation.state != persistence::OperationState::Succeeded {
            let errors = app.store().read(|reader| reader.operation_errors(id, -1, 5))?;
            return Err(Refusal::internal(format!("the company's {kind:?}: {errors:?}")));
        }
    }
    Ok(())
}

/// Serves the demo until a signal.
///
/// # Errors
/// The address can't be used, or the sample can't be loaded.
pub fn run(listen: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let listener = TcpListener::bind(listen)
        .map_err(|error| format!("--listen {listen}: {error} (an address and a port, such as 127.0.0.1:8080)"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let database = format!("sqlite://{}", folder.path().join("demo.db").display());
    let config = Config { database_url: database.as_str().into(), listen: address, ..Config::default() };
    let app = App::start(config, Clock::system(), Purpose::Demo).map_err(|error| error.to_string())?;
    let refused = |refusal: Refusal| Problem::from(refusal).to_string();
    let password = crate::auth::secret::random_token().map_err(|error| error.to_string())?;
    let password = password.get(..16).unwrap_or(&password).to_owned();
    let token = prepare(&app, &password).map_err(refused)?;
    say(&welcome(&format!("http://{address}"), &password, &token));
    serve_demo(&app, listener)
}

/// Loads the company, gives the administrator and some people a password, and makes a token of
/// the administrator.
///
/// # Errors
/// A row is refused, or the database fails.
pub fn prepare(app: &App, password: &str) -> Result<String, Refusal> {
    let hash = app.auth().hash(password, &Holder::default())?;
    let administrator = FirstAdministrator {
        login: "admin".to_owned(),
        email: "admin@demo.example".to_owned(),
        first_name: "Ada".to_owned(),
        last_name: "Admin".to_owned(),
        password_hash: hash.as_str().to_owned(),
    };
    let admin =
        app.write(&app.operator(), Some("demo".to_owned()), |work| set_up::first_administrator(work, administrator))?;
    load_company(app)?;
    states::arrange(app, admin.value.id)?;
    let mut people: Vec<UserId> = Vec::new();
    for (login, _) in PEOPLE {
        let key = Key::UserLogin(domain::name::key(login));
        people.extend(app.store().read(|reader| reader.find::<User>(&key))?.into_iter().map(|found| found.value.id));
    }
    let done = app.write(&app.operator(), Some("demo".to_owned()), |work| {
        for user in &people {
            app.auth().set_password(work.tx, *user, &hash)?;
        }
        work.get::<User>(admin.value.id.0)?;
        Ok(app.auth().create_api_token(work.tx, admin.value.id, "demo", None, None, None)?)
    })?;
    Ok(done.value.1.into_exposed())
}

fn welcome(base: &str, password: &str, token: &str) -> String {
    let mut out = format!(
        "\nRemit demo: a sample company in a temporary database, gone when this ends.\n\n\
         Swagger UI  {base}/docs/   (press Authorize and paste the token)\n\
         Token       export TOKEN={token}   (of admin)\n\n\
         Log-ins, all with the password {password}\n  admin            system administrator\n"
    );
    for (login, what) in PEOPLE {
        out.push_str(&format!("  {login:<16} {what}\n"));
    }
    let ask = |subject: &str, action: &str, kind: &str, id: &str, explain: &str| {
        format!(
            "curl -s {base}/access/v1/evaluation -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \
             -d '{{\"subject\":{{\"type\":\"user\",\"id\":\"{subject}\"}},\"action\":{{\"name\":\"{action}\"}},\
             \"resource\":{{\"type\":\"{kind}\",\"id\":\"{id}\"}},\"options\":{{\"explain\":\"{explain}\"}}}}'"
        )
    };
    out.push_str(&format!(
        "\nTry\n\n# The people of the company\ncurl -s '{base}/api/v1/workers?limit=5&expand=contracts' -H 'Authorization: Bearer {token}'\n\n\
         # May Anna check the time report of Simon? No: a personal grant lets her only record for him\n{}\n\n\
         # May the intern Ivan edit the invoices, as all in Finance may? No, and here is why\n{}\n",
        ask("anna.keller", "time:report.check", "worker", "w-119", "reason"),
        ask("ivan.horak", "edit", "document", "invoice-2026-03", "trace"),
    ));
    out
}
