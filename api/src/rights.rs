//! Proof of permission as a type: a command takes [`Allowed`], which is made only here, from the
//! rights model (or for the local operator and the service's own jobs), so that no face of the
//! service can forget to ask.

mod actions;
mod areas;
mod extent;
mod needs;

use std::marker::PhantomData;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use domain::access::{Reach, TargetIx, UserIx};
use domain::grant::built_in::SYSTEM_ACTIONS;
use domain::id::{ApiTokenId, AreaId, ObjectId, RoleId, UserId, WorkerId};
use domain::rule::{Violation, code};
use domain::user::{UserKind, UserState};
use persistence::{Actor, Author};

pub use crate::auth::Identity;
use crate::clock::Zone;
use crate::commands::Refusal;
use crate::http::idempotency::Idempotency;
use crate::live::Live;
use crate::plans::Planning;
pub use actions::*;
pub use areas::SeenAreas;
pub use extent::{Asking, Extent};
pub use needs::Need;

/// Proof that the authority may do `A`, to this target where it has one.
pub struct Allowed<A: Action> {
    target: A::Target,
    action: PhantomData<A>,
}

impl<A: Action> Allowed<A> {
    /// What it may be done to.
    pub fn target(&self) -> A::Target {
        self.target
    }

    fn new(target: A::Target) -> Self {
        Self { target, action: PhantomData }
    }
}

#[derive(Clone, Debug)]
enum Who {
    User(Identity),
    Operator,
    Service,
}

/// On whose authority something is done, now.
#[derive(Clone)]
pub struct Authority {
    who: Who,
    live: Arc<Live>,
    zone: Zone,
    now: DateTime<Utc>,
    request_id: Option<String>,
    idempotency: Option<Idempotency>,
    planning: Option<Planning>,
    acting_as: Option<UserId>,
}

impl Authority {
    /// A caller's authority.
    pub fn user(
        identity: Identity,
        live: Arc<Live>,
        zone: Zone,
        now: DateTime<Utc>,
        request_id: Option<String>,
    ) -> Self {
        Self {
            who: Who::User(identity),
            live,
            zone,
            now,
            request_id,
            idempotency: None,
            planning: None,
            acting_as: None,
        }
    }

    /// The same for a request with an idempotency key.
    #[must_use]
    pub fn once(mut self, idempotency: Option<Idempotency>) -> Self {
        self.idempotency = idempotency;
        self
    }

    /// The same for a request of which a plan is made or applied.
    #[must_use]
    pub fn planned(mut self, planning: Option<Planning>) -> Self {
        self.planning = planning;
        self
    }

    /// What is to become of the request's write, if it is more than to be done.
    pub fn planning(&self) -> Option<&Planning> {
        self.planning.as_ref()
    }

    /// The API token that it acts with.
    pub fn api_token(&self) -> Option<ApiTokenId> {
        match &self.who {
            Who::User(identity) => identity.api_token,
            _ => None,
        }
    }

    /// The same in the name of a virtual user (U-02): what is done is done by the caller's rights, and both
    /// are recorded.
    ///
    /// # Errors
    /// The caller is no service, or the other no active virtual user.
    pub fn acting_as(mut self, name: &str) -> Result<Self, Refusal> {
        let model = self.live.model();
        let caller = self.user_id().and_then(|id| model.user(id)).map(|user| model.user_state(user).0);
        if caller != Some(UserKind::Service) {
            return Err(Violation::new(code::ACTING_AS_REFUSED, "only a service may name another as author").into());
        }
        let stands = |user: &UserIx| model.user_state(*user) == (UserKind::Virtual, UserState::Active);
        let Some(other) = model.find_user(name).filter(stands) else {
            let detail = "Remit-Acting-As must name an active account of kind virtual, by its id or external id";
            return Err(Violation::new(code::ACTING_AS_REFUSED, detail).into());
        };
        self.acting_as = Some(model.user_id(other));
        Ok(self)
    }

