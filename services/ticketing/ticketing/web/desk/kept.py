"""What a person wrote in a form that could not be sent, or whose request was refused."""

from dataclasses import dataclass, field

from ticketing.views import Field


@dataclass(frozen=True, slots=True)
class Kept:
    """Its fields, with what is wrong."""

    fields: dict[str, Field] = field(default_factory=dict)
    proposal: str | None = None
    requests: frozenset[str] = frozenset()
    """Those that were refused, where it comes from them."""

    def of(self, name: str) -> Field:
        return self.fields.get(name, Field())
