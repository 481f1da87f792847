//! Which kinds of areas are in use: a setting.

use domain::area::AreaKind;
use domain::rule::{Violation, code};
use domain::setting::Setting;
use persistence::{Key, Reader};

use crate::commands::{Refusal, Work, settings};

/// The key of the setting.
pub const KEY: &str = "area_kinds";

/// The kinds in use: all while nobody has said otherwise.
///
/// # Errors
/// The database can't be read.
pub fn in_use(reader: &mut Reader<'_>) -> Result<Vec<AreaKind>, Refusal> {
    let found = reader.find::<Setting>(&Key::SettingKey(KEY.to_owned()))?;
    let named = found.first().and_then(|found| found.value.value.as_array());
    Ok(match named {
        Some(named) => named.iter().filter_map(|kind| AreaKind::parse(kind.as_str()?)).collect(),
        None => AreaKind::ALL.to_vec(),
    })
}

/// Sets them, if there is something to set; those that then are in use, in their usual order.
///
/// # Errors
/// None is left, one is named twice, or the database can't take it.
pub fn change(work: &mut Work<'_, '_>, to: Option<Vec<AreaKind>>) -> Result<Vec<AreaKind>, Refusal> {
    let Some(named) = to else { return in_use(&mut work.tx.reader()) };
    let mut out = Vec::new();
    if named.is_empty() {
        out.push(Violation::new(code::REQUIRED, "name at least one kind").at(format!("/{KEY}")));
    }
    domain::text::listed(&mut out, &format!("/{KEY}"), &named, AreaKind::ALL.len());
    domain::rule::verdict(out)?;
    let kinds: Vec<AreaKind> = AreaKind::ALL.iter().copied().filter(|kind| named.contains(kind)).collect();
    settings::set(work, KEY, kinds.iter().map(|kind| kind.as_str()).collect())?;
    Ok(kinds)
}