    /// Who stands as author of what is made: whom a service names, else the account that acts (U-02, P-10).
    pub fn author_id(&self) -> Option<UserId> {
        self.acting_as.or(self.user_id())
    }

    /// The idempotency key of the request, if it has one.
    pub fn idempotency(&self) -> Option<&Idempotency> {
        self.idempotency.as_ref()
    }

    /// The local operator at the command line, who may do everything.
    pub fn operator(live: Arc<Live>, zone: Zone, now: DateTime<Utc>) -> Self {
        Self {
            who: Who::Operator,
            live,
            zone,
            now,
            request_id: None,
            idempotency: None,
            planning: None,
            acting_as: None,
        }
    }

    /// The service's own jobs, which may do everything.
    pub fn service(live: Arc<Live>, zone: Zone, now: DateTime<Utc>) -> Self {
        Self {
            who: Who::Service,
            live,
            zone,
            now,
            request_id: None,
            idempotency: None,
            planning: None,
            acting_as: None,
        }
    }

    /// The account, when a user acts.
    pub fn user_id(&self) -> Option<UserId> {
        match &self.who {
            Who::User(identity) => Some(identity.user_id),
            _ => None,
        }
    }

    /// Whether its token is limited to some of the account's rights.
    pub fn is_limited(&self) -> bool {
        matches!(&self.who, Who::User(identity) if identity.scopes.is_some())
    }

    /// When it acts (UTC).
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Who is recorded as the author of changes (H-01).
    pub fn author(&self, cause: Option<String>) -> Author {
        Author {
            actor: match &self.who {
                Who::User(identity) => Actor::User(identity.user_id),
                Who::Operator => Actor::Operator,
                Who::Service => Actor::Service,
            },
            acting_as: self.acting_as,
            request_id: self.request_id.clone(),
            cause,
        }
    }

    /// Asks for a permission without target.
    ///
    /// # Errors
    /// The authority lacks it.
    pub fn allow<A: Action<Target = ()>>(&self) -> Result<Allowed<A>, Refusal> {
        if self.may(A::MODULE, A::NAME, TargetIx::None) {
            Ok(Allowed::new(()))
        } else {
            Err(Refusal::forbidden(A::MODULE, A::NAME))
        }
    }

    /// Asks for a permission on a worker.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for who may not even read the folder, else the permission that is
    /// lacking.
    pub fn allow_worker<A: Action<Target = WorkerId>>(&self, worker: WorkerId) -> Result<Allowed<A>, Refusal> {
        if matches!(self.who, Who::Operator | Who::Service) {
            return Ok(Allowed::new(worker));
        }
        let target = self.live.model().worker(worker).map(TargetIx::Worker);
        let may = |action| target.is_some_and(|target| self.may(A::MODULE, action, target));
        if may(A::NAME) {
            Ok(Allowed::new(worker))
        } else if may("read") {
            Err(Refusal::forbidden(A::MODULE, A::NAME))
        } else {
            Err(Refusal::NotFound)
        }
    }

    /// Asks for every right in `system` that an account has: whoever hands out a way into an account must
    /// not gain by it.
    ///
    /// # Errors
    /// The first right that the authority lacks.
    pub fn allow_no_less_than(&self, other: UserId) -> Result<(), Refusal> {
        for action in SYSTEM_ACTIONS {
            if self.another_may(other, "system", action) && !self.may("system", action, TargetIx::None) {
                return Err(Refusal::forbidden("system", action));
            }
        }
        Ok(())
    }

    /// Whether another account may do an action without target now.
    pub fn another_may(&self, user: UserId, module: &str, action: &str) -> bool {
        let whole = Identity { user_id: user, session: None, api_token: None, scopes: None };
        self.asking(&whole, module, action).is_some_and(|asking| asking.may(TargetIx::None))
    }

