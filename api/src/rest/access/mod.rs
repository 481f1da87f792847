//! Views of rights from all sides (P-05, P-06, R-10): who may do what to one target (`targets`), who holds a right
//! anywhere (`holders`), what two may do compared (`compare`), a role on one page (`role_page`), a role made like another
//! (`role_copy`), the grants of a holder and over a worker (`grants`), what one user may (`permissions`, `wage_types`), when
//! (`timeline`), and who approves (`approvers`). All but the names come from the rights model in memory; the names of the
//! people on a page by one query.

pub mod approvers;
pub mod compare;
pub mod grants;
pub mod holders;
pub mod people;
pub mod permissions;
pub mod role_copy;
pub mod role_page;
pub mod targets;
pub mod timeline;
pub mod wage_types;

use actix_web::web;
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Model, ModuleIx};
use domain::rule::{Violation, code};
use domain::window::{self, Day};

use crate::app::App;
use crate::authzen::time::instant;
use crate::commands::Refusal;
use crate::http::params::Params;

/// The parameter `at`: a day or an instant.
fn read_at(params: &mut Params, app: &web::Data<App>) -> Option<DateTime<Utc>> {
    let zone = app.zone();
    params.parsed("at", "a day or an instant", |text| instant(text, &zone))
}

/// The day that was asked about, in the organisation's time zone; today when nothing was said.
fn day_of(app: &App, at: Option<DateTime<Utc>>) -> Day {
    app.zone().day_number(at.unwrap_or_else(|| app.clock().now()))
}

/// The date of a day.
fn date_of(day: Day) -> NaiveDate {
    window::date_of(day).unwrap_or_default()
}

/// The module of a code, as the parameter `module` names it.
fn module_of(model: &Model, code: &str) -> Result<ModuleIx, Refusal> {
    model.module(code).ok_or_else(|| unknown("module", "there is no such module").into())
}

/// What a parameter is answered with that names nothing there is: the path is right, and so it is no 404.
fn unknown(parameter: &str, detail: &'static str) -> Violation {
    Violation::new(code::UNKNOWN_REFERENCE, detail).at(parameter)
}

/// What an action is answered with that no module concerned lists.
fn unknown_action() -> Refusal {
    Violation::new(code::UNKNOWN_ACTION, "the module has no such action").at("action").into()
}
