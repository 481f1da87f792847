//! What one may do and another not, and what both may.

use actix_web::{HttpRequest, web};
use domain::access::Model;
use domain::access::effect::Source;
use domain::access::effect::likeness::{self, Likened, LikenedWage};
use domain::grant::{Holder, Scope};
use domain::id::{RoleId, UserId};
use domain::role::Role;
use domain::user::User;
use domain::wage::Amount;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{date_of, day_of, read_at, unknown};
use crate::app::{App, Caller};
use crate::commands::Refusal;
use crate::commands::wage_offers::WageModeName;
use crate::demo::ids;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::reply::Reply;
use crate::rest::crud::{Answer, REVISION};
use crate::rest::grants::ScopeView;
use crate::rights::AccessCheck;

/// Most rights in each of the three lists.
const RIGHTS_MAX: usize = 1_000;

/// What two users, or two roles, may do.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "day": "2026-03-01",
    "first": {"type": "role", "id": ids::role("timekeepers"), "external_id": "timekeepers", "name": "Time keepers"},
    "second": {"type": "role", "id": ids::role("finance-team"), "external_id": "finance-team",
        "name": "Everyone in Finance"},
    "only_first": [{"module": "time", "actions": ["record", "schedule"], "scope": [{"type": "all"}], "except": [],
        "first": {"code": "role_allow", "via": [{"grant_id": ids::grant("g-timekeepers"), "holder_type": "role",
            "holder_id": ids::role("timekeepers"), "priority": 20, "through": [ids::role("timekeepers")]}]},
        "second": {"code": "no_grant", "via": []}}],
    "only_second": [], "both": [], "wage_types": [{"wage_type": "overtime", "own": false, "first": null,
        "second": {"mode": "record", "max_per_entry": null, "max_per_day": 4, "max_per_month": 20, "max_per_year": 150}}],
    "cut_short": false
}))]
pub struct ComparisonView {
    /// The day, in the organisation's time zone.
    day: chrono::NaiveDate,
    /// The one.
    first: ComparedView,
    /// The other.
    second: ComparedView,
    /// What the first may do and the second not.
    #[schema(max_items = 1000)]
    only_first: Vec<ComparedRightView>,
    /// What the second may do and the first not.
    #[schema(max_items = 1000)]
    only_second: Vec<ComparedRightView>,
    /// What both may do.
    #[schema(max_items = 1000)]
    both: Vec<ComparedRightView>,
    /// Wage types of which they may record differently.
    #[schema(max_items = 1000)]
    wage_types: Vec<ComparedWageView>,
    /// Whether there was too much to be compared and told in full.
    cut_short: bool,
}

/// Who is compared.
#[derive(Serialize, ToSchema)]
pub struct ComparedView {
    /// `user` or `role`.
    #[serde(rename = "type")]
    #[schema(max_length = 10)]
    kind: &'static str,
    /// Their id.
    id: Uuid,
    /// Your own id of them.
    #[schema(required = true, max_length = 100)]
    external_id: Option<String>,
    /// The name to show.
    #[schema(max_length = 401)]
    name: String,
}

/// A right of one of the two, or of both.
#[derive(Serialize, ToSchema)]
pub struct ComparedRightView {
    /// The module's code.
    #[schema(max_length = 100)]
    module: String,
    /// The actions.
    #[schema(max_items = 128)]
    actions: Vec<String>,
    /// To what they may be done; several scopes mean what lies in all of them.
    #[schema(min_items = 1, max_items = 3)]
    scope: Vec<ScopeView>,
    /// Where in that scope it is otherwise; if one of the two may do it there, another entry says so.
    #[schema(max_items = 50)]
    except: Vec<ComparedExceptionView>,
    /// How it is decided about the first.
    first: ComparedSideView,
    /// How it is decided about the second.
    second: ComparedSideView,
}

/// A wage type of which two may record differently.
#[derive(Serialize, ToSchema)]
pub struct ComparedWageView {
    /// Its code.
    #[schema(max_length = 100)]
    wage_type: String,
    /// It is about recording it for everybody, as one of a role's own; else for oneself.
    own: bool,
    /// How the first may; null if not.
    #[schema(required = true)]
    first: Option<ComparedOfferView>,
    /// How the second may; null if not.
    #[schema(required = true)]
    second: Option<ComparedOfferView>,
}

