//! The pages as HTML: one style within the page, no script, nothing from elsewhere.

use std::fmt::Write;
use std::sync::LazyLock;

use actix_web::http::StatusCode;
use base64::Engine;
use sha2::{Digest, Sha256};

use super::{Explained, FieldHelp};

const STYLE: &str = include_str!("page.css");

/// What a browser may do with a page: apply this very style.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// The `Content-Security-Policy` of the pages.
pub fn policy() -> &'static str {
    &POLICY
}

/// The page of one code.
pub fn problem(one: &Explained) -> String {
    let example = serde_json::to_string_pretty(&one.example).unwrap_or_default();
    let rule = one.rule.as_ref().map_or_else(String::new, |rule| {
        format!("<h2>The rule behind it</h2>\n<p><strong>{}</strong> {}</p>\n", rule.number, text(rule.sentence))
    });
    let main = format!(
        "<h1><code>{code}</code></h1>\n<p class=\"status\">HTTP status {status}</p>\n<p>{title}</p>\n\
         <h2>What it means</h2>\n<p>{means}</p>\n<h2>What to do</h2>\n<p>{remedy}</p>\n{rule}\
         <h2>What it looks like</h2>\n<pre tabindex=\"0\" role=\"region\" aria-label=\"Example of an answer\">\
         <code>{example}</code></pre>\n\
         <p>In a real answer <code>detail</code> says what is wrong in the case at hand, and \
         <code>request_id</code> finds it in the log.</p>\n",
        code = one.code,
        status = status(one.status),
        title = text(one.title),
        means = text(one.means),
        remedy = text(one.remedy),
        example = escaped(&example),
    );
    page(one.code, &main)
}

/// The page for a code that there is none of.
pub fn unknown() -> String {
    let main = "<h1>No such problem</h1>\n<p class=\"status\">HTTP status 404 Not Found</p>\n<p>Remit has no problem \
                of this code. Here are <a href=\"/docs/problems\">all that there are</a>.</p>\n";
    page("No such problem", main)
}

/// The page of all codes: those of problems by status, then those of fields.
pub fn index(all: &[Explained], fields: &[FieldHelp]) -> String {
    let mut main = String::from(
        "<h1>Problems</h1>\n<p>Every error of Remit is a problem (RFC 9457). Its <code>code</code> never changes \
         its meaning; here are all of them, then <a href=\"/docs/problems#errors\">those of single fields</a>. Ask for \
         <code>application/json</code> to get them as data.</p>\n",
    );
    for group in all.chunk_by(|one, other| one.status == other.status) {
        let Some(first) = group.first() else { continue };
        let _ = write!(main, "<h2 id=\"s{}\">{}</h2>\n<dl>\n", first.status, status(first.status));
        for Explained { code, title, .. } in group {
            let title = text(title);
            let _ =
                writeln!(main, "<dt><a href=\"/docs/problems/{code}\"><code>{code}</code></a></dt><dd>{title}</dd>");
        }
        main.push_str("</dl>\n");
    }
    main.push_str(
        "<h2 id=\"errors\">In <code>errors</code></h2>\n<p>Each entry of <code>errors</code>, and each line of an \
         import's faults, has a <code>code</code> of its own: one of those above, or one of these, which stand \
         there only.</p>\n<dl>\n",
    );
    for FieldHelp { code, means } in fields {
        let _ = writeln!(main, "<dt id=\"{code}\"><code>{code}</code></dt><dd>{}</dd>", text(means));
    }
    main.push_str("</dl>\n");
    page("Problems", &main)
}

fn page(title: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} - Remit</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <nav aria-label=\"Documentation\"><a href=\"/docs/problems\">All problems</a>\
         <a href=\"/docs/\">All operations</a></nav>\n<main>\n{main}</main>\n</body>\n</html>\n"
    )
}

/// `404 Not Found`.
fn status(code: u16) -> String {
    let reason = StatusCode::from_u16(code).ok().and_then(|status| status.canonical_reason());
    reason.map_or_else(|| code.to_string(), |reason| format!("{code} {reason}"))
}

/// Plain text as HTML, what stands between back-ticks as code.
fn text(plain: &str) -> String {
    let parts = plain.split('`').enumerate();
    parts.map(|(n, part)| if n % 2 == 1 { format!("<code>{}</code>", escaped(part)) } else { escaped(part) }).collect()
}

fn escaped(plain: &str) -> String {
    plain.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped_and_code_is_marked() {
        assert_eq!(text("a < b, `x & \"y\"`."), "a &lt; b, <code>x &amp; &quot;y&quot;</code>.");
        assert_eq!(text("can't"), "can&#39;t");
        assert_eq!(status(404), "404 Not Found");
    }
}
