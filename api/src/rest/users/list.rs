//! What the list of users can be asked beyond their own fields: role, department, link. The rights model
//! answers that, so no rows are joined.

use std::collections::HashSet;

use actix_web::{HttpRequest, web};
use domain::access::UserIx;
use domain::activity::Presence;
use domain::id::{DepartmentId, RoleId, UserId};
use domain::user::User;
use persistence::{Filter, Value};
use uuid::Uuid;

use super::UserView;
use crate::activity::circle;
use crate::app::{App, Caller};
use crate::commands::Refusal;
use crate::http::page::Visible;
use crate::http::params::Params;
use crate::rest::activity;
use crate::rest::crud::{self, Answer, Shown};
use crate::rights::{Authority, RoleRead};

/// Lists users. Needs `system:user.read`, and `system:role.read` to ask by role.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", operation_id = "listUsers",
    params(
        ("role_id" = Option<Uuid>, Query, description = "Effective members of this role today, directly or by a role within it"),
        ("department_id" = Option<Uuid>, Query, description = "Whose worker has a contract in force in this department today"),
        ("include_subtree" = Option<bool>, Query, description = "With `department_id`: or in a department below it"),
        ("linked" = Option<bool>, Query, description = "Whether linked to a worker"),
        ("presence" = Option<String>, Query, description = "Who is there in that way, of those whose activity the caller sees")),
    responses((status = 200, description = "A page", body = crate::http::page::Page<UserView>)))]
pub async fn list(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    crud::list_of::<User, _>(app, caller, request, vec![], Chosen::read, Chosen::visible).await
}

/// Most ids that are handed to the database; of more, rows are asked one by one.
const FEW: usize = 500;

/// What was asked.
struct Chosen {
    role: Option<RoleId>,
    department: Option<DepartmentId>,
    subtree: bool,
    linked: Option<bool>,
    presence: Option<Presence>,
}

/// The parameter `presence` of a list of people.
pub fn read_presence(params: &mut Params) -> Option<Presence> {
    let names: Vec<&str> = Presence::ALL.iter().map(|presence| presence.as_str()).collect();
    params.word("presence", &names).and_then(|name| Presence::parse(&name))
}

/// Who is there in that way, of those whose activity the caller sees (U-23).
///
/// # Errors
/// The database can't be read.
fn present(app: &App, authority: &Authority, presence: Presence) -> Result<Vec<UserIx>, Refusal> {
    let Some(caller) = authority.user_id() else { return Ok(vec![]) };
    let model = app.live().model();
    let users = app.store().read(|reader| {
        let seen = circle::of(app, reader, caller)?;
        activity::present(app, reader, &seen, presence)
    })?;
    Ok(users.into_iter().filter_map(|id| model.user(id)).collect())
}

impl Chosen {
    fn read(params: &mut Params, _: &mut Vec<Filter>) -> Self {
        Self {
            role: params.uuid("role_id").map(RoleId),
            department: params.uuid("department_id").map(DepartmentId),
            subtree: params.flag("include_subtree").unwrap_or(false),
            linked: params.flag("linked"),
            presence: read_presence(params),
        }
    }

    fn visible<'a>(app: &'a App, authority: &'a Authority, chosen: Self) -> Result<Visible<'a>, Refusal> {
        let all = User::visible(app, authority)?;
        if chosen.role.is_some() {
            authority.allow::<RoleRead>()?;
        }
        let model = app.live().model();
        let day = app.zone().day_number(app.clock().now());
        let members = chosen.role.map(|id| model.role(id).map_or(vec![], |role| model.role_members(role, day)));
        let staff = chosen.department.map(|id| {
            model.department(id).map_or(vec![], |department| model.accounts_in(department, chosen.subtree, day))
        });
        let present = chosen.presence.map(|presence| present(app, authority, presence)).transpose()?;
        let mut sets: Vec<Vec<UserIx>> = members.into_iter().chain(staff).chain(present).collect();
        sets.sort_by_key(Vec::len);
        let mut sets = sets.into_iter();
        let smallest = sets.next();
        let others: Vec<HashSet<UserIx>> = sets.map(|set| set.into_iter().collect()).collect();
        let linked = chosen.linked;
        let fits = move |user: UserIx| {
            others.iter().all(|set| set.contains(&user))
                && linked.is_none_or(|linked| linked == model.worker_of(user).is_some())
        };
        let model = app.live().model();
        Ok(match smallest {
            None if linked.is_none() => all,
            None => check(move |id| model.user(UserId(id)).is_some_and(&fits)),
            Some(set) if set.len() <= FEW => {
                let ids = set.into_iter().filter(|user| fits(*user)).map(|user| Value::Uuid(model.user_id(user).0));
                Visible::Only(Filter::AnyOf("id", ids.collect()))
            }
            Some(set) => {
                let set: HashSet<UserIx> = set.into_iter().collect();
                check(move |id| model.user(UserId(id)).is_some_and(|user| set.contains(&user) && fits(user)))
            }
        })
    }
}

fn check<'a>(may: impl Fn(Uuid) -> bool + 'a) -> Visible<'a> {
    Visible::Check { column: "id", may: Box::new(may) }
}
