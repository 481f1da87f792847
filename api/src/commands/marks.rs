//! The marks of objects: which pattern makes one, what stands in it, and the number that it takes.

use std::collections::HashSet;

use chrono::NaiveDate;
use domain::area::{Area, MARK_MAX, MarkMode, MarkPattern, MarkValues, NO_AREA_MARK, NOBODY, Pattern, PatternFault};
use domain::grant::Object;
use domain::id::{AreaId, UserId};
use domain::rule::{Violation, code};
use domain::text;
use domain::user::User;
use persistence::{Key, MarkCounter, Reader, StoreError, Stored};
use uuid::Uuid;

use crate::commands::{Refusal, Work};

/// So many marks of numbers ahead are looked for at a time in what may be a long operation.
const AHEAD: i64 = 256;

/// So many numbers ahead does a preview look for marks that are not taken.
const PREVIEWED: i64 = 1_000;

/// So many numbers are passed over whose marks other objects have.
const PASSED_OVER: i64 = 1_000_000;

/// What stands for `{area}`, and whose mark that is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AreaToken {
    /// The text.
    pub text: String,
    /// The area that has this mark; `None` where none has.
    pub area: Option<AreaId>,
}

impl AreaToken {
    /// The area's mark, else the nearest one above it; `get` finds areas.
    ///
    /// # Errors
    /// An area can't be read.
    pub fn of(
        area: Option<AreaId>,
        mut get: impl FnMut(Uuid) -> Result<Option<Stored<Area>>, StoreError>,
    ) -> Result<Self, Refusal> {
        let (mut next, mut seen) = (area, Vec::new());
        while let Some(id) = next.filter(|id| !seen.contains(id)) {
            seen.push(id);
            let Some(found) = get(id.0)? else { break };
            if let Some(mark) = found.value.mark {
                return Ok(Self { text: mark, area: Some(id) });
            }
            next = found.value.parent_id;
        }
        Ok(Self { text: NO_AREA_MARK.to_owned(), area: None })
    }
}

/// The counter of a pattern in an area on a day. It runs in each area for itself; where marks must be unique
/// and name the area, areas that go by one mark, or by none, share one counter, since they share their marks.
pub fn counter(
    of: &MarkPattern,
    pattern: &Pattern,
    area: Option<AreaId>,
    token: &AreaToken,
    day: NaiveDate,
) -> MarkCounter {
    let shared = of.unique && of.area_id.is_none() && pattern.names_area();
    MarkCounter { pattern: of.id, area: if shared { token.area } else { area }, period: of.reset.period(day) }
}

/// What stands for `{user}`: the account's login, else its display name.
pub fn user_text(user: Option<&User>) -> &str {
    user.and_then(|user| user.login.as_deref().or(user.display_name.as_deref())).unwrap_or(NOBODY)
}

/// The mark that an object is to get, with the number that it takes.
pub struct Mark {
    /// The mark.
    pub text: Option<String>,
    /// Whether no other object of the type may have it.
    pub unique: bool,
    number: Option<(MarkCounter, i64)>,
}

impl Mark {
    /// Takes the number, once nothing refuses the object any more.
    pub fn take(self, work: &mut Work<'_, '_>) {
        if let Some((counter, number)) = self.number {
            work.tx.take_mark_number(&counter, number);
        }
    }
}

/// The pattern for an object of a type in an area.
///
/// # Errors
/// The database can't be read.
fn chosen(work: &mut Work<'_, '_>, object_type: &str, area: Option<&Area>) -> Result<Option<MarkPattern>, Refusal> {
    let all = work.tx.find::<MarkPattern>(&Key::PatternsFor(object_type.to_owned()))?;
    let place = area.map(|area| (area.id, area.kind));
    Ok(MarkPattern::choose(all.iter().map(|found| &found.value), place, object_type).cloned())
}

