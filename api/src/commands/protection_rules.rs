//! Protection rules (G-4): who is kept from reading what belongs to others.

use domain::access::TargetIx;
use domain::area::{Area, AreaClass, ProtectionRule};
use domain::id::{Kind, PositionId, ProtectionRuleId, RoleId};
use domain::organisation::Position;
use domain::role::{Purpose, Role};
use domain::rule::{Violation, code, verdict};
use persistence::{Key, Stored};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::commands::mirrored::mirrored;
use crate::commands::references::{Reference, many};
use crate::commands::save::{self, Resource};
use crate::commands::{Refusal, Work, modules};
use crate::http::etag::Expected;
use crate::rights::{Allowed, ProtectionEdit};

/// What a caller says about a protection rule.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "external_id": "directors-folders", "name": "Directors and folders", "class": "personal_folders",
    "position_external_ids": ["director"]
}))]
pub struct ProtectionRuleInput {
    /// Your own id for it, unique among protection rules.
    #[schema(min_length = 1, max_length = 100)]
    pub external_id: Option<String>,
    /// Name.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// The class of the areas that it guards; either this or `module`.
    #[schema(inline)]
    pub class: Option<GuardedClassName>,
    /// The code of the module that it guards: what its target is must be `worker` or `object`.
    #[schema(min_length = 1, max_length = 100)]
    pub module: Option<String>,
    /// The roles whose members are barred.
    #[schema(max_items = 100)]
    pub role_ids: Option<Vec<Uuid>>,
    /// The roles by your own ids or codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub role_external_ids: Option<Vec<String>>,
    /// The positions whose holders are barred.
    #[schema(max_items = 100)]
    pub position_ids: Option<Vec<Uuid>>,
    /// The positions by your own ids or codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub position_external_ids: Option<Vec<String>>,
}

mirrored! {
    /// A class of areas that rules can guard (G-4).
    GuardedClassName mirrors AreaClass { Protected = "protected", PersonalFolders = "personal_folders" }
}

impl GuardedClassName {
    /// The name of a class; of one that nothing guards, none.
    pub fn of(class: AreaClass) -> Option<Self> {
        match class {
            AreaClass::Normal => None,
            AreaClass::Protected => Some(Self::Protected),
            AreaClass::PersonalFolders => Some(Self::PersonalFolders),
        }
    }
}

impl Resource for ProtectionRule {
    type Input = ProtectionRuleInput;
    const REFERENCES: &'static [Reference] = &[many("role", Kind::Role), many("position", Kind::Position)];

    fn input(&self) -> ProtectionRuleInput {
        ProtectionRuleInput {
            external_id: self.external_id.clone(),
            name: self.name.clone(),
            class: self.class.and_then(GuardedClassName::of),
            module: self.module.clone(),
            role_ids: Some(self.role_ids.iter().map(|id| id.0).collect()),
            role_external_ids: None,
            position_ids: Some(self.position_ids.iter().map(|id| id.0).collect()),
            position_external_ids: None,
        }
    }

    fn authorise(work: &mut Work<'_, '_>, _: Option<&Stored<ProtectionRule>>) -> Result<(), Refusal> {
        work.authority.allow::<ProtectionEdit>().map(|_| ())
    }

    fn save(
        work: &mut Work<'_, '_>,
        before: Option<&Stored<ProtectionRule>>,
        input: ProtectionRuleInput,
    ) -> Result<ProtectionRule, Refusal> {
        let old = before.map(|before| &before.value);
        let rule = ProtectionRule {
            id: old.map_or_else(
                || ProtectionRuleId(work.new_id::<ProtectionRule>(input.external_id.as_deref())),
                |old| old.id,
            ),
            external_id: input.external_id,
            name: input.name,
            class: input.class.map(Into::into),
            module: input.module,
            role_ids: input.role_ids.unwrap_or_default().into_iter().map(RoleId).collect(),
            position_ids: input.position_ids.unwrap_or_default().into_iter().map(PositionId).collect(),
        };
        let mut out = rule.check();
        if let Some(module) = &rule.module
            && let Some(module) = modules::by_code(work, module, "/module", &mut out)?
        {
            out.extend(ProtectionRule::check_module(&module));
        }
        for (index, role) in rule.role_ids.iter().enumerate() {
            work.referred::<Role>(Some(role.0), &format!("/role_ids/{index}"), &mut out)?;
        }
        for (index, position) in rule.position_ids.iter().enumerate() {
            work.referred::<Position>(Some(position.0), &format!("/position_ids/{index}"), &mut out)?;
        }
        check_areas(work, &rule, old, &mut out)?;
        save::check_external_id::<ProtectionRule>(work, rule.id.0, rule.external_id.as_deref(), &mut out)?;
        verdict(out)?;
        save::put(work, before, &rule)?;
        Ok(rule)
    }
}

