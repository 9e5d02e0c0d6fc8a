"""Erasing: what a ticket tells of its reporter, one entry, a person. It cannot be undone (N11)."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.web import Section
from contracts.timeline import Entry
from ticketing import erasing
from ticketing.api import inputs, outputs
from ticketing.api.context import Context
from ticketing.api.values import Id, Seq
from ticketing.identity import Caller


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["erasure"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.post("/tickets/{ticket_id}/erase")
    async def erase_ticket(ticket_id: Id, body: inputs.Erasing, asking: Asking) -> outputs.ErasedTicket:
        """Erases its words everywhere, at vendors too; place, time and course of events stay. Coordinator."""
        erased = await erasing.erase_ticket(context.engine, asking.directory, asking.who, ticket_id, body.reason)
        return outputs.ErasedTicket(erased=erased.done, written_by_others=_places(erased.others))

    @routes.post("/tickets/{ticket_id}/entries/{seq}/erase")
    async def erase_of_ticket(ticket_id: Id, seq: Seq, body: inputs.Erasing, asking: Asking) -> outputs.ErasedEntry:
        """Erases what stands in one entry of the ticket's own history. Coordinator."""
        return outputs.ErasedEntry(
            erased=await erasing.erase_entry(context.engine, asking.directory, asking.who, ticket_id, seq, body.reason)
        )

    @routes.post("/incidents/{incident_id}/entries/{seq}/erase")
    async def erase_of_incident(incident_id: Id, seq: Seq, body: inputs.Erasing, asking: Asking) -> outputs.ErasedEntry:
        """Erases what stands in one entry of the incident's history. Coordinator."""
        return outputs.ErasedEntry(
            erased=await erasing.erase_entry(
                context.engine, asking.directory, asking.who, incident_id, seq, body.reason
            )
        )

    @routes.post("/persons/{person}/erase")
    async def erase_person(person: Id, body: inputs.ErasingPerson, asking: Asking) -> outputs.ErasedPerson:
        """Erases name and address everywhere, and the person's own tickets. Administrator."""
        gone = await erasing.erase_person(
            context.engine, asking.directory, asking.who, person, body.reason, also_last=body.last_coordinator
        )
        context.doorkeeper.forget(asking.who.municipality, person)
        return outputs.ErasedPerson(
            erased=gone.done,
            in_people_file=gone.listed,
            tickets=list(gone.tickets),
            written_by_others=_places(gone.others),
        )

    return routes


def _places(entries: Iterable[Entry]) -> list[outputs.WrittenByOthers]:
    return [
        outputs.WrittenByOthers(case=entry.case, seq=entry.seq, at=entry.at, kind=entry.kind, party=entry.party)
        for entry in entries
    ]
