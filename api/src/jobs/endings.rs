//! What is looked for every night, so that it is told in time (N-01): what ends soon, invitations that nobody accepted, and
//! areas whose owner can't own them. Each is told once, also when the job is done again.

use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::area::{Area, AreaState};
use domain::change::Entity;
use domain::id::{UserId, WorkerId};
use domain::notification::{Type, types};
use domain::organisation::{Contract, ContractState};
use domain::role::Role;
use domain::user::{User, UserState};
use persistence::{Filter, Key, ListQuery, Reader, Sort, StoreError, Stored, Table, Value};
use uuid::Uuid;

use crate::app::App;
use crate::auth::links;
use crate::commands::areas::owners;
use crate::commands::notifications::{Cause, Details, raise_all};
use crate::commands::settings::{self, Number};
use crate::commands::{Refusal, Work, leaving};

/// So many things are told of in one transaction.
const CHUNK: i64 = 500;

/// Does what the settings say when workers leave (L-03, L-04): of those who left since the last time, up to yesterday.
///
/// # Errors
/// The database fails.
pub fn leaving(app: &App, day: NaiveDate) -> Result<(), Refusal> {
    let Some(yesterday) = day.pred_opt() else { return Ok(()) };
    let last = app.store().read(|reader| reader.last_finished_daily_run("leaving", day))?;
    // The run of a day looked at what was over the day before.
    let report = leaving::run(app, last.unwrap_or(yesterday), yesterday)?;
    log::info!("leaving: {report:?}");
    Ok(())
}

/// Tells of contracts that end within the set number of days, but for those that go on.
///
/// # Errors
/// The database fails.
pub fn contracts(app: &App, day: NaiveDate) -> Result<(), Refusal> {
    let states = [ContractState::Signed, ContractState::Ended];
    let counts = Filter::AnyOf("state", states.iter().map(|state| Value::Text(state.as_str().to_owned())).collect());
    let last_days = |reader: &mut Reader<'_>, found: &[Stored<Contract>]| {
        let keys: Vec<Key> = found.iter().map(|found| Key::ContractsOf(found.value.worker_id)).collect();
        let mut all: HashMap<WorkerId, Vec<Contract>> = HashMap::new();
        for contract in reader.find_many::<Contract>(&keys)? {
            all.entry(contract.value.worker_id).or_default().push(contract.value);
        }
        let goes_on = |contract: &Contract| all.get(&contract.worker_id).is_some_and(|all| contract.goes_on(all));
        Ok(found.iter().map(|found| found.value.window.valid_to.filter(|_| !goes_on(&found.value))).collect())
    };
    ending::<Contract>(app, day, &settings::CONTRACT_ENDING_DAYS, &types::CONTRACT_ENDING, vec![counts], last_days)
}

/// Tells of roles that end within the set number of days.
///
/// # Errors
/// The database fails.
pub fn roles(app: &App, day: NaiveDate) -> Result<(), Refusal> {
    let last_days = |_: &mut Reader<'_>, found: &[Stored<Role>]| {
        Ok(found.iter().map(|found| found.value.window.valid_to).collect())
    };
    ending::<Role>(app, day, &settings::ROLE_WINDOW_ENDING_DAYS, &types::ROLE_WINDOW_ENDING, vec![], last_days)
}

