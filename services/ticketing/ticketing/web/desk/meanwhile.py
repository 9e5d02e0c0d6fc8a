"""What others did to a case while somebody had its page open: it is seen before it is overwritten (R5)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.timeline import Entry
from contracts.values import SYSTEM_PARTY, Language, in_language
from ticketing.domain.names import as_sentence
from ticketing.domain.state import Command, Incident
from ticketing.store import chains, people
from ticketing.views import Notice, Tone, say
from ticketing.web import present
from ticketing.web.pages import Visit

_READ = 100
_SHOWN = 3
_NO_CHANGE = frozenset({"note", "reply", "question", "paused", "resumed", "breached", "vendor_status"})
"""Words, and what the clock says: who acts overwrites nothing of it."""


def drawn_at(here: Visit) -> int | None:
    """Up to which entry the page that asks has told the case."""
    said = here.request.query_params.get("sedd", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else None


async def notices(
    conn: AsyncConnection, here: Visit, incident: Incident, commands: Iterable[Command]
) -> tuple[Notice, ...]:
    """Who changed it since, when and how, the last ones first. What came of one of the `commands` has its time."""
    seen = drawn_at(here)
    if seen is None or seen >= incident.chain_seq:
        return ()
    directory, language = here.caller.directory, here.language
    came = await chains.chain(conn, directory.id, incident.id, seen, _READ)
    who = {one.decided_at: one.person for one in commands if one.state == "done"}
    changes = [Change(told, who.get(at)) for at, told in changes_of(came)]
    theirs = [change for change in reversed(changes) if change.person != here.caller.who.person][:_SHOWN]
    names = await people.called(conn, directory, {change.person for change in theirs if change.person}, language)
    return tuple(
        Notice(
            Tone.WATCH,
            change.text(language),
            say(
                "desk.changed_meanwhile",
                author=names.get(change.person or "") or present.said_by(directory, change.party, language),
                time=change.entries[0].at,
            ),
        )
        for change in theirs
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What was decided at once: all that is told of it, to staff and to others."""

    entries: tuple[Entry, ...]
    asker: str | None
    """Whose request it was, as far as that is known."""

    @property
    def person(self) -> str | None:
        return next((entry.person for entry in self.entries if entry.person), self.asker)

    @property
    def party(self) -> str:
        """Who did it, rather than Eskalera."""
        return next((entry.party for entry in self.entries if entry.party != SYSTEM_PARTY), self.entries[0].party)

    def text(self, language: Language) -> str:
        said = (in_language(entry.text, language) for entry in self.entries if entry.text)  # type: ignore[arg-type]
        return " ".join(map(as_sentence, said))


def changes_of(entries: Iterable[Entry]) -> Iterator[tuple[datetime, tuple[Entry, ...]]]:
    """What changed the case, with what is told of it: one decision has one time."""
    for at, told in groupby(filter(_is_change, entries), key=lambda entry: entry.at):
        yield at, tuple(told)


def _is_change(entry: Entry) -> bool:
    if entry.kind in _NO_CHANGE:
        return False
    return entry.person is not None or entry.kind != "linked"  # the engine's links are no change (R5)
