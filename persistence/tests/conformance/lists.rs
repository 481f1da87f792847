//! Lists: filters, order, pages; the same on every backend.

use domain::change::Entity;
use domain::organisation::{Contract, Position};
use domain::user::{User, UserState};
use domain::window::Window;
use domain::worker::Worker;
use persistence::columns;
use persistence::testing::{databases, on_every_backend};
use persistence::{ColumnType, Filter, ListQuery, Sort, Store, StoreError, Table, Value};

use crate::support::*;

fn sort(column: &'static str) -> Sort {
    match column.strip_prefix('-') {
        Some(column) => Sort { column, descending: true },
        None => Sort { column, descending: false },
    }
}

fn all<T: Table>(store: &Store, filters: Vec<Filter>, order: &[&'static str]) -> Vec<T> {
    let sort = order.iter().map(|column| sort(column)).collect();
    let query = ListQuery { filters: filters.clone(), sort, after: None, limit: 100_000 };
    let rows = store.read(|reader| reader.list::<T>(&query)).unwrap();
    let count = store.read(|reader| reader.count::<T>(&filters)).unwrap();
    assert_eq!(i64::try_from(rows.len()).unwrap(), count);
    rows.into_iter().map(|row| row.value).collect()
}

fn codes(store: &Store, filters: Vec<Filter>, order: &[&'static str]) -> Vec<String> {
    all::<Position>(store, filters, order).into_iter().map(|position| position.code).collect()
}

/// Walks the list page by page, doing something between the pages.
fn pages<T: Table>(store: &Store, order: &[&'static str], limit: i64, mut between: impl FnMut(&T)) -> Vec<T> {
    let mut query =
        ListQuery { sort: order.iter().map(|column| sort(column)).collect(), limit, ..ListQuery::default() };
    let mut seen = Vec::new();
    loop {
        let page = store.read(|reader| reader.list::<T>(&query)).unwrap();
        let Some(last) = page.last() else { return seen };
        assert!(page.len() <= usize::try_from(limit).unwrap());
        query.after = Some(query.cursor(last).unwrap());
        let last = last.value.clone();
        seen.extend(page.into_iter().map(|row| row.value));
        between(&last);
    }
}

/// People with equal names, missing names and names in every sort of letters.
fn people(store: &Store) -> Vec<User> {
    let lasts = [
        None,
        Some("Čapek"),
        Some("čapek"),
        Some("Capek"),
        Some("zeman"),
        Some("Ångström"),
        Some("Žižka"),
        Some("O'Brien"),
        Some("van der Berg"),
        Some("_x"),
        Some("%"),
    ];
    let firsts = [None, Some("Jan"), Some("jan"), Some("Božena"), Some("")];
    let mut people = Vec::new();
    for (n, last) in lasts.iter().enumerate() {
        for (m, first) in firsts.iter().enumerate() {
            people.push(User {
                last_name: last.map(str::to_owned),
                first_name: first.map(str::to_owned),
                display_name: Some(format!("P{}", n % 3)),
                ..user(&format!("u{n}-{m}"))
            });
        }
    }
    // Not created in the order of their ids.
    let mut shuffled = people.clone();
    shuffled.sort_by_key(|person| (person.id.0.as_u128() % 10_007) * 7_919 % 10_007);
    for chunk in shuffled.chunks(7) {
        write(store, |tx| chunk.iter().cloned().try_for_each(|person| tx.create(person))).unwrap();
    }
    people
}

const ORDERS: [&[&str]; 12] = [
    &[],
    &["id"],
    &["-id"],
    &["last_name_key"],
    &["-last_name_key"],
    &["last_name_key", "first_name_key"],
    &["-last_name_key", "-first_name_key"],
    &["last_name_key", "-first_name_key"],
    &["-last_name_key", "first_name_key"],
    &["shown_name_key", "-created_at"],
    &["-created_at"],
    &["state", "-last_name_key", "created_at"],
];

#[test]
fn order_is_total_and_the_same_everywhere() {
    let databases = databases();
    let mut orders: Vec<Vec<Vec<String>>> = Vec::new();
    for database in &databases {
        let store = database.store();
        people(&store);
        let logins = |order: &[&'static str]| {
            let mut listed = all::<User>(&store, vec![], order);
            if order.is_empty() || order == ["id"] || order == ["-id"] {
                // Ids differ between the databases.
                assert!(listed.iter().map(|person| person.id).is_sorted() || order == ["-id"]);
                listed.clear();
            }
            listed.iter().map(|p| format!("{:?} {:?}", p.last_name, p.first_name)).collect::<Vec<_>>()
        };
        orders.push(ORDERS.iter().map(|order| logins(order)).collect());
        let last_names: Vec<_> = all::<User>(&store, vec![], &["last_name_key"])
            .into_iter()
            .map(|person| person.last_name.map(|name| domain::name::key(&name)))
            .collect();
        // Missing ones first, then by the bytes of their keys.
        assert!(last_names.is_sorted());
        assert_eq!(last_names[4], None);
        assert_eq!(last_names[5].as_deref(), Some("%"));
    }
    // Ties are in the order of ids, which differ; by names the databases agree.
    let names = |order: &Vec<Vec<String>>| order[5].clone();
    assert!(orders.iter().all(|order| names(order).len() == 55));
    assert!(orders.windows(2).all(|two| names(&two[0]) == names(&two[1])));
}

#[test]
fn pages_put_together_are_the_list() {
    on_every_backend(|store| {
        people(store);
        for order in ORDERS {
            let whole = all::<User>(store, vec![], order);
            for limit in [1, 2, 7, 54, 55, 56] {
                assert_eq!(pages::<User>(store, order, limit, |_| {}), whole, "{order:?} {limit}");
            }
        }
    });
}

#[test]
fn ids_of_a_page_are_those_of_its_rows() {
    on_every_backend(|store| {
        people(store);
        for order in ORDERS {
            let sort: Vec<_> = order.iter().map(|column| sort(column)).collect();
            let filters = vec![Filter::IsNull("first_name", false)];
            let mut query = ListQuery { filters, sort, after: None, limit: 9 };
            let mut rows = 0;
            loop {
                let page = store.read(|reader| reader.list::<User>(&query)).unwrap();
                let ids = store.read(|reader| reader.list_ids::<User>(&query, "id")).unwrap();
                assert_eq!(ids, page.iter().map(|row| (row.value.id.0, row.value.id.0)).collect::<Vec<_>>());
                let Some(last) = page.last() else { break };
                query.after = Some(query.cursor(last).unwrap());
                rows += page.len();
            }
            assert_eq!(rows, 44, "{order:?}");
        }
        let (anna, ben, department, position) = (worker("a"), worker("b"), department("d"), position("p"));
        write(store, |tx| {
            tx.create(anna.clone())?;
            tx.create(ben.clone())?;
            tx.create(department.clone())?;
            tx.create(position.clone())
        })
        .unwrap();
        let contracts = [&anna, &ben, &anna].map(|worker| contract(worker, &department, &position));
        write(store, |tx| contracts.iter().cloned().try_for_each(|contract| tx.create(contract))).unwrap();
        let ids = |column| {
            let query = ListQuery { sort: vec![sort("valid_from")], limit: 10, ..ListQuery::default() };
            store.read(|reader| reader.list_ids::<Contract>(&query, column))
        };
        let mut expected = contracts.map(|contract| (contract.id.0, contract.worker_id.0));
        expected.sort_unstable();
        assert_eq!(ids("worker_id").unwrap(), expected);
        // No id, not always one, no column at all.
        for column in ["state", "supervisor_id", "1 = 1; --"] {
            assert!(matches!(ids(column), Err(StoreError::Misuse(_))), "{column}");
        }
    });
}

#[test]
fn pages_are_stable_while_rows_come_and_go() {
    on_every_backend(|store| {
        for (round, order) in ORDERS.into_iter().enumerate() {
            let people: Vec<User> = (0..40)
                .map(|n| User {
                    last_name: Some(format!("name {}", n % 4)),
                    first_name: (n % 3 > 0).then(|| "Jan".to_owned()),
                    ..user(&format!("r{round}-{n}"))
                })
                .collect();
            write(store, |tx| people.iter().cloned().try_for_each(|p| tx.create(p))).unwrap();
            let whole = all::<User>(store, vec![], order);
            let mut removed = Vec::new();
            let mut added = Vec::new();
            let seen = pages::<User>(store, order, 3, |last| {
                write(store, |tx| {
                    // The row that the page ended with goes, and its twins come.
                    if removed.len() < 5 && people.contains(last) {
                        tx.remove::<User>(last.id.0)?;
                        removed.push(last.clone());
                    }
                    if added.len() < 5 {
                        let twin =
                            User { id: new_id(), login: Some(format!("t{round}-{}", added.len())), ..last.clone() };
                        added.push(twin.clone());
                        tx.create(twin)?;
                    }
                    Ok(())
                })
                .unwrap();
            });
            let without_new: Vec<_> = seen.into_iter().filter(|person| !added.contains(person)).collect();
            assert_eq!(without_new, whole, "{order:?}");
        }
    });
}

#[test]
fn filters_let_through_what_they_say() {
    on_every_backend(|store| {
        let windows = [
            ("a", None, None),
            ("b", Some("2026-01-01"), None),
            ("c", None, Some("2026-06-30")),
            ("d", Some("2026-01-01"), Some("2026-06-30")),
            ("D", Some("2026-06-30"), Some("2026-06-30")),
        ];
        let positions: Vec<_> = windows
            .iter()
            .map(|(code, from, to)| Position {
                name: format!("Name {code}"),
                window: Window::new(from.map(day), to.map(day)),
                ..position(code)
            })
            .collect();
        for position in &positions {
            create(store, position);
        }
        let by_code = |filter: Filter| codes(store, vec![filter], &["code"]);
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(by_code(Filter::Equals("code", text("d"))), ["d"]);
        assert_eq!(by_code(Filter::Equals("valid_from", Value::Null)), ["a", "c"]);
        assert_eq!(by_code(Filter::IsNull("valid_to", true)), ["a", "b"]);
        assert_eq!(by_code(Filter::IsNull("valid_to", false)), ["D", "c", "d"]);
        assert_eq!(by_code(Filter::AnyOf("code", vec![text("a"), text("D"), text("x")])), ["D", "a"]);
        assert_eq!(by_code(Filter::AnyOf("code", vec![])), [""; 0]);
        let day_or_none = vec![Value::Date(day("2026-06-30")), Value::Null];
        assert_eq!(by_code(Filter::AnyOf("valid_from", day_or_none)), ["D", "a", "c"]);
        assert_eq!(by_code(Filter::AtLeast("valid_from", Value::Date(day("2026-01-02")))), ["D"]);
        assert_eq!(by_code(Filter::AtMost("valid_to", Value::Date(day("2026-06-29")))), [""; 0]);
        assert_eq!(by_code(Filter::ValidOn(day("2025-12-31"))), ["a", "c"]);
        assert_eq!(by_code(Filter::ValidOn(day("2026-01-01"))), ["a", "b", "c", "d"]);
        assert_eq!(by_code(Filter::ValidOn(day("2026-06-30"))), ["D", "a", "b", "c", "d"]);
        assert_eq!(by_code(Filter::ValidOn(day("2026-07-01"))), ["a", "b"]);
        let ids = vec![positions[1].id.0, positions[2].id.0, new_id()];
        assert_eq!(by_code(Filter::Ids(ids)), ["b", "c"]);
        let mut many = vec![positions[1].id.0];
        many.extend((0..29_000).map(|_| new_id::<uuid::Uuid>()));
        assert_eq!(by_code(Filter::Ids(many)), ["b"]);
        assert_eq!(by_code(Filter::Ids(vec![])), [""; 0]);
        assert_eq!(by_code(Filter::Or(vec![])), [""; 0]);
        assert_eq!(by_code(Filter::And(vec![])).len(), 5);
        let either = Filter::Or(vec![
            Filter::Equals("code", text("a")),
            Filter::And(vec![Filter::IsNull("valid_from", false), Filter::IsNull("valid_to", false)]),
        ]);
        assert_eq!(by_code(either.clone()), ["D", "a", "d"]);
        let both = vec![either, Filter::Equals("revision", Value::Integer(4))];
        assert_eq!(codes(store, both, &[]), ["d"]);
        let stored = get::<Position>(store, positions[3].id).unwrap();
        let since = Filter::AtLeast("updated_at", Value::Instant(stored.updated_at));
        assert!(by_code(since).contains(&"d".to_owned()));
        let module = domain::grant::Module { active: false, ..module("m") };
        create(store, &module);
        let active = |active| vec![Filter::Equals("active", Value::Bool(active))];
        assert_eq!(all::<domain::grant::Module>(store, active(false), &[]), [module]);
        assert_eq!(all::<domain::grant::Module>(store, active(true), &[]), []);
        assert_eq!(codes(store, vec![], &["-code"])[..2], ["d", "c"]);
    });
}

#[test]
fn names_are_found_by_their_beginning_and_nothing_is_a_wildcard() {
    on_every_backend(|store| {
        people(store);
        let found = |text: &str| {
            let filter = Filter::begins(&["last_name_key", "first_name_key"], text);
            let mut found: Vec<_> = all::<User>(store, vec![filter], &["last_name_key"])
                .into_iter()
                .filter_map(|person| person.last_name)
                .collect();
            found.dedup();
            found
        };
        assert_eq!(found("ČAP").len(), 2);
        assert_eq!(found("c\u{30c}ap").len(), 2);
        assert_eq!(found("CAP"), ["Capek"]);
        assert_eq!(found("%"), ["%"]);
        assert_eq!(found("_"), ["_x"]);
        assert_eq!(found("o'b"), ["O'Brien"]);
        assert_eq!(found("VAN  der"), ["van der Berg"]);
        assert_eq!(found("ž"), ["Žižka"]);
        assert_eq!(found("x"), [""; 0]);
        assert_eq!(found("bož").len(), 10);
        assert_eq!(found("").len(), 10);
        let nothing = Filter::Prefix(vec![], "a".into());
        assert_eq!(all::<User>(store, vec![nothing], &[]), []);
    });
}

#[test]
fn unknown_columns_and_wrong_values_are_refused() {
    on_every_backend(|store| {
        create(store, &position("a"));
        let misuse = |query: ListQuery| {
            let result = store.read(|reader| reader.list::<Position>(&query));
            assert!(matches!(result, Err(StoreError::Misuse(_))), "{query:?} {result:?}");
        };
        let filter = |filter| ListQuery { filters: vec![filter], limit: 1, ..ListQuery::default() };
        misuse(filter(Filter::Equals("1=1; --", Value::Null)));
        misuse(filter(Filter::Equals("code", Value::Integer(1))));
        misuse(filter(Filter::AnyOf("id", vec![Value::Text("x".into())])));
        misuse(filter(Filter::Prefix(vec!["login_key"], "x".into())));
        misuse(filter(Filter::Ids(vec![new_id(); 40_000])));
        misuse(ListQuery { sort: vec![sort("x")], ..ListQuery::default() });
        misuse(ListQuery { after: Some(vec![]), ..ListQuery::default() });
        misuse(ListQuery { after: Some(vec![Value::Bool(true)]), ..ListQuery::default() });
        let result = store.read(|reader| reader.list::<User>(&filter(Filter::ValidOn(day("2026-01-01")))));
        assert!(matches!(result, Err(StoreError::Misuse(_))));
    });
}

#[test]
fn columns_and_their_values_are_told() {
    on_every_backend(|store| {
        let one = Worker { birth_date: Some(day("1980-01-02")), ..worker("007") };
        create(store, &one);
        let stored = get::<Worker>(store, one.id).unwrap();
        let columns = columns::<Worker>();
        assert!(columns.contains(&("last_name_key", ColumnType::Text)));
        assert!(columns.contains(&("birth_date", ColumnType::Date)));
        for (column, sort) in columns {
            let value = value_of(&stored, column).unwrap();
            let filter = vec![Filter::Equals(column, value.clone())];
            assert_eq!(all::<Worker>(store, filter, &[column]), std::slice::from_ref(&one), "{column}");
            let fits = match value {
                Value::Null => true,
                Value::Text(_) => sort == ColumnType::Text,
                Value::Integer(_) => sort == ColumnType::Integer,
                Value::Bool(_) => sort == ColumnType::Bool,
                Value::Date(_) => sort == ColumnType::Date,
                Value::Instant(_) => sort == ColumnType::Instant,
                Value::Uuid(_) => sort == ColumnType::Uuid,
            };
            assert!(fits, "{column}");
        }
        assert_eq!(value_of(&stored, "personal_number"), Some(Value::Text("007".into())));
        assert_eq!(value_of(&stored, "last_name_key"), Some(Value::Text("nováková".into())));
        assert_eq!(value_of(&stored, "id"), Some(Value::Uuid(one.uuid())));
        assert_eq!(value_of(&stored, "unknown"), None);
        let state = UserState::Active.as_str();
        let user = user("x");
        create(store, &user);
        let stored = get::<User>(store, user.id).unwrap();
        assert_eq!(value_of(&stored, "state"), Some(Value::Text(state.into())));
    });
}
