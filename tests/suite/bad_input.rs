//! Whatever is sent: a problem that names what is wrong, never half of a change, never a 5xx.

mod bodies;
mod cursors;
mod everywhere;
mod imports;
mod requests;

use tests::TestApp;

/// The newest revision: the same before and after what is refused.
fn revision(app: &TestApp) -> i64 {
    app.admin().get("/api/v1/audit?limit=1").expect(200).items()[0]["revision"].as_i64().unwrap()
}
