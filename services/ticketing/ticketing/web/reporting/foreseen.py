"""What a receipt says of a report that routing has not decided on yet: read as routing will read it."""

from dataclasses import dataclass, replace

from contracts.directory import Directory, Responsibility, device_class_of, responsibility
from contracts.values import is_vendor
from ticketing.api.context import Context
from ticketing.api.known import report_of_words
from ticketing.domain.state import Ticket, Work
from ticketing.views import HolderLine
from ticketing.web import present
from ticketing.web.pages import Visit
from ticketing.web.planned import shown as planned


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Who will have it, and the planned work that it will wait for."""

    line: HolderLine
    work: Work | None


async def foresee(context: Context, here: Visit, ticket: Ticket) -> Foreseen:
    """By the service that its words are about, where its reporter chose none."""
    directory = here.caller.directory
    service = ticket.service or await _service_of(context, here, ticket)
    work = await _explained_by(context, directory, ticket, service) if ticket.kind == "incident" else None
    answer = responsibility(
        directory,
        service=service,
        device_class=device_class_of(directory, ticket.asset, service),
        school=ticket.school,
        unit=ticket.unit,
        urgency=ticket.urgency,
        kind=ticket.kind,
    )
    if work is not None:
        answer = replace(answer, path=(_own(answer, directory.coordinator),))
    return Foreseen(present.expected_line(directory, answer, here.language), work)


async def _service_of(context: Context, here: Visit, ticket: Ticket) -> str:
    words = report_of_words(here.caller, f"{ticket.title}\n{ticket.description}", ticket.school, "")
    return await context.known.service_of(here.caller.directory, words)


async def _explained_by(context: Context, directory: Directory, ticket: Ticket, service: str) -> Work | None:
    works = await planned.running(context.engine, directory, ticket.school, ticket.filed_at)
    theirs = planned.of_services(works, {service})
    return max(theirs, key=lambda each: (each.ends_at, each.id), default=None)


def _own(answer: Responsibility, coordinator: str) -> str:
    """Until the work is done it stays with the municipality's own."""
    return next((party for party in answer.path if not is_vendor(party)), coordinator)
