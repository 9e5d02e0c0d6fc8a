"""What every event is: a fact in the past tense, about some cases of one municipality."""

from collections.abc import Iterable
from typing import Any, ClassVar, Self

from pydantic import AwareDatetime, Field, model_validator

from contracts.values import Actor, Value


class Event(Value):
    """Base of all events.

    `id` and `at` travel as the CloudEvents attributes `id` and `time`, the rest as the data.
    `cases` are the tickets and incidents it touches: all of them are parked behind it if its handling fails.
    """

    TYPE: ClassVar[str]
    CASE_FIELDS: ClassVar[tuple[str, ...]] = ()

    id: str = Field(exclude=True)
    at: AwareDatetime = Field(exclude=True)
    municipality: str
    """The tenant; also the record's key, so that its events have one order."""
    cases: tuple[str, ...] = ()
    """Tickets and incidents it touches."""
    caused_by: str | None = None
    """The id of the event it follows from; None: a person or a clock made it."""

    @model_validator(mode="after")
    def _declare_cases(self) -> Self:
        if not self.cases:
            object.__setattr__(self, "cases", tuple(self._named_cases()))
            self.__pydantic_fields_set__.add("cases")
        return self

    def _named_cases(self) -> Iterable[str]:
        seen: set[str] = set()
        for name in self.CASE_FIELDS:
            value: Any = getattr(self, name)
            for case in (value,) if isinstance(value, str) else (value or ()):
                if case not in seen:
                    seen.add(case)
                    yield case

    @property
    def subject(self) -> str:
        """The CloudEvents subject: the first case, else the municipality."""
        return self.cases[0] if self.cases else self.municipality


class Request(Event):
    """A command to another owner. Its `request_id` comes back in the effect, or in `incident.request_refused`."""

    CASE_FIELDS: ClassVar[tuple[str, ...]] = ("incident",)

    request_id: str
    incident: str
    by: Actor
    seen_version: int | None = None
    """The incident's version the person saw; None: a script that takes what it gets (R5)."""


class ConnectionRequest(Event):
    """A command to the vendor bridge about one connection; it touches no case. It ends in `connection.changed` or
    `connection.request_refused`, which name its `request_id` (R4).
    """

    request_id: str
    connection: str
    by: Actor
