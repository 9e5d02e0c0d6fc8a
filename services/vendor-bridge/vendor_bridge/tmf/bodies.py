"""What a vendor's system sends: bytes to JSON, and a patch to the attributes that it changes."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import jsonpatch
import jsonpointer
from pydantic_core import from_json
from starlette.requests import Request

from chassis.faults import NOT_OBJECT, NUL, why_unread
from chassis.json_keys import repeated_key
from chassis.problems import pointer
from vendor_bridge.tmf.errors import Refused

LARGEST: Final = 256 * 1024
"""Bytes of a body."""
LARGEST_WITH_FILES: Final = 900 * 1024
"""Of one that may hold files in base64; larger ones come by `POST /handoffs/{id}/attachments`."""
MOST_OPERATIONS: Final = 100
JSON: Final = "application/json"
MERGE_PATCH: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"
_OPERATIONS: Final = frozenset({"add", "replace", "remove", "test"})
"""Not copy and move: what they can do to notes is nothing, and copies of copies grow without end."""


async def read(request: Request, allowed: Collection[str], largest: int = LARGEST) -> tuple[str, bytes, Any]:
    """(media type, bytes as they came, value). Raises Refused 400, 413, 415."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in allowed:
        raise Refused(415, f"Send {' or '.join(sorted(allowed))}.", headers={"Accept": ", ".join(sorted(allowed))})
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > largest:
            raise Refused(413, f"A body has at most {largest // 1024} kB.")
    request.state.body = bytes(body)
    try:
        value = from_json(bytes(body), allow_inf_nan=False)
    except ValueError as error:
        raise Refused(400, f"The body {why_unread(error)}.") from None
    if b"\\u0000" in body:
        raise Refused(400, f"The body {NUL}.")
    if (way := repeated_key(bytes(body))) is not None:
        raise Refused(400, f"{pointer(*way)[:200]} stands there twice.")
    return media, bytes(body), value


def as_object(value: Any, known: Collection[str]) -> dict[str, Any]:
    """A resource that was sent. Extensions (`@…`) are passed over, any other unknown attribute is refused."""
    if not isinstance(value, dict):
        raise Refused(400, f"The body {NOT_OBJECT}.")
    for name in value:
        if name not in known and not name.startswith("@"):
            raise Refused(400, f"{name[:60]!r} is no attribute of this resource.")
    return {name: given for name, given in value.items() if not name.startswith("@")}


def changed(media: str, value: Any, current: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    """The attributes that a patch makes other than they are, with what they shall be (None: gone).

    `status` also where it is named again: whoever says `pending` once more may ask once more.
    """
    if media == JSON_PATCH:
        return _by_operations(value, current, known)
    given = as_object(value, known)
    return {name: wanted for name, wanted in given.items() if wanted != current.get(name) or name == "status"}


def _by_operations(value: Any, current: Mapping[str, Any], known: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, list) or len(value) > MOST_OPERATIONS:
        raise Refused(400, f"A JSON patch is a list of at most {MOST_OPERATIONS} operations.")
    for operation in value:
        if not isinstance(operation, dict) or operation.get("op") not in _OPERATIONS:
            raise Refused(400, f"An operation is one of {', '.join(sorted(_OPERATIONS))}.")
    try:
        after = jsonpatch.JsonPatch(value).apply(dict(current))
    except jsonpatch.JsonPatchTestFailed:
        raise Refused(409, "A test of the patch does not hold: the resource has changed.") from None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, ValueError):
        raise Refused(400, "The patch cannot be applied to this resource.") from None
    after = as_object(after, known)
    for operation in value:
        name = str(operation["path"]).removeprefix("/").partition("/")[0]
        if operation["op"] == "remove" and _loses(current.get(name), after.get(name)):
            raise Refused(400, f"{name}: nothing that stands in it is taken away.")
    before = {name: given for name, given in current.items() if not name.startswith("@")}
    return {name: after.get(name) for name in before | after if after.get(name) != before.get(name)}


def _loses(before: Any, after: Any) -> bool:
    """Whether something that stood in a list is not there any more, or not as it was."""
    if not isinstance(before, list):
        return False
    return not isinstance(after, list) or any(one not in after for one in before)
