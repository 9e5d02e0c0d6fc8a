"""What a vendor wrote that only staff read, on its way to all who reported: a person reads it over first (R2, N5)."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.disclosure import REPORTER, REPORTERS
from contracts.timeline import Entry
from contracts.values import in_language, is_vendor
from ticketing.domain import access
from ticketing.domain.state import Incident
from ticketing.store import chains
from ticketing.views import Field
from ticketing.web import present
from ticketing.web.desk.kept import Kept
from ticketing.web.pages import Visit

ASKED: Final = "vidare"
"""The number of the entry, in the address of the case's page."""


def address(incident: Incident, entry: Entry) -> str:
    """Where the form stands with the words in it."""
    return f"/storningar/{incident.id}?{ASKED}={entry.seq}#skriv"


def may_be(incident: Incident, entry: Entry) -> bool:
    """Of the incident's own history. What a vendor wrote to the municipality alone stays there."""
    theirs = entry.case == incident.id and is_vendor(entry.party) and entry.kind == "vendor_entry"
    return theirs and bool(entry.text) and not entry.private and not {REPORTER, REPORTERS} & set(entry.audience)


def offered(incident: Incident, entries: Sequence[Entry]) -> dict[str, str]:
    """By an entry's place in its case the address of the form; not where its words have been told since."""
    told = [entry for entry in entries if entry.case == incident.id and REPORTERS in entry.audience]
    return {
        f"{entry.case}-{entry.seq}": address(incident, entry)
        for entry in entries
        if may_be(incident, entry) and not any(later.seq > entry.seq and _repeats(later, entry) for later in told)
    }


def _repeats(later: Entry, entry: Entry) -> bool:
    """As they stand or among others; a form sends its line ends in its own way."""
    said = {" ".join(words.split()) for words in (later.text or {}).values()}
    return any(" ".join(words.split()) in each for words in (entry.text or {}).values() for each in said)


async def kept(conn: AsyncConnection, here: Visit, incident: Incident) -> Kept | None:
    """The form as it is to be shown; None where nothing of the kind is asked for."""
    number = here.request.query_params.get(ASKED, "")
    if not (number.isascii() and number.isdigit() and len(number) < 10 and access.may_act(here.caller.who, incident)):
        return None
    for entry in await chains.chain(conn, here.caller.directory.id, incident.id, int(number) - 1, 1):
        if entry.seq == int(number) and may_be(incident, entry) and entry.text:
            name = present.said_by(here.caller.directory, entry.party, here.language)
            words = f"{name}: {in_language(entry.text, here.language)}"  # type: ignore[arg-type]
            return Kept({"note_text": Field(words), "audience": Field(REPORTERS)})
    return None