/// Tells of what has its last day between a day and so many days later. `last_days` gives the last day of each that is
/// to be told of.
fn ending<T: Table>(
    app: &App,
    day: NaiveDate,
    ahead: &Number,
    kind: &Type,
    mut filters: Vec<Filter>,
    last_days: impl Fn(&mut Reader<'_>, &[Stored<T>]) -> Result<Vec<Option<NaiveDate>>, StoreError>,
) -> Result<(), Refusal> {
    let days = u64::try_from(app.setting(ahead)).unwrap_or(0);
    let until = day.checked_add_days(Days::new(days)).unwrap_or(day);
    filters.push(Filter::AtLeast("valid_to", Value::Date(day)));
    filters.push(Filter::AtMost("valid_to", Value::Date(until)));
    let sort = vec![Sort { column: "valid_to", descending: false }];
    let mut query = ListQuery { filters, sort, after: None, limit: CHUNK };
    loop {
        let (found, last_days) = app.store().read(|reader| {
            let found = reader.list::<T>(&query)?;
            let last_days = last_days(reader, &found)?;
            Ok::<_, Refusal>((found, last_days))
        })?;
        let causes = found.iter().zip(last_days).filter_map(|(stored, last)| {
            let last = last?;
            let details = Details { last_day: Some(last), ..Details::default() };
            // Told anew where the last day changes.
            Some(Cause::once(kind, stored.value.uuid(), details, last.to_string()))
        });
        tell(app, kind, causes.collect())?;
        let Some(last) = found.last().filter(|_| i64::try_from(found.len()) == Ok(CHUNK)) else { return Ok(()) };
        query.after = Some(query.cursor(last)?);
    }
}

/// Tells of accounts whose invitation expired and that are invited still.
///
/// # Errors
/// The database fails.
pub fn invitations(app: &App, _: NaiveDate) -> Result<(), Refusal> {
    let now = app.clock().now();
    let purpose = links::Purpose::Invitation.as_str();
    let expired: Vec<(Uuid, DateTime<Utc>)> = app.store().read(|reader| {
        let expired = reader.expired_links(purpose, now - links::KEPT, now)?;
        let ids: Vec<Uuid> = expired.iter().map(|(user, _)| user.0).collect();
        let users = reader.get_many::<User>(&ids)?;
        let invited: std::collections::HashSet<Uuid> = users
            .into_iter()
            .filter(|user| user.value.state == UserState::Invited)
            .map(|user| user.value.uuid())
            .collect();
        let left = expired.into_iter().map(|(user, at)| (user.0, at)).filter(|(user, _)| invited.contains(user));
        Ok::<_, Refusal>(left.collect())
    })?;
    let kind = &types::INVITATION_EXPIRED;
    for some in expired.chunks(usize::try_from(CHUNK).unwrap_or(1)) {
        let cause = |(user, at): &(Uuid, DateTime<Utc>)| Cause::once(kind, *user, Details::default(), at.to_rfc3339());
        tell(app, kind, some.iter().map(cause).collect())?;
    }
    Ok(())
}

/// Tells of areas whose owner can't own them any more, as was found at once where an account was blocked or deleted here.
///
/// # Errors
/// The database fails.
pub fn areas(app: &App, _: NaiveDate) -> Result<(), Refusal> {
    for ids in owners::without(app).chunks(usize::try_from(CHUNK).unwrap_or(1)) {
        let causes = app.store().read(|reader| {
            let areas = reader.get_many::<Area>(ids)?;
            let accounts: Vec<Uuid> = areas.iter().map(|area| area.value.owner_id.0).collect();
            let accounts: HashMap<UserId, User> =
                reader.get_many::<User>(&accounts)?.into_iter().map(|user| (user.value.id, user.value)).collect();
            let in_use = areas.iter().filter(|area| area.value.state == AreaState::Active);
            let cause = |area: &Stored<Area>| Some(owners::cause(&area.value, accounts.get(&area.value.owner_id)?));
            Ok::<_, Refusal>(in_use.filter_map(cause).collect())
        })?;
        tell(app, &types::AREA_WITHOUT_ABLE_OWNER, causes)?;
    }
    Ok(())
}

fn tell(app: &App, kind: &Type, causes: Vec<Cause>) -> Result<(), Refusal> {
    if causes.is_empty() {
        return Ok(());
    }
    let command = |work: &mut Work<'_, '_>| raise_all(work, causes);
    app.write(&app.service(), Some(kind.code.to_owned()), command).map(|_| ())
}
