//! The engines that decisions are compared with, on the same sets: Casbin, and Cedar in two
//! encodings.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::str::FromStr;

use casbin::{CoreApi, DefaultModel, Enforcer, MemoryAdapter, MgmtApi};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression,
};

use crate::Outcome;
use crate::report::Goal;
use crate::runs::{Runs, in_batches};

/// Every engine on one set, and what they took for questions that are allowed.
pub struct Engines {
    casbin: Enforcer,
    cedar: [Cedar; 2],
    asked: (usize, usize),
    times: [Runs; 3],
}

const CASBIN_MODEL: &str = "
[request_definition]
r = sub, obj, act
[policy_definition]
p = sub, obj, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.obj == p.obj && r.act == p.act
";

impl Engines {
    /// Builds them.
    pub fn build(name: &str, roles: usize, users: usize) -> Outcome<Self> {
        // So many questions that a run takes about a second.
        let asked = match name {
            "small" => (1_000, 20_000),
            "medium" => (100, 4_000),
            _ => (10, 400),
        };
        Ok(Self {
            casbin: casbin(roles, users)?,
            cedar: [Cedar::policy_per_role(roles, users)?, Cedar::readers_attribute(roles, users)?],
            asked,
            times: Default::default(),
        })
    }

    /// One run of each.
    pub fn run(&mut self, sets: &[Vec<(usize, usize)>; 2]) -> Outcome {
        let [allowed, denied] = sets;
        let (few, many) = self.asked;
        let named: Vec<_> =
            allowed.iter().take(few).map(|(user, object)| (format!("u{user}"), format!("d{object}"))).collect();
        let mut fault = None;
        let [of_casbin, of_cedar @ ..] = &mut self.times;
        of_casbin.push(in_batches(&named, few / 10, |(user, object)| {
            self.casbin.enforce((user.as_str(), object.as_str(), "read")).unwrap_or_else(|error| {
                fault = Some(error);
                false
            })
        }));
        if let Some(error) = fault {
            return Err(error.into());
        }
        for (cedar, times) in self.cedar.iter().zip(of_cedar) {
            // Both must say what the sets say.
            let (user, object) = *denied.first().ok_or("no question")?;
            if cedar.ask(&cedar.request(user, object)?) {
                return Err("Cedar allows what is denied".into());
            }
            let requests: Vec<Request> = allowed
                .iter()
                .take(many)
                .map(|(user, object)| cedar.request(*user, *object))
                .collect::<Outcome<_>>()?;
            if !requests.iter().take(10).all(|request| cedar.ask(request)) {
                return Err("Cedar denies what is allowed".into());
            }
            times.push(in_batches(&requests, many / 10, |request| cedar.ask(request)));
        }
        Ok(())
    }

    /// What they took, and by how much to stay ahead.
    pub fn told(self, name: &str) -> Vec<(String, Runs, Goal, &'static str)> {
        let [of_casbin, per_role, readers] = self.times;
        let (goal, said) = match name {
            "large" => (Goal::at_most_times(1.0 / 50_000.0), "50,000 times as fast"),
            _ => (Goal::None, ""),
        };
        let better = if per_role.median() < readers.median() { 0 } else { 1 };
        let cedar = |at: usize| match at == better {
            true => (Goal::at_most_times(1.0 / 20.0), "20 times as fast"),
            false => (Goal::None, ""),
        };
        vec![
            ("Casbin".into(), of_casbin, goal, said),
            ("Cedar, a policy per role".into(), per_role, cedar(0).0, cedar(0).1),
            ("Cedar, readers attribute".into(), readers, cedar(1).0, cedar(1).1),
        ]
    }
}

fn casbin(roles: usize, users: usize) -> Outcome<Enforcer> {
    actix_web::rt::System::new().block_on(async {
        let model = DefaultModel::from_str(CASBIN_MODEL).await?;
        let mut enforcer = Enforcer::new(model, MemoryAdapter::default()).await?;
        let policy = |role: usize| vec![format!("r{role}"), format!("d{}", role / 10), "read".to_owned()];
        enforcer.add_policies((0..roles).map(policy).collect()).await?;
        let member = |user: usize| vec![format!("u{user}"), format!("r{}", user / 10)];
        enforcer.add_grouping_policies((0..users).map(member).collect()).await?;
        Ok(enforcer)
    })
}

struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    entities: Entities,
    types: [EntityTypeName; 4],
}

impl Cedar {
    fn new(
        policies: &str,
        roles: usize,
        users: usize,
        attributes: impl Fn(&Self, usize) -> HashMap<String, RestrictedExpression>,
    ) -> Outcome<Self> {
        let mut cedar = Self {
            authorizer: Authorizer::new(),
            policies: PolicySet::from_str(policies)?,
            entities: Entities::empty(),
            types: [
                EntityTypeName::from_str("User")?,
                EntityTypeName::from_str("Role")?,
                EntityTypeName::from_str("Data")?,
                EntityTypeName::from_str("Action")?,
            ],
        };
        let mut entities = Vec::with_capacity(roles + users + roles / 10);
        for role in 0..roles {
            entities.push(Entity::new_no_attrs(cedar.role(role), HashSet::new()));
        }
        for user in 0..users {
            entities.push(Entity::new_no_attrs(cedar.user(user), HashSet::from([cedar.role(user / 10)])));
        }
        for data in 0..roles / 10 {
            entities.push(Entity::new(cedar.data(data), attributes(&cedar, data), HashSet::new())?);
        }
        cedar.entities = Entities::from_entities(entities, None)?;
        Ok(cedar)
    }

    fn policy_per_role(roles: usize, users: usize) -> Outcome<Self> {
        let mut text = String::new();
        for role in 0..roles {
            let data = role / 10;
            writeln!(
                text,
                "permit(principal in Role::\"r{role}\", action == Action::\"read\", resource == Data::\"d{data}\");"
            )?;
        }
        Self::new(&text, roles, users, |_, _| HashMap::new())
    }

    fn readers_attribute(roles: usize, users: usize) -> Outcome<Self> {
        let text = "permit(principal, action == Action::\"read\", resource) when { principal in resource.readers };";
        Self::new(text, roles, users, |cedar, data| {
            let readers =
                (data * 10..data * 10 + 10).map(|role| RestrictedExpression::new_entity_uid(cedar.role(role)));
            HashMap::from([("readers".to_owned(), RestrictedExpression::new_set(readers))])
        })
    }

    fn uid(&self, kind: usize, id: String) -> EntityUid {
        let [user, ..] = &self.types;
        EntityUid::from_type_name_and_id(self.types.get(kind).unwrap_or(user).clone(), EntityId::new(id))
    }

    fn user(&self, number: usize) -> EntityUid {
        self.uid(0, format!("u{number}"))
    }

    fn role(&self, number: usize) -> EntityUid {
        self.uid(1, format!("r{number}"))
    }

    fn data(&self, number: usize) -> EntityUid {
        self.uid(2, format!("d{number}"))
    }

    fn request(&self, user: usize, object: usize) -> Outcome<Request> {
        let action = self.uid(3, "read".to_owned());
        Ok(Request::new(self.user(user), action, self.data(object), Context::empty(), None)?)
    }

    fn ask(&self, request: &Request) -> bool {
        self.authorizer.is_authorized(request, &self.policies, &self.entities).decision() == Decision::Allow
    }
}
