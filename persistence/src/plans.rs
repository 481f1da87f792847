//! Plans: what changes would do to people's rights, kept for a while to be applied (H-03). They stand beside the log.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use domain::id::UserId;
use domain::named_values;
use uuid::Uuid;

use crate::connection::MultiBackend;
use crate::dialect;
use crate::error::StoreError;
use crate::reader::Reader;
use crate::schema::{plan_files, plan_lines, plans};
use crate::sql_types::{At, Id};
use crate::tx::Tx;

named_values! {
    /// Where a plan stands.
    pub enum PlanState {
        /// It can be applied.
        Open = "open",
        /// It was applied.
        Applied = "applied",
        /// It is too old.
        Expired = "expired",
    }
}

/// A plan.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Its id.
    pub id: Uuid,
    /// Who made it; `None` for the service itself.
    pub made_by: Option<UserId>,
    /// When (UTC).
    pub made_at: DateTime<Utc>,
    /// From this instant on it can't be applied any more (UTC).
    pub expires_at: DateTime<Utc>,
    /// What is to be done, as the caller of this crate writes it.
    pub request: String,
    /// What was found in short, as the caller of this crate writes it.
    pub findings: String,
    /// Stands for all that was found.
    pub hash: String,
    /// Who applied it, when (UTC), and the newest revision after it.
    pub applied: Option<(UserId, DateTime<Utc>, i64)>,
}

impl Plan {
    /// Where it stands at that instant.
    pub fn state(&self, now: DateTime<Utc>) -> PlanState {
        match self.applied {
            Some(_) => PlanState::Applied,
            None if self.expires_at <= now => PlanState::Expired,
            None => PlanState::Open,
        }
    }
}

named_values! {
    /// The parts of a plan that may be long.
    pub enum PlanSection {
        /// Records that change.
        Change = "change",
        /// Rights that come or go, for one or more people.
        Right = "right",
        /// Whose rights change.
        Person = "person",
    }
}

/// A line of a plan, as the caller of this crate writes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PlanLine {
    /// Which part it belongs to.
    pub section: PlanSection,
    /// Its place there, from 0.
    pub position: i64,
    /// Whom it is about.
    pub user_id: Option<UserId>,
    /// The line.
    pub line: String,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = plans, treat_none_as_default_value = false)]
struct Row {
    id: Id,
    made_by: Option<Id>,
    made_at: At,
    expires_at: At,
    request: String,
    findings: String,
    hash: String,
    applied_by: Option<Id>,
    applied_at: Option<At>,
    applied_revision: Option<i64>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = plan_lines)]
struct LineRow {
    position: i64,
    user_id: Option<Id>,
    line: String,
}

impl From<Row> for Plan {
    fn from(row: Row) -> Self {
        let applied = row.applied_by.zip(row.applied_at);
        Self {
            id: row.id.0,
            made_by: row.made_by.map(|id| UserId(id.0)),
            made_at: row.made_at.0,
            expires_at: row.expires_at.0,
            request: row.request,
            findings: row.findings,
            hash: row.hash,
            applied: applied.map(|(by, at)| (UserId(by.0), at.0, row.applied_revision.unwrap_or(0))),
        }
    }
}

impl Tx<'_> {
    /// Keeps a plan, which nobody has applied yet, with its lines.
    ///
    /// # Errors
    /// The database fails.
    pub fn keep_plan(&mut self, plan: &Plan, lines: &[PlanLine]) -> Result<(), StoreError> {
        let row = Row {
            id: Id(plan.id),
            made_by: plan.made_by.map(Id::from),
            made_at: At(plan.made_at),
            expires_at: At(plan.expires_at),
            request: plan.request.clone(),
            findings: plan.findings.clone(),
            hash: plan.hash.clone(),
            applied_by: None,
            applied_at: None,
            applied_revision: None,
        };
        diesel::insert_into(plans::table).values(row).execute(self.connection)?;
        let rows = lines.iter().map(|line| {
            Ok(vec![
                plan.id.into(),
                line.section.as_str().into(),
                line.position.into(),
                line.user_id.map(|user| user.0).into(),
                line.line.as_str().into(),
            ])
        });
        dialect::insert::<plan_lines::table>(self.connection, rows)
    }

    /// Notes that a plan was applied, and by whom.
    ///
    /// # Errors
    /// The database fails.
    pub fn plan_applied(&mut self, id: Uuid, by: UserId, revision: i64) -> Result<(), StoreError> {
        diesel::update(plans::table.find(Id(id)))
            .set((
                plans::applied_by.eq(Some(Id::from(by))),
                plans::applied_at.eq(Some(At(self.now()))),
                plans::applied_revision.eq(Some(revision)),
            ))
            .execute(self.connection)?;
        Ok(())
    }

    /// Keeps an operation's file with a plan: it goes when the plan goes.
    ///
    /// # Errors
    /// The database fails.
    pub fn keep_plan_file(&mut self, plan: Uuid, operation: Uuid) -> Result<(), StoreError> {
        // Part by part, so that never more than one of them is in memory.
        let mut part = 0;
        while let Some(data) = self.reader().operation_file(operation, part)? {
            diesel::insert_into(plan_files::table)
                .values((plan_files::plan_id.eq(Id(plan)), plan_files::part.eq(part), plan_files::data.eq(data)))
                .execute(self.connection)?;
            part += 1;
        }
        Ok(())
    }

    /// Gives an operation the file that is kept with a plan. The plan keeps it.
    ///
    /// # Errors
    /// The database fails.
    pub fn take_plan_file(&mut self, plan: Uuid, operation: Uuid) -> Result<(), StoreError> {
        let mut part: i64 = 0;
        loop {
            let data = plan_files::table.find((Id(plan), part)).select(plan_files::data);
            let Some(data) = data.first::<Vec<u8>>(self.connection).optional()? else { return Ok(()) };
            self.append_operation_file(operation, &data)?;
            part += 1;
        }
    }

    /// Removes the file that is kept with a plan.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_plan_file(&mut self, plan: Uuid) -> Result<(), StoreError> {
        diesel::delete(plan_files::table.filter(plan_files::plan_id.eq(Id(plan)))).execute(self.connection)?;
        Ok(())
    }

    /// Throws a plan away.
    ///
    /// # Errors
    /// The database fails.
    pub fn discard_plan(&mut self, id: Uuid) -> Result<(), StoreError> {
        diesel::delete(plans::table.find(Id(id))).execute(self.connection)?;
        Ok(())
    }

    /// Throws away the plans that expired before that instant. Says how many.
    ///
    /// # Errors
    /// The database fails.
    pub fn delete_plans(&mut self, before: DateTime<Utc>) -> Result<usize, StoreError> {
        Ok(diesel::delete(plans::table.filter(plans::expires_at.lt(At(before)))).execute(self.connection)?)
    }
}

