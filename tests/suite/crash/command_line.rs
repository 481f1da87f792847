//! The commands of the program, beside a running service and without one.

use std::path::{Path, PathBuf};

use domain::change::Record;
use domain::id::Kind;
use domain::user::User;
use persistence::{Actor, Author, BackendName, Key, StoreError};
use serde_json::json;
use tests::PASSWORD;

use super::{CREATE_ADMINISTRATOR, Site, refused, succeeded, with_the_program};

/// Writes a file to import.
fn file(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn departments(site: &Site) -> Vec<String> {
    let found = site.client().get("/api/v1/departments?sort=code").expect(200);
    found.items().iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect()
}

with_the_program! {
    fn a_second_first_administrator_is_refused(site: &mut Site) {
        let mut second = CREATE_ADMINISTRATOR;
        second[3] = "second";
        second[5] = "second@example.org";
        for running in [false, true] {
            if running {
                site.program.serve();
            }
            let text = refused(&site.program.run(&second, PASSWORD));
            assert!(text.contains("administrator"), "{text}");
            let key = Key::UserLogin("second".to_owned());
            assert!(site.read(|reader| reader.find::<User>(&key)).is_empty());
        }
        site.assert_sound();
    }

    fn a_weak_password_makes_no_administrator(site: &mut Site) {
        let fresh = match site.database.backend() {
            BackendName::Sqlite => persistence::testing::sqlite(),
            BackendName::Postgresql => persistence::testing::postgresql().unwrap(),
        };
        let mut program = tests::Program::new(fresh.url());
        for (password, why) in [("short", "10 to 1024"), ("Qwertyuiop", "tried first"), ("the admin here", "hold the login")] {
            let text = refused(&program.run(&CREATE_ADMINISTRATOR, password));
            assert!(text.contains(why) && !text.contains(password), "{text}");
        }
        // By the set-up link alike, which stays good.
        program.serve();
        let anonymous = tests::Client::new(program.address, None);
        let set_up = |token: &str, password: &str| {
            let names = json!({
                "token": token, "login": "admin", "email": "admin@example.org", "first_name": "A", "last_name": "B",
                "password": password,
            });
            anonymous.post("/auth/setup", names)
        };
        let token = "A".repeat(43);
        set_up(&token, "Qwertyuiop").expect_problem(401, "unauthenticated");
        let store = persistence::Store::open(fresh.url(), persistence::Options::default()).unwrap();
        let (hash, expires_at) = (api::auth::secret::stored_hash(&token), chrono::Utc::now() + chrono::TimeDelta::hours(1));
        let link = persistence::OneTimeLink { hash, purpose: "set_up".to_owned(), user_id: None, expires_at };
        store.write(&Author::new(Actor::Operator), |tx| tx.add_link(&link)).unwrap();
        for (password, code) in [("Qwertyuiop", "too_common"), ("the admin here", "holds_login"), ("Admin@Example.org", "is_email")] {
            set_up(&token, password).expect_problem(422, "weak_password").expect_fault(422, code, "/password");
        }
        set_up(&token, PASSWORD).expect(204);
    }

    fn one_line_end_is_cut_from_the_password(site: &mut Site) {
        // The site's own administrator came without one; this database has none yet.
        let fresh = match site.database.backend() {
            BackendName::Sqlite => persistence::testing::sqlite(),
            BackendName::Postgresql => persistence::testing::postgresql().unwrap(),
        };
        let mut program = tests::Program::new(fresh.url());
        succeeded(&program.run(&CREATE_ADMINISTRATOR, &format!("{PASSWORD}\n\n")));
        program.serve();
        let anonymous = tests::Client::new(program.address, None);
        let log_in = |password: &str| anonymous.post("/auth/login", json!({"login": "admin", "password": password})).status;
        assert_eq!(log_in(&format!("{PASSWORD}\n")), 200);
        assert_eq!(log_in(PASSWORD), 401);
    }

    fn token_create_prints_the_token_and_nothing_else(site: &mut Site) {
        site.program.serve();
        let output = site.program.run(&["token", "create", "--login", "ADMIN", "--name", "n", "--expires-in", "90d"], "");
        let text = succeeded(&output);
        let token = text.strip_suffix('\n').unwrap();
        assert!(!token.is_empty() && token.chars().all(|c| c.is_ascii_graphic()), "{text:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
        let me = site.program.client(token).get("/api/v1/me").expect(200);
        assert_eq!(me.json["user"]["login"], "admin");
        for arguments in [&["--login", "nobody"][..], &["--login", "admin", "--expires-in", "soon"]] {
            let all = [&["token", "create", "--name", "n"][..], arguments].concat();
            let output = site.program.run(&all, "");
            assert_eq!(output.stdout, b"");
            refused(&output);
        }
    }

    fn keys_rotate_beside_a_running_service(site: &mut Site) {
        site.program.serve();
        let anonymous = tests::Client::new(site.program.address, None);
        let log_in = || anonymous.post("/auth/login", json!({"login": "admin", "password": PASSWORD})).expect(200);
        let before = log_in().json["access_token"].as_str().unwrap().to_owned();
        succeeded(&site.program.run(&["keys", "rotate"], ""));
        site.program.client(&before).get("/api/v1/me").expect(200);
        // After a restart the new key signs, and the old one still verifies.
        assert!(site.program.stop());
        site.program.serve();
        let after = log_in().json["access_token"].as_str().unwrap().to_owned();
        let header = |token: &str| token.split('.').next().unwrap().to_owned();
        assert_ne!(header(&before), header(&after));
        for token in [&before, &after] {
            site.program.client(token).get("/api/v1/me").expect(200);
        }
    }

    fn import_needs_no_service_and_finds_the_running_one(site: &mut Site) {
        let folder = tempfile::tempdir().unwrap();
        let path = |path: &PathBuf| path.to_str().unwrap().to_owned();
        let first = path(&file(folder.path(), "first.csv", "external_id,code,name\na,a,A\n"));
        let second = path(&file(folder.path(), "second.ndjson", "{\"external_id\":\"b\",\"code\":\"b\",\"name\":\"B\"}\n"));
        let bad = path(&file(folder.path(), "bad.csv", "external_id,code,name\nc,c,C\nd,d,\n"));
        // Without a service.
        succeeded(&site.program.run(&["import", "departments", &first], ""));
        refused(&site.program.run(&["import", "departments", &bad], ""));
        refused(&site.program.run(&["import", "nonsense", &first], ""));
        refused(&site.program.run(&["import", "departments", "/nowhere.csv"], ""));
        // Beside one, without its address: not on a file that only one process may serve.
        site.program.serve();
        assert_eq!(departments(site), ["a"]);
        let beside = site.program.run(&["import", "departments", &second], "");
        let expected = match site.database.backend() {
            BackendName::Sqlite => {
                let text = refused(&beside);
                assert!(text.contains("another process"), "{text}");
                vec!["a"]
            }
            BackendName::Postgresql => {
                succeeded(&beside);
                vec!["a", "b"]
            }
        };
        assert_eq!(departments(site), expected);
        // Through it.
        let url = format!("http://{}", site.program.address);
        let with = |kind: &str, file: &str, more: &[&str]| {
            let token = site.token.as_str();
            let all = [&["import", kind, file, "--url", &url, "--token", token][..], more].concat();
            site.program.run(&all, "")
        };
        succeeded(&with("departments", &second, &[]));
        assert_eq!(departments(site), ["a", "b"]);
        refused(&with("departments", &bad, &[]));
        assert_eq!(departments(site), ["a", "b"]);
        let listed = with("departments", &bad, &["--mode", "per_row"]);
        succeeded(&listed);
        let text = String::from_utf8(listed.stderr).unwrap();
        assert!(text.contains("line 3: /name is missing (required)"), "{text}");
        assert_eq!(departments(site), ["a", "b", "c"]);
        // H-03
        let more = path(&file(folder.path(), "more.csv", "external_id,code,name\nm,m,M\n"));
        let planned = succeeded(&with("departments", &more, &["--plan"]));
        assert!(planned.contains("succeeded: 1 created, 0 updated, 0 bad; nothing is done, but planned: "), "{planned}");
        let refused_plan = String::from_utf8_lossy(&with("departments", &bad, &["--plan"]).stdout).into_owned();
        assert!(refused_plan.contains("failed: 1 of 2 rows are bad"), "{refused_plan}");
        assert_eq!(departments(site), ["a", "b", "c"]);
        let token = site.program.run(&["import", "departments", &first, "--url", &url, "--token", "wrong"], "");
        assert!(refused(&token).contains("401"));
        // What is said is for people, the same with and without a service.
        let hopeless = path(&file(folder.path(), "hopeless.csv", "external_id,code,name\nd,d,\n"));
        let unknown = path(&file(folder.path(), "unknown.csv", "external_id,kode\nd,d\n"));
        let through = [with("departments", &hopeless, &[]), with("departments", &unknown, &[])];
        let rows = with("departments", &hopeless, &["--mode", "per_row"]);
        site.program.stop();
        let beside = |file: &str, more: &[&str]| site.program.run(&[&["import", "departments", file][..], more].concat(), "");
        assert!(succeeded(&beside(&more, &["--plan"])).contains("planned: "));
        let (whole, column) = (beside(&hopeless, &[]), beside(&unknown, &[]));
        for (output, said, fault) in [
            (&through[0], "failed: 1 of 1 rows are bad", "line 2: /name is missing (required)"),
            (&whole, "failed: 1 of 1 rows are bad", "line 2: /name is missing (required)"),
            (&through[1], "failed: /kode there is no such column", "line 1: /kode there is no such column"),
            (&column, "failed: /kode there is no such column", "line 1: /kode there is no such column"),
            // Where every row is bad, nothing came in: that is told by the exit status too.
            (&rows, "0 created, 0 updated, 1 bad; nothing was imported", "line 2: /name"),
            (&beside(&hopeless, &["--mode", "per_row"]), "1 bad; nothing was imported", "line 2: /name"),
        ] {
            assert!(refused(output).contains(fault), "{output:?}");
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(text.contains(said) && !text.contains('{'), "{text}");
        }
        site.assert_sound();
    }

    // A variable that was mistyped is told, its value is not.
    fn a_variable_that_is_no_key_is_warned_of(site: &mut Site) {
        let with = |name: &str| {
            let mut command = site.program.command();
            command.args(["token", "create", "--login", "admin", "--name", "n"]).env(name, "a-secret");
            String::from_utf8(command.output().unwrap().stderr).unwrap()
        };
        let told = with("REMIT_RATE_LIMITS");
        assert!(told.contains("WARN") && told.contains("REMIT_RATE_LIMITS") && !told.contains("a-secret"), "{told}");
        assert_eq!(with("REMIT_TOKEN"), "");
        assert_eq!(with("REMIT_TEST_DATA"), "");
    }

    fn openapi_prints_what_is_served(site: &mut Site) {
        site.program.serve();
        let printed = succeeded(&site.program.run(&["openapi"], ""));
        let served = tests::Client::new(site.program.address, None).get("/openapi.yaml").expect(200).text;
        assert!(printed == served, "the printed contract is not the served one");
    }

    fn check_finds_a_log_that_is_not_as_the_rows_are(site: &mut Site) {
        site.assert_sound();
        let key = Key::UserLogin("admin".to_owned());
        let admin = site.read(|reader| reader.find::<User>(&key)).remove(0).value;
        let other = |record: Record| match record {
            Record::User(user) => Record::User(User { last_name: Some("Other".to_owned()), ..user }),
            other => other,
        };
        let tampered = site.store.write(&Author::new(Actor::Operator), |tx| {
            tx.rewrite_log(Kind::User, admin.id.0, other)?;
            Ok::<_, StoreError>(())
        });
        tampered.unwrap();
        let text = refused(&site.program.run(&["check"], ""));
        assert!(text.contains(&admin.id.to_string()), "{text}");
    }
}

// What a newcomer stumbles over is told with the address or the file.
#[test]
fn faults_of_the_start_name_the_address_or_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let run = |database: &Path, listen: &str| {
        let mut command = tests::Program::new(&format!("sqlite://{}", database.display())).command();
        refused(&command.arg("serve").env("REMIT_LISTEN", listen).output().unwrap())
    };
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let text = run(&folder.path().join("remit.db"), &address);
    assert!(text.contains(&format!("can't listen on {address}: ")), "{text}");
    let text = run(&folder.path().join("remit.db"), "localhost:8080");
    assert!(text.contains("\"localhost:8080\" is no IP address with a port"), "{text}");
    let missing = folder.path().join("nowhere");
    let text = run(&missing.join("remit.db"), "127.0.0.1:0");
    assert!(text.contains(&format!("there is no folder {}", missing.display())), "{text}");
    let text = run(folder.path(), "127.0.0.1:0");
    assert!(text.contains(&folder.path().display().to_string()), "{text}");
}
