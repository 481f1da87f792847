"""Hires a person with the client that openapi-python-client makes of openapi.yaml.

    REMIT_URL=http://127.0.0.1:8080 REMIT_TOKEN=rmt_... python hire.py

Everyone with a contract in the workshop is to be allowed to record the time of those who work
there. So the workshop gets a role, a rule that says who is in it, and a grant that says what its
members may do. Then somebody is hired: with the contract and the account the right comes by
itself, and on the day after the contract it is gone. Every step checks what the service answered,
and the first surprise ends the program.
"""

import os
import time
from datetime import date, timedelta
from typing import Any, TypeVar

from remit_client import AuthenticatedClient
from remit_client.api.contracts import create_contract, end_contract, sign_contract
from remit_client.api.decisions import evaluate
from remit_client.api.departments import upsert_department
from remit_client.api.grants import create_grant
from remit_client.api.positions import upsert_position
from remit_client.api.role_rules import create_role_rule
from remit_client.api.roles import create_role, list_role_members
from remit_client.api.users import create_user, list_user_roles, release_user
from remit_client.api.workers import create_worker, get_worker, link_worker_account, update_worker
from remit_client.models import (
    ContractInput,
    ContractView,
    DecisionAnswer,
    DepartmentInput,
    DepartmentView,
    EndRequest,
    EvaluationBody,
    GrantInput,
    GrantView,
    LinkRequest,
    PageMembershipView,
    PositionInput,
    PositionView,
    Problem,
    ReleasedView,
    RoleInput,
    RoleRuleInput,
    RoleRuleView,
    RoleView,
    UserInput,
    UserView,
    WorkerInput,
    WorkerPatch,
    WorkerView,
)

T = TypeVar("T")

# What is made here can be made again: its numbers and names end with the time.
MARK = f"{time.time_ns() // 1_000_000:x}"
TODAY = date.today()


def expect(kind: type[T], answer: object) -> T:
    """The answer, if it is of this kind. A problem (RFC 9457) ends the program and says why."""
    if isinstance(answer, Problem):
        raise SystemExit(f"{answer.status} {answer.code}: {answer.title} {answer.errors or ''}")
    assert isinstance(answer, kind), f"expected {kind.__name__}, got {answer!r}"
    return answer


def step(what: str) -> None:
    print(f"- {what}", flush=True)


def workplace(client: AuthenticatedClient) -> tuple[DepartmentView, PositionView]:
    """By one's own id: creates what is not there and updates what is. Sent twice, it changes nothing."""
    department = expect(
        DepartmentView,
        upsert_department.sync(
            "contract-workshop",
            client=client,
            body=DepartmentInput(code="contract-workshop", name="Workshop"),
        ),
    )
    position = expect(
        PositionView,
        upsert_position.sync(
            "contract-fitter",
            client=client,
            body=PositionInput(code="contract-fitter", name="Fitter"),
        ),
    )
    step(f"department {department.name}, position {position.name}")
    return department, position


def role_of(client: AuthenticatedClient, department: DepartmentView) -> RoleView:
    """A role, whom it is for, and what its members may do."""
    role = expect(
        RoleView,
        create_role.sync(
            client=client,
            # `from_dict` takes what would be sent as JSON.
            body=RoleInput.from_dict({"code": f"workshop-{MARK}", "name": "The workshop", "mode": "automatic"}),
        ),
    )
    expect(
        RoleRuleView,
        create_role_rule.sync(
            client=client,
            body=RoleRuleInput.from_dict(
                {
                    "role_id": str(role.id),
                    "departments": [{"id": str(department.id), "include_subtree": True}],
                }
            ),
        ),
    )
    expect(
        GrantView,
        create_grant.sync(
            client=client,
            body=GrantInput.from_dict(
                {
                    "holder_id": str(role.id),
                    "module": "time",
                    "scope": {"type": "department", "id": str(department.id), "include_subtree": True},
                    "allow": ["record"],
                }
            ),
        ),
    )
    step(f"role {role.code}: all who work in {department.name} may record time there")
    return role


