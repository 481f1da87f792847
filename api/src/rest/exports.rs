//! Exports.

use std::sync::Arc;

use actix_web::http::header::{self, HeaderName};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::app::{App, Caller};
use crate::exports::{self, Format, Request};
use crate::http::accept;
use crate::http::fields::Fields;
use crate::http::listing::ListRequest;
use crate::http::problem::{self, Problem};
use crate::imports::ImportKind;
use crate::of_kind;
use crate::rest::crud::Shown;
use crate::rights::ExportRun;

/// The header that tells how many rows an export has.
pub const TOTAL: HeaderName = HeaderName::from_static("remit-total");

/// Streams all rows of a kind that the caller may see, as NDJSON or, with `Accept: text/csv` or
/// `format=csv`, as CSV, from one snapshot. Columns are those that imports take, so that what was
/// exported can be imported; `fields` chooses others. Filters and `sort` are those of the kind's
/// list; each parameter names the kinds that have it, and with others is a 400. What no import takes is left
/// out, unless a filter asks for it: of memberships the automatic ones (`source`, `contract_id`, `rule_id`), of
/// role rules those of department links (`department_link`), of users those in the trash (`state`),
/// and in which areas fillers are managed (`fields=external_id,managed_in_external_ids`).
/// Areas name their roles themselves: `area_roles` are imported only.
/// `Remit-Total` tells how many rows will come. In CSV a cell that a spreadsheet would take
/// for a formula begins with an apostrophe, which imports take away. Needs `system:export.run`,
/// and sees what the caller's lists show.
#[utoipa::path(get, path = "/api/v1/exports/{kind}", tag = "exports", operation_id = "exportRows",
    params(("kind" = ImportKind, Path, description = "What the rows are; `role-rules` does as well as `role_rules`"),
        ("format" = Option<String>, Query, description = "`ndjson` or `csv`, instead of `Accept`"),
        ("fields" = Option<String>, Query, description = "These columns, separated by commas: of imports or of the item")),
    responses((status = 200, description = "The rows", content(
        (String = "application/x-ndjson", example = "{\"external_id\":\"accountant\",\"code\":\"accountant\",\"name\":\"Accountant\"}\n"),
        (String = "text/csv", example = "external_id,code,name\naccountant,accountant,Accountant\n")))))]
pub async fn get(
    app: web::Data<App>,
    caller: Caller,
    kind: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let kind = ImportKind::parse(&kind).filter(|kind| *kind != ImportKind::AreaRoles).ok_or_else(Problem::not_found)?;
    caller.authority.allow::<ExportRun>()?;
    let asked = of_kind!(kind, R => asked::<R>(&app, &request, kind))?;
    let turn = Arc::clone(app.exports()).try_acquire_owned().map_err(|_| {
        Problem::new(problem::BUSY)
            .detail("as many exports as are allowed at the same time are under way")
            .header(header::RETRY_AFTER, "5")
    })?;
    let (format, working) = (asked.format, App::clone(&app));
    let started = exports::start(turn, move |sender| {
        let (app, authority) = (&working, &caller.authority);
        let count = of_kind!(kind, R => exports::run::<R>(app, authority, kind, asked, sender))?;
        let user = caller.user_id();
        log::info!(target: "remit::export", "{count} rows of {} for user {user}", kind.name());
        Ok(count)
    })
    .await?;
    let file = format!("attachment; filename=\"{}.{}\"", kind.name(), format.ending());
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, format.content_type()))
        .insert_header((header::CONTENT_DISPOSITION, file))
        .insert_header((TOTAL, started.total.to_string()))
        .streaming(started.body))
}

fn asked<R: Shown>(app: &App, request: &HttpRequest, kind: ImportKind) -> Result<Request, Problem> {
    let columns = exports::columns::<R>(app, kind)?;
    let (mut fields, mut format) = (Fields::default(), None);
    let mut rows = ListRequest::read_all(request, &R::LIST, |params| {
        fields = Fields::read(params, &columns);
        format = params.parsed("format", "ndjson or csv", |text| match text {
            "csv" => Some(Format::Csv),
            "ndjson" => Some(Format::Ndjson),
            _ => None,
        });
    })?;
    exports::usual(kind, &mut rows.filters);
    let format = match format {
        Some(format) => format,
        None => accepted(request)?,
    };
    Ok(Request { rows, fields, format })
}

/// The format that the caller would rather have; who is content with both gets NDJSON.
fn accepted(request: &HttpRequest) -> Result<Format, Problem> {
    let accepted = accept::accepted(request.headers());
    let csv = accept::wish(&accepted, "text", "csv");
    let ndjson = accept::wish(&accepted, "application", "x-ndjson");
    // Its other name counts where it is said, not where any name would do.
    let other = accept::wish(&accepted, "application", "ndjson");
    let ndjson = if other.1 == accept::EXACTLY { ndjson.max(other) } else { ndjson };
    match () {
        () if accepted.is_empty() => Ok(Format::Ndjson),
        () if csv > ndjson => Ok(Format::Csv),
        () if ndjson > (0, 0) => Ok(Format::Ndjson),
        () => Err(Problem::new(problem::NOT_ACCEPTABLE).detail("accept application/x-ndjson or text/csv")),
    }
}
