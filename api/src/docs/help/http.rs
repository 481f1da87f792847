//! Help with what HTTP itself refuses.

super::help! {
    "malformed_body" on "/api/v1/positions": "no valid JSON at line 3, column 12",
        "The body is no JSON, broke off, is nested too deep, or holds a NUL character in a text.",
        "Look where `detail` points. Most often it is a comma too many, a quote that is missing, or a body that was turned into a string twice. Send valid JSON in UTF-8.";
    "invalid_body" on "/api/v1/positions" at "/colour" "unknown_field": "there is no such field",
        "The body is JSON, but not of the form that this operation takes: a field is unknown, has another JSON type, or a word that is none of those allowed.",
        "Each entry of `errors` names a field and what is wrong with it: `unknown_field`, `wrong_type`, `unknown_value` or `wrong_form`. Compare the body with the operation's schema in `/openapi.json`; fields are snake_case.";
    "bad_parameter" on "/api/v1/positions" at "colour" "unknown_parameter": "there is no such parameter",
        "A query parameter is unknown, is given twice, or has a value that can't be read. Nothing is ignored in silence.",
        "Each entry of `errors` names a parameter. Remove it, or write its value as the operation says: days as `2026-01-31`, instants as `2026-01-31T08:00:00Z`, `limit` from 1 to 200, several words separated by commas.";
    "bad_cursor" on "/api/v1/positions": "start again without a cursor",
        "A cursor belongs to the list, the filters and the order that it was given for. This one belongs to others, or was changed.",
        "Begin again without `cursor`, and then follow `next_cursor` with exactly the same parameters. Don't build or keep cursors yourself.";
    "search_token_expired" on "/access/v1/search/resource" at "/page/token": "search anew, without a token",
        "All pages of a search show one revision. This one is not kept any more: some minutes have passed, others searched for more meanwhile, or the service was started anew; and since then something was changed.",
        "Send the search again without `page.token`, and take its pages one soon after the other. A larger `page.limit` makes them fewer.";
    "bad_header" on "/api/v1/positions/{id}": "if-match must be * or a list of entity tags",
        "A request header can't be read.",
        "Send `If-Match` and `If-None-Match` as the `ETag` came, with its quotes: `\"42\"`, or `*`. An `Idempotency-Key` is 1 to 255 visible ASCII characters without blanks, `Remit-Min-Revision` a whole number.";
    "unauthenticated" on "/api/v1/me": "the token has expired",
        "There is no token, or it is not good any more: it expired, was revoked, or its account is blocked or deleted.",
        "Send `Authorization: Bearer ` and the token. When an access token has expired, get a new one at `POST /auth/refresh`; if that fails too, let the user log in again. An API token that fails has to be made anew.";
    "invalid_credentials" on "/auth/login": "",
        "Login and password don't belong together, or the account may not log in. Which of the two is not told.",
        "Let the user try again. If it goes on, an administrator can look at the account's state with `GET /api/v1/users/{id}`.";
    "forbidden" on "/api/v1/positions": "system:position.edit is needed",
        "The caller is known, but lacks the permission that `missing` names by module and action. With an API token, the token's scopes may be what lacks it.",
        "Don't send it again as it is. Have an administrator grant that action to one of the caller's roles, or make a token whose scopes hold it. `GET /api/v1/me/permissions` tells beforehand what to show a user.";
    "session_required" on "/api/v1/me/password": "log in with the present password, then change it",
        "The operation is for people who logged in with a password. An API token or a token of an identity provider does not do.",
        "Log in at `/auth/login` and send the access token of that session.";
    "not_found" on "/api/v1/positions/{id}": "",
        "There is no such path or thing, or the caller may not know that there is one. The two look the same on purpose.",
        "Check the path and the id. If the thing surely exists, the caller has no right to see it: ask as somebody who has. Drop what you have stored of it.";
    "method_not_allowed" on "/api/v1/me": "allowed: GET",
        "The path exists, but not with this method.",
        "Use one of the methods that the header `Allow` lists. Changes of an item are `PATCH`; `PUT` goes to `by-external-id`.";
    "not_acceptable" on "/api/v1/me": "accept application/json",
        "The header `Accept` leaves out JSON, and the API answers nothing else.",
        "Send `Accept: application/json`, or no such header at all.";
    "conflict" on "/api/v1/positions": "",
        "The database refused the change, most often because another request made the same thing a moment before.",
        "Read what is there now, then decide whether your change is still needed, and send it again.";
    "own_account" on "/api/v1/users/{id}/password-link": "change your own password with PUT /api/v1/me/password",
        "Some things are done to the accounts of others only, since for one's own there is a way that asks for more.",
        "Use the way that `detail` names, or have somebody else do it.";
    "set_up_done" on "/auth/setup": "",
        "The first administrator was made already, so the set-up link is good for nothing any more.",
        "Log in with that account. If nobody can, the operator runs `remit admin recover` on the server.";
    "operation_finished" on "/api/v1/operations/{id}/cancel": "there is nothing left to stop",
        "The operation has ended, so it can't be cancelled.",
        "Read its `state` and `result` with `GET /api/v1/operations/{id}`. What it did has to be undone by changes of its own.";
    "plan_applied" on "/api/v1/plans/{id}/apply": "it was applied at 2026-03-01T09:30:00Z by user 019c2a4e-7d30-7b51-8c1e-5d1f0c3a9b21",
        "What the plan says has been done already. A plan is applied once.",
        "Look at the plan: `applied_by`, `applied_at` and `applied_revision` tell who did it and when. To do it again, send the change itself.";
    "plan_expired" on "/api/v1/plans/{id}/apply": "",
        "A plan can be applied for a day. After that nobody should rely on what it says.",
        "Send the request with `?plan=true` again, look at what it would do now, and apply the new plan.";
    "plan_outdated" on "/api/v1/plans/{id}/apply": "make the plan anew and look at it",
        "Something that the plan was made from has changed since: a record that it would change, or what it would do to somebody's rights. So what was looked at is not what would happen. `errors` names records that changed since by kind and id (`changed_since`), up to 50, and what stands in the way now.",
        "Make the plan anew with the same request and `?plan=true`, look at its effects, and apply that one.";
    "plan_refused" on "/api/v1/plans/{id}/apply" at "/role_id" "role_is_automatic": "its members follow from contracts",
        "The plan can't be carried out as it is: it breaks the rules that `errors` lists. They stood in the plan as `broken`, but for guards that depend on who applies it.",
        "Where `own_rights_widened` is the only code, let somebody else apply the plan. Otherwise mend what the codes say and make a new plan.";
    "precondition_failed" on "/api/v1/positions/{id}": "read it again, then send its present ETag",
        "Somebody changed the thing after you read it. Your change was not made, so that theirs is not lost.",
        "Read it again, apply your change to what it is now (or show the user both), and send that with the new `ETag` in `If-Match`.";
    "body_too_large" on "/api/v1/imports": "at most 268435456 bytes",
        "The body is larger than this service takes: 4 MiB for a request and 256 MiB for an import, if the operator has not set other limits. A plan of an import takes 10,000 rows.",
        "Send less at once. For many records use `POST /api/v1/imports`, in several files if need be.";
    "unsupported_media_type" on "/api/v1/positions": "send application/json",
        "The `Content-Type` is missing or is none that this operation takes.",
        "Send one that the header `Accept` of the answer lists: `application/json` for most, also `application/merge-patch+json` for `PATCH`, `text/csv` or `application/x-ndjson` for imports.";
    "invalid_values" on "/api/v1/workers" at "/last_name" "required": "is missing",
        "The body has the right form, but one or more values are missing or make no sense. Nothing was changed.",
        "Go through `errors`: each entry points at a field (`pointer`), with a `code` of its own and what is wrong. All faults are told at once, so they can be shown beside the fields of a form.";
    "idempotency_key_reused" on "/api/v1/positions": "take a new key for another request",
        "Within the last 24 hours you sent another request with the same `Idempotency-Key`. The key stands for that one.",
        "Make a new key for each thing that a user does, and keep it only for repeating exactly the same request.";
    "weak_password" on "/auth/password" at "/password" "too_common": "this is one of the passwords that are tried first",
        "The new password is too short or too long, is one that everybody tries first, or repeats the login or e-mail address. There are no rules about kinds of characters.",
        "Show the user what `errors` says; a sentence of some words does well. A link stays good.";
    "wrong_password" on "/api/v1/me/password" at "/current_password": "this is not the present password",
        "Who changes a password has to give the present one, and this is another. It counts as a failed log-in.",
        "Let the user type it again. Who has forgotten it can log out and ask for a link at `POST /auth/password-reset`.";
    "precondition_required" on "/api/v1/positions/{id}": "send the ETag that you read as If-Match",
        "A change or removal of an item needs to say which version of it is meant, so that nobody overwrites what they have not seen.",
        "Read the item, and send its `ETag` as `If-Match`. `If-Match: *` changes it whatever it is by now.";
    "busy" on "/api/v1/contracts": "",
        "Others are writing or logging in at the moment, and your turn did not come in time. Nothing was changed.",
        "Send the same again after the seconds that `Retry-After` names, with longer pauses if it goes on. If it happens often, send several records as one import.";
    "behind" on "/access/v1/evaluation": "revision 118 is not here yet",
        "You asked for an answer that knows of a revision which this node has not reached yet.",
        "Ask again after `Retry-After`. Check that the number is a `Remit-Revision` of this very service: one from another database may never be reached.";
    "unavailable" on "/readyz": "contact to the change log is lost",
        "The service runs, but can't reach its database or is not ready yet.",
        "Wait and send it again. If it lasts, tell the operator; `GET /readyz` says the reason in `detail`.";
    "too_many_requests" on "/api/v1/users": "at most 60000 requests in 60 seconds",
        "There were too many requests of one account, or of one address without a valid token, in too short a time; or too many failed log-ins of one login or address.",
        "Wait as long as `Retry-After` says, then go on more slowly. For many records use an import, for many decisions `POST /access/v1/evaluations`.";
    "internal" on "/api/v1/users": "",
        "Something went wrong inside the service. Your request is not to blame.",
        "Read whether your change was made before you send it again. If it stays so, give `request_id` to the operator: under it the log tells the reason.";
}
