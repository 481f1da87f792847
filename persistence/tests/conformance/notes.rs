//! Personal notes (U-13).

use domain::id::UserId;
use persistence::testing::on_every_backend;
use persistence::{NewNote, Store};
use uuid::Uuid;

use crate::support::*;

fn somebody(store: &Store) -> UserId {
    let user = user(&new_id::<Uuid>().to_string());
    create(store, &user);
    user.id
}

fn note(text: &str) -> NewNote {
    NewNote { id: Uuid::now_v7(), title: None, text: text.to_owned() }
}

#[test]
fn a_note_belongs_to_its_user_and_to_nobody_else() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let first = note("first");
        let written = write(store, |tx| tx.create_note(ada, first.clone())).unwrap();
        assert!(!written.changed, "the log knows nothing of it");
        assert_eq!((written.value.text.as_str(), written.value.version), ("first", 1));
        let again = NewNote { title: Some("title".into()), text: "second".into(), ..first.clone() };
        assert_eq!(write(store, |tx| tx.update_note(ben, again.clone())).unwrap().value, None);
        let changed = write(store, |tx| tx.update_note(ada, again.clone())).unwrap().value.unwrap();
        assert_eq!((changed.title.as_deref(), changed.text.as_str(), changed.version), (Some("title"), "second", 2));
        assert_eq!(store.read(|reader| reader.note(ben, first.id)).unwrap(), None);
        assert!(!write(store, |tx| tx.delete_note(ben, first.id)).unwrap().value);
        assert!(write(store, |tx| tx.delete_note(ada, first.id)).unwrap().value);
        assert_eq!(store.read(|reader| reader.note(ada, first.id)).unwrap(), None);
    });
}

#[test]
fn notes_come_newest_first_in_pages_and_go_together() {
    on_every_backend(|store| {
        let (ada, ben) = (somebody(store), somebody(store));
        let notes: Vec<NewNote> = ["a", "b", "c"].map(note).into();
        for one in &notes {
            write(store, |tx| tx.create_note(ada, one.clone())).unwrap();
        }
        write(store, |tx| tx.create_note(ben, note("other"))).unwrap();
        let texts = |after| -> Vec<String> {
            let found = store.read(|reader| reader.notes_of(ada, after, 2)).unwrap();
            found.into_iter().map(|note| note.text).collect()
        };
        assert_eq!(texts(None), ["c", "b"]);
        assert_eq!(texts(Some(notes[1].id)), ["a"]);
        assert_eq!(store.read(|reader| reader.count_notes(ada)).unwrap(), 3);
        assert_eq!(write(store, |tx| tx.delete_notes_of(ada)).unwrap().value, 3);
        assert_eq!(
            store
                .read(|reader| Ok::<_, persistence::StoreError>((reader.count_notes(ada)?, reader.count_notes(ben)?)))
                .unwrap(),
            (0, 1)
        );
    });
}
