"""What an incident's page tells: its own history and what its reports hold, one story for staff (R1).

A report begins with what its reporter wrote, which stands under the reports; what came after is told here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.disclosure import Staff
from contracts.timeline import Entry
from ticketing.api.paging import cursor_of
from ticketing.domain import access, leads
from ticketing.domain.names import school_name
from ticketing.domain.state import Handoff, Incident, Ticket
from ticketing.store import chains
from ticketing.store.chains import Whose
from ticketing.views import EntryOf, Narrowing, Say, Timeline, say
from ticketing.web import present
from ticketing.web.desk import passing_on
from ticketing.web.pages import Visit

ENTRIES_SHOWN = 100
_SHOWN: Mapping[str, Whose] = {"": "all", "anmalda": "reports", "storningen": "incident"}
_WORDS: Mapping[Whose, Say] = {
    "all": say("history.all"),
    "reports": say("history.reports"),
    "incident": say("history.incident"),
}


@dataclass(frozen=True, slots=True)
class Story:
    """A page of entries, newest first, each with the report that it is of where there are several."""

    whose: Whose
    told: list[tuple[Entry, chains.OfReport | None]]
    more: bool
    narrows: bool

    @property
    def persons(self) -> set[str]:
        return {entry.person for entry, _ in self.told if entry.person}


def chosen(show: str | None) -> Whose:
    """What the address asks for."""
    return _SHOWN.get(show or "", "all")


async def read(
    conn: AsyncConnection,
    here: Visit,
    incident: Incident,
    lone: Ticket | None,
    whose: Whose,
    before: tuple[datetime, str, int] | None,
) -> Story:
    """`lone`: its only report. What is said to the only reporter is told with all else, and no report apart."""
    municipality, limit = here.caller.directory.id, ENTRIES_SHOWN + 1
    told: list[tuple[Entry, chains.OfReport | None]]
    if lone is not None:
        found = await chains.entries(conn, municipality, [incident.id, lone.id], limit, before)
        told, whose = [(entry, None) for entry in found], "all"
    else:
        schools = access.schools_read(here.caller.who, incident)
        told = await chains.of_incident(conn, municipality, incident.id, limit, whose, schools, before)
    return Story(whose, told[:ENTRIES_SHOWN], len(told) > ENTRIES_SHOWN, narrows=lone is None)


def address_of(story: Story) -> str:
    """What is added to an address that shows the same part."""
    show = next(name for name, whose in _SHOWN.items() if whose == story.whose)
    return f"&visa={show}" if show else ""


def timeline(
    here: Visit, incident: Incident, story: Story, names: dict[str, str], handoffs: Sequence[Handoff], *, writes: bool
) -> Timeline:
    """As this person reads it. `writes`: they may write to the case."""
    directory, language = here.caller.directory, here.language
    reports = {
        entry.case: EntryOf(report.number, school_name(directory, report.school, language), f"/arenden/{entry.case}")
        for entry, report in story.told
        if report is not None
    }
    shown = [entry for entry, _ in story.told]
    passed_on = passing_on.offered(incident, shown) if story.narrows and writes else {}
    items = present.timeline_items(
        directory,
        shown,
        {entry.case: Staff() for entry in shown},
        names,
        person=here.caller.who.person,
        language=language,
        files_at=present.files_of,
        of=reports,
        leads=dict.fromkeys((entry.case for entry, _ in story.told), leads.in_order(handoffs)),
    )
    url = f"/storningar/{incident.id}"
    older = None
    if story.more:
        last = story.told[-1][0]
        older = f"{url}?fore={cursor_of(last.at, last.case, last.seq)}{address_of(story)}"
    links = tuple(
        Narrowing(f"{url}{f'?visa={name}' if name else ''}#flikar", _WORDS[whose], whose == story.whose)
        for name, whose in _SHOWN.items()
    )
    shows_first_words = not story.narrows or story.whose != "all"
    return Timeline(
        tuple(replace(item, pass_on=passed_on.get(item.key)) for item in items),
        older,
        narrowings=links if story.narrows else (),
        hint=None if shows_first_words else say("history.first_words"),
    )
