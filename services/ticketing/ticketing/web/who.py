"""Vem gör vad: for everybody of the municipality, who has which case, what is promised, and when it goes further (V4).

All of it follows from the directory in memory, by the functions that `eskalera directory explain` asks: one question to
the database, for the session.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from chassis import checks
from chassis.web import Section
from contracts.directory import Directory, Team, Vendor
from contracts.directory.explain import Case, explain
from contracts.directory.overview import overview
from contracts.directory.parties import Contact
from contracts.values import Scope
from ticketing import sentences
from ticketing.api.context import Context
from ticketing.domain.state import Incident, Ticket
from ticketing.views import KINDS, EmptyState, Field, Option, ReachedAt, Say, Turn, UrgencyTable, WhoPage, say
from ticketing.web.pages import visit

HERE = "/vem-gor-vad"
URGENCIES = ("1", "2", "3", "4")
SCOPES = frozenset(get_args(Scope))
NOTHING_WRITTEN = EmptyState(say("who.empty_title"), say("who.empty_text"))
Choice = Annotated[str | None, Query(max_length=100)]


@dataclass(frozen=True, slots=True)
class Choices:
    """What was asked, as it came; None: not asked, then the usual holds."""

    school: str | None = None
    kind: str | None = None
    service: str | None = None
    urgency: str | None = None
    scope: str | None = None
    """Of a case whose link led here; nobody is asked for it."""


def router(context: Context) -> APIRouter:
    """The route."""
    routes = Section(HERE, dependencies=[checks.STRICT_QUERY])

    @routes.get(HERE)
    async def who_does_what(
        request: Request,
        school: Choice = None,
        kind: Choice = None,
        service: Choice = None,
        urgency: Choice = None,
        scope: Choice = None,
    ) -> Response:
        here = await visit(context, request)
        asked = Choices(school, kind, service, urgency, scope)
        page = page_of(here.caller.directory, asked, here.caller.who.schools)
        return here.show("who", page, 422 if page.errors else 200)

    return routes


def address(directory: Directory, ticket: Ticket, incident: Incident | None) -> str:
    """Of the page with the answer for such a case; what the directory knows no longer is left to be chosen."""
    service, urgency = (incident.service, incident.urgency) if incident else (ticket.service, ticket.urgency)
    asked = {"kind": ticket.kind, "urgency": str(urgency)}
    if ticket.school in directory.schools_by_id:
        asked["school"] = ticket.school
    if service in directory.services_by_id:
        asked["service"] = str(service)
    if incident is not None and incident.scope is not None and incident.scope in SCOPES:
        asked["scope"] = incident.scope
    return f"{HERE}?{urlencode(asked)}"


def page_of(directory: Directory, asked: Choices, own: frozenset[str]) -> WhoPage:
    """The page; `own`: the schools of who asks."""
    fields = _fields(directory, asked, own)
    chosen = {name: field.value for name, field in fields.items()}
    if asked.scope is not None and asked.scope in SCOPES:
        chosen["scope"] = asked.scope
    # No school would be one that was asked for, and wrong.
    kept = {name: value for name, value in chosen.items() if value or name != "school"}
    right = all(field.error is None for field in fields.values()) and chosen["school"]
    return WhoPage(
        schools=tuple(Option(school.id, school.name.words) for school in directory.schools),
        services=tuple(Option(service.id, service.name.words) for service in directory.services),
        urgencies=tuple(Option(number, urgency_words(number)) for number in URGENCIES),
        urgency_table=_urgency_table(directory),
        urgency_urls=tuple(f"{HERE}?{urlencode({**kept, 'urgency': number})}#svaret" for number in URGENCIES),
        overview=overview(directory),
        central=tuple(_reached(directory, team) for team in directory.teams if team.tier == "central"),
        local=tuple(_reached(directory, team) for team in directory.teams if team.tier == "local"),
        vendors=tuple(_reached(directory, vendor) for vendor in directory.vendors),
        **fields,
        answer=_answer(directory, chosen) if right else None,
        empty=None if directory.matrix else NOTHING_WRITTEN,
    )


def _fields(directory: Directory, asked: Choices, own: frozenset[str]) -> dict[str, Field]:
    school = min(own & directory.schools_by_id.keys(), default="")
    return {
        "school": _field(asked.school, directory.schools_by_id, school, sentences.SCHOOL_REQUIRED),
        "kind": _field(asked.kind, KINDS, "incident", sentences.KIND_REQUIRED),
        "service": _field(asked.service, {"", *directory.services_by_id}, "", sentences.SERVICE_UNKNOWN),
        "urgency": _field(asked.urgency, URGENCIES, "3", sentences.URGENCY_REQUIRED),
    }


def _field(asked: str | None, known: Container[str], usual: str, wrong: Say) -> Field:
    """What was asked, or the usual choice: unasked, or with what is wrong."""
    if asked is None:
        return Field(usual)
    return Field(asked) if asked in known else Field(usual, wrong)


def _answer(directory: Directory, asked: Mapping[str, str]) -> Turn:
    school, service, kind = asked["school"], asked["service"] or None, asked["kind"]
    scope = asked.get("scope")
    case = Case(school=school, service=service, kind=kind, urgency=int(asked["urgency"]), scope=scope)
    found = explain(directory, case)
    return Turn(
        about=(
            directory.schools_by_id[school].name.words,
            *((directory.services_by_id[service].name.words,) if service else ()),
            say(f"kind.{kind}"),
            *((say(f"scope.{scope}"),) if scope else ()),
            urgency_words(asked["urgency"]),
        ),
        first=_reached(directory, directory.parties[found.found.holder]),
        reason=found.found.reason,
        then=tuple(directory.party_name(party).words for party in found.found.path[1:]),
        told=found.told,
        promised=found.promised,
        calendar=found.calendar.name.words,
        agreement=found.agreement.name.words if found.has_clocks else None,
        note=found.agreement.note.words if found.has_clocks and found.agreement.note else None,
        agreed=tuple(found.agreed),
        steps=tuple(found.steps),
        also=(*found.occasions, *found.major),
    )


def urgency_words(number: str) -> Say:
    """As "1 · Lektionen står still"."""
    return say("who.urgency", number=number, word=say(f"urgency_number.{number}"))


def _urgency_table(directory: Directory) -> UrgencyTable:
    table = directory.urgencies
    return UrgencyTable(
        tuple(impact.name.words for impact in table.impacts),
        tuple(
            (need.name.words, tuple(table.table[need.id, impact.id] for impact in table.impacts))
            for need in table.needs
        ),
    )


def _reached(directory: Directory, party: Team | Vendor) -> ReachedAt:
    """A team at its own numbers, a vendor by name: schools reach it through us."""
    if isinstance(party, Vendor):
        services = (directory.services_by_id[service] for service in party.services)
        return ReachedAt(party.name.words, about=tuple(service.name.words for service in services))
    contact = party.contact or Contact()
    schools = tuple(directory.schools_by_id[school].name.words for school in party.schools)
    return ReachedAt(party.name.words, contact.phone or "", contact.email or "", schools)