def hire(client: AuthenticatedClient, number: str, first_name: str, last_name: str) -> tuple[WorkerView, ContractView]:
    """A personal folder, and a contract that is signed."""
    worker = expect(
        WorkerView,
        create_worker.sync(
            client=client,
            body=WorkerInput(
                personal_number=f"py-{number}-{MARK}",
                first_name=first_name,
                last_name=last_name,
                birth_date=date(1990, 4, 12),
            ),
        ),
    )
    draft = expect(
        ContractView,
        create_contract.sync(
            client=client,
            body=ContractInput(
                worker_id=worker.id,
                department_external_id="contract-workshop",
                position_external_id="contract-fitter",
                valid_from=TODAY,
            ),
        ),
    )
    assert draft.state == "draft"

    # States change by verbs.
    contract = expect(ContractView, sign_contract.sync(draft.id, client=client))
    assert contract.state == "signed"
    step(f"{first_name} {last_name} ({worker.personal_number}) has signed")

    # An error is a value here, typed by the contract.
    again = sign_contract.sync(draft.id, client=client)
    assert isinstance(again, Problem) and again.status == 409, again
    step(f"signing twice is refused: {again.code}")
    return worker, contract


def change_phone(client: AuthenticatedClient, worker: WorkerView) -> None:
    """A change names the version that was read, so that nobody's work is overwritten."""
    read = get_worker.sync_detailed(worker.id, client=client)
    tag = read.headers["etag"]
    body = WorkerPatch(phone="+420 601 234 567")
    changed = expect(WorkerView, update_worker.sync(worker.id, client=client, body=body, if_match=tag))
    assert changed.phone == "+420 601 234 567"

    stale = update_worker.sync(worker.id, client=client, body=WorkerPatch(phone=None), if_match=tag)
    assert isinstance(stale, Problem) and stale.status == 412, stale
    step(f"the phone number is changed; the old tag {tag} is refused by now")


def account_for(client: AuthenticatedClient, worker: WorkerView) -> UserView:
    """An account that is released and linked."""
    user = expect(
        UserView,
        create_user.sync(
            client=client,
            body=UserInput(
                login=f"eva.{MARK}",
                email=f"eva.{MARK}@example.org",
                first_name=worker.first_name,
                last_name=worker.last_name,
            ),
        ),
    )
    assert user.state == "blocked", "a new account waits for its release"
    released = expect(ReleasedView, release_user.sync(user.id, client=client))
    assert released.user.state == "active"
    assert released.password_link, "the link to set a password is shown once"

    expect(WorkerView, link_worker_account.sync(worker.id, client=client, body=LinkRequest(user_id=user.id)))
    step(f"the account {user.login} is released and linked")
    return released.user


def may_record(client: AuthenticatedClient, who: WorkerView, whose: WorkerView, on: date) -> tuple[bool, dict[str, Any]]:
    """May this worker record the time of that one on a day, and why?"""
    answer = expect(
        DecisionAnswer,
        evaluate.sync(
            client=client,
            body=EvaluationBody.from_dict(
                {
                    "subject": {"type": "worker", "id": str(who.id)},
                    "action": {"name": "time:record"},
                    "resource": {"type": "worker", "id": str(whose.id)},
                    "context": {"time": on.isoformat()},
                    "options": {"explain": "reason"},
                }
            ),
        ),
    )
    reason = answer.to_dict()["context"]
    print(f"  may {who.first_name} on {on}? {answer.decision}: {reason['reason_user']}", flush=True)
    return answer.decision, reason


def main() -> None:
    url = os.environ.get("REMIT_URL", "http://127.0.0.1:8080")
    with AuthenticatedClient(base_url=url, token=os.environ["REMIT_TOKEN"]) as client:
        department, _ = workplace(client)
        role = role_of(client, department)
        eva, contract = hire(client, "1", "Eva", "Dvořáková")
        adam, _ = hire(client, "2", "Adam", "Procházka")
        change_phone(client, eva)

        step("before she has an account")
        decision, reason = may_record(client, eva, adam, TODAY)
        assert not decision and reason["code"] == "subject_not_linked", reason

        user = account_for(client, eva)
        roles = expect(PageMembershipView, list_user_roles.sync(user.id, client=client))
        assert [membership.role_id for membership in roles.items].count(role.id) == 1, roles
        members = expect(PageMembershipView, list_role_members.sync(role.id, client=client))
        assert [membership.member_id for membership in members.items] == [user.id], members
        step(f"the contract has made her a member of {role.code}")

        decision, reason = may_record(client, eva, adam, TODAY)
        assert decision and reason["code"] == "role_allow", reason

        last_day = TODAY + timedelta(days=30)
        ended = expect(ContractView, end_contract.sync(contract.id, client=client, body=EndRequest(valid_to=last_day)))
        assert ended.valid_to == last_day
        step(f"the contract ends on {last_day}")
        decision, _ = may_record(client, eva, adam, last_day)
        assert decision
        decision, reason = may_record(client, eva, adam, last_day + timedelta(days=1))
        assert not decision and reason["code"] == "no_grant", reason

    print("hired")


if __name__ == "__main__":
    main()
