"""One byte string per value, so that two parties compute the same digest.

RFC 8785 (JSON Canonicalization Scheme) for the values used here: objects with ASCII keys, strings, integers,
booleans, null and arrays of these. Floats are refused, since their canonical form is where implementations differ.
"""

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def canonical(value: Any) -> bytes:
    """UTF-8 of the canonical JSON; TypeError on floats and on what JSON cannot hold."""
    _refuse_floats(value)
    return _ENCODER.encode(value).encode()


def sha256(value: Any) -> str:
    """Hex SHA-256 of the canonical JSON."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a digest is never computed over floats")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_floats(item)
