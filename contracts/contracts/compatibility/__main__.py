"""Released schemas: what other versions in the field, and the outboxes' archives, rely on.

`python -m contracts.compatibility` compares the models with `contracts/released/` and exits with 1 on a breaking
change. With `--release` it then makes the present schemas the released ones, unless something breaks.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from contracts.compatibility import Breaking, compare_all
from contracts.generate import as_json
from contracts.schemas import wire_schemas

RELEASED = Path(__file__).resolve().parents[2] / "released"


def released(folder: Path = RELEASED) -> dict[str, dict[str, Any]]:
    """The released schemas by name."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))}


def check(folder: Path = RELEASED) -> dict[str, list[Breaking]]:
    """What breaks between the released schemas and the models."""
    return compare_all(released(folder), wire_schemas())


def release(folder: Path = RELEASED) -> list[str]:
    """Makes the present schemas the released ones; returns those that are new or grew."""
    before, changed = released(folder), []
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in wire_schemas().items():
        if before.get(name) != schema:
            (folder / f"{name}.json").write_text(as_json(schema), encoding="utf-8")
            changed.append(name)
    return changed


def main(arguments: Sequence[str]) -> int:
    """Exit code: 0 nothing breaks, 1 something does."""
    broken = check()
    for name, changes in broken.items():
        for change in changes:
            sys.stdout.write(f"{name}: {change}\n")
    if broken:
        sys.stdout.write("Readers in the field would not survive this: add a new version of the type instead.\n")
        return 1
    if "--release" in arguments:
        for name in release():
            sys.stdout.write(f"released: {name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
