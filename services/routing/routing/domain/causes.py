"""What staff say about causes: link, unlink, split, answers to suggestions, triage. Final for these tickets (R11)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from contracts.events.base import Event, Request
from contracts.events.routing import IncidentPublished, IncidentTriaged, SuggestionRefused
from contracts.events.ticketing import (
    LinkRequested,
    PublishRequested,
    SplitRequested,
    SuggestionAcceptRequested,
    SuggestionRefuseRequested,
    TriageRequested,
    UnlinkRequested,
)
from contracts.values import Words
from routing.domain import answering, clocks, linking, regrouping, waiting, wording
from routing.domain.context import Context
from routing.domain.refusals import Refused, require
from routing.domain.state import GONE, Incident, Suggestion, Ticket, World


def _link(world: World, event: LinkRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    ticket = world.ticket(event.ticket, event.municipality)
    if ticket is None or ticket.incident is None or ticket.state in GONE:
        raise Refused("unknown_ticket")
    require(not incident.ended, "wrong_state")
    require(ticket.incident != incident.id, "already_there")
    require(ticket.kind == incident.kind == "incident", "other_kind")
    former = world.incidents.get(ticket.incident)
    require(former is None or not former.ended, "wrong_state")
    reason = wording.linked_by(wording.staff(world.directory_of(incident), event.by.party))
    yield from _move(world, ctx, [ticket], incident, reason, event)


def _unlink(world: World, event: UnlinkRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    yield from _take_off(world, ctx, incident, (event.ticket,), event)


def _split(world: World, event: SplitRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    yield from _take_off(world, ctx, incident, tuple(dict.fromkeys(event.tickets)), event)


def _take_off(world: World, ctx: Context, incident: Incident, named: Sequence[str], event: Request) -> Iterator[Event]:
    tickets = _tickets_of(world, incident, named)
    require(incident.linked > sum(ticket.state not in GONE for ticket in tickets), "alone")
    if ctx.understood is None:
        raise ValueError("grouping has not been asked what the tickets are about")
    basis = linking.Basis.of(ctx.understood)
    yield from regrouping.take_off(world, ctx, tickets, basis, (wording.UNLINKED,), by=event.by)


def _accept(world: World, event: SuggestionAcceptRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    suggestion = _open_suggestion(world, event.suggestion, incident)
    tickets = answering.asked_of(world, suggestion)
    require(bool(tickets), "not_there")
    into = world.last_of(suggestion.candidate, event.municipality)
    if into is None or into.ended:
        raise Refused("wrong_state")
    require(into.id != incident.id, "already_there")
    going = answering.going(world, tickets, into)
    require(bool(going), "unknown_suggestion")
    reason = wording.confirmed_by(wording.staff(world.directory_of(incident), event.by.party))
    yield from _move(world, ctx, going, into, reason, event, suggestion=suggestion)


def _refuse(world: World, event: SuggestionRefuseRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    suggestion = _open_suggestion(world, event.suggestion, incident)
    tickets = tuple(ticket.id for ticket in answering.asked_of(world, suggestion))
    yield SuggestionRefused(**ctx.changing(incident), suggestion=suggestion.id, tickets=tickets)


def _triage(world: World, event: TriageRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    require(not incident.ended, "wrong_state")
    directory = world.directory_of(incident)
    known = directory is None or event.service in (None, "other", *directory.services_by_id)
    require(known, "unknown_service")
    yield IncidentTriaged(
        **ctx.changing(incident),
        service=event.service,
        scope=event.scope,
        public_title=event.public_title,
        title_removed=event.title_removed,
    )
    if incident.titled:
        yield from clocks.public(world, ctx, incident)
    yield from waiting.reconsider(world, ctx, incident)


def _publish(_world: World, event: PublishRequested, ctx: Context, incident: Incident) -> Iterator[Event]:
    """However few have reported it: who else it hits then says "the same" of it."""
    require(incident.kind == "incident" and incident.unfinished, "wrong_state")
    # Of what a title shows both mean something: that it goes on without one, and that others read it no more.
    require(event.published != (incident.published if event.published else incident.is_published), "unchanged")
    yield IncidentPublished(**ctx.changing(incident), published=event.published)


def _move(
    world: World,
    ctx: Context,
    tickets: Sequence[Ticket],
    into: Incident,
    reason: Words,
    event: Request,
    suggestion: Suggestion | None = None,
) -> Iterator[Event]:
    former = world.links[tickets[0].id]
    basis = linking.Basis.like(into, former)
    asked = suggestion.id if suggestion else None
    yield from regrouping.move(world, ctx, tickets, into, basis, 1.0, (reason,), by=event.by, suggestion=asked)


def _open_suggestion(world: World, id_: str, incident: Incident) -> Suggestion:
    suggestion = world.suggestions.get(id_)
    if suggestion is None or suggestion.state != "open" or suggestion.incident != incident.id:
        raise Refused("unknown_suggestion")
    return suggestion


def _tickets_of(world: World, incident: Incident, named: Sequence[str]) -> list[Ticket]:
    """The named tickets, all of which have to be on the incident still."""
    tickets = [ticket for id_ in named if (ticket := world.ticket(id_, incident.municipality)) is not None]
    require(bool(tickets) and len(tickets) == len(named), "unknown_ticket")
    require(all(ticket.incident == incident.id for ticket in tickets), "not_there")
    return tickets


CAUSES: dict[type[Request], Callable[[World, Any, Context, Incident], Iterator[Event]]] = {
    LinkRequested: _link,
    UnlinkRequested: _unlink,
    SplitRequested: _split,
    SuggestionAcceptRequested: _accept,
    SuggestionRefuseRequested: _refuse,
    TriageRequested: _triage,
    PublishRequested: _publish,
}
