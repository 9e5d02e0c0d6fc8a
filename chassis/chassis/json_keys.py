"""A name that stands twice in one JSON object: every reader takes another of the two (RFC 8259, 4), so none should."""

import json
from typing import Any

Way = tuple[str | int, ...]
"""Steps into a document."""


def repeated_key(body: bytes | str) -> Way | None:
    """The place of a name that its object has twice; None where there is none, or the body is no JSON at all."""
    found: list[tuple[dict[str, Any], str]] = []

    def made(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        whole = dict(pairs)
        if len(whole) < len(pairs):
            found.append((whole, _first_repeated(pairs)))
        return whole

    try:
        document = json.loads(body, object_pairs_hook=made)
    except (ValueError, RecursionError):  # whoever reads it says what is wrong with it
        return None
    if not found:
        return None
    inside, name = found[-1]  # nothing around the last one is left out, so there is a way to it
    return (*(_way_to(document, inside) or ()), name)


def _first_repeated(pairs: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            return name
        seen.add(name)
    raise LookupError("all names differ")


def _way_to(document: Any, inside: dict[str, Any]) -> Way | None:
    if document is inside:
        return ()
    steps: list[tuple[str | int, Any]] = []
    if isinstance(document, dict):
        steps = list(document.items())
    elif isinstance(document, list):
        steps = list(enumerate(document))
    for step, value in steps:
        if (way := _way_to(value, inside)) is not None:
            return (step, *way)
    return None
