//! Help with values that make no sense, whatever they belong to.

super::help! {
    "required" on "/api/v1/workers" at "/last_name": "must not be empty",
        "A field that must have a value is absent, null or empty.",
        "Send a value for the field that `pointer` names. In a `PATCH`, leave the field out to keep what it is: null clears it.";
    "too_long" on "/api/v1/positions" at "/name": "at most 200 characters",
        "A text has more characters than the field takes. They are counted as characters, not as bytes.",
        "Shorten it to what `detail` allows. The limits stand as `maxLength` in `/openapi.json`, for the forms of your frontend.";
    "bad_character" on "/api/v1/positions" at "/name": "control characters are not allowed",
        "A text holds a control character: a line break or tab in a field of one line, or something that can't be seen.",
        "Remove it; it often comes along when text is copied. Only notes may hold line breaks and tabs.";
    "bad_code" on "/api/v1/positions" at "/code": "letters, digits, '-', '_' and '.' only",
        "A code is meant to be written in addresses and files, so it takes no blanks and no signs but three.",
        "Use letters, digits, `-`, `_` and `.` only: `head-of-sales` instead of `Head of Sales`. The readable text belongs in `name`.";
    "out_of_range" on "/api/v1/contracts" at "/workload_percent": "0 to 1000",
        "A number, a day or the length of a list lies outside what the field takes.",
        "Send a value inside the range that `detail` names.";
    "bad_email" on "/api/v1/users" at "/email": "must be of the form name@host",
        "The text does not look like an e-mail address.",
        "Send one address of the form `name@host`, without a display name around it.";
    "bad_time_zone" on "/api/v1/settings" at "/time_zone": "give an IANA name, such as Europe/Prague",
        "Time zones go by their IANA names, which know of summer time; an offset such as `+01:00` does not.",
        "Send a name such as `Europe/Prague`, `America/New_York` or `UTC`. A browser tells its own by `Intl.DateTimeFormat().resolvedOptions().timeZone`.";
    "bad_value" on "/api/v1/contracts" at "/worker_external_id": "give worker_id or worker_external_id, not both",
        "A value has the right type, but can't stand here: it contradicts another field, or is not of the form that it must have.",
        "`detail` says what it should be. The usual case: give a reference by id or by external id, not by both.";
    "duplicate_item" on "/api/v1/roles" at "/manager_ids": "a manager is named twice",
        "A list in the body names the same thing more than once.",
        "Send each thing once, in the list that `pointer` names.";
    "window_reversed" on "/api/v1/positions" at "/valid_to": "valid_to 2026-01-31 is before valid_from 2026-02-01",
        "A window of days ends before it begins. Both ends belong to it, so one day has the same day twice.",
        "Swap or correct `valid_from` and `valid_to`; leave one out (null) for a window that is open on that side.";
    "unknown_reference" on "/api/v1/contracts" at "/department_id": "there is no department of that id",
        "Something that the body refers to does not exist, or the caller may not know of it.",
        "Check the id in the field that `pointer` names. In imports, what a row refers to must exist or stand further up: departments and positions before contracts.";
    "not_changeable" on "/api/v1/users/{id}" at "/kind": "the kind of an account can't change",
        "This field is set once, or changes by an operation of its own only.",
        "Leave the field out. States change by verbs (`POST .../block`, `/sign`, `/close`); where a thing must be of another kind or belong elsewhere, create a new one.";
    "duplicate" on "/api/v1/departments" at "/external_id": "another one has this external id",
        "Another record of this kind carries the same `external_id`.",
        "To change that record, `PUT` to `by-external-id/{external_id}`: it updates what is there. For a new record choose another external id.";
    "code_taken" on "/api/v1/positions" at "/code": "another position has this code",
        "Codes are unique among the things of one kind.",
        "Choose another code, or find the one that has it with `?code=`, and change that.";
    "in_use" on "/api/v1/positions/{id}": "contracts: 3",
        "Other things still refer to this one, so it can't be removed. `detail` counts them by kind.",
        "Change or remove these first. Often an end does better than a removal: set `valid_to`, and the past stays true.";
}
