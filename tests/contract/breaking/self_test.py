"""Proves that the check for breaking changes finds them, and lets additions pass.

    self_test.py RELEASED FOLDER OPTIC

Takes the paths about positions from the released contract, with what they refer to (the whole takes
optic half a minute each time), breaks them in one way after the other, and asks optic about each. Leaves what optic
said in the folder.
"""

import copy
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

LIST = "/api/v1/positions"
ITEM = "/api/v1/positions/{id}"


def references(node: Any) -> set[str]:
    if isinstance(node, dict):
        own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
        return own.union(*map(references, node.values()))
    return set().union(*map(references, node)) if isinstance(node, list) else set()


def excerpt(contract: dict[str, Any]) -> dict[str, Any]:
    paths = {path: contract["paths"][path] for path in (LIST, ITEM)}
    components: dict[str, Any] = {"securitySchemes": contract["components"]["securitySchemes"]}
    wanted = references(paths)
    while wanted:
        _, _, kind, name = wanted.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = contract["components"][kind][name]
            wanted |= references(components[kind][name])
    return copy.deepcopy({**contract, "paths": paths, "components": components})


def no_operation(contract: dict[str, Any]) -> None:
    del contract["paths"][LIST]["post"]


def no_field(contract: dict[str, Any]) -> None:
    view = contract["components"]["schemas"]["PositionView"]
    del view["properties"]["name"]
    view["required"].remove("name")


def parameter_needed(contract: dict[str, Any]) -> None:
    parameters = contract["paths"][LIST]["get"]["parameters"]
    next(parameter for parameter in parameters if parameter["name"] == "limit")["required"] = True


def more(contract: dict[str, Any]) -> None:
    schemas = contract["components"]["schemas"]
    for schema in ("PositionInput", "PositionView"):
        schemas[schema]["properties"]["grade"] = {"type": ["string", "null"], "maxLength": 20}
    operation = copy.deepcopy(contract["paths"][LIST]["get"])
    operation["operationId"] = "listGrades"
    contract["paths"]["/api/v1/grades"] = {"get": operation}


BREAKING = [no_operation, no_field, parameter_needed]
FINE = [more]


def main() -> int:
    released, folder, optic = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    folder.mkdir(parents=True, exist_ok=True)
    contract = yaml.load(released.read_text(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def write(name: str, content: dict[str, Any]) -> Path:
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True))
        return path

    base = write("base", excerpt(contract))

    def ask(change: Any) -> tuple[str, int, str]:
        changed = excerpt(contract)
        change(changed)
        path = write(change.__name__, changed)
        answer = subprocess.run(
            [optic, "diff", str(base), str(path), "--check"],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        path.with_suffix(".log").write_text(answer.stdout)
        return change.__name__, answer.returncode, answer.stdout

    wrong = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, status, said in pool.map(ask, BREAKING + FINE):
            expected = 1 if name in {change.__name__ for change in BREAKING} else 0
            if status != expected:
                wrong += 1
                print(f"{name}: optic should have ended with {expected}, ended with {status}:\n{said}")
    if not wrong:
        print(f"optic refuses each of {len(BREAKING)} broken copies, and lets an addition pass")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
