//! Counters for Prometheus.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::app::App;

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Records {
    kind: &'static str,
}

type Times = Family<Route, Histogram, fn() -> Histogram>;

/// Every counter of the process.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    times: Times,
    decisions: Counter<u64, AtomicU64>,
    searches: Counter<u64, AtomicU64>,
    kept: Gauge,
    kept_bytes: Gauge,
    imported: Counter<u64, AtomicU64>,
    exported: Counter<u64, AtomicU64>,
    revision: Gauge,
    records: Family<Records, Gauge>,
    connections: Gauge,
    idle: Gauge,
}

fn buckets() -> Histogram {
    Histogram::new([0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0])
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Counters at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("remit");
        let requests = Family::default();
        registry.register("http_requests", "Requests by route, method and status", requests.clone());
        let times: Times = Family::new_with_constructor(buckets);
        registry.register("http_request_seconds", "Time taken by requests", times.clone());
        let decisions = Counter::default();
        registry.register("decisions", "Decisions made for callers", decisions.clone());
        let searches = Counter::default();
        registry.register("searches", "Pages of searches over decisions that were answered", searches.clone());
        let kept = Gauge::default();
        registry.register("searches_kept", "Searches that are kept for their next pages", kept.clone());
        let kept_bytes = Gauge::default();
        registry.register("searches_kept_bytes", "Bytes that they take", kept_bytes.clone());
        let imported = Counter::default();
        registry.register("imported_rows", "Rows of imports worked on; its rate is the import rate", imported.clone());
        let exported = Counter::default();
        registry.register("exported_rows", "Rows of exports that were sent", exported.clone());
        let revision = Gauge::default();
        registry.register("model_revision", "The revision of the rights model", revision.clone());
        let records = Family::default();
        registry.register("model_records", "Records in the rights model", records.clone());
        let connections = Gauge::default();
        registry.register("database_connections", "Open read connections", connections.clone());
        let idle = Gauge::default();
        registry.register("database_connections_idle", "Idle read connections", idle.clone());
        Self {
            registry,
            requests,
            times,
            decisions,
            searches,
            kept,
            kept_bytes,
            imported,
            exported,
            revision,
            records,
            connections,
            idle,
        }
    }

    /// Counts a request.
    pub fn request(&self, method: &str, route: String, status: u16, elapsed: Duration) {
        let route = Route { route };
        self.times.get_or_create(&route).observe(elapsed.as_secs_f64());
        self.requests.get_or_create(&Request { method: method.to_owned(), route: route.route, status }).inc();
    }

    /// Counts decisions.
    pub fn decisions(&self, count: u64) {
        self.decisions.inc_by(count);
    }

    /// Counts a page of a search.
    pub fn searches(&self) {
        self.searches.inc();
    }

    /// Counts rows of imports.
    pub fn imported(&self, rows: i64) {
        self.imported.inc_by(u64::try_from(rows).unwrap_or(0));
    }

    /// Counts rows of exports.
    pub fn exported(&self, rows: usize) {
        self.exported.inc_by(u64::try_from(rows).unwrap_or(0));
    }

    /// All of it as text.
    pub fn render(&self, app: &App) -> String {
        let model = app.live().model();
        self.revision.set(model.revision());
        let counts = model.counts();
        for (kind, count) in [
            ("user", counts.users),
            ("worker", counts.workers),
            ("department", counts.departments),
            ("contract", counts.contracts),
            ("role", counts.roles),
            ("membership", counts.memberships),
            ("object", counts.objects),
            ("grant", counts.grants),
        ] {
            self.records.get_or_create(&Records { kind }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        let (kept, bytes) = app.searches().size(app.clock().now());
        self.kept.set(i64::try_from(kept).unwrap_or(i64::MAX));
        self.kept_bytes.set(i64::try_from(bytes).unwrap_or(i64::MAX));
        let pool = app.store().pool_state();
        self.connections.set(i64::from(pool.connections));
        self.idle.set(i64::from(pool.idle));
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            log::error!("the counters can't be written");
        }
        text
    }
}
