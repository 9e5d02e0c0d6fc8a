"""Who does what, for scripts: the answer of the page "Vem gör vad" and of `eskalera directory explain` (V4)."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from chassis.web import Section
from contracts.directory import Directory
from contracts.directory.explain import Case, Explanation, explain
from contracts.values import TicketKind
from ticketing import handlers
from ticketing.api import outputs
from ticketing.api.context import Context
from ticketing.identity import Caller


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["schools"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.get("/responsibility")
    async def read_responsibility(
        asking: Asking,
        school: Annotated[str, Query(max_length=80)] = "",
        service: Annotated[str, Query(max_length=80)] = "",
        urgency: Annotated[int, Query(ge=1, le=4)] = 3,
        kind: TicketKind = "incident",
    ) -> outputs.Responsibility:
        """Who has such a case (`path`), by which rule and why, what is promised, and how it goes further (`steps`).

        For everybody of the municipality. Without `school`, `local` support is the coordinator; without `service`, what
        holds where nothing is known of it.
        """
        if school and school not in asking.directory.schools_by_id:
            raise handlers.NotFound("school")
        if service and service not in asking.directory.services_by_id:
            raise handlers.NotFound("service")
        case = Case(school=school or None, service=service or None, urgency=urgency, kind=kind)
        return _shape(explain(asking.directory, case))

    return routes


def _shape(found: Explanation) -> outputs.Responsibility:
    answer, case = found.found, found.case
    return outputs.Responsibility(
        school=case.school,
        service=case.service,
        kind=case.kind,
        urgency=case.urgency,
        path=_parties(found.directory, answer.path),
        informs=_parties(found.directory, answer.informs),
        rule=answer.rule,
        reason=answer.reason,
        agreement=answer.agreement,
        calendar=found.calendar.name.words,
        promises=_promises(found),
        promised=found.promised,
        agreed=found.agreed,
        policy=answer.policy,
        steps=found.steps,
        occasions=found.occasions,
        major=found.major,
        directory_version=found.directory.version,
    )


def _parties(directory: Directory, parties: Iterable[str]) -> list[outputs.Party]:
    return [
        outputs.Party(party=party, name=directory.party_name(party).words, tier=directory.tier(party))
        for party in parties
    ]


def _promises(found: Explanation) -> outputs.Promised:
    promises = found.promises
    if promises is None:
        return outputs.Promised(acknowledge=None, next_update=None, resolve=None)
    return outputs.Promised(
        acknowledge=promises.acknowledge.total_seconds(),
        next_update=promises.next_update.total_seconds(),
        resolve=promises.resolve.total_seconds() if promises.resolve else None,
    )