    /// Whether the authority may do something to an object, by a right in the object's module.
    pub fn may_object(&self, object: ObjectId, action: &str) -> bool {
        let model = self.live.model();
        let found = model.object(object).and_then(|ix| Some((ix, model.module_of(ix)?)));
        let Some((ix, module)) = found else {
            return matches!(self.who, Who::Operator | Who::Service);
        };
        let code = model.module_code(module);
        self.may(code, action, TargetIx::Object(ix))
    }

    /// Whether the authority may do something in an area: `read`, `work` or `notice`.
    pub fn may_area(&self, area: AreaId, action: &str) -> bool {
        match self.live.model().area(area) {
            Some(ix) => self.may("areas", action, TargetIx::Area(ix)),
            None => matches!(self.who, Who::Operator | Who::Service),
        }
    }

    /// Whether the authority may do an action, to a target or none.
    pub fn may(&self, module: &str, action: &str, target: TargetIx) -> bool {
        let Who::User(identity) = &self.who else {
            return true;
        };
        let Some(asking) = self.asking(identity, module, action).filter(|asking| asking.may(target)) else {
            return false;
        };
        self.note(|| Need::of(module, action, target, &asking));
        true
    }

    /// Notes for the answer, if it is to be kept, what the request needed.
    fn note(&self, need: impl FnOnce() -> Need) {
        if let Some(idempotency) = &self.idempotency {
            idempotency.needs(need());
        }
    }

    /// Whether there is no target at all to which the authority may do an action.
    pub fn may_nowhere(&self, module: &str, action: &str) -> bool {
        matches!(self.extent(module, action, 1), Extent::Few(ids) if ids.is_empty())
    }

    /// On which targets the authority may do an action, for lists; at most `few` are named.
    pub fn extent(&self, module: &str, action: &str, few: usize) -> Extent {
        let Who::User(identity) = &self.who else {
            return Extent::All;
        };
        let Some(asking) = self.asking(identity, module, action) else {
            return Extent::Few(vec![]);
        };
        if asking.everywhere() {
            return Extent::All;
        }
        match asking.reach(few) {
            Reach::None => Extent::Few(vec![]),
            Reach::Some(targets) => Extent::Few(targets.into_iter().filter_map(|target| asking.id(target)).collect()),
            Reach::Broad => Extent::Ask(asking),
        }
    }

    /// What a user wants to do, found in the model; `None` for what can't be done to anything.
    fn asking(&self, identity: &Identity, module: &str, action: &str) -> Option<Asking> {
        if identity.scopes.as_ref().is_some_and(|scopes| !in_scopes(scopes, module, action)) {
            return None;
        }
        let model = self.live.model();
        let (user, module) = (model.user(identity.user_id)?, model.module(module)?);
        let action = model.action(module, action)?;
        Some(Asking { model, user, module, action, day: self.zone.day_number(self.now) })
    }

    /// Whether the user manages the role, or may assign every role.
    ///
    /// # Errors
    /// Neither.
    pub fn allow_members(&self, role: RoleId, managers: &[UserId]) -> Result<MayAssign, Refusal> {
        if self.user_id().is_some_and(|user| managers.contains(&user)) {
            self.note(|| Need::members_of(role));
            return Ok(MayAssign { role });
        }
        self.allow::<RoleAssign>().map(|_| MayAssign { role })
    }
}

/// Proof that the authority may add and remove members of one role.
pub struct MayAssign {
    role: RoleId,
}

impl MayAssign {
    /// The role.
    pub fn role(&self) -> RoleId {
        self.role
    }
}

fn in_scopes(scopes: &[String], module: &str, action: &str) -> bool {
    scopes.iter().any(|scope| {
        scope.split_once(':').is_some_and(|(scope_module, scope_action)| {
            scope_module == module && (scope_action == "*" || scope_action == action)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_narrow_by_module_and_action() {
        let scopes = ["system:user.read".to_owned(), "hr:*".to_owned()];
        assert!(in_scopes(&scopes, "system", "user.read") && in_scopes(&scopes, "hr", "edit"));
        assert!(!in_scopes(&scopes, "system", "user.edit") && !in_scopes(&scopes, "time", "record"));
    }
}
