"""Why who has a case has it, what comes by itself, and what is promised."""

from dataclasses import dataclass
from datetime import datetime

from chassis.look.words import Say, Words
from ticketing.views.parts import ClockChip, Promise


@dataclass(frozen=True, slots=True)
class PathStep:
    """One party of the responsibility matrix' path."""

    name: Words
    level: Say
    here: bool = False
    passed: bool = False


@dataclass(frozen=True, slots=True)
class PolicyStep:
    text: Say
    at: datetime | None = None
    done: bool = False
    next: bool = False


@dataclass(frozen=True, slots=True)
class PromiseLine:
    promise: Promise
    agreed: Words
    clock: ClockChip | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Why this party, which promises, what happens by itself."""

    reason: Words
    rule: str
    """Which line of the matrix decided, as the directory names it; empty where something else did."""
    path: tuple[PathStep, ...]
    promises: tuple[PromiseLine, ...]
    steps: tuple[PolicyStep, ...]
    agreement: Words = ""
    whole: tuple[Words, ...] = ()
    """The policy from its beginning, as "Vem gör vad" tells it: what comes with its holder, in order …"""
    also: tuple[Words, ...] = ()
    """… and whenever it happens."""
    path_reason: Words = ""
    """Why the path is what it is, where what has happened since says why this party has it; and by which line."""
    path_rule: str = ""
