"""Small values that events, directory and timeline share."""

import re
from collections.abc import Mapping
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

TicketKind = Literal["incident", "request", "need", "idea"]
GATHERED: Final[tuple[TicketKind, ...]] = ("need", "idea")
"""Kinds that are gathered and decided: they have no clocks and no policy (R10)."""
Urgency = Annotated[int, Field(ge=1, le=4)]
"""1 the lesson stands still, 2 hard to work, 3 one can work around it, 4 when there is time."""
Language = Literal["sv", "en"]
Tier = Literal["local", "central", "vendor"]
Role = Literal["lead", "parallel"]
Promise = Literal["acknowledge", "next_update", "resolve", "public_sentence"]
"""What is promised by a time; `public_sentence`: that others can read what a major incident is about."""
PauseReason = Literal["reporter", "planned"]
"""Why a clock stands still: every open ticket waits on its reporter (R8); planned work is going on (V10)."""
Action = Literal["notify", "next_party", "hand_over", "require_acknowledgement", "raise_urgency", "repeat"]
"""What a step of an escalation policy does."""
MOVES: Final[tuple[Action, ...]] = ("next_party", "hand_over")
"""Actions that give the case to somebody else."""
Trigger = Literal["step", "impact_grown", "holder_silent", "breach", "asked", "person", "major", "matrix"]
"""Why it went further: the policy's next step was due, or something happened, or a person wanted it."""
Priority = Literal["green", "amber", "red"]
"""How a need or an idea stands on the forum's agenda, as a traffic light: red comes first (V16)."""
Decision = Literal["yes", "no", "later"]
"""What became of a need or an idea; `later` comes up again."""
NextStage = Literal["approved", "shipped", "received", "changed", "discrepancy", "declined"]
"""What may become of an order; `changed`: something else is ordered than before; `discrepancy`: something else came;
`declined`: nothing is ordered."""
Stage = Literal["ordered", NextStage]
"""Where an order is (V11)."""
ErasureReason = Literal["asked", "not_needed", "too_much", "protected", "mistake"]
"""Why something is erased. asked: the person wants it; not_needed: it has served its purpose; too_much: more was
written than is needed; protected: somebody's identity is; mistake: it never belonged here. No words of one's own: they
would outlive what they are about.
"""
Scope = Literal["person", "asset", "room", "building", "school", "schools", "municipality"]
"""How far a cause reaches."""
WorkEffect = Literal["down", "interruptions", "slow", "none"]
"""What people notice of planned work; `none`: nothing, so that a fault meanwhile is one like any other."""
ConnectionHealth = Literal["well", "failing", "behind", "resting", "paused", "disabled", "misconfigured"]
"""How a way to a vendor stands. failing: the last that it was sent was not taken, or a ticket in its own server could
not be read; behind: what it is owed waits long though it is tried; resting: it did not answer several times and is
tried now and then; disabled: it answered 410; misconfigured: the installation lacks something.
"""
ConnectionStep = Literal["paused", "resumed", "resent", "replayed", "tested", "mail_released", "mail_discarded"]
"""What a person had the bridge do with a connection."""
_PARTY: Final = r"^(team|vendor):[a-z0-9][a-z0-9-]{0,62}$"
PartyId = Annotated[str, StringConstraints(pattern=_PARTY)]
"""Who can hold a case: `team:<id>` or `vendor:<id>` of the municipality's directory."""

Changer = PartyId | Literal["reporter"]
"""Who changed an order; `reporter`: whoever ordered."""

NO_SCHOOL: Final = ""
"""In the place of a school: no one school is known, or it is not about one. Such a case is the coordinator's."""

REPORTER_PARTY = "reporter"
SYSTEM_PARTY = "eskalera"
"""Author parties of a timeline entry besides teams and vendors."""


Words = Annotated[dict[Language, str], Field(min_length=1)]
"""The same sentence in one or more languages; what a person wrote has only the language they wrote in."""


def is_party(value: str) -> bool:
    """Whether it may be a party's id."""
    return re.fullmatch(_PARTY, value) is not None


def is_vendor(party: str) -> bool:
    """Whether a party, or whoever reported a ticket, is a vendor."""
    return party.startswith("vendor:")


def in_language(words: Mapping[Language, str], language: Language) -> str:
    """The sentence in `language`, else in Swedish, else in the one there is."""
    return words.get(language) or words.get("sv") or next(iter(words.values()))


class Value(BaseModel):
    """A frozen part of an event. Readers ignore fields they do not know: events grow by addition."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True, ser_json_timedelta="iso8601")


class Actor(Value):
    """Who did it: the party that answers for it, and the person (opaque id) where one acted."""

    party: str
    person: str | None = None


SYSTEM = Actor(party=SYSTEM_PARTY)


class Head(Value):
    """The newest entry of one chain."""

    seq: int
    hash: str
