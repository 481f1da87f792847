//! D2: decisions over HTTP, beside handlers that decide nothing.

use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc;

use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::{App, HttpResponse, HttpServer, web};
use api::app::Caller;
use api::authzen::Body;
use api::http::observe::observe;
use api::http::planning;
use api::http::problem::Problem;
use serde_json::{Value, json};

use crate::report::{Goal, Line, Table, Unit, missing, note};
use crate::rows::d1b;
use crate::runs::Runs;
use crate::service::Service;
use crate::sets::company::{Company, MODULE};
use crate::sets::{Asked, Target};
use crate::{Outcome, Plan, load};

/// Different questions that are asked over and over.
const BODIES: usize = 2_000;

/// A service with the company of D1b.
pub struct Town {
    /// The service.
    pub service: Service,
    /// The company.
    pub company: Company,
}

impl Town {
    /// Starts the service and stores the company.
    pub fn build(plan: &Plan) -> Outcome<Self> {
        let company = d1b::company(plan, 3);
        let service = Service::start(persistence::testing::sqlite());
        service.take(company.records())?;
        Ok(Self { service, company })
    }
}

/// A question as a body has it, on the day of the service.
pub fn body(asked: &Asked) -> Value {
    let target = match asked.target {
        Target::Object(id) => id.0,
        Target::Worker(id) => id.0,
    };
    json!({
        "subject": {"type": "user", "id": asked.user.0},
        "action": {"name": format!("{MODULE}:{}", asked.action)},
        "resource": {"type": "worker", "id": target},
    })
}

async fn same_way(_caller: Caller, body: Body) -> Result<HttpResponse, Problem> {
    body.read().map(|_| fixed())
}

async fn bare(body: Body) -> Result<HttpResponse, Problem> {
    body.read().map(|_| fixed())
}

fn fixed() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(&br#"{"decision":true}"#[..])
}

/// Starts a yardstick on one thread: behind the service's middleware and its check of the token,
/// or behind nothing.
fn yardstick(service: &Service, behind: bool) -> Outcome<(SocketAddr, ServerHandle)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let data = web::Data::new(service.app.app.clone());
    let (send, receive) = mpsc::channel();
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let path = "/access/v1/evaluation";
            let server = if behind {
                let app = move || {
                    let app = App::new().app_data(data.clone()).wrap(from_fn(planning::apply)).wrap(from_fn(observe));
                    app.route(path, web::post().to(same_way))
                };
                HttpServer::new(app).workers(1).listen(listener).map(HttpServer::run)
            } else {
                let app = move || App::new().app_data(data.clone()).route(path, web::post().to(bare));
                HttpServer::new(app).workers(1).listen(listener).map(HttpServer::run)
            };
            match server {
                Ok(server) => {
                    let _ = send.send(Ok(server.handle()));
                    let _ = server.await;
                }
                Err(error) => {
                    let _ = send.send(Err(error));
                }
            }
        });
    });
    Ok((address, receive.recv()??))
}

/// Measures the row.
pub fn measure(plan: &Plan, town: &Town, table: &mut Table) -> Outcome {
    if !load::installed() {
        return missing("D2: the load generator wrk was not found; install the package wrk");
    }
    let mut bodies = tempfile::NamedTempFile::new()?;
    for asked in town.company.questions(BODIES, 1) {
        writeln!(bodies, "{}", body(&asked))?;
    }
    bodies.flush()?;
    let service = &town.service;
    let (same, same_handle) = yardstick(service, true)?;
    let (bare, bare_handle) = yardstick(service, false)?;
    let mut rates = [Runs::default(), Runs::default(), Runs::default()];
    let mut tails = [Runs::default(), Runs::default(), Runs::default()];
    let places = [service.app.address, same, bare];
    for run in 0..=plan.runs {
        for ((address, rate), tail) in places.iter().zip(&mut rates).zip(&mut tails) {
            let told = load::run(*address, &service.token, bodies.path(), plan.seconds)?;
            // The first round only warms up.
            if run > 0 {
                rate.push(told.rate);
                tail.push(told.p99);
            }
        }
    }
    drop((same_handle.stop(false), bare_handle.stop(false)));
    note("D2: one thread serves, wrk asks from another, 32 connections");
    let [ours, same, bare] = rates;
    let [our_tail, same_tail, _] = tails;
    let line = |what: &str, unit, ours: &Runs, name: &str, theirs: Runs, goal, said| Line {
        row: "D2",
        what: what.to_owned(),
        unit,
        ours: ours.clone(),
        yardstick: Some((name.to_owned(), theirs)),
        goal,
        said,
    };
    let (a, b) = ("(a) same way, fixed answer", "(b) no middleware, fixed answer");
    table.add(&line("requests", Unit::Rate, &ours, a, same, Goal::AtLeast { times: 0.95 }, "at least 95 %"));
    table.add(&line("requests", Unit::Rate, &ours, b, bare, Goal::AtLeast { times: 0.80 }, "at least 80 %"));
    table.add(&line("p99", Unit::Time, &our_tail, a, same_tail, Goal::at_most_times(1.5), "at most 1.5 times"));
    Ok(())
}
