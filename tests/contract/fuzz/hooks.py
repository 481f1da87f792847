"""What Schemathesis has to know of Remit beyond its contract. Each exception has its reason."""

import json
import os
import re
import uuid
from typing import Any

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, ServerError
from schemathesis.openapi.checks import JsonSchemaError, RejectedPositiveData, UndefinedStatusCode

with open(os.environ["REMIT_CONTRACT_CALLER"]) as file:
    CALLER = json.load(file)
KEEP = frozenset(CALLER["keep"])

# --- What is sent ------------------------------------------------------------------------------


@schemathesis.serializer("text/csv", "application/x-ndjson")
def text(context: Any, value: Any) -> bytes:
    """Files for imports; Schemathesis knows neither type."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "surrogatepass")


@schemathesis.hook
def before_load_schema(context: Any, schema: dict[str, Any]) -> None:
    """Leaves out the header by which a service acts as another: the caller is no service, so each request
    with it would be refused, and nothing else of it looked at. And the length of lists of words, which name
    each once, so that none comes near it: for a list of exactly that length Schemathesis searches many seconds."""
    for item in schema["paths"].values():
        for operation in item.values():
            parameters = operation.get("parameters", [])
            parameters[:] = [one for one in parameters if one.get("name") != "Remit-Acting-As"]
            for parameter in parameters:
                if re.search(r"\(,-?\(", parameter["schema"].get("pattern", "")):
                    parameter["schema"].pop("maxLength", None)


@schemathesis.hook
def before_add_examples(context: Any, examples: list[Any]) -> None:
    """Lets somebody log in, so that the answers to this are looked at as well."""
    body = CALLER["bodies"].get(context.operation.definition.raw.get("operationId"))
    if body:
        examples.append(context.operation.Case(body=body, media_type="application/json"))


def elsewhere(value: Any) -> Any:
    """The same value, with ids of nothing instead of those that the caller stands on."""
    if isinstance(value, str):
        return str(uuid.uuid5(uuid.NAMESPACE_OID, value)) if value.lower() in KEEP else value
    if isinstance(value, list):
        return [elsewhere(item) for item in value]
    if isinstance(value, dict):
        return {key: elsewhere(item) for key, item in value.items()}
    return value


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    """Keeps the run from blocking, deleting or robbing its own caller (see caller.py)."""
    if case.method.upper() == "GET":
        return
    if isinstance(case.path_parameters, dict):
        for name, value in case.path_parameters.items():
            case.path_parameters[name] = elsewhere(value)
    if isinstance(case.body, (dict, list)):
        case.body = elsewhere(case.body)


# --- What is answered --------------------------------------------------------------------------

# Requests that fit the schema and are refused with 400 or 422 all the same, for a reason that no
# schema can know. Named by the code of the problem and the sense of its text: every other refusal
# stays a finding (a text too long, a sign that a code can't hold: those the contract has to tell).
REFUSALS = {
    # Opaque, made by the service: a text made by chance is none, nor is one of another list, order
    # or filter. Real ones come from `next_cursor`, in the stateful sequences.
    "bad_cursor": r".*",
    # That a list in a parameter names nothing twice is more than a pattern can say; which columns an
    # export has goes by its kind, which stands in the path.
    "bad_parameter": r"each once: .*|must be the next_cursor of the page before|separated by commas: .*"
    # How many days a month has is more than a pattern can say as well; and of two parameters that
    # only one may be there, or of four which two; and how far one day may lie from another.
    r"|must be a day or an instant|give .+ or .+, not both|give two users or two roles"
    r"|must not lie before from|at most \d+ days from the first to the last"
    # And what belongs to a wage type alone.
    r"|only with the action time:record|only with a wage_type",
    # It goes by other things, which are not there or not so: no schema knows what is.
    "unknown_reference": r".*",
    # A type belongs to a module that has to exist and to be switched on.
    "unknown_notification_type": r".*",
    "unknown_action": r".*",
    "scope_does_not_fit": r".*",
    "module_target_not_object": r".*",
    # It goes by the state of the thing that is to change.
    "grant_fixed": r".*",
    "membership_fixed": r".*",
    "not_changeable": r".*",
    "object_type_fixed": r".*",
    "transfer_outside_window": r".*",
    "transfer_same_placement": r".*",
    # It goes by another field of the same body. Generated clients know no conditions between
    # fields, so the schema has each of them as it is alone.
    "grant_empty": r".*",
    "grant_not_disjoint": r".*",
    "rule_all_with_parts": r".*",
    "rule_empty": r".*",
    "start_state_refused": r".*",
    "mark_pattern_place": r".*",
    "mark_pattern_repeats": r".*",
    "user_fields_missing": r".*",
    "window_reversed": r".*",
    "required": r"is missing"  # neither Remit's id nor one's own
    r"|is missing: give two users or two roles|an ended contract has a last day|name at least one( role| role or position)?|give class or module",
    # Tokens of searches are opaque as well, and stand in the body.
    "bad_value": r"give .+ or .+, not both|is none of this search: .*|differs from the one in the path|is missing"
    r"|only a department has a subtree|the scope all has no id|nobody supervises themselves"
    # The id of a scope is a UUID, but of a type of objects its code.
    r"|is no UUID",
    # `uniqueItems` would say it, but generators make sets of such lists, which no JSON can hold.
    "duplicate_item": r".*",
    # Which passwords are too common, and what the account is called, no schema knows; nor how many
    # characters are left of a text in its normal form.
    "too_common": r".*",
    "holds_login": r".*",
    "is_email": r".*",
    "wrong_length": r".*",
    # It goes by the requests before: one key, another body.
    "idempotency_key_reused": r".*",
    # It goes by the clock.
    "out_of_range": r"must lie in the future",
    # The list is too long for a contract: the world's time zones; the words that can't be codes.
    "bad_time_zone": r".*",
    "object_type_reserved": r".*",
}


def is_known_refusal(operation: str, problem: dict[str, Any]) -> bool:
    return all(
        is_known_fault(fault) or asks_another_kind(operation, fault) for fault in problem.get("errors") or [problem]
    )


def is_known_fault(fault: dict[str, Any]) -> bool:
    return fault["code"] in REFUSALS and bool(
        re.fullmatch(REFUSALS[fault["code"]], fault.get("detail") or "", re.DOTALL)
    )


def asks_another_kind(operation: str, fault: dict[str, Any]) -> bool:
    """Whether an export was asked for what exports of other kinds take: the contract has the filters
    of all kinds together, and the kind stands in the path."""
    return (
        operation == "exportRows"
        and fault["code"] in ("unknown_parameter", "bad_parameter")
        and fault.get("pointer") not in ("format", "fields")
    )


def negated(case: Any) -> set[str]:
    """Which parts of a request were made not to fit the schema."""
    return {location.name for location, part in case.meta.components.items() if part.mode.is_negative}


def negated_names(case: Any) -> set[str]:
    """The names of the parameters that were made not to fit."""
    data = case.meta.phase.data
    names = {getattr(data, "parameter", None)}
    names |= {getattr(mutation, "parameter", None) for mutation in getattr(data, "mutations", None) or ()}
    return {name for name in names if name}


def breaks_its_pattern(case: Any) -> bool:
    """Whether a header was sent that the contract itself rules out."""
    for parameter in case.operation.definition.raw.get("parameters", []):
        pattern = parameter.get("schema", {}).get("pattern")
        value = (case.headers or {}).get(parameter.get("name"))
        if parameter.get("in") == "header" and pattern and value and not re.search(pattern, value):
            return True
    return False


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """Whether a failure stays one."""
    operation = case.operation.definition.raw.get("operationId")

    if isinstance(failure, RejectedPositiveData):
        # Values at the edges of their length are made without regard for their pattern.
        if response.status_code == 400 and response.json().get("code") == "bad_header":
            return not breaks_its_pattern(case)
        if response.status_code in (400, 422):
            return not is_known_refusal(operation, response.json())
        # Which entity tag is the present one is not for a schema to know.
        if response.status_code == 412:
            return "If-Match" not in (case.headers or {})

    # A revision that is not there yet: the answer waits a second for it, then says to come again.
    # What number will be there is not for a schema to know.
    if isinstance(failure, ServerError) and response.status_code == 503:
        return response.json().get("code") != "behind"

    if isinstance(failure, AcceptedNegativeData):
        # A file is read after the answer; what is wrong in it is told by the operation's errors.
        if operation == "startImport" and negated(case) == {"BODY"}:
            return False
        # A header that nobody knows is passed over (RFC 9110, section 5.1).
        if negated(case) == {"HEADER"} and "x-schemathesis-unknown-property" in (case.headers or {}):
            return False
        # A preference that is not known is not heeded, and is no fault (RFC 7240, section 2).
        return not (negated(case) == {"HEADER"} and negated_names(case) == {"Prefer"})

    # Who asks for some fields of an item gets these alone. The contract describes the whole item,
    # as whoever sends no `fields` gets it; a field of a wrong type is still a finding.
    if isinstance(failure, JsonSchemaError) and "fields" in (case.query or {}):
        return list(failure.schema_path)[-1] != "required"

    # Who asks for no body (`Prefer: return=minimal`, RFC 7240) gets none. The contract tells so at
    # the header, not among the answers: there, every client would take it that an item may be missing.
    if isinstance(failure, UndefinedStatusCode) and response.status_code == 204:
        return "return=minimal" not in str((case.headers or {}).get("Prefer", ""))

    return True
