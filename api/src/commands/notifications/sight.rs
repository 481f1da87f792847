//! Who may see what a notification is about (N-02): asked when it is made, and again when it is read.

use std::collections::HashMap;

use domain::access::TargetIx;
use domain::id::{AreaId, UserId, WorkerId};
use domain::notification::SubjectKind;
use domain::organisation::Contract;
use persistence::Reader;
use uuid::Uuid;

use crate::app::App;
use crate::commands::{Refusal, Work};
use crate::rights::{Authority, Identity};

/// What a notification is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Subject {
    /// What sort of thing.
    pub kind: SubjectKind,
    /// Which one.
    pub id: Uuid,
}

/// What has to be known of subjects to say who may see them.
pub struct Sight<'a> {
    app: &'a App,
    /// Whose contracts they are.
    contracts: HashMap<Uuid, WorkerId>,
}

impl<'a> Sight<'a> {
    /// Of subjects as they are stored.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn of_read(
        app: &'a App,
        reader: &mut Reader<'_>,
        subjects: impl Iterator<Item = Subject>,
    ) -> Result<Self, Refusal> {
        let found = reader.get_many::<Contract>(&contracts(subjects))?;
        let contracts = found.into_iter().map(|contract| (contract.value.id.0, contract.value.worker_id)).collect();
        Ok(Self { app, contracts })
    }

    /// Of subjects as a transaction leaves them.
    ///
    /// # Errors
    /// The database can't be read.
    pub fn of_write(work: &mut Work<'a, '_>, subjects: impl Iterator<Item = Subject>) -> Result<Self, Refusal> {
        let ids = self::contracts(subjects);
        work.tx.preload::<Contract>(&ids)?;
        let mut contracts = HashMap::new();
        for id in ids {
            contracts.extend(work.tx.get::<Contract>(id)?.map(|contract| (id, contract.value.worker_id)));
        }
        Ok(Self { app: work.app, contracts })
    }

    /// Whose contract it is.
    pub fn worker_of(&self, contract: Uuid) -> Option<WorkerId> {
        self.contracts.get(&contract).copied()
    }

    /// Whether an account may see what a notification is about, by what it may do now.
    pub fn may_see(&self, user: UserId, subject: Subject) -> bool {
        let whole = Identity { user_id: user, session: None, api_token: None, scopes: None };
        self.may(&self.app.authority_of(whole, None), subject)
    }

    /// The same for whoever has an authority.
    pub fn may(&self, authority: &Authority, subject: Subject) -> bool {
        let system = |action| authority.may("system", action, TargetIx::None);
        let hr = |action, worker: Option<WorkerId>| {
            let target = worker.and_then(|id| self.app.live().model().worker(id));
            target.is_some_and(|target| authority.may("hr", action, TargetIx::Worker(target)))
        };
        match subject.kind {
            SubjectKind::User => authority.user_id() == Some(UserId(subject.id)) || system("user.read"),
            SubjectKind::Worker => hr("read", Some(WorkerId(subject.id))),
            SubjectKind::Contract => hr("contracts.read", self.worker_of(subject.id)),
            SubjectKind::Role => system("role.read"),
            SubjectKind::Area => authority.sees_area(AreaId(subject.id)),
            SubjectKind::Operation => system("role.sync"),
        }
    }
}

fn contracts(subjects: impl Iterator<Item = Subject>) -> Vec<Uuid> {
    subjects.filter(|subject| subject.kind == SubjectKind::Contract).map(|subject| subject.id).collect()
}
