//! What a command would do: the changes, their effect on people's rights, the rules that it would break.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use domain::access::effect::{Effect, EffectGroup, effect};
use domain::change::{Change, Record};
use domain::id::{Kind, UserId};
use domain::rule::{Class, Warning};
use persistence::{Plan, PlanLine, PlanSection};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::commands::{Refusal, Work, four_eyes, role_sync};
use crate::plans::PlannedRequest;
use crate::plans::told::{Broken, Findings, GroupLine, PlanChangeView};

/// For how long a plan can be applied.
const LIFE: TimeDelta = TimeDelta::hours(24);

/// Most warnings that a plan tells.
const WARNINGS_MAX: usize = 1_000;

/// Characters of an id as text.
const ID_LENGTH: usize = 36;

/// What a command would do.
pub struct Draft {
    /// In short.
    pub findings: Findings,
    /// At length.
    pub lines: Vec<PlanLine>,
    /// Stands for all of it, but for guards that depend on who acts.
    pub hash: String,
}

impl Draft {
    /// Runs a command in a unit of work that nothing else was done in, and looks at what it did. Gives what the command
    /// gave, if it broke no rule.
    ///
    /// # Errors
    /// What the command refuses, but for rules that it would break.
    pub fn of<T>(
        work: &mut Work<'_, '_>,
        command: impl FnOnce(&mut Work<'_, '_>) -> Result<T, Refusal>,
    ) -> Result<(Self, Option<T>), Refusal> {
        let mut broken = Vec::new();
        let revision = work.tx.revision() - 1;
        let Some(value) = rules(command(work), &mut broken)? else {
            // Half of what it did says nothing.
            let draft =
                Self::told(work.app, (revision, work.tx.now()), &work.warnings, &[], &Effect::default(), broken)?;
            return Ok((draft, None));
        };
        role_sync::follow(work)?;
        rules(work.keep_an_administrator(), &mut broken)?;
        let changes = work.tx.changes();
        let today = work.app.zone().day_number(work.tx.now());
        let (before, after) = work.fork(&changes)?;
        let found = effect(&before, &after, &changes, today);
        let mut draft = Self::told(work.app, (revision, work.tx.now()), &work.warnings, &changes, &found, broken)?;
        rules(four_eyes::check(work), &mut draft.findings.broken)?;
        Ok((draft, Some(value)))
    }

    /// The same, standing for more than its changes: `mark` has to be the same as well.
    #[must_use]
    pub fn marked(mut self, mark: &str) -> Self {
        if !mark.is_empty() {
            self.hash = digest(&format!("{} {mark}", self.hash));
        }
        self
    }

    /// The plan of it, made at that instant.
    ///
    /// # Errors
    /// It can't be written.
    pub fn plan(
        &self,
        id: Uuid,
        made_by: Option<UserId>,
        request: &PlannedRequest,
        made_at: DateTime<Utc>,
    ) -> Result<Plan, Refusal> {
        let unwritable = |_| Refusal::internal("a plan can't be written");
        Ok(Plan {
            id,
            made_by,
            made_at,
            expires_at: made_at + LIFE,
            request: serde_json::to_string(request).map_err(unwritable)?,
            findings: serde_json::to_string(&self.findings).map_err(unwritable)?,
            hash: self.hash.clone(),
            applied: None,
        })
    }

    /// What changes would do that no command makes: those of a role sync, which saw all up to that revision.
    ///
    /// # Errors
    /// A change can't be written.
    pub fn of_changes(app: &App, revision: i64, changes: &[Change]) -> Result<Self, Refusal> {
        let before = app.live().model();
        let mut after = (*before).clone();
        after.apply(changes);
        let found = effect(&before, &after, changes, app.zone().day_number(app.clock().now()));
        Self::told(app, (revision, app.clock().now()), &[], changes, &found, Vec::new())
    }