/// The mark of an object that is created: of its pattern, or as the caller says.
///
/// # Errors
/// The database can't be read.
pub fn of_new(
    work: &mut Work<'_, '_>,
    object: &Object,
    area: Option<&Area>,
    said: Option<String>,
    out: &mut Vec<Violation>,
) -> Result<Mark, Refusal> {
    let Some(pattern) = chosen(work, &object.object_type, area)? else {
        text::optional(out, "/mark", said.as_deref(), MARK_MAX);
        if let Some(said) = &said {
            check_free(work, object, said, false, out)?;
        }
        return Ok(Mark { text: said, unique: false, number: None });
    };
    match (pattern.mode, said) {
        (MarkMode::UserDefined, Some(said)) => {
            text::required(out, "/mark", &said, MARK_MAX);
            check_free(work, object, &said, pattern.unique, out)?;
            Ok(Mark { text: Some(said), unique: pattern.unique, number: None })
        }
        (mode, Some(_)) => {
            let detail = match mode {
                MarkMode::Editable => "the pattern makes the mark of a new object; edit it afterwards",
                _ => "the pattern makes the mark",
            };
            out.push(Violation::new(code::MARK_FIXED, detail).at("/mark"));
            Ok(Mark { text: None, unique: false, number: None })
        }
        (_, None) => made(work, object, &pattern, out),
    }
}

/// The mark that a pattern makes. A number whose mark another object got by hand is passed over.
fn made(work: &mut Work<'_, '_>, object: &Object, of: &MarkPattern, out: &mut Vec<Violation>) -> Result<Mark, Refusal> {
    let pattern = parsed(&of.pattern)?;
    let token = AreaToken::of(object.area_id, |id| work.tx.get::<Area>(id))?;
    let author = match object.author_id.filter(|_| pattern.names_user()) {
        Some(UserId(id)) => work.tx.get::<User>(id)?.map(|found| found.value),
        None => None,
    };
    let day = work.today;
    let mark_of = |number| {
        let values = MarkValues { day, user: user_text(author.as_ref()), area: &token.text, counter: number };
        pattern.expand(&values)
    };
    let (mut number, mut counter) = (0, None);
    if pattern.counts() {
        let counted = self::counter(of, &pattern, object.area_id, &token, day);
        let (last, fresh) = work.tx.last_mark_number(&counted)?;
        number = last + 1;
        if of.unique {
            if work.in_operation() && (fresh || number % AHEAD == 0) {
                look_ahead(work, number, mark_of)?;
            }
            while number - last < PASSED_OVER && is_taken(work, object, &mark_of(number), true)? {
                number += 1;
                if (number - last) % AHEAD == 2 {
                    look_ahead(work, number, mark_of)?;
                }
            }
        }
        counter = Some((counted, number));
    }
    let mark = mark_of(number);
    text::required(out, "/mark", &mark, MARK_MAX);
    check_free(work, object, &mark, of.unique, out)?;
    Ok(Mark { text: Some(mark), unique: of.unique, number: counter })
}

/// Reads who has the marks of the next numbers, all at once.
fn look_ahead(work: &mut Work<'_, '_>, number: i64, mark_of: impl Fn(i64) -> String) -> Result<(), Refusal> {
    let ahead: Vec<Key> = (number..=number + AHEAD).map(|next| Key::ObjectsMarked(mark_of(next))).collect();
    Ok(work.tx.preload_keys::<Object>(&ahead)?)
}

/// The mark of an object that is changed: as it was, unless the caller says another. It stays when the object
/// moves to another area; whether it can be edited is for the pattern of the area where it is then.
///
/// # Errors
/// The database can't be read.
pub fn of_changed(
    work: &mut Work<'_, '_>,
    before: &Object,
    object: &Object,
    area: Option<&Area>,
    said: Option<String>,
    out: &mut Vec<Violation>,
) -> Result<Mark, Refusal> {
    if said == before.mark {
        return Ok(Mark { text: said, unique: before.unique_mark, number: None });
    }
    let pattern = chosen(work, &object.object_type, area)?;
    if pattern.as_ref().is_some_and(|pattern| pattern.mode == MarkMode::Fixed) {
        out.push(Violation::new(code::MARK_FIXED, "the pattern fixes the mark").at("/mark"));
    }
    text::optional(out, "/mark", said.as_deref(), MARK_MAX);
    let unique = pattern.is_some_and(|pattern| pattern.unique) && said.is_some();
    if let Some(said) = &said {
        check_free(work, object, said, unique, out)?;
    }
    Ok(Mark { text: said, unique, number: None })
}

