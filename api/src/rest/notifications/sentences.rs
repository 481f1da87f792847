//! What notifications say, with the names of today: those that the reader may see.

use std::collections::HashMap;

use domain::access::TargetIx;
use domain::id::WorkerId;
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
pub struct Names(HashMap<(SubjectKind, Uuid), String>);

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
        Ok(Self(names))
    }

    /// What a notification says.
    pub fn sentence(&self, notification: &Notification, details: &Details) -> String {
        let (kind, id) = (notification.subject_kind, notification.subject_id);
        let name = match (self.0.get(&(kind, id)), kind) {
            (Some(name), _) => name.clone(),
            (None, SubjectKind::Operation) => format!("operation {id}"),
            (None, _) => format!("a {kind} that is gone"),
        };
        match (built_in(&notification.kind), &details.text) {
            (Some(kind), _) => {
                let worker = details.worker_id.and_then(|id| self.0.get(&(SubjectKind::Worker, id)));
                let worker = worker.map_or("a worker", String::as_str);
                // The names come last, and one by one: what stands in them is no place for another.
                let parts = kind.sentence.split("{}").map(|part| part.replace("{worker}", worker));
                parts.collect::<Vec<_>>().join(&name)
            }
            (None, Some(text)) => format!("{name}: {text}"),
            (None, None) => format!("{name}: {}", notification.kind),
        }
    }
}
