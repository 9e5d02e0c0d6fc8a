"""A hand-off of another Eskalera, what it is here, and what is said about it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from contracts.timeline import FileRef
from contracts.values import Head

LONGEST: Final = 20_000
"""Characters of one text in the protocol."""
Proposed = Literal["open", "accepted", "rejected"]


@dataclass(slots=True)
class PeerCase:
    """A hand-off of another Eskalera, and what it is here: a ticket, or an incident of ours that comes back.

    How things went: a replay gives none.
    """

    municipality: str
    connection: str
    handoff: str
    """The other's."""
    vendor: str
    """The party that the other is here."""
    ticket: str | None = None
    incident: str | None = None
    """Only of what comes back: the first of our incidents, behind which its messages line up."""
    returns: list[str] = field(default_factory=list)
    """Our own hand-offs by which it had gone there, in the order in which they came back."""
    heads: dict[str, Any] = field(default_factory=dict)
    """How much of the other's history is here: {their case: head}."""
    told: dict[str, int] = field(default_factory=dict)
    """How much of ours was looked at for the other: {our case: number}."""
    acknowledged: bool = False
    working: bool = False
    """The other has heard that somebody works on it."""
    solved: list[str] = field(default_factory=list)
    """Those of our cases that are solved, as far as the other was told."""
    proposed: Proposed | None = None
    """What has become of the solution that the other was told last; None: of none, or it holds no longer."""
    asked: list[str] = field(default_factory=list)
    """What we asked of it, by the other's ids: the answers come in messages of their own."""
    continues_in: str | None = None
    """The other's later hand-off of the same case: that is the ticket now, and all is told there."""

    @property
    def known(self) -> dict[str, Head]:
        return {case: Head.model_validate(head) for case, head in self.heads.items()}

    @property
    def held(self) -> dict[str, Head]:
        """The same without the chains whose beginning was only linked to."""
        return {case: head for case, head in self.known.items() if not self.heads[case].get("linked")}

    @property
    def comes_back(self) -> bool:
        """Whether it is no ticket here, but incidents of ours."""
        return self.incident is not None

    @property
    def waits_for_nobody(self) -> bool:
        """Whether the other waits in vain once all that came back is over: it has nothing to accept, or did not."""
        return self.comes_back and self.proposed not in ("open", "accepted")

    @property
    def incidents(self) -> list[str]:
        """Those of ours, if it comes back."""
        return list(self.told) if self.comes_back else []

    def take_back(self, handoff: str, incident: str, length: int) -> None:
        """Our hand-off of an incident of ours, whose history had that length, has come back."""
        if handoff in self.returns:
            return
        self.returns = [*self.returns, handoff]
        if self.ticket is None:
            self.incident = self.incident or incident
            self.told = {incident: length} | self.told

    def follows(self, incident: str, successor: str, length: int) -> None:
        """An incident of ours that came back goes on in another, whose history had that length: what is told of that
        from now on is told of it. What was told of the first being solved says nothing of the other.
        """
        if not self.comes_back or incident not in self.told:
            return
        went_on = {successor if each == incident else each: seq for each, seq in self.told.items()}
        self.told = went_on | {successor: self.told.get(successor, length)}
        self.solved = [each for each in self.solved if each != incident]

    def goes_on(self, handoff: str) -> "PeerCase":
        """The ticket is that later hand-off of the other's now: what is here and what was looked at holds for it too.

        Of what was only linked to the story is wanted still.
        """
        self.continues_in = handoff
        return PeerCase(
            self.municipality,
            self.connection,
            handoff,
            self.vendor,
            ticket=self.ticket,
            heads=ahead({}, self.held),
            told=dict(self.told),
            asked=list(self.asked),
        )

    @property
    def subject(self) -> str:
        """What its messages line up behind."""
        return self.ticket or self.incident or self.handoff


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the protocol under its name. `due_in`: seconds before it goes; `files`: follow it of their own;
    `handoff`: that of ours which it is said of here, where it is not about all that came back.
    """

    name: str
    kind: str
    data: Mapping[str, Any]
    due_in: int = 0
    files: tuple[FileRef, ...] = ()
    handoff: str | None = None


def ahead(known: Mapping[str, Any], heads: Mapping[str, Head], *, linked: bool = False) -> dict[str, Any]:
    """`PeerCase.heads` once these are here. `linked`: what leads up to them stayed with the other."""
    found = dict(known)
    for case, head in heads.items():
        had = found.get(case)
        if had is None or had["seq"] < head.seq:
            apart = linked or (had or {}).get("linked", False)
            found[case] = head.model_dump() | ({"linked": True} if apart else {})
    return found


def parts(text: str) -> Iterator[str]:
    """As many texts as it needs."""
    for start in range(0, len(text), LONGEST):
        if part := text[start : start + LONGEST].strip():
            yield part


def part_name(name: str, number: int) -> str:
    """The first has the name of the whole."""
    return name if number == 1 else f"{name}/{number}"
