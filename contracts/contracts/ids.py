"""Opaque ids. People read numbers (`MAL-2026-000123`); machines read these."""

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
    "person",
    "message",
    "notification",
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
    "person": "pe",
    "message": "msg",
    "notification": "nt",
}
_NAMESPACE = uuid.UUID("6f1d2c1e-7a53-5c0e-9d2b-0e5ca1e7a000")


def new(kind: Kind) -> str:
    """A random id, 122 bits: nobody guesses a neighbour's."""
    return f"{_PREFIX[kind]}_{uuid.uuid4().hex}"


def derived(kind: Kind, *parts: str | int) -> str:
    """The id that follows from what caused it: the same cause, handled again after a crash, makes the same id.

    As unguessable as its first part, which is an id made by `new` somewhere back along the chain. The kind is part of
    what is hashed: who may know a hand-off's id does not thereby know the incident's that came of the same cause.
    """
    return f"{_PREFIX[kind]}_{uuid.uuid5(_NAMESPACE, '/'.join((kind, *map(str, parts)))).hex}"


def kind_of(id_: str) -> Kind:
    """The kind an id was made for; ValueError for anything else."""
    prefix = id_.partition("_")[0]
    for kind, known in _PREFIX.items():
        if known == prefix:
            return kind
    raise ValueError(f"{prefix!r} is not the beginning of an id")
