//! Which of the forms that are offered the caller would rather have.

use actix_web::http::header::{self, HeaderMap};

/// What the caller accepts, as it was sent; nothing, when the caller does not say.
pub fn accepted(headers: &HeaderMap) -> Vec<&str> {
    let texts = headers.get_all(header::ACCEPT).filter_map(|value| value.to_str().ok());
    texts.flat_map(|text| text.split(',')).filter(|range| !range.trim().is_empty()).collect()
}

/// How well a range fits that names the type itself.
pub const EXACTLY: u8 = 3;

/// The weight in thousandths of the range that fits a type best, and how well it fits.
pub fn wish(accepted: &[&str], kind: &str, subtype: &str) -> (u16, u8) {
    let fits = |range: &str| {
        let (of_kind, of_subtype) = range.trim().split_once('/')?;
        let is = |given: &str, wanted: &str| given.eq_ignore_ascii_case(wanted);
        match () {
            () if is(of_kind, kind) && is(of_subtype, subtype) => Some(EXACTLY),
            () if is(of_kind, kind) && of_subtype == "*" => Some(2),
            () if of_kind == "*" && of_subtype == "*" => Some(1),
            () => None,
        }
    };
    accepted
        .iter()
        .filter_map(|range| {
            let mut parts = range.split(';');
            let exactness = fits(parts.next()?)?;
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")?.parse::<f32>().ok()).unwrap_or(1.0);
            Some(((weight.clamp(0.0, 1.0) * 1_000.0) as u16, exactness))
        })
        .max_by_key(|(_, exactness)| *exactness)
        .filter(|(weight, _)| *weight > 0)
        .unwrap_or((0, 0))
}
