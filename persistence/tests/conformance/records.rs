//! Every kind of record comes back as it was stored, and as it was logged.

use std::path::PathBuf;

use domain::change::{Change, FORM, Record};
use domain::id::Kind;
use persistence::testing::on_every_backend;
use persistence::{Filter, ListQuery};

use crate::samples::*;
use crate::support::*;

#[test]
fn every_record_comes_back_as_it_was_stored() {
    on_every_backend(|store| {
        let samples = samples();
        write(store, |tx| {
            samples.iter().for_each(|sample| sample.create(tx));
            Ok(())
        })
        .unwrap();
        for sample in &samples {
            assert_eq!(sample.stored(store).as_ref(), Some(sample));
        }
        write(store, |tx| {
            samples.iter().for_each(|sample| sample.remove(tx));
            Ok(())
        })
        .unwrap();
        assert!(samples.iter().all(|sample| sample.stored(store).is_none()));
    });
}

#[test]
fn every_record_comes_back_from_the_log_as_it_was_logged() {
    on_every_backend(|store| {
        let mut samples = samples();
        samples.push(session_end().into());
        samples.push(bound_identity().into());
        let written = write(store, |tx| {
            samples.iter().for_each(|sample| sample.create(tx));
            Ok(())
        })
        .unwrap();
        let logged = store.read(|reader| reader.changes_since(0, 10)).unwrap();
        assert_eq!(logged.len(), 1);
        assert_eq!(logged[0].changes, written.changes);
        let expected: Vec<_> = samples.into_iter().map(Change::created).collect();
        assert_eq!(logged[0].changes, expected);
    });
}

/// Logged records are read for years. These files hold them as they were written in each form:
/// files of old forms never change, and a change of the present form needs a new one.
#[test]
fn logged_records_of_every_form_can_be_read() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut samples = samples();
    samples.push(session_end().into());
    samples.push(bound_identity().into());
    for kind in Kind::ALL {
        let path = folder.join(format!("{kind}.{FORM}.jsonl"));
        let lines: Vec<_> = samples.iter().filter(|sample| sample.kind() == kind).collect();
        assert!(!lines.is_empty(), "no sample of {kind}");
        let written: String = lines.iter().map(|sample| sample.to_json().unwrap() + "\n").collect();
        if std::env::var_os("WRITE_GOLDEN").is_some() && !path.exists() {
            std::fs::write(&path, &written).unwrap();
        }
        let golden = std::fs::read_to_string(&path).unwrap();
        assert_eq!(written, golden, "the form of {kind} records changed: add a form");
        for (line, sample) in golden.lines().zip(lines) {
            assert_eq!(&Record::from_json(kind, FORM, line).unwrap(), sample);
        }
    }
}

#[test]
fn texts_come_back_whatever_they_hold() {
    on_every_backend(|store| {
        let texts = [
            "tab\there", "line\nbreak", "back\\slash", "\\N", "quote' \" `", "%_*?", "🐎 ě \u{301}",
            " lead and trail ", "{}", "$1", "--", "\u{7f}\u{1}", "\r\n",
        ];
        // So many that they are copied, and few enough that they are not.
        for (prefix, copies) in [("few", 1), ("many", 20)] {
            let positions: Vec<_> = texts
                .iter()
                .cycle()
                .take(texts.len() * copies)
                .enumerate()
                .map(|(index, text)| domain::organisation::Position {
                    name: (*text).to_owned(),
                    ..position(&format!("{prefix}-{index}"))
                })
                .collect();
            for chunk in positions.chunks(if copies == 1 { 1 } else { positions.len() }) {
                write(store, |tx| chunk.iter().cloned().try_for_each(|value| tx.create(value))).unwrap();
            }
            for position in positions {
                assert_eq!(get(store, position.id).map(|stored| stored.value), Some(position));
            }
        }
    });
}

#[test]
fn a_text_with_nul_is_refused_alike() {
    on_every_backend(|store| {
        let bad = domain::organisation::Position { name: "a\0b".into(), ..position("p") };
        let refused = write(store, |tx| tx.create(bad)).unwrap_err();
        assert!(matches!(refused, persistence::StoreError::Conflict { .. }), "{refused}");
        let query = ListQuery { filters: vec![Filter::Equals("code", "a\0".into())], limit: 5, ..ListQuery::default() };
        let found = store.read(|reader| {
            let listed = reader.list::<domain::organisation::Position>(&query)?;
            let key = persistence::Key::Code(Kind::Position, "a\0".into());
            Ok::<_, persistence::StoreError>((listed, reader.find::<domain::organisation::Position>(&key)?))
        });
        assert_eq!(found.unwrap(), (vec![], vec![]));
    });
}