    fn told(
        app: &App,
        (revision, at): (i64, DateTime<Utc>),
        warnings: &[Warning],
        changes: &[Change],
        effect: &Effect,
        broken: Vec<Broken>,
    ) -> Result<Self, Refusal> {
        let model = app.live().model();
        let hash = hash(changes, effect, &broken, at)?;
        let now = |group: &&EffectGroup| !group.once_active;
        let lost = |group: &&EffectGroup| now(group) && group.rights.iter().any(|right| !right.gained);
        let gained = |group: &&EffectGroup| now(group) && group.rights.iter().any(|right| right.gained);
        let people = |filter: &dyn Fn(&&EffectGroup) -> bool| {
            effect.groups.iter().filter(filter).map(|group| group.users.len()).sum::<usize>()
        };
        let once_active = people(&|group| group.once_active);
        let asleep = (once_active > 0).then(|| Warning {
            code: "rights_once_active",
            detail: format!("{once_active} invited or blocked accounts would gain or lose rights once they are active"),
        });
        let findings = Findings {
            revision: Some(revision),
            changes: changes.len(),
            people: people(&now),
            gaining: people(&gained),
            losing: people(&lost),
            once_active,
            cut_short: effect.cut_short || warnings.len() > WARNINGS_MAX,
            broken,
            warnings: (warnings.iter().take(WARNINGS_MAX).chain(&asleep))
                .map(|warning| (warning.code.to_owned(), warning.detail.clone()))
                .collect(),
            operation: None,
        };
        let mut lines = Vec::new();
        let mut places = BTreeMap::new();
        let mut add = |section: PlanSection, user_id, line| {
            let place = places.entry(section.as_str()).or_insert(0);
            lines.push(PlanLine { section, position: *place, user_id, line });
            *place += 1;
        };
        let unwritable = |_| Refusal::internal("a plan can't be written");
        for change in changes {
            if let Some(line) = PlanChangeView::of(change)? {
                add(PlanSection::Change, None, serde_json::to_string(&line).map_err(unwritable)?);
            }
        }
        for (number, group) in effect.groups.iter().enumerate() {
            let line = serde_json::to_string(&GroupLine::of(group)).map_err(unwritable)?;
            add(PlanSection::Right, None, line);
            for user in &group.users {
                // Whom the plan itself would make has no id yet.
                let known = model.user(*user).map(|_| *user);
                add(PlanSection::Person, known, number.to_string());
            }
        }
        Ok(Self { findings, lines, hash })
    }
}

/// What was done, unless rules were broken, which are noted.
fn rules<T>(done: Result<T, Refusal>, broken: &mut Vec<Broken>) -> Result<Option<T>, Refusal> {
    match done {
        Ok(value) => Ok(Some(value)),
        Err(Refusal::Violations(found)) if found.iter().all(|one| one.code.class == Class::Rule) => {
            broken.extend(found.iter().map(Broken::of));
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

/// Stands for the changes and their effect. New records have other ids each time, so they count by what they are; and
/// what is noted with the instant of the write, `at`, has another one then.
fn hash(changes: &[Change], effect: &Effect, broken: &[Broken], at: DateTime<Utc>) -> Result<String, Refusal> {
    let unwritable = |_| Refusal::internal("a change can't be written");
    let at = serde_json::to_string(&at).map_err(unwritable)?;
    let new: HashSet<String> = changes
        .iter()
        .filter(|change| change.before.is_none())
        .filter_map(|change| change.after.as_ref())
        // Of these there may be many, and nothing names them.
        .filter(|record| record.kind() != Kind::Membership)
        .map(|record| record.uuid().to_string())
        .collect();
    let mut lines = Vec::new();
    for change in changes {
        let before = change.before.as_ref().map(Record::to_json).transpose().map_err(unwritable)?;
        let after = change.after.as_ref().map(Record::to_json).transpose().map_err(unwritable)?;
        let mut after = after.map(|after| after.replace(&at, "now"));
        if let (None, Some(Record::Membership(made))) = (&change.before, &change.after) {
            after = after.map(|after| after.replace(&made.id.to_string(), "new"));
        }
        lines.push(nameless(&format!("{before:?} {after:?}"), &new));
    }
    lines.sort_unstable();
    let mut groups: Vec<String> = Vec::new();
    for group in &effect.groups {
        let mut users: Vec<String> = group.users.iter().map(|user| nameless(&user.to_string(), &new)).collect();
        users.sort_unstable();
        let rights = nameless(&serde_json::to_string(&GroupLine::of(group)).map_err(unwritable)?, &new);
        groups.push(format!("{rights} {users:?}"));
    }
    groups.sort_unstable();
    let mut text = lines.join("\n");
    groups.iter().for_each(|group| text.push_str(group));
    broken.iter().for_each(|one| text.push_str(&one.code));
    Ok(digest(&text))
}

/// A text in which every one of some ids is `new`: in one pass, since both may be long.
fn nameless(text: &str, ids: &HashSet<String>) -> String {
    let of_id = |byte: &u8| byte.is_ascii_hexdigit() || *byte == b'-';
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = rest.bytes().take_while(of_id).count();
        let (taken, after) = rest.split_at(if run == 0 { first.len_utf8() } else { run });
        out.push_str(if run == ID_LENGTH && ids.contains(taken) { "new" } else { taken });
        rest = after;
    }
    out
}

fn digest(text: &str) -> String {
    let mut out = String::new();
    for byte in Sha256::digest(text.as_bytes()) {
        // Writing to a string does not fail.
        let _ = write!(out, "{byte:02x}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_what_is_new_do_not_count() {
        let (new, old) = ("019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11", "019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e12");
        let ids = HashSet::from([new.to_owned()]);
        let text = |id: &str| format!("Šárka \"{id}\" {id}0 [{old}] é{id}é -");
        let expected = format!("Šárka \"new\" {new}0 [{old}] énewé -");
        assert_eq!(nameless(&text(new), &ids), expected);
        assert_eq!(nameless("", &ids), "");
        assert_eq!(nameless("plain", &HashSet::new()), "plain");
    }
}
