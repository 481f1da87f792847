"""The caller of a Schemathesis run.

    caller.py make URL TOKEN FILE    makes it with an administrator's token, writes FILE
    caller.py token FILE             prints its token
    caller.py check URL FILE         fails when it can do less than it could at first

Schemathesis calls everything: it also blocks users, deletes roles and revokes tokens. A service
account of its own makes the calls, with all rights. FILE lists what it stands on (its account,
its token, the roles it is in, their grants, the built-in modules); hooks.py keeps the run's hands
off these things and nothing else. It also has bodies with which logging in succeeds.
"""

import json
import sys
import urllib.request
from typing import Any

ROLES = (
    "system-administrator",
    "user-administrator",
    "area-administrator",
    "hr-officer",
    "time-administrator",
    "auditor",
)
PASSWORD = "correct horse battery staple"


class Service:
    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self.token = token

    def call(self, method: str, path: str, body: object = None) -> dict[str, Any]:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            content: dict[str, Any] = json.loads(answer.read() or b"{}")
            return content

    def all(self, path: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            join = "&" if "?" in path else "?"
            page = self.call("GET", f"{path}{join}limit=200{cursor}")
            items += page["items"]
            if not page["next_cursor"]:
                return items
            cursor = f"&cursor={page['next_cursor']}"


def rights(service: Service) -> list[str]:
    """Everything that the caller may do, one line for each action and scope."""
    items = service.call("GET", "/api/v1/me/permissions")["items"]
    return sorted(
        f"{item['module']}:{action} on {json.dumps(item['scope'], sort_keys=True)}"
        for item in items
        if item["module_active"] and not item["set_aside"]
        for action in item["allow"]
    )


def person(administrator: Service, login: str) -> str:
    """Makes somebody, and returns the token of the one-time link to set a password."""
    made = administrator.call(
        "POST",
        "/api/v1/users",
        {"login": login, "email": f"{login}@example.org", "first_name": "Contract", "last_name": "Run"},
    )
    released = administrator.call("POST", f"/api/v1/users/{made['id']}/release")
    link: str = released["password_link"]
    return link.split("#")[1]


def bodies(administrator: Service) -> dict[str, dict[str, str]]:
    """What makes logging in succeed: no password or token made by chance ever would."""
    link = person(administrator, "contract.first")
    administrator.call("POST", "/auth/password", {"token": link, "password": PASSWORD})
    log_in = {"login": "contract.first", "password": PASSWORD}
    session = administrator.call("POST", "/auth/login", log_in)
    return {
        "logIn": log_in,
        "refreshTokens": {"refresh_token": session["refresh_token"]},
        "setPassword": {"token": person(administrator, "contract.second"), "password": PASSWORD},
    }


def make(url: str, token: str, file: str) -> None:
    administrator = Service(url, token)
    account = administrator.call(
        "POST",
        "/api/v1/users",
        {"kind": "service", "display_name": "Contract run", "external_id": "contract-run", "state": "active"},
    )
    roles = [role for role in administrator.all("/api/v1/roles") if role["code"] in ROLES]
    assert len(roles) == len(ROLES), "the roles of a new database"
    memberships = [
        administrator.call("POST", "/api/v1/memberships", {"role_id": role["id"], "member_id": account["id"]})
        for role in roles
    ]
    made = administrator.call("POST", "/api/v1/api-tokens", {"name": "contract run", "user_id": account["id"]})
    grants = [
        grant
        for role in roles
        for grant in administrator.all(f"/api/v1/grants?holder_type=role&role_id={role['id']}")
    ]
    built_in = [module for module in administrator.all("/api/v1/modules") if module["code"] in ("system", "hr", "time")]
    keep = [account, made, *roles, *memberships, *grants, *built_in]

    caller = Service(url, made["token"])
    with open(file, "w") as out:
        json.dump(
            {
                "token": caller.token,
                "bodies": bodies(administrator),
                "keep": sorted({thing["id"] for thing in keep}),
                "rights": rights(caller),
            },
            out,
            indent=1,
        )
    print(f"caller: {len(roles)} roles, {len(grants)} grants, {len(rights(caller))} rights")


def check(url: str, file: str) -> int:
    with open(file) as read:
        made = json.load(read)
    try:
        now = rights(Service(url, made["token"]))
    except OSError as error:
        print(f"the caller did not live to the end of the run: {error}")
        return 1
    lost = sorted(set(made["rights"]) - set(now))
    if lost:
        print("the caller lost rights in the run, so what came after was tested less:", *lost[:20], sep="\n  ")
        return 1
    print(f"the caller still has its {len(made['rights'])} rights")
    return 0


def main() -> int:
    match sys.argv[1:]:
        case ["make", url, token, file]:
            make(url, token, file)
            return 0
        case ["token", file]:
            with open(file) as read:
                print(json.load(read)["token"])
            return 0
        case ["check", url, file]:
            return check(url, file)
        case _:
            print(__doc__)
            return 2


if __name__ == "__main__":
    sys.exit(main())
