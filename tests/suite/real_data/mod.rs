//! Real data, imported as a customer would import them, against what their files say.

mod access;
mod employees;
mod replay;

use std::time::{Duration, Instant};

use tests::TestApp;
use tests::employees::File;

/// What came of an import.
struct Loaded {
    created: usize,
    updated: usize,
    /// The progress that was seen while it ran.
    progress: Vec<usize>,
}

/// Imports a file that has no bad row, follows its progress to the end and tells the time.
#[track_caller]
fn load(app: &TestApp, file: &File) -> Loaded {
    let client = app.admin();
    let began = Instant::now();
    let started = client.import(file.kind, file.mode, file.content_type, &file.body).expect(202);
    let path = started.header("location").unwrap().to_owned();
    let number = |value: &serde_json::Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let mut progress: Vec<usize> = Vec::new();
    let ended = loop {
        let answer = client.get(&path).expect(200);
        match answer.json["state"].as_str().unwrap() {
            "queued" => {}
            "running" => progress.push(number(&answer.json["done"])),
            _ => break answer,
        }
        assert!(began.elapsed() < Duration::from_secs(300), "still under way: {}", answer.text);
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = began.elapsed();
    let errors = client.get(&format!("{path}/errors"));
    assert_eq!(ended.json["state"], "succeeded", "{}: {}\n{}", file.kind, ended.text, errors.text);
    assert_eq!(ended.json["errors_count"], 0, "{}", errors.text);
    assert_eq!((number(&ended.json["done"]), number(&ended.json["total"])), (file.rows, file.rows));
    assert_eq!(ended.json["result"]["bad"], 0, "{}", ended.text);
    assert!(progress.is_sorted(), "progress goes back: {progress:?}");
    assert!(progress.iter().all(|done| *done <= file.rows), "{progress:?}");
    tell(&format!(
        "{:?}: {} {} {}: {:.2} s, {:.0} rows/s",
        app.app.store().backend(),
        file.rows,
        file.kind,
        file.mode,
        took.as_secs_f64(),
        f64::from(u32::try_from(file.rows).unwrap()) / took.as_secs_f64()
    ));
    let result = &ended.json["result"];
    Loaded { created: number(&result["created"]), updated: number(&result["updated"]), progress }
}

/// Sends files that were imported before once more, which must change nothing.
fn load_again(app: &TestApp, files: &[File]) {
    let before = revision(app);
    for file in files {
        let loaded = load(app, file);
        assert_eq!((loaded.created, loaded.updated), (0, file.rows), "{}", file.kind);
    }
    assert_eq!(revision(app), before, "sending the files again changed something");
}

/// The newest revision of the log.
fn revision(app: &TestApp) -> i64 {
    app.app.store().read(|reader| reader.revision()).unwrap()
}

#[allow(clippy::print_stderr, reason = "figures for whoever runs the tests")]
fn tell(text: &str) {
    eprintln!("{text}");
}
