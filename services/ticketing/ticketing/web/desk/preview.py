"""What a vendor would get: the same composing and the same rules of who reads what as the bridge sends with."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from chassis.look.forms import PageRoutes
from chassis.problems import Problem
from contracts import bundle, handover
from contracts.bundle import Bundle
from contracts.directory import Connection, Directory
from contracts.disclosure import DisclosedEntry, Vendor
from contracts.handover import Facts, Report
from contracts.timeline import Entry, files_of
from contracts.values import in_language
from ticketing import sentences
from ticketing.api.context import Context
from ticketing.api.incidents import seen
from ticketing.domain import access, leads
from ticketing.domain.names import reporter_of
from ticketing.domain.state import Handoff, Incident, Ticket
from ticketing.store import chains, people, reads
from ticketing.views import say
from ticketing.views.preview import PreviewedEntry, PreviewPage
from ticketing.web import present
from ticketing.web.desk.actions import too_long
from ticketing.web.desk.handing import HandedOff
from ticketing.web.desk.incident import incident_page
from ticketing.web.desk.kept import Kept
from ticketing.web.forms import Token, Version, sender, status_of
from ticketing.web.pages import Visit

TICKETS_SHOWN = 20
ENTRIES_SHOWN = 300
REPORTS_READ = 10_000


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = PageRoutes("/storningar", prefix="/storningar/{incident_id}")

    @routes.post("/forhandsvisa")
    async def preview(
        incident_id: str, request: Request, form: HandedOff, csrf: Token = "", seen_version: Version = None
    ) -> Response:
        here, unfit = await sender(context, request, csrf)
        connection = _connection(here.caller.directory, form.vendor)
        wrong = None if connection is not None else sentences.VENDOR_REQUIRED
        unsaid = unfit or too_long(form.note)
        if connection is None or unsaid is not None:
            kept = Kept(form.fields(wrong, unsaid))
            return here.show("incident", await incident_page(context, here, incident_id, kept), status_of(unfit))
        incident = await seen(context, here.caller, incident_id)
        if not access.may_act(here.caller.who, incident):
            raise Problem(403, detail="You may not hand over this case.")
        async with context.reading.connect() as conn:
            _, handoffs, *_ = await reads.parts(conn, incident.id)
            told, tickets, names = await _told(conn, here, incident, handoffs, form.vendor, form.parallel, connection)
        page = _page(here, incident, told, tickets, names, connection, (form.vendor, form.parallel, form.note.strip()))
        return here.show("preview", page)

    @routes.post("/lamna-over/inte-an")
    async def not_yet(
        incident_id: str, request: Request, form: HandedOff, csrf: Token = "", seen_version: Version = None
    ) -> Response:
        """Back to the case, with the form as it was written."""
        here, unfit = await sender(context, request, csrf)
        kept = Kept(form.fields(note=unfit))
        status = 200 if unfit is None else status_of(unfit)
        return here.show("incident", await incident_page(context, here, incident_id, kept), status)

    return routes


def _connection(directory: Directory, vendor: str) -> Connection | None:
    return getattr(directory.parties.get(vendor), "connection", None)


async def _told(
    conn: AsyncConnection,
    here: Visit,
    incident: Incident,
    handoffs: list[Handoff],
    vendor: str,
    parallel: bool,
    connection: Connection,
) -> tuple[Bundle, list[Ticket], dict[str, str]]:
    """The bundle with the histories that are shown, all its tickets, and the names of those who reported."""
    directory = here.caller.directory
    which = reads.TicketFilter(incident=incident.id)
    tickets = await reads.tickets(conn, directory.id, which, REPORTS_READ)
    shown = tickets[:TICKETS_SHOWN]
    names = await people.names(conn, directory.id, {ticket.reporter for ticket in shown})
    formers = {link.incident: link.unlinked_at for link in await reads.former_links(conn, [t.id for t in shown])}
    until = {case: at for case, at in formers.items() if at is not None and case != incident.id}
    cases = [incident.id, *(ticket.id for ticket in shown), *until]
    found = await chains.entries(conn, directory.id, cases, ENTRIES_SHOWN, until=until)
    histories: dict[str, list[Entry]] = {}
    for entry in reversed(found):
        histories.setdefault(entry.case, []).append(entry)
    led = () if parallel else leads.before(vendor, handoffs)
    reader = Vendor(vendor, frozenset(led), connection.contact)
    facts = Facts(
        incident=incident.id,
        kind=incident.kind,
        service=incident.service,
        urgency=incident.urgency,
        opened_at=incident.opened_at,
        schools=incident.schools,
        reports=[
            Report(ticket.id, ticket.school, ticket.room, reporter_of(ticket), ticket.asset) for ticket in tickets
        ],
        stays=() if parallel else leads.stays(handoffs, here.frame.now),
    )
    told = bundle.make(
        "",
        directory.id,
        handover.subject_of(facts, directory),
        histories,
        reader,
        around=handover.around(facts, directory, reader, names),
        numbers={ticket.id: ticket.number for ticket in shown},
    )
    return told, tickets, names


def _page(
    here: Visit,
    incident: Incident,
    told: Bundle,
    tickets: list[Ticket],
    names: dict[str, str],
    connection: Connection,
    chosen: tuple[str, bool, str],
) -> PreviewPage:
    directory, language = here.caller.directory, here.language
    vendor, parallel, note = chosen
    entries = sorted(
        ((entry, chain.number or "") for chain in told.chains for entry in chain.entries), key=lambda each: each[0].at
    )
    agreement = directory.agreements_by_id.get(incident.agreement or "")
    rooms = {ticket.id: ticket.room or "" for ticket in tickets}
    return PreviewPage(
        url=f"/storningar/{incident.id}",
        seen_version=incident.version,
        vendor=vendor,
        name=present.said_within(directory, vendor, language),
        parallel=parallel,
        note=note,
        subject=told.subject.title,
        contact=sentences.CONTACTS[connection.contact],
        places=tuple((place.name, place.tickets) for place in told.around.places),
        spots=tuple(
            dict.fromkeys(
                ", ".join(filter(None, (spot.room, spot.asset))) for spot in told.around.spots[:TICKETS_SHOWN]
            )
        ),
        reporters=tuple((who.name, who.school, rooms[who.ticket]) for who in told.around.reporters),
        agreement=in_language(agreement.name.words, language) if agreement else "",
        earlier=tuple(
            (stay.name, stay.since, stay.until, say(f"hand_off.{stay.outcome}")) for stay in told.around.earlier
        ),
        entries=tuple(_entry(here, entry, number, names) for entry, number in entries if entry.disclosures),
        hidden=sum(not entry.disclosures for entry, _ in entries),
        more=max(0, len(tickets) - TICKETS_SHOWN),
    )


def _entry(here: Visit, entry: DisclosedEntry, number: str, names: dict[str, str]) -> PreviewedEntry:
    shown = {name: disclosure.value for name, disclosure in entry.disclosures.items()}
    person = (shown.get("author") or {}).get("person")
    author = names.get(person or "") or present.said_by(here.caller.directory, entry.party, here.language)
    text = in_language(shown["text"], here.language) if shown.get("text") else ""
    files = tuple((file.name, file.size) for file in files_of(entry.disclosures))
    return PreviewedEntry(entry.at, author, text, files, number)
