//! Help with roles, their rules, modules, objects and grants.

super::help! {
    "role_mode_fixed" on "/api/v1/roles/{id}" at "/mode": "remove its members and rules first",
        "The role has members or rules of its present mode, which would mean nothing in the other one.",
        "Remove its members and rules, then change the mode; or make a new role and give it the grants.";
    "role_cycle" on "/api/v1/memberships" at "/member_id": "the member role contains this role",
        "A role may hold other roles, but not itself, directly or through others.",
        "See who is in whom with `GET /api/v1/memberships?member_role_id=`, and remove the membership that closes the circle, or turn this one around.";
    "guard_external_administrator" on "/api/v1/memberships" at "/member_id": "an external administrator would come into a protected role",
        "External administrators are kept out of roles marked `protected`, and of roles that lead into one: neither they nor a role that holds them is put there, and a role that holds them is not marked.",
        "Give the right to somebody of the organisation. Else take the external administrator out of the member role first, or leave the role unprotected.";
    "people_list_holds_users" on "/api/v1/memberships" at "/member_id": "a role can't be put on it",
        "A role of purpose `people_list` is a list of people by name: it takes users, no roles.",
        "Add the people one by one, or use a role of purpose `team` or `permission`.";
    "membership_exists" on "/api/v1/memberships": "it is 019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11",
        "The same member is in that role with the same window already.",
        "Nothing is left to do: `detail` names the membership that exists. For another period send another window.";
    "membership_fixed" on "/api/v1/memberships/{id}": "remove it and add another",
        "A membership joins one member to one role for good; only its window and external id change.",
        "Delete it (or set its `valid_to`) and create another with the right role or member.";
    "role_is_automatic" on "/api/v1/memberships" at "/role_id": "its members follow from contracts",
        "The members of an automatic role follow from contracts by its rules. They are neither added nor removed nor changed by hand.",
        "Change the worker's contract or the role's rules (`GET /api/v1/role-rules?role_id=`); membership follows at once. For single people use a manual role beside it. Listings mark such rows with `locked`, so don't offer the button.";
    "role_not_automatic" on "/api/v1/role-rules" at "/role_id": "the role's mode is manual",
        "Rules and department links fill automatic roles. This role's members are set by hand.",
        "Choose a role whose `mode` is `automatic`, or create one.";
    "rule_empty" on "/api/v1/role-rules": "name departments, positions, contract types, worker kinds, head_of or all_workers",
        "A rule without any part would match nobody, or everybody by accident.",
        "Name at least one part. If everybody is meant, send `\"all_workers\": true`.";
    "rule_all_with_parts" on "/api/v1/role-rules" at "/all_workers": "all_workers matches every contract",
        "`all_workers` matches every contract already, so other parts beside it say nothing.",
        "Send either `all_workers` or the other parts.";
    "unknown_notification_type" on "/api/v1/notification-subscriptions" at "/type": "give one of /api/v1/notification-types, or the code of a module, a dot and a name",
        "Notifications have the types that `GET /api/v1/notification-types` lists. A customer's module has its own: its code, a dot and a name, such as `fleet.service_due`. It can be subscribed to while the module exists, and raised while the module is active.",
        "Spell the type as it is listed, or make or switch on the module first.";
    "subscription_exists" on "/api/v1/notification-subscriptions" at "/type": "the role has this subscription",
        "A role subscribes once to each type for all its members, and once for each person that it names.",
        "Change when the present one is delivered with `PATCH`: `GET /api/v1/roles/{id}/notifications` shows it.";
    "rule_is_link" on "/api/v1/role-rules/{id}": "set and clear it at the department",
        "This rule stands for the link between a department and a role, and is kept there.",
        "Use `PUT` and `DELETE /api/v1/departments/{id}/roles/{role_id}`. It needs `system:department.link_role`.";
    "own_rights_widened" on "/api/v1/memberships": "you would gain hr:read, hr:edit; a second person must do it",
        "No one widens their own rights, in whatever way: by a role, a grant, a rule, a contract, or a service whose token they hold. `detail` names what the caller would gain.",
        "Send the same request with `?plan=true`. The answer is a plan that somebody else, with the same permission and `system:plan.apply`, can look at and apply with `POST /api/v1/plans/{id}/apply`. A company of one can switch the guard off with the setting `four_eyes`.";
    "last_administrator" on "/api/v1/users/{id}/block": "nobody would be left who may assign roles and edit grants",
        "After this change no active account could assign roles and edit grants, today or on a later day, and nobody could undo it.",
        "Make somebody else system administrator first, without an end to it. Then send the change again.";
    "module_built_in" on "/api/v1/modules/{id}": "switch it off instead",
        "Built-in modules and object types come with Remit: they can't be removed, their actions stay, and `system` can't be switched off.",
        "Switch a module off with `\"active\": false`. For actions of your own define a module of your own.";
    "too_many_actions" on "/api/v1/modules" at "/actions": "at most 128",
        "A module has at most 128 actions.",
        "Split it into several modules by what the actions are done to.";
    "action_in_use" on "/api/v1/modules/{id}" at "/actions": "a grant names approve",
        "The action was left out of the list, but grants still name it.",
        "Find them with `GET /api/v1/grants?module=` and take the action out of each, then change the module. To add actions, send the whole list with the old ones in it.";
    "scope_does_not_fit" on "/api/v1/grants" at "/scope": "module time has target worker",
        "What the scope names is nothing that this module's actions can be done to: a worker for a module about objects, or an object of another module.",
        "Modules over workers take `all`, `department` and `worker`; those over objects `all`, `department`, `object` and `object_type`; those with target `none` take `all` only.";
    "unknown_action" on "/api/v1/grants" at "/allow/0": "module time has no such action",
        "The grant names an action that its module does not have.",
        "Read the module's `actions` with `GET /api/v1/modules?code=`. Actions are named here without the module: `record`, not `time:record`.";
    "grant_empty" on "/api/v1/grants" at "/allow": "name at least one action",
        "A grant that neither allows nor denies anything says nothing.",
        "Name at least one action in `allow` or `deny`. To take rights away, delete the grant.";
    "grant_not_disjoint" on "/api/v1/grants" at "/deny": "an action stands in both lists",
        "The same action is allowed and denied by one grant.",
        "Leave it in one of the lists.";
    "grant_fixed" on "/api/v1/grants/{id}": "remove it and make another",
        "A grant stays with its holder, module and scope; only its actions, window and external id change.",
        "Create the new grant, then delete this one.";
    "grant_exists" on "/api/v1/grants": "it is 019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11",
        "The holder has a grant in that module over the same scope with the same window already.",
        "Change that one, which `detail` names: `PATCH /api/v1/grants/{id}` with the whole lists of actions.";
    "module_target_not_object" on "/api/v1/object-types" at "/module": "module time has target worker",
        "Types of objects belong to modules whose `target` is `object`. This module's actions are done to something else.",
        "Choose a module whose `target` is `object`, or create one.";
    "object_type_reserved" on "/api/v1/object-types" at "/code": "not one of user, worker, area, module",
        "Questions for decisions use this word for something else, so a type of that name could not be told from it.",
        "Choose another code.";
    "object_type_fixed" on "/api/v1/objects/{id}" at "/type": "an object keeps its type",
        "An object keeps its type, and a type its module, since grants were made for them as they are.",
        "Leave the field out. If it was wrong, create the object or type anew and remove this one.";
}