impl Reader<'_> {
    /// A plan.
    ///
    /// # Errors
    /// The database fails.
    pub fn plan(&mut self, id: Uuid) -> Result<Option<Plan>, StoreError> {
        let found: Option<Row> =
            plans::table.find(Id(id)).select(Row::as_select()).first(self.connection).optional()?;
        Ok(found.map(Plan::from))
    }

    /// Plans, the newest first: those that one account made, or all; those that stand so at that instant, all when
    /// `states` names none; after the one of that instant and id.
    ///
    /// # Errors
    /// The database fails.
    pub fn plans(
        &mut self,
        made_by: Option<UserId>,
        (states, now): (&[PlanState], DateTime<Utc>),
        after: Option<(DateTime<Utc>, Uuid)>,
        limit: i64,
    ) -> Result<Vec<Plan>, StoreError> {
        let unwanted = |state| !states.is_empty() && !states.contains(&state);
        let mut query = plans::table.select(Row::as_select()).into_boxed::<MultiBackend>();
        if let Some(user) = made_by {
            query = query.filter(plans::made_by.eq(Some(Id::from(user))));
        }
        // The columns that [`Plan::state`] asks, one state after the other.
        if unwanted(PlanState::Applied) {
            query = query.filter(plans::applied_at.is_null());
        }
        if unwanted(PlanState::Expired) {
            query = query.filter(plans::applied_at.is_not_null().or(plans::expires_at.gt(At(now))));
        }
        if unwanted(PlanState::Open) {
            query = query.filter(plans::applied_at.is_not_null().or(plans::expires_at.le(At(now))));
        }
        if let Some((at, id)) = after {
            let later = plans::made_at.eq(At(at)).and(plans::id.lt(Id(id)));
            query = query.filter(plans::made_at.lt(At(at)).or(later));
        }
        let rows = query.order((plans::made_at.desc(), plans::id.desc())).limit(limit).load(self.connection)?;
        Ok(rows.into_iter().map(Plan::from).collect())
    }

    /// Lines of a part of a plan in their order, after a position; all, or those about one account.
    ///
    /// # Errors
    /// The database fails.
    pub fn plan_lines(
        &mut self,
        plan: Uuid,
        section: PlanSection,
        user: Option<UserId>,
        after: i64,
        limit: i64,
    ) -> Result<Vec<PlanLine>, StoreError> {
        let mut query = plan_lines::table
            .filter(plan_lines::plan_id.eq(Id(plan)).and(plan_lines::section.eq(section.as_str())))
            .filter(plan_lines::position.gt(after))
            .select(LineRow::as_select())
            .into_boxed::<MultiBackend>();
        if let Some(user) = user {
            query = query.filter(plan_lines::user_id.eq(Some(Id::from(user))));
        }
        let rows: Vec<LineRow> = query.order(plan_lines::position).limit(limit).load(self.connection)?;
        Ok(rows.into_iter().map(|row| line(section, row)).collect())
    }

    /// The lines of a part of a plan at these positions.
    ///
    /// # Errors
    /// The database fails.
    pub fn plan_lines_at(
        &mut self,
        plan: Uuid,
        section: PlanSection,
        positions: &[i64],
    ) -> Result<Vec<PlanLine>, StoreError> {
        let rows: Vec<LineRow> = plan_lines::table
            .filter(plan_lines::plan_id.eq(Id(plan)).and(plan_lines::section.eq(section.as_str())))
            .filter(plan_lines::position.eq_any(positions.iter().copied()))
            .order(plan_lines::position)
            .select(LineRow::as_select())
            .load(self.connection)?;
        Ok(rows.into_iter().map(|row| line(section, row)).collect())
    }
}

fn line(section: PlanSection, row: LineRow) -> PlanLine {
    PlanLine { section, position: row.position, user_id: row.user_id.map(|id| UserId(id.0)), line: row.line }
}
