"""What a person wrote in a form that could not be sent, or whose request was refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from chassis.look.words import Words
from ticketing.views import Field

_QUESTION: Final = "reason_of_"
_STANDS: Final[Mapping[str, str]] = {
    "number": "ticket",
    "asked": "fraga-vem",
    "question": "fraga-text",
    "send_reason": "skicka-vidare-varfor",
    "stop_reason": "stoppa-varfor",
    "reopen_reason": "oppna-igen-varfor",
    "urgency_reason": "bradska-varfor",
    "note_text": "anteckning",
    "note_files": "anteckning-filer",
    "stage": "steg-stage",
}
"""The id of a field on the desk's page, where it is not the name."""


def field_of(question: str) -> str:
    """Under which name the reason for closing a question is kept."""
    return f"{_QUESTION}{question}"


@dataclass(frozen=True, slots=True)
class Kept:
    """Its fields, with what is wrong."""

    fields: dict[str, Field] = field(default_factory=dict)
    proposal: str | None = None
    requests: frozenset[str] = frozenset()
    """Those that were refused, where it comes from them."""

    def of(self, name: str) -> Field:
        return self.fields.get(name, Field())

    @property
    def errors(self) -> tuple[tuple[str, Words], ...]:
        """What is wrong, each with the id of its field on the page."""
        return tuple((self._at(name), field.error) for name, field in self.fields.items() if field.error is not None)

    def _at(self, name: str) -> str:
        if name in ("accept", "reject"):
            return f"{'godkann' if name == 'accept' else 'avsla'}-{self.proposal}"
        if name.startswith(_QUESTION):
            return f"stang-{name.removeprefix(_QUESTION)}"
        return _STANDS.get(name, name)
