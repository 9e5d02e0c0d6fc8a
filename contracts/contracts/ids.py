"""Opaque ids. People read numbers (`MAL-2026-000123`); machines read these."""

import hashlib
import uuid
from typing import Literal

Kind = Literal[
    "ticket",
    "incident",
    "handoff",
    "entry",
    "event",
    "request",
    "clock",
    "question",
    "proposal",
    "suggestion",
    "person",
    "message",
    "notification",
    "work",
]
_PREFIX: dict[Kind, str] = {
    "ticket": "tk",
    "incident": "in",
    "handoff": "ho",
    "entry": "en",
    "event": "ev",
    "request": "rq",
    "clock": "cl",
    "question": "qu",
    "proposal": "pr",
    "suggestion": "su",
    "person": "pe",
    "message": "msg",
    "notification": "nt",
    "work": "wk",
}
_NAMESPACE = uuid.UUID("6f1d2c1e-7a53-5c0e-9d2b-0e5ca1e7a000").bytes
_VERSION_AND_VARIANT = 0xF000_C000_0000_0000_0000
_VERSION_5 = 0x5000_8000_0000_0000_0000


def new(kind: Kind) -> str:
    """A random id, 122 bits: nobody guesses a neighbour's."""
    return f"{_PREFIX[kind]}_{uuid.uuid4().hex}"


def derived(kind: Kind, *parts: str | int) -> str:
    """The id that follows from what caused it: the same cause, handled again after a crash, makes the same id.

    As unguessable as its first part, which is an id made by `new` somewhere back along the chain. The kind is part of
    what is hashed: who may know a hand-off's id does not thereby know the incident's that came of the same cause.
    """
    # A name-based UUID (RFC 9562, version 5) by hand: each event has several, and `uuid.uuid5` takes twice the time.
    digest = hashlib.sha1(_NAMESPACE + "/".join((kind, *map(str, parts))).encode(), usedforsecurity=False).digest()
    number = int.from_bytes(digest[:16], "big") & ~_VERSION_AND_VARIANT | _VERSION_5
    return f"{_PREFIX[kind]}_{number:032x}"


def kind_of(id_: str) -> Kind:
    """The kind an id was made for; ValueError for anything else."""
    prefix = id_.partition("_")[0]
    for kind, known in _PREFIX.items():
        if known == prefix:
            return kind
    raise ValueError(f"{prefix!r} is not the beginning of an id")