/// Refuses to bar roles that read or process areas of the class (G-4). Lists of people are exempt as processors: there
/// the owner named each of them.
fn check_areas(
    work: &mut Work<'_, '_>,
    rule: &ProtectionRule,
    before: Option<&ProtectionRule>,
    out: &mut Vec<Violation>,
) -> Result<(), Refusal> {
    let barred: Vec<(usize, RoleId)> = rule.newly_barred(before).collect();
    if barred.is_empty() {
        return Ok(());
    }
    let areas = work.tx.find::<Area>(&Key::All(Kind::Area))?;
    let guarded = |area: &&Stored<Area>| Some(area.value.class) == rule.class;
    let areas: Vec<&Area> = areas.iter().filter(guarded).map(|area| &area.value).collect();
    for (index, role) in barred {
        let listed = work.tx.get::<Role>(role.0)?.is_some_and(|role| role.value.purpose == Purpose::PeopleList);
        let takes_part =
            |area: &&&Area| area.reader_ids.contains(&role) || (!listed && area.processor_ids.contains(&role));
        let taken: Vec<&Area> = areas.iter().filter(takes_part).copied().collect();
        if !taken.is_empty() {
            let detail = format!("the role is reader or processor of {}", in_words(work, &taken)?);
            out.push(Violation::new(code::GUARD_PROTECTION_RULE, detail).at(format!("/role_ids/{index}")));
        }
    }
    Ok(())
}

/// The areas of which the caller may know by their ids, the others by their number.
fn in_words(work: &mut Work<'_, '_>, areas: &[&Area]) -> Result<String, Refusal> {
    let model = work.present()?;
    let everywhere = work.authority.may("system", "area.administer", TargetIx::None);
    let seen = |area: &&&Area| {
        let reads = |ix| work.authority.may("areas", "read", TargetIx::Area(ix));
        everywhere
            || work.authority.user_id().is_some_and(|user| user == area.owner_id)
            || model.area(area.id).is_some_and(reads)
    };
    let mut named: Vec<String> = areas.iter().filter(seen).map(|area| area.id.0.to_string()).collect();
    let others = areas.len() - named.len();
    if others > 0 {
        named.push(match (named.is_empty(), others) {
            (true, 1) => "one area".to_owned(),
            (true, others) => format!("{others} areas"),
            (false, others) => format!("{others} more"),
        });
    }
    Ok(named.join(", "))
}

/// Removes a protection rule.
///
/// # Errors
/// It does not exist or is stale.
pub fn remove(
    work: &mut Work<'_, '_>,
    _allowed: &Allowed<ProtectionEdit>,
    id: ProtectionRuleId,
    expected: &Expected,
) -> Result<(), Refusal> {
    let rule = work.get::<ProtectionRule>(id.0)?;
    expected.check(rule.revision)?;
    work.tx.remove::<ProtectionRule>(id.0)?;
    Ok(())
}

/// How many protection rules are such.
///
/// # Errors
/// The database can't be read.
pub fn count(work: &mut Work<'_, '_>, is: impl Fn(&ProtectionRule) -> bool) -> Result<usize, Refusal> {
    let found = work.tx.find::<ProtectionRule>(&Key::All(Kind::ProtectionRule))?;
    Ok(found.iter().filter(|rule| is(&rule.value)).count())
}
