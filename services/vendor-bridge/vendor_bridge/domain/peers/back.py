"""A case that goes back and forth between two Eskaleras: what of ours comes back, what is here again. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from contracts.disclosure import DisclosedEntry
from contracts.webhooks import Outgoing
from vendor_bridge.domain.peers import (
    LINKED,
    LONGEST,
    PeerCase,
    Said,
    answers_one_of,
    changed,
    is_between_us,
    promised,
    spoken,
)

_GIVEN_BACK: Final = "Ärendet lämnas tillbaka."
_AGAIN: Final = "Ärendet lämnas över igen."


def given_back(
    message: Outgoing,
    new: Sequence[DisclosedEntry],
    ours: Sequence[str],
    asked: Collection[str] = (),
    *,
    other: str = "",
) -> Iterator[Said]:
    """What was handed to the other by these hand-offs comes back from it: that is a return of each, with what was
    written to us as its reason. `asked` and `other` as in `changed`.
    """
    yield from _returns(message, ours, "\n".join(_reason(message, new, asked, other)))


def _reason(message: Outgoing, new: Sequence[DisclosedEntry], asked: Collection[str], other: str) -> Iterator[str]:
    """An answer to what we asked is none: it has a message of its own."""
    for entry in new:
        if is_between_us(message, entry) and not answers_one_of(asked, entry):
            yield spoken(message, entry, other)


def _returns(message: Outgoing, ours: Sequence[str], text: str) -> Iterator[Said]:
    for handoff in ours:
        said = {"text": text[:LONGEST] or _GIVEN_BACK}
        yield Said(return_of(message.data.handoff, handoff), "returned", said, handoff=handoff)


def return_of(theirs: str, ours: str) -> str:
    """The name of the return of a hand-off of ours."""
    return f"{theirs}/returned/{ours}"


def again(
    message: Outgoing,
    new: Sequence[DisclosedEntry],
    zone: ZoneInfo,
    name: str,
    *,
    ours: Sequence[str] = (),
    solved: bool = False,
    asked: Collection[str] = (),
    other: str = "",
) -> Iterator[Said]:
    """The hand-off of a case that is a ticket here already. `ours`: where that lay with the other, these come back.
    `asked` and `other` as in `changed`.

    What is solved here is not, then: that is a "no" (R9), and ends what lay with the other by itself.
    """
    data, told = message.data, message.data.bundle
    words = [*_reason(message, new, asked, other), *(promised(told, zone) if told is not None else ())]
    if data.bundle is None and data.bundle_link is not None:
        words.append(LINKED)
    text = "\n".join(words)
    yield from changed(message, [entry for entry in new if not is_between_us(message, entry)], name, asked, other=other)
    if ours and not solved:
        yield from _returns(message, ours, text)
    else:
        said = {"text": f"{_AGAIN} {text}".strip()[:LONGEST]}
        yield Said(f"{data.handoff}/again", "ticket_changed", said | ({"unsolved": True} if solved else {}))


def beside(message: Outgoing, new: Sequence[DisclosedEntry], name: str, *, other: str = "") -> Iterator[Said]:
    """Of a case that came back, only what is between the parties: the rest its own messages tell already.

    A "no" to what was solved of it stays one (`as_word`, where nothing is solved).
    """
    own = [entry for entry in new if is_between_us(message, entry)]
    for said in changed(message, own, name, other=other):
        yield said if is_no(said) else as_word(said)


def is_no(said: Said) -> bool:
    """Whether it says that what is solved here is not (R9)."""
    return bool(said.data.get("unsolved"))


def as_word(said: Said) -> Said:
    """Only its words, beside the case."""
    return replace(said, kind="entry_added", data={"text": said.data["text"]})


def to_each(case: PeerCase, said: Iterable[Said]) -> Iterator[Said]:
    """It is about all that came back, and stands once in the history of each."""
    for one in said:
        for number, handoff in enumerate(case.returns, 1):
            yield replace(one, name=f"{one.name}/{handoff}" if number > 1 else one.name, handoff=handoff)