/// How a wage type may be recorded.
#[derive(Serialize, ToSchema)]
pub struct ComparedOfferView {
    /// Whether it is entered directly or asked for.
    #[schema(inline)]
    mode: WageModeName,
    /// The most in one entry; null for no limit.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_entry: Option<Amount>,
    /// The most on one day.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_day: Option<Amount>,
    /// The most in one calendar month.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_month: Option<Amount>,
    /// The most in one calendar year.
    #[schema(required = true, value_type = Option<f64>)]
    max_per_year: Option<Amount>,
}

impl From<&LikenedWage> for ComparedWageView {
    fn from(wage: &LikenedWage) -> Self {
        let [first, second] = wage.sides.map(|side| {
            side.map(|(mode, limits)| ComparedOfferView {
                mode: mode.into(),
                max_per_entry: limits.max_per_entry,
                max_per_day: limits.max_per_day,
                max_per_month: limits.max_per_month,
                max_per_year: limits.max_per_year,
            })
        });
        Self { wage_type: wage.wage_type.clone(), own: wage.own, first, second }
    }
}

/// A part of a scope in which some of the actions are decided otherwise.
#[derive(Serialize, ToSchema)]
pub struct ComparedExceptionView {
    /// The part; several scopes mean what lies in all of them.
    #[schema(min_items = 1, max_items = 3)]
    scope: Vec<ScopeView>,
    /// The actions.
    #[schema(max_items = 128)]
    actions: Vec<String>,
}

/// How a right is decided about one of the two.
#[derive(Serialize, ToSchema)]
pub struct ComparedSideView {
    /// The reason code of a decision.
    #[schema(max_length = 100)]
    code: &'static str,
    /// The grants that give it; none for a relation, and where it is not given.
    #[schema(max_items = 10)]
    via: Vec<ComparedSourceView>,
}

/// A grant that gives a right.
#[derive(Serialize, ToSchema)]
pub struct ComparedSourceView {
    /// The grant.
    grant_id: Uuid,
    /// `role` or `user`.
    #[schema(max_length = 10)]
    holder_type: &'static str,
    /// Who holds it.
    holder_id: Uuid,
    /// Your own id of the holder.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_length = 200)]
    holder_external_id: Option<String>,
    /// The role's priority.
    #[schema(required = true)]
    priority: Option<i32>,
    /// The roles from one's own up to the holder.
    #[schema(max_items = 100)]
    through: Vec<Uuid>,
}

impl ComparedSourceView {
    fn of(model: &Model, source: &Source) -> Self {
        let (holder_type, holder_id, external_id) = match source.holder {
            Holder::Role(role) => ("role", role.0, model.role_external_id(role)),
            Holder::User(user) => ("user", user.0, model.user(user).and_then(|user| model.user_external_id(user))),
        };
        Self {
            grant_id: source.grant.0,
            holder_type,
            holder_id,
            holder_external_id: external_id.map(str::to_owned),
            priority: source.priority,
            through: source.through.iter().map(|role| role.0).collect(),
        }
    }
}

impl ComparedRightView {
    fn of(model: &Model, right: &Likened) -> Self {
        let scopes = |scopes: &[Scope]| scopes.iter().map(|scope| ScopeView::named(model, scope)).collect();
        let [first, second] = [0, 1].map(|side: usize| ComparedSideView {
            code: right.codes.get(side).map_or("", |code| code.as_str()),
            via: right
                .via
                .get(side)
                .into_iter()
                .flatten()
                .map(|source| ComparedSourceView::of(model, source))
                .collect(),
        });
        let except = right.except.iter();
        Self {
            module: right.module.clone(),
            actions: right.actions.clone(),
            scope: scopes(&right.scope),
            except: except
                .map(|part| ComparedExceptionView { scope: scopes(&part.scope), actions: part.actions.clone() })
                .collect(),
            first,
            second,
        }
    }
}

/// Whom to compare.
enum Pair {
    Users([Uuid; 2]),
    Roles([Uuid; 2]),
}

/// Two users or two roles, and never a mixture of both.
fn read_pair(params: &mut Params) -> Option<Pair> {
    const NAMES: [&str; 4] = ["user_id", "with_user_id", "role_id", "with_role_id"];
    let given = NAMES.map(|name| params.text(name).is_some());
    let ids = NAMES.map(|name| params.uuid(name));
    let missing = match given {
        [true, true, false, false] => return ids[0].zip(ids[1]).map(|(one, other)| Pair::Users([one, other])),
        [false, false, true, true] => return ids[2].zip(ids[3]).map(|(one, other)| Pair::Roles([one, other])),
        [true, false, false, false] => "with_user_id",
        [false, true, false, false] | [false, false, false, false] => "user_id",
        [false, false, true, false] => "with_role_id",
        [false, false, false, true] => "role_id",
        _ => {
            params.fault("role_id", "bad_parameter", "give two users or two roles");
            return None;
        }
    };
    params.fault(missing, "required", "is missing: give two users or two roles");
    None
}

