//! Protection rules (G-4).

use domain::area::ProtectionRule;
use domain::id::{Kind, PositionId, ProtectionRuleId, RoleId};
use persistence::{Filter, Key, Stored};
use uuid::Uuid;

use crate::app::App;
use crate::commands::protection_rules::{self, GuardedClassName, ProtectionRuleInput};
use crate::commands::{Refusal, Work};
use crate::demo::ids;
use crate::http::listing::{Chosen, ChosenKind, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rights::{Authority, ProtectionEdit, RoleRead};
use crate::{resource_handlers, view};

view! {
    /// A protection rule: who is kept from reading what belongs to others.
    #[schema(example = json!({
        "id": ids::protection_rule("directors-hr"), "external_id": "directors-hr", "name": "Directors and HR folders",
        "class": null, "module": "hr", "role_ids": [], "position_ids": [ids::position("director")],
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 23
    }))]
    ProtectionRuleView {
        /// Name.
        #[schema(max_length = 200)]
        name: String,
        /// The class of the areas that it guards.
        #[schema(inline)]
        class: Option<GuardedClassName>,
        /// The code of the module that it guards.
        #[schema(max_length = 100)]
        module: Option<String>,
        /// The roles whose members are barred.
        #[schema(max_items = 100)]
        role_ids: Vec<Uuid>,
        /// The positions whose holders are barred.
        #[schema(max_items = 100)]
        position_ids: Vec<Uuid>,
    }
}

impl Shown for ProtectionRule {
    type View = ProtectionRuleView;
    const PLURAL: &'static str = "protection-rules";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec {
                name: "class",
                kind: FilterKind::Word("class", &["protected", "personal_folders"]),
                what: "Guarding areas of this class",
            },
            FilterSpec { name: "module", kind: FilterKind::Text("module"), what: "Guarding this module" },
            FilterSpec { name: "role_id", kind: FilterKind::Chosen(ChosenKind::Id), what: "Barring this role" },
            FilterSpec { name: "position_id", kind: FilterKind::Chosen(ChosenKind::Id), what: "Barring this position" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
        ],
        sorts: &[("name", "name_key"), ("created_at", "created_at"), ("updated_at", "updated_at")],
        search: &["name_key"],
        expand: &[],
    };

    fn view(stored: &Stored<Self>) -> ProtectionRuleView {
        let rule = &stored.value;
        ProtectionRuleView {
            id: rule.id.0,
            external_id: rule.external_id.clone(),
            name: rule.name.clone(),
            class: rule.class.and_then(GuardedClassName::of),
            module: rule.module.clone(),
            role_ids: rule.role_ids.iter().map(|id| id.0).collect(),
            position_ids: rule.position_ids.iter().map(|id| id.0).collect(),
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(_: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        may_read(authority).map(|()| Visible::All)
    }

    fn chosen<'a>(
        app: &'a App,
        authority: &'a Authority,
        chosen: &Chosen,
        _: &mut Vec<Filter>,
    ) -> Result<Visible<'a>, Refusal> {
        let visible = Self::visible(app, authority)?;
        let (role, position) = (chosen.id("role_id"), chosen.id("position_id"));
        if role.is_none() && position.is_none() {
            return Ok(visible);
        }
        let wanted = |rule: &ProtectionRule| {
            role.is_none_or(|id| rule.role_ids.contains(&RoleId(id)))
                && position.is_none_or(|id| rule.position_ids.contains(&PositionId(id)))
        };
        let all = app.store().read(|reader| reader.find::<ProtectionRule>(&Key::All(Kind::ProtectionRule)))?;
        let ids = all.iter().filter(|found| wanted(&found.value)).map(|found| found.value.id.0).collect();
        Ok(Visible::Only(Filter::Ids(ids)))
    }

    fn readable(_: &App, authority: &Authority, _: &Stored<Self>) -> Result<(), Refusal> {
        may_read(authority)
    }
}

/// Who may write them reads them, and who reads roles.
fn may_read(authority: &Authority) -> Result<(), Refusal> {
    authority.allow::<ProtectionEdit>().map(|_| ()).or_else(|_| authority.allow::<RoleRead>().map(|_| ()))
}

resource_handlers! {
    ProtectionRule, ProtectionRuleInput, ProtectionRuleView, "protection-rules", "protection-rules",
    list: "Lists protection rules. Needs `system:protection.edit` or `system:role.read`." "listProtectionRules",
    get: "Reads a protection rule. Needs `system:protection.edit` or `system:role.read`." "getProtectionRule",
    create: "Creates a protection rule. Needs `system:protection.edit`." "createProtectionRule",
    update: "Changes a protection rule. Needs `system:protection.edit`." "updateProtectionRule",
    upsert: "Creates or updates a protection rule by your own id. Needs `system:protection.edit`." "upsertProtectionRule",
    remove: "Removes a protection rule. Needs `system:protection.edit`." "deleteProtectionRule"
        via |work: &mut Work<'_, '_>, id, expected| {
            let allowed = work.authority.allow::<ProtectionEdit>()?;
            protection_rules::remove(work, &allowed, ProtectionRuleId(id), expected)
        },
}
