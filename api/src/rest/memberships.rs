//! Memberships.

use chrono::NaiveDate;
use domain::id::{Kind, MembershipId};
use domain::role::{Member, Membership, Role, Source};
use domain::user::User;
use persistence::{Filter, Key, Reader, Stored, Value};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::app::App;
use crate::commands::memberships::{self, MemberType, MembershipInput, member_id};
use crate::commands::{Refusal, Work, areas};
use crate::demo::ids;
use crate::http::listing::{Expansion, FilterKind, FilterSpec, ListSpec};
use crate::http::page::Visible;
use crate::rest::crud::Shown;
use crate::rest::expand;
use crate::rights::{Authority, RoleRead, UserRead};
use crate::{resource_handlers, view};

view! {
    /// A membership: a user or a role in a role, for a time.
    #[schema(example = json!({
        "id": ids::membership("m-1"), "external_id": "m-1", "role_id": ids::role("timekeepers"),
        "member_type": "user", "member_id": ids::user("anna.keller"), "source": "manual", "locked": false,
        "remark": null, "contract_id": null, "rule_id": null, "valid_from": null, "valid_to": null,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "revision": 11
    }))]
    MembershipView {
        /// The role.
        role_id: Uuid,
        /// What sort of member.
        #[schema(inline)]
        member_type: MemberType,
        /// The member.
        member_id: Uuid,
        /// Where it came from: `manual`, `automatic`, `scim`.
        #[schema(max_length = 20)]
        source: String,
        /// Whether it follows from a contract and can't be changed by hand.
        locked: bool,
        /// `Auto-Add` for automatic memberships.
        #[schema(max_length = 20)]
        remark: Option<String>,
        /// The contract that it follows.
        contract_id: Option<Uuid>,
        /// The rule that made it.
        rule_id: Option<Uuid>,
        /// First day.
        valid_from: Option<NaiveDate>,
        /// Last day.
        valid_to: Option<NaiveDate>,
    }
}

impl Shown for Membership {
    type View = MembershipView;
    const PLURAL: &'static str = "memberships";
    const LIST: ListSpec = ListSpec {
        filters: &[
            FilterSpec { name: "role_id", kind: FilterKind::Id("role_id"), what: "In this role" },
            FilterSpec { name: "user_id", kind: FilterKind::Id("member_user_id"), what: "Of this user" },
            FilterSpec { name: "member_role_id", kind: FilterKind::Id("member_role_id"), what: "Of this role" },
            FilterSpec {
                name: "source",
                kind: FilterKind::Word("source", &["manual", "automatic", "scim"]),
                what: "From there",
            },
            FilterSpec { name: "contract_id", kind: FilterKind::Id("contract_id"), what: "Following this contract" },
            FilterSpec { name: "rule_id", kind: FilterKind::Id("rule_id"), what: "Made by this rule" },
            FilterSpec { name: "external_id", kind: FilterKind::Text("external_id"), what: "With this external id" },
            FilterSpec { name: "at", kind: FilterKind::ValidOn, what: "Valid on this day" },
        ],
        sorts: &[
            ("created_at", "created_at"),
            ("updated_at", "updated_at"),
            ("valid_from", "valid_from"),
            ("valid_to", "valid_to"),
        ],
        search: &[],
        expand: &[Expansion::one("role", "RoleView"), Expansion::one("user", "UserView")],
    };

    fn view(stored: &Stored<Self>) -> MembershipView {
        let membership = &stored.value;
        let automatic = membership.source == Source::Automatic;
        MembershipView {
            id: membership.id.0,
            external_id: membership.external_id.clone(),
            role_id: membership.role_id.0,
            member_type: MemberType::of(membership.member),
            member_id: member_id(membership.member),
            source: membership.source.to_string(),
            locked: automatic,
            remark: automatic.then(|| "Auto-Add".to_owned()),
            contract_id: membership.contract_id.map(|id| id.0),
            rule_id: membership.rule_id.map(|id| id.0),
            valid_from: membership.window.valid_from,
            valid_to: membership.window.valid_to,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            revision: stored.revision,
        }
    }

    fn visible<'a>(app: &'a App, authority: &'a Authority) -> Result<Visible<'a>, Refusal> {
        let Err(refusal) = authority.allow::<RoleRead>() else {
            return Ok(Visible::All);
        };
        // Managers see the members of their roles, whom they may add and remove; who sets areas those of the lists of
        // people there.
        let roles = app.store().read(|reader| reader.find::<Role>(&Key::All(Kind::Role)))?;
        let managed = roles
            .iter()
            .filter(|role| authority.user_id().is_some_and(|user| role.value.manager_ids.contains(&user)))
            .map(|role| role.value.id);
        let lists = areas::lists_seen(app, authority, roles.iter().map(|role| &role.value));
        let seen: Vec<_> = managed.chain(lists).map(|role| Value::Uuid(role.0)).collect();
        if seen.is_empty() { Err(refusal) } else { Ok(Visible::Only(Filter::AnyOf("role_id", seen))) }
    }

    fn readable(app: &App, authority: &Authority, stored: &Stored<Self>) -> Result<(), Refusal> {
        let Err(refusal) = authority.allow::<RoleRead>() else {
            return Ok(());
        };
        let role = app.store().read(|reader| reader.get::<Role>(stored.value.role_id.0))?;
        let Some(role) = role else { return Err(refusal) };
        let manager = authority.user_id().is_some_and(|user| role.value.manager_ids.contains(&user));
        let seen = manager || !areas::lists_seen(app, authority, std::iter::once(&role.value)).is_empty();
        if seen { Ok(()) } else { Err(refusal) }
    }

    fn expand(
        _: &App,
        authority: &Authority,
        reader: &mut Reader<'_>,
        names: &[String],
        items: &mut [(Stored<Self>, Json)],
    ) -> Result<(), Refusal> {
        expand::one::<Self, Role>(reader, names, "role", items, |membership| Some(membership.role_id.0))?;
        if authority.allow::<UserRead>().is_ok() {
            expand::one::<Self, User>(reader, names, "user", items, |membership| match membership.member {
                Member::User(id) => Some(id.0),
                Member::Role(_) => None,
            })?;
        }
        Ok(())
    }
}

resource_handlers! {
    Membership, MembershipInput, MembershipView, "memberships", "memberships",
    list: "Lists memberships." "listMemberships",
    get: "Reads a membership." "getMembership",
    create: "Creates a membership. Needs `system:role.assign`, being a manager of the role, or setting the areas whose list of people it is." "createMembership",
    update: "Changes a membership. Needs `system:role.assign`, being a manager of the role, or setting the areas whose list of people it is." "updateMembership",
    upsert: "Creates or updates a membership by your own id. Needs `system:role.assign`, being a manager of the role, or setting the areas whose list of people it is." "upsertMembership",
    remove: "Removes a membership. Needs `system:role.assign`, being a manager of the role, or setting the areas whose list of people it is." "deleteMembership"
        via |work: &mut Work<'_, '_>, id, expected| {
            memberships::remove(work, MembershipId(id), expected)
        },
}
