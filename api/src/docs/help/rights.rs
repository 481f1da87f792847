//! Help with roles, their rules, modules, objects and grants.

super::help! {
    "role_mode_fixed" on "/api/v1/roles/{id}" at "/mode": "remove its members and rules first",
        "The role has members or rules of its present mode, which would mean nothing in the other one.",
        "Remove its members and rules, then change the mode; or make a new role and give it the grants.";
    "role_cycle" on "/api/v1/memberships" at "/member_id": "the member role contains this role",
        "A role may hold other roles, but not itself, directly or through others.",
        "See who is in whom with `GET /api/v1/memberships?member_role_id=`, and remove the membership that closes the circle, or turn this one around.";
    "guard_external_administrator" on "/api/v1/memberships" at "/member_id": "an external administrator would come into a protected role",
        "External administrators are kept out of roles marked `protected`, of areas of another class than `normal`, and of roles that lead there: neither they nor a role that holds them is put there, and what holds them is not marked or classed so.",
        "Give the right to somebody of the organisation. Else take the external administrator out of the member role first, or leave the role unprotected and the area `normal`.";
    "guard_protection_rule" on "/api/v1/areas/{id}" at "/reader_ids/0": "a protection rule bars it from areas of class personal_folders",
        "A protection rule keeps the members of a role from areas of that class. So the role, one within it or one that it is in can't be a reader there, nor a processor unless it is a list of people; nor can a rule bar a role that takes part in such an area.",
        "Name another role. If one of these people has to work there, put them on a list of people (purpose `people_list`) and make that a processor. For a rule, take the role out of the areas first, which `detail` names as far as you may know of them.";
    "area_cycle" on "/api/v1/areas/{id}" at "/parent_id": "the parent lies below the area or is the area itself",
        "An area would come to lie below itself.",
        "Choose a parent that does not lie below the area, or move that one away first.";
    "area_kind_off" on "/api/v1/areas" at "/kind": "the setting area_kinds does not name calendar",
        "The organisation creates no areas of this kind; those that there are stay.",
        "Choose a kind that the setting `area_kinds` names, or add this one there.";
    "area_state_refused" on "/api/v1/areas/{id}/archive": "the area is archived",
        "The area is in that state already: somebody may have archived it, or taken it into use again, before you.",
        "Nothing is left to do. Read the area to see who did it last.";
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
        "No one widens their own rights, in whatever way: by a role, a grant, a template, a rule, a contract, an area that they would own, or a service whose token they hold; nor do they free themselves of a protection rule. `detail` names what the caller would gain.",
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
        "The action was left out of the list, but grants or templates still name it.",
        "Find them with `GET /api/v1/grants?module=` and `GET /api/v1/templates`, and take the action out of each, then change the module. To add actions, send the whole list with the old ones in it.";
    "scope_does_not_fit" on "/api/v1/grants" at "/scope": "module time has target worker",
        "What the scope names is nothing that this module's actions can be done to: a worker for a module about objects, or an object of another module.",
        "Modules over workers take `all`, `department` and `worker`; those over objects `all`, `department`, `area`, `object` and `object_type`; those with target `none` take `all` only.";
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
    "type_not_offered" on "/api/v1/objects" at "/type": "module equipment is switched off",
        "Types of modules that are switched off are not offered: no object of them can be created, and no template can name them anew.",
        "List those that are offered with `GET /api/v1/object-types?active=true`, or have the module switched on. Objects that exist stay.";
    "department_needed" on "/api/v1/objects" at "/department_id": "templates name this type, and the author is not in exactly one department today",
        "Templates give rights to objects of this type by the department that they belong to. None was named, and whoever creates it has contracts in several departments, or in none.",
        "Name the department: `department_id`, or `department_external_id`.";
    "module_target_not_object" on "/api/v1/object-types" at "/module": "module time has target worker",
        "Types of objects belong to modules whose `target` is `object`. This module's actions are done to something else.",
        "Choose a module whose `target` is `object`, or create one.";
    "object_type_reserved" on "/api/v1/object-types" at "/code": "not one of user, worker, area, module",
        "Questions for decisions use this word for something else, so a type of that name could not be told from it.",
        "Choose another code.";
    "area_archived" on "/api/v1/objects" at "/area_id": "the area is archived",
        "The area is kept for reading: no object is created in it or moved into it.",
        "Choose another area, or make this one active again.";
    "object_without_area" on "/api/v1/objects/{id}/notices": "the object lies in no area, so nobody gets the notice",
        "A notice goes to the owner of the area in which an object lies. This object lies in none.",
        "Put the object into an area first, or tell its assignee by other means.";
    "mark_pattern_place" on "/api/v1/mark-patterns" at "/area_kind": "give an area or a kind of areas, not both",
        "A pattern is for the objects of one area, for those of all areas of a kind, or for all.",
        "Send `area_id` or `area_kind`, or neither for a pattern of the whole company.";
    "mark_pattern_exists" on "/api/v1/mark-patterns" at "/object_type": "it is 019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11",
        "There is one pattern for each type of objects in an area, for a kind of areas, and for the company.",
        "Find the one that is there with `GET /api/v1/mark-patterns?object_type=` and change that.";
    "mark_pattern_repeats" on "/api/v1/mark-patterns" at "/unique":
        "it repeats itself without {year}: the counter starts again each month; or say that marks need not be unique",
        "The pattern can give two objects the same mark: it has no counter, does not show when the counter starts again or in which area it runs, or its parts run into each other.",
        "Add what `detail` names, with something between the parts, or send `\"unique\": false`. `POST /api/v1/mark-patterns/preview` tells whether a pattern will do.";
    "mark_taken" on "/api/v1/objects" at "/mark": "another object of this type has this mark",
        "The pattern of these objects says that their marks are unique, and another one has this mark.",
        "Choose another mark, or leave the field out of a new object and let the pattern make one.";
    "mark_token_unknown" on "/api/v1/mark-patterns" at "/pattern": "at character 1: there is no such token",
        "What stands between two braces is no token of patterns.",
        "Use `{year}` `{month}` `{month:2}` `{day}` `{day:2}` `{user}` `{area}` `{counter}` `{counter:N}`. `detail` says at which character of the text the fault is.";
    "mark_brace_stray" on "/api/v1/mark-patterns" at "/pattern": "at character 7: this '{' is not closed",
        "Braces stand around tokens only, in pairs, and not within each other.",
        "Close the token, or take the brace out. `detail` says at which character of the text it stands.";
    "mark_width_out_of_range" on "/api/v1/mark-patterns" at "/pattern": "at character 1: the width must be 1 to 9",
        "The number after the colon says how many digits there are at least. Counters take 1 to 9, months and days 2 only.",
        "Choose a width inside the range that `detail` names.";
    "mark_fixed" on "/api/v1/objects" at "/mark": "the pattern makes the mark",
        "The pattern of these objects makes their marks, so that nobody gives one or edits it; with the mode `editable` it can be edited once the object is there.",
        "Leave the field out. `GET /api/v1/mark-patterns` shows the pattern and its `mode`, which area administrators set.";
    "object_type_fixed" on "/api/v1/objects/{id}" at "/type": "an object keeps its type",
        "An object keeps its type, and a type its module, since grants were made for them as they are.",
        "Leave the field out. If it was wrong, create the object or type anew and remove this one.";
}
