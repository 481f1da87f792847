//! What notifications say, with the names of today: those that the reader may see.

use std::collections::{HashMap, HashSet};

use domain::access::TargetIx;
use domain::area::Area;
use domain::grant::Object;
use domain::id::{ObjectId, WorkerId};
use domain::notification::{SubjectKind, built_in};
use domain::role::Role;
use domain::user::User;
use domain::worker::Worker;
use persistence::{Notification, Reader};
use uuid::Uuid;

use crate::app::App;
use crate::commands::Refusal;
use crate::commands::notifications::Details;
use crate::commands::notifications::sight::Sight;
use crate::rest::notifications::details;
use crate::rights::Authority;

/// Names of what notifications are about.
pub struct Names {
    subjects: HashMap<(SubjectKind, Uuid), String>,
    /// The titles of objects on which notices were sent, of those that the reader may read.
    objects: HashMap<Uuid, String>,
    /// The areas that the reader owns.
    owned: HashSet<Uuid>,
}

impl Names {
    /// Of these notifications, all of which the reader may see: one query for each sort of thing.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn read(
        reader: &mut Reader<'_>,
        authority: &Authority,
        app: &App,
        sight: &Sight<'_>,
        all: &[Notification],
    ) -> Result<Self, Refusal> {
        let mut names = HashMap::new();
        let of = |kind: SubjectKind| -> Vec<Uuid> {
            all.iter().filter(|one| one.subject_kind == kind).map(|one| one.subject_id).collect()
        };
        for user in reader.get_many::<User>(&of(SubjectKind::User))? {
            names.insert((SubjectKind::User, user.value.id.0), user.value.shown_name());
        }
        for role in reader.get_many::<Role>(&of(SubjectKind::Role))? {
            names.insert((SubjectKind::Role, role.value.id.0), role.value.name);
        }
        for area in reader.get_many::<Area>(&of(SubjectKind::Area))? {
            names.insert((SubjectKind::Area, area.value.id.0), area.value.name);
        }
        let contracts = of(SubjectKind::Contract);
        let may_read = |worker: &WorkerId| {
            let target = app.live().model().worker(*worker).map(TargetIx::Worker);
            target.is_some_and(|target| authority.may("hr", "read", target))
        };
        let mut workers = of(SubjectKind::Worker);
        let concerned = all.iter().filter_map(|one| details(one).worker_id).map(WorkerId);
        workers.extend(concerned.filter(may_read).map(|worker| worker.0));
        let of_contracts = contracts.iter().filter_map(|contract| sight.worker_of(*contract));
        workers.extend(of_contracts.filter(may_read).map(|worker| worker.0));
        for worker in reader.get_many::<Worker>(&workers)? {
            let name = format!("{} {}", worker.value.first_name, worker.value.last_name);
            names.insert((SubjectKind::Worker, worker.value.id.0), name);
        }
        for contract in contracts {
            let worker = sight.worker_of(contract).and_then(|worker| names.get(&(SubjectKind::Worker, worker.0)));
            let name = worker.cloned().unwrap_or_else(|| "a worker".to_owned());
            names.insert((SubjectKind::Contract, contract), name);
        }
        let mut owned = HashSet::new();
        for area in reader.get_many::<Area>(&of(SubjectKind::Area))? {
            let area = area.value;
            owned.extend((authority.user_id() == Some(area.owner_id)).then_some(area.id.0));
            names.insert((SubjectKind::Area, area.id.0), area.name);
        }
        let noticed: Vec<Uuid> = all
            .iter()
            .filter_map(|one| details(one).object_id)
            .filter(|object| authority.may_object(ObjectId(*object), "read"))
            .collect();
        let titles = reader.get_many::<Object>(&noticed)?.into_iter().map(|object| object.value);
        let objects = titles.map(|object| (object.id.0, object.title)).collect();
        Ok(Self { subjects: names, objects, owned })
    }

    /// The details that the reader may see: the text of a notice is for the owner of the area, and for who may read the
    /// object; which object it is, for the latter alone (N-02).
    pub fn visible(&self, notification: &Notification) -> Details {
        let mut details = details(notification);
        if let Some(object) = details.object_id
            && !self.objects.contains_key(&object)
        {
            details.object_id = None;
            details.text = details.text.filter(|_| self.owned.contains(&notification.subject_id));
        }
        details
    }

    /// What a notification says.
    pub fn sentence(&self, notification: &Notification, details: &Details) -> String {
        let (kind, id) = (notification.subject_kind, notification.subject_id);
        let name = match (self.subjects.get(&(kind, id)), kind) {
            (Some(name), _) => name.clone(),
            (None, SubjectKind::Operation) => format!("operation {id}"),
            (None, _) => format!("a {kind} that is gone"),
        };
        match (built_in(&notification.kind), &details.text) {
            (Some(kind), _) => {
                let worker = details.worker_id.and_then(|id| self.subjects.get(&(SubjectKind::Worker, id)));
                let worker = worker.map_or("a worker", String::as_str);
                // The names come last, and one by one: what stands in them is no place for another.
                let parts = kind.sentence.split("{}").map(|part| part.replace("{worker}", worker));
                let sentence = parts.collect::<Vec<_>>().join(&name);
                match details.object_id.and_then(|object| self.objects.get(&object)) {
                    Some(title) => format!("{sentence} It is about {title}."),
                    None => sentence,
                }
            }
            (None, Some(text)) => format!("{name}: {text}"),
            (None, None) => format!("{name}: {}", notification.kind),
        }
    }
}
