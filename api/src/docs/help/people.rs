//! Help with accounts and workers.

super::help! {
    "login_taken" on "/api/v1/users" at "/login": "another account has this login",
        "Logins are unique without regard to case. Accounts that are blocked or in the trash keep theirs.",
        "Choose another login, or look for the account that has it (`GET /api/v1/users?q=`) and use or restore that one.";
    "user_fields_missing" on "/api/v1/users" at "/email": "needed for kind person",
        "Persons and external administrators need login, first and last name and email; accounts of other kinds need a `display_name`.",
        "Send the fields that `errors` name. If nobody real stands behind the account, `kind` should be another: `service` for a program.";
    "state_move_refused" on "/api/v1/users/{id}/block": "the account is deleted; moves allowed from there: blocked, forgotten",
        "An account can't go from its present state to that one. `detail` names the present state and where it may go.",
        "Read the account again: somebody may have moved it before you. Then use a verb that fits, such as `restore` for an account in the trash.";
    "start_state_refused" on "/api/v1/users" at "/state": "an account of kind service can't start blocked",
        "A person starts invited, blocked or active, accounts of the other kinds active.",
        "Leave `state` out, or name one that fits the kind; block the account afterwards if that is what you want.";
    "own_block" on "/api/v1/users/{id}/unblock": "somebody else has to lift it",
        "The caller is the very account that is blocked. Nobody lifts their own block, whatever rights they have.",
        "Have another user administrator do it.";
    "block_cause_absent" on "/api/v1/users/{id}/release": "the account is blocked for: administrator",
        "`unblock` lifts the causes `administrator` and `security`, `release` lifts `awaiting_release`. The account is blocked for another cause than this verb lifts.",
        "Look at the causes in `detail` and use the other verb. An account with both kinds of causes needs both.";
    "too_many_notes" on "/api/v1/me/notes": "an account has at most 1000 notes",
        "The account has as many personal notes as it may have.",
        "Erase some with `DELETE /api/v1/me/notes/{id}`, then send it again.";
    "not_invited" on "/api/v1/users/{id}/invite": "the account is active; only one that is invited can be invited anew",
        "Only an account in the state `invited` can be sent an invitation, or accept one.",
        "Read the account. If it is active or blocked there is nothing to accept: a new password comes by its own link. If its link has expired, it is still `invited` and can be invited anew.";
    "acting_as_refused" on "/api/v1/objects": "only a service may name another as author",
        "`Remit-Acting-As` lets a service name a virtual user as the author of what it does. The caller is no service, or the account named is not virtual, not active, or not there.",
        "Leave the header out, or send it with the token of a `service` account and name an active account of kind `virtual`, by id or external id.";
    "user_has_responsibilities" on "/api/v1/users/{id}": "roles managed: 2, departments headed: 1",
        "People or work still depend on this account: areas that it owns, fillers managed there, open objects assigned to it, roles it manages, departments it heads, contracts it supervises. `detail` counts them, `errors` lists those that you may see.",
        "Hand all over in the same go with `?transfer_to=`, or chosen things with `POST /api/v1/users/{id}/responsibilities/transfer`, then delete the account. If it only must not be used any more, block it.";
    "responsibilities_not_transferred" on "/api/v1/users/{id}/responsibilities/transfer": "nothing was handed over: see errors",
        "At least one thing can't go to its successor, so nothing went to anybody. `errors` names each: by its place in `items`, or by kind and id where it was not named.",
        "Choose another successor for these, leave them out, or have somebody with the missing right do it; then send it again.";
    "successor_is_holder" on "/api/v1/users/{id}/responsibilities/transfer": "it is the account that hands over",
        "The successor is the very account whose responsibilities are to go.",
        "Name another user as successor.";
    "successor_not_linked" on "/api/v1/users/{id}/responsibilities/transfer": "the successor's account is linked to no worker, so it can't head or supervise",
        "Departments are headed and contracts supervised by workers. The successor's account has no personal folder behind it.",
        "Link the account to its worker first, or name a successor with a folder for departments and contracts.";
    "filler_follows_area" on "/api/v1/users/{id}/responsibilities/transfer": "hand over the areas in which it is managed, to the same successor",
        "An external filler has no manager of its own: the owners of the areas in which it is used manage it.",
        "Name these areas in `items` too, for the same successor; the filler goes with them.";
    "own_supervisor" on "/api/v1/users/{id}/responsibilities/transfer": "the contract is the successor's own",
        "The successor would supervise their own contract.",
        "Give this contract another successor in `items`.";
    "capability_missing" on "/api/v1/objects" at "/assignee_id": "an account of kind service in state active can't be given a task",
        "What an account can do or be given depends on its kind and state. This one can't do or be given what you asked for.",
        "Name another account, or bring this one into another state (unblock or restore it) first.";
    "service_only" on "/api/v1/api-tokens" at "/user_id": "the account is of kind virtual, active",
        "Only active persons, external administrators and services may call the API, so only they can have a token.",
        "Make an account of kind `service` for the program, give its role what it needs, and create the token for that account.";
    "user_forgotten" on "/api/v1/users/{id}": "nothing personal is kept of it any more",
        "The account was forgotten: its personal values gave way to a pseudonym for good, and it takes no new ones.",
        "Create a new account.";
    "evidence_retained" on "/api/v1/users/{id}/forget": "evidence is needed of qualifications: 019b8d2b-8c00-7226-9153-3f640397ccb1 until 2039-02-28; from 2039-03-01 on it can be",
        "A user can't be forgotten while a qualification of theirs has to be kept as evidence. `detail` names each, and the first day on which nothing stands in the way.",
        "Come back on that day. If a `retain_until` is wrong, put the qualification right first.";
    "qualification_retained" on "/api/v1/qualifications/{id}": "it has to be kept until 2039-02-28",
        "A qualification is evidence until its `retain_until` has passed, and can't be erased before.",
        "Come back on the day after. If `retain_until` is wrong, put it right first.";
    "thresholds_crossed" on "/api/v1/settings" at "/activity_online_minutes": "must be at least activity_working_minutes, 100: else nobody is ever online",
        "Somebody is `working` for a while after a real action and `online` for a while longer. With these numbers nobody would ever be online.",
        "Give `activity_online_minutes` at least the value of `activity_working_minutes`; both can be sent at once.";
    "first_name_differs" on "/api/v1/workers/{id}/account" at "/user_id": "the folder was linked before: the account must carry its first name as well",
        "A folder belongs to one person for ever. Once it was linked to an account, it takes only accounts of the same first and last name.",
        "Choose among `GET /workers/{id}/account-candidates`, or correct the name on whichever side is wrong.";
    "personal_number_taken" on "/api/v1/workers" at "/personal_number": "another worker has this number",
        "Personal numbers are unique among all workers, closed folders too.",
        "Find the worker with `GET /api/v1/workers?personal_number=`. Somebody who comes back gets the old folder: `POST /api/v1/workers/{id}/reopen`.";
    "worker_state_refused" on "/api/v1/workers/{id}/close": "the folder is closed already",
        "The folder is already in the state that you want to bring it to.",
        "Nothing is left to do. Read the worker again to show the present state.";
    "worker_has_contract" on "/api/v1/workers/{id}/close": "contract 019aa0b2-7a51-7c04-9d6a-7a3f0c1f5e11 is in force or to come",
        "A folder is closed after its last contract, and this worker still has one today or later.",
        "End the contract with `POST /api/v1/contracts/{id}/end` and close the folder when its last day is over, or cancel it if it never counted.";
    "worker_closed" on "/api/v1/contracts/{id}/sign": "reopen the folder first",
        "The folder is closed: it takes no link, and no contract but one that is over.",
        "If the person is back, `POST /api/v1/workers/{id}/reopen`, then send it again. Otherwise check the worker's id.";
    "worker_identity_frozen" on "/api/v1/workers/{id}/rename": "the folder was closed once",
        "A folder is never given to another person. Since it was closed once, its names stay as they then were, and a date of birth can only be filled in.",
        "Leave `first_name`, `last_name` and `birth_date` out. For another person, create another worker.";
    "worker_rename_needed" on "/api/v1/workers/{id}" at "/last_name": "names do not change here",
        "A worker's name does not change by the way: the change needs a reason, which is kept with it.",
        "Leave the names out of this change, and send them to `POST /api/v1/workers/{id}/rename` with a `reason`.";
    "worker_not_erasable" on "/api/v1/workers/{id}": "the folder is kept until 2036-12-31",
        "A folder can be erased for good only when it is closed, linked to no account, and its `retain_until` is over.",
        "Close and unlink it, see that `retain_until` is set, and erase it after that day. To take it out of use today, closing is enough.";
    "worker_linked" on "/api/v1/workers/{id}/account": "unlink the present account first",
        "The worker is linked to another account already, and can be linked to one only.",
        "If the new link is right, `DELETE /api/v1/workers/{id}/account` first. It ends the rights that came from the worker's contracts at once.";
    "worker_not_linked" on "/api/v1/workers/{id}/account": "there is no link to end",
        "The worker has no account, so there is no link to end.",
        "Nothing is left to do. Read the worker again: `user_id` is null.";
    "user_linked" on "/api/v1/workers/{id}/account" at "/user_id": "an account is linked to at most one worker",
        "The account belongs to another worker already.",
        "Find that worker with `GET /api/v1/workers?user_id=`. Name the right account, or end the other link first.";
    "account_not_free" on "/api/v1/workers/{id}/account" at "/user_id": "an account of kind service in state active can't be linked",
        "Only a person's account that is invited, active or blocked can be linked to a worker.",
        "Name another account, or restore this one if it is in the trash.";
    "last_name_differs" on "/api/v1/workers/{id}/account" at "/user_id": "account and worker must carry the same last name",
        "The last names differ, so it may be the wrong person. Case does not matter, accents do: `Nováková` is not `Novakova`.",
        "Check that it is the right account. If one of the names is written wrongly, correct it (`PATCH` of the user, `rename` of the worker), then link.";
}
