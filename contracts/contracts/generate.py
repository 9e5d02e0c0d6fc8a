"""Writes what follows from the models: schemas, examples, AsyncAPI document, reference page.

`python -m contracts.generate` writes them into the checkout; with `--check` it writes nothing, names every file that is
not current and exits with 1.
"""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from contracts import asyncapi, envelope, reference, schemas
from contracts.events.base import Event
from contracts.examples import EXAMPLES

CHECKOUT = Path(__file__).resolve().parents[2]
GENERATED = ("contracts/schemas", "contracts/examples")
"""Folders that hold nothing else."""


def files() -> dict[str, str]:
    """Every generated file: path in the checkout → text."""
    described = schemas.wire_schemas() | {name: schemas.file_schema(name) for name in schemas.FILES}
    written = {f"contracts/schemas/{name}.json": as_json(schema) for name, schema in described.items()}
    written |= {f"contracts/examples/{name}.json": as_json(structured(EXAMPLES[name])) for name in sorted(EXAMPLES)}
    written["contracts/asyncapi.yaml"] = yaml.safe_dump(
        asyncapi.document(), sort_keys=False, allow_unicode=True, width=120
    )
    written["docs/reference/events.md"] = reference.page()
    return written


def structured(event: Event) -> dict[str, Any]:
    """The whole event as one JSON object (CloudEvents' structured mode), for reading."""
    headers = envelope.attributes(event)
    attributes = {name.removeprefix("ce_"): value for name, value in headers.items() if name.startswith("ce_")}
    return attributes | {"datacontenttype": headers["content-type"], "data": event.model_dump(mode="json")}


def as_json(value: Any) -> str:
    """JSON for people: indented, in its own letters, with a newline at the end."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def stale(checkout: Path) -> list[str]:
    """The generated files that are missing, different, or left over; sorted."""
    wanted = files()
    different = (name for name, text in wanted.items() if _read(checkout / name) != text)
    left_over = (name for name in _found(checkout) if name not in wanted)
    return sorted({*different, *left_over})


def write(checkout: Path) -> list[str]:
    """Makes all files current; returns what changed."""
    changed, wanted = stale(checkout), files()
    for name in changed:
        path = checkout / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name], encoding="utf-8")
        else:
            path.unlink()
    return changed


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


def _found(checkout: Path) -> Iterable[str]:
    return (path.relative_to(checkout).as_posix() for folder in GENERATED for path in (checkout / folder).glob("*"))


def main(arguments: Sequence[str]) -> int:
    """Exit code: 0 all current (or made so), 1 with `--check` when something is not."""
    check = "--check" in arguments
    changed = stale(CHECKOUT) if check else write(CHECKOUT)
    for name in changed:
        sys.stdout.write(f"{'not current' if check else 'written'}: {name}\n")
    if check and changed:
        sys.stdout.write("run python -m contracts.generate\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
