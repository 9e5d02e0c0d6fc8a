"""What others did to a case while somebody had its page open: it is seen before it is overwritten (R5)."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.timeline import Entry
from contracts.values import in_language
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
    changes = [entry for entry in reversed(came) if _is_change(entry)]
    by = {entry.seq: entry.person or who.get(entry.at) for entry in changes}
    theirs = [entry for entry in changes if by[entry.seq] != here.caller.who.person][:_SHOWN]
    names = await people.called(conn, directory, {person for person in by.values() if person}, language)
    return tuple(
        Notice(
            Tone.WATCH,
            in_language(entry.text, language) if entry.text else "",  # type: ignore[arg-type]
            say(
                "desk.changed_meanwhile",
                author=names.get(by[entry.seq] or "") or present.said_by(directory, entry.party, language),
                time=entry.at,
            ),
        )
        for entry in theirs
    )


def _is_change(entry: Entry) -> bool:
    if entry.kind in _NO_CHANGE:
        return False
    return entry.person is not None or entry.kind != "linked"  # the engine's links are no change (R5)
