"""Which tickets are on an incident and why, which may belong to it, and where it went."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.disclosure import Staff
from contracts.values import Words, in_language
from ticketing.api.paging import cursor_of
from ticketing.domain import access
from ticketing.domain.names import reporter_name, school_name
from ticketing.domain.state import ENDED, Incident, Link, Suggestion, Ticket
from ticketing.store import began, reads, suggested
from ticketing.views import LinkedTicket, LinkSuggestion, MovedTicket, Notice, Tone, say
from ticketing.web import present
from ticketing.web.pages import Visit

TICKETS_SHOWN = 100
_ASKED_SHOWN = 20
LIKELY = 0.15
"""From which score a question is put to staff unasked; the others they can look up."""
_MOST_LIKELY = 2
"""Questions that stand open on the page: what one does and reads comes below."""


@dataclass(frozen=True, slots=True)
class Belonging:
    """What the database says of it."""

    links: list[Link]
    tickets: list[Ticket]
    former: dict[str, Incident]
    """By ticket that a person moved: the incident that it was on last before this one."""
    opener: str | None
    """The ticket that the incident was opened for. What came back from another began there before."""
    asked: list[Suggestion]
    others: dict[str, Incident]
    """The other incidents that suggestions speak of."""
    staying: dict[str, list[str]]
    """By question the reports that a yes leaves where they are."""
    leads: dict[str, Ticket]
    """The first tickets of these and of the incident itself."""
    more: bool
    """Whether there are older tickets than these."""

    @property
    def older(self) -> str | None:
        """Where the list goes on."""
        return cursor_of(self.tickets[-1].filed_at, self.tickets[-1].id) if self.more else None


async def read(
    conn: AsyncConnection, municipality: str, incident: Incident, after: tuple[datetime, str] | None
) -> Belonging:
    """Tickets, newest first from `after` (filed at, id) on, with why they are here and where they were before; open
    questions to staff.
    """
    which = reads.TicketFilter(incident=incident.id)
    found = await reads.tickets(conn, municipality, which, TICKETS_SHOWN + 1, after)
    tickets = found[:TICKETS_SHOWN]
    links = await reads.current_links(conn, [ticket.id for ticket in tickets])
    moved = {link.ticket for link in links if link.by_person is not None}
    before: dict[str, str] = {}
    earlier = await reads.former_links(conn, [link.ticket for link in links]) if links else []
    for link in earlier:
        if link.ticket in moved:
            before.setdefault(link.ticket, link.incident)
    asked = await suggested.of_incident(conn, municipality, incident.id, _ASKED_SHOWN)
    other = {one.candidate if one.incident == incident.id else one.incident for one in asked}
    known = await reads.incidents_by_id(conn, municipality, other | set(before.values()))
    others = {id_: one for id_, one in known.items() if id_ in other and one.state not in ENDED}
    leads = await reads.lead_tickets(conn, municipality, [incident.id, *others])
    staying = await suggested.staying(conn, municipality, asked)
    former = {ticket: known[id_] for ticket, id_ in before.items() if id_ in known}
    opener = await began.opened_with(conn, incident)
    if any(link.ticket == opener for link in earlier):
        opener = None
    return Belonging(links, tickets, former, opener, asked, others, staying, leads, more=len(found) > TICKETS_SHOWN)


def linked(
    here: Visit, own: Belonging, incident: Incident, names: dict[str, str], *, may_act: bool
) -> tuple[LinkedTicket, ...]:
    """The tickets, each with why it is here, who put it here, and the way back."""
    links = {link.ticket: link for link in own.links}
    return tuple(
        LinkedTicket(
            ticket.id,
            ticket.number,
            ticket.title,
            f"/arenden/{ticket.id}",
            reporter_name(here.caller.directory, names, ticket, here.language),
            " · ".join(filter(None, (school_name(here.caller.directory, ticket.school, here.language), ticket.room))),
            ticket.filed_at,
            present.status(here.caller.directory, ticket, incident, own=False),
            tuple(in_language(reason, here.language) for reason in _reasons(link, names)),
            began=ticket.id == own.opener,
            first=ticket.id == own.opener and incident.tickets > 1,
            linked_by_person=link.by_person is not None,
            linked_by=names.get(link.by_person or "", ""),
            taken_off=any(map(_is_taken_off, link.reasons)),
            back_to=_back_to(here, own.former.get(ticket.id)) if may_act else None,
        )
        for ticket in reversed(own.tickets)
        if (link := links.get(ticket.id)) is not None
    )


async def moved(conn: AsyncConnection, here: Visit, incident: Incident, *, may_act: bool) -> tuple[MovedTicket, ...]:
    """The tickets that a person took off the incident, where they are now, and the way back; those one may read."""
    who = here.caller.who
    tickets = await reads.moved_away(conn, incident.id)
    now = await reads.incidents_by_id(conn, who.municipality, {one.incident for one in tickets if one.incident})
    may_return = may_act and incident.state not in ENDED
    return tuple(
        MovedTicket(ticket.id, ticket.number, ticket.title, f"/storningar/{other.id}", may_return)
        for ticket in tickets
        if (other := now.get(ticket.incident or "")) is not None
        and isinstance(access.reader_of_ticket(who, ticket, other), Staff)
    )


_BY_HAND = " kopplade ärendet hit."
_TAKEN_OFF = "Personalen tog ärendet från "
"""As routing says it."""


def _reasons(link: Link, names: dict[str, str]) -> list[Words]:
    """Without that somebody put it there, where the page names who."""
    return [reason for reason in link.reasons if link.by_person not in names or not _is_by_hand(reason)]


def _is_by_hand(reason: Words) -> bool:
    return reason.get("sv", "").endswith(_BY_HAND) or _is_taken_off(reason)


def _is_taken_off(reason: Words) -> bool:
    return reason.get("sv", "").startswith(_TAKEN_OFF)


def _back_to(here: Visit, former: Incident | None) -> str | None:
    if former is None or former.state in ENDED or not access.may_act(here.caller.who, former):
        return None
    return f"/storningar/{former.id}"


def suggestions(here: Visit, own: Belonging, incident: Incident) -> tuple[LinkSuggestion, ...]:
    """The questions that this person may answer, surest first."""
    directory, who = here.caller.directory, here.caller.who
    shown: list[LinkSuggestion] = []
    for one in own.asked:
        other = own.others.get(one.candidate if one.incident == incident.id else one.incident)
        if other is None or not access.may_act(who, other):
            continue
        lead, comes_here = own.leads.get(other.id), one.candidate == incident.id
        staying = tuple(own.staying.get(one.id, ()))
        shown.append(
            LinkSuggestion(
                one.id,
                comes_here,
                lead.title if lead else present.problem_title(directory, other, here.language),
                f"/storningar/{other.id}",
                other.tickets - (len(staying) if comes_here else 0),
                ", ".join(school_name(directory, school, here.language) for school in other.schools[:3]),
                tuple(in_language(reason, here.language) for reason in one.reasons),
                one.score >= LIKELY and len(shown) < _MOST_LIKELY,
                staying,
            )
        )
    return tuple(shown)


def notices(incident: Incident) -> tuple[Notice, ...]:
    """Where it went, and what it comes back from."""
    told = []
    if incident.successor is not None:
        url = f"/storningar/{incident.successor}"
        told.append(Notice(Tone.INFO, say("desk.moved"), link=url, link_text=say("desk.moved_link")))
    if incident.recurrence_of is not None:
        url = f"/storningar/{incident.recurrence_of}"
        told.append(Notice(Tone.WATCH, say("desk.recurs"), link=url, link_text=say("desk.recurs_link")))
    return tuple(told)
