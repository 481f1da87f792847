"""Takes out of two contracts what callers of the first don't rely on: texts, examples, and operations
that only the second has.

    slim.py FOLDER RELEASED PRESENT

Optic looks at every word of both, which takes it minutes. The slim copies lie in the folder, as
`released.yaml` and `present.yaml`.
"""

import sys
from pathlib import Path
from typing import Any

import yaml

TEXTS = {"summary", "example", "examples", "externalDocs"}
# Below these, keys are names, and may be any of the words above.
NAMED = {"properties", "schemas", "parameters", "responses", "headers", "requestBodies", "links"}


def slim(node: Any, named: bool = False) -> Any:
    if isinstance(node, list):
        return [slim(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if named or key not in TEXTS}
    slimmed = {key: slim(value, not named and key in NAMED) for key, value in kept.items()}
    # A response must have one.
    if not named and isinstance(node.get("description"), str):
        slimmed["description"] = "-"
    return slimmed


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    loader, dumper = getattr(yaml, "CSafeLoader", yaml.SafeLoader), getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    released, present = (yaml.load(Path(path).read_text(), loader) for path in sys.argv[2:4])
    present["paths"] = {path: item for path, item in present["paths"].items() if path in released["paths"]}
    for name, contract in (("released", released), ("present", present)):
        contract["components"].pop("examples", None)
        text = yaml.dump(slim(contract), Dumper=dumper, sort_keys=False, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text)


if __name__ == "__main__":
    main()