/// Refuses a mark that another object of the type has, if one of the two has to be the only one with it.
fn check_free(
    work: &mut Work<'_, '_>,
    object: &Object,
    mark: &str,
    unique: bool,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    if is_taken(work, object, mark, unique)? {
        out.push(Violation::new(code::MARK_TAKEN, "another object of this type has this mark").at("/mark"));
    }
    Ok(())
}

/// Whether another object of the type has the mark; where it need not be unique, one whose mark is.
fn is_taken(work: &mut Work<'_, '_>, object: &Object, mark: &str, unique: bool) -> Result<bool, Refusal> {
    let holders = work.tx.find::<Object>(&Key::ObjectsMarked(mark.to_owned()))?;
    let mut others = holders.iter().map(|holder| &holder.value).filter(|holder| holder.id != object.id);
    Ok(others.any(|holder| holder.object_type == object.object_type && (unique || holder.unique_mark)))
}

fn parsed(text: &str) -> Result<Pattern, Refusal> {
    Pattern::parse(text).map_err(|_| Refusal::internal("a stored pattern can't be read"))
}

/// What a pattern would give.
pub struct Preview {
    /// What is wrong with it.
    pub faults: Vec<PatternFault>,
    /// The next marks.
    pub examples: Vec<String>,
    /// Why it can repeat itself.
    pub repeats: Vec<String>,
}

/// The next marks of a pattern for an area and a type, of which no number is taken. It goes on from where the
/// pattern is that it would take the place of.
///
/// # Errors
/// The database can't be read.
pub fn preview(
    reader: &mut Reader<'_>,
    of: &MarkPattern,
    area: Option<&Area>,
    user: Option<UserId>,
    day: NaiveDate,
    count: i64,
) -> Result<Preview, Refusal> {
    let pattern = match Pattern::parse(&of.pattern) {
        Ok(pattern) => pattern,
        Err(faults) => return Ok(Preview { faults, examples: vec![], repeats: vec![] }),
    };
    let area_id = area.map(|area| area.id);
    let token = AreaToken::of(area_id, |id| reader.get::<Area>(id))?;
    let user = match user {
        Some(UserId(id)) => reader.get::<User>(id)?.map(|found| found.value),
        None => None,
    };
    let all = reader.find::<MarkPattern>(&Key::PatternsFor(of.object_type.clone()))?;
    let all = || all.iter().map(|found| &found.value);
    // The one in force, if it is looked at as it is; else the one that it would take the place of.
    let in_force = MarkPattern::choose(all(), area.map(|area| (area.id, area.kind)), &of.object_type);
    let in_force = in_force.filter(|one| one.pattern == of.pattern && one.reset == of.reset);
    let present = in_force.or_else(|| all().find(|one| one.is_for(area_id, None, &of.object_type)));
    let last = match present {
        Some(present) => {
            let (area_id, unique) = in_force.map_or((of.area_id, of.unique), |one| (one.area_id, one.unique));
            let same = MarkPattern { id: present.id, area_id, unique, ..of.clone() };
            reader.last_mark_number(&counter(&same, &pattern, area.map(|area| area.id), &token, day))?
        }
        None => 0,
    };
    let mark =
        |counter| pattern.expand(&MarkValues { day, user: user_text(user.as_ref()), area: &token.text, counter });
    let count = if pattern.counts() { count } else { 1 };
    let mut marks: Vec<String> = (last + 1..=last + count).map(mark).collect();
    if pattern.counts() {
        marks.extend((last + count + 1..=last + PREVIEWED).map(mark));
        let keys: Vec<Key> = marks.iter().cloned().map(Key::ObjectsMarked).collect();
        let holders = reader.find_many::<Object>(&keys)?.into_iter().map(|found| found.value);
        let taken = holders.filter(|holder| holder.object_type == of.object_type).filter_map(|holder| holder.mark);
        let taken: HashSet<String> = taken.collect();
        marks.retain(|mark| !taken.contains(mark));
    }
    let examples = marks.into_iter().take(usize::try_from(count).unwrap_or(0)).collect();
    Ok(Preview { faults: vec![], examples, repeats: pattern.repeats(of.reset, area_id.is_some()) })
}