/// Compares two users, or two roles as they would be for somebody in nothing else: what the one may do and the other not,
/// what the other may, and what both may, by module, actions and scope, on one day, with the grants and roles by which.
/// Every part of P-03 counts, priorities, denies, relations and guards among them, and what of wage types they may
/// record. Needs
/// `system:access.check`.
#[utoipa::path(get, path = "/api/v1/access/compare", tag = "access", operation_id = "compareAccess",
    params(("user_id" = Option<Uuid>, Query, description = "The first user"),
        ("with_user_id" = Option<Uuid>, Query, description = "The user to compare with"),
        ("role_id" = Option<Uuid>, Query, description = "The first role"),
        ("with_role_id" = Option<Uuid>, Query, description = "The role to compare with"),
        ("at" = Option<String>, Query, description = "A day or an instant; now when absent")),
    responses((status = 200, description = "What they may do", body = ComparisonView)))]
pub async fn get(app: web::Data<App>, caller: Caller, request: HttpRequest) -> Answer {
    let mut params = Params::parse(request.query_string());
    let at = read_at(&mut params, &app);
    let pair = read_pair(&mut params);
    params.done()?;
    let pair = pair.ok_or_else(|| Problem::new(crate::http::problem::BAD_PARAMETER))?;
    app.run(move |app| {
        caller.authority.allow::<AccessCheck>()?;
        let model = app.live().model();
        let day = day_of(app, at);
        let (found, [first, second]) = match pair {
            Pair::Users(ids) => {
                let [one, other] = both(["user_id", "with_user_id"], ids, |id| model.user(UserId(id)))?;
                let names = named(app, "user", ids, |user: &User| (user.shown_name(), user.external_id.clone()))?;
                (likeness::of_users(&model, one, other, day), names)
            }
            Pair::Roles(ids) => {
                let [one, other] = both(["role_id", "with_role_id"], ids, |id| model.role(RoleId(id)))?;
                let names = named(app, "role", ids, |role: &Role| (role.name.clone(), role.external_id.clone()))?;
                (likeness::of_roles(&model, one, other, day), names)
            }
        };
        let lists = [&found.only_first, &found.only_second, &found.both];
        let cut_short = found.cut_short || lists.iter().any(|rights| rights.len() > RIGHTS_MAX);
        let [only_first, only_second, both] = lists
            .map(|rights| rights.iter().take(RIGHTS_MAX).map(|right| ComparedRightView::of(&model, right)).collect());
        let wage_types = found.wage_types.iter().take(RIGHTS_MAX).map(ComparedWageView::from).collect();
        let view =
            ComparisonView { day: date_of(day), first, second, only_first, only_second, both, wage_types, cut_short };
        Ok(Reply::ok().header(REVISION, model.revision().to_string()).json(view))
    })
    .await
}

/// Both that the parameters name, or what is wrong with either.
fn both<T>(parameters: [&str; 2], ids: [Uuid; 2], find: impl Fn(Uuid) -> Option<T>) -> Result<[T; 2], Refusal> {
    let [one, other] = ids.map(find);
    let faults = [(&one, parameters[0]), (&other, parameters[1])].into_iter().filter(|(found, _)| found.is_none());
    let faults: Vec<_> = faults.map(|(_, parameter)| unknown(parameter, "there is no such thing")).collect();
    match (one, other) {
        (Some(one), Some(other)) => Ok([one, other]),
        _ => Err(Refusal::Violations(faults)),
    }
}

/// Both, by name, in one query.
fn named<T: persistence::Table>(
    app: &App,
    kind: &'static str,
    ids: [Uuid; 2],
    name: impl Fn(&T) -> (String, Option<String>),
) -> Result<[ComparedView; 2], Refusal> {
    let found = app.store().read(|reader| reader.get_many::<T>(&ids))?;
    let view = |id: Uuid| {
        let stored = found.iter().find(|stored| stored.value.uuid() == id).ok_or(Refusal::NotFound)?;
        let (name, external_id) = name(&stored.value);
        Ok::<_, Refusal>(ComparedView { kind, id, external_id, name })
    };
    let [one, other] = ids.map(view);
    Ok([one?, other?])
}
