"""Putting a municipality's configuration and people in force."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from chassis.problems import Fault, Problem, wrong_input
from chassis.web import Section
from contracts import directory as directories
from contracts import ids
from contracts.directory import Directory, DirectoryErrors, Person
from contracts.events.ticketing import PersonChanged
from ticketing import applying, handlers
from ticketing.api import inputs
from ticketing.api.context import Context
from ticketing.api.values import Id
from ticketing.domain.access import ADMINISTER, Identity
from ticketing.identity import Caller
from ticketing.store import people
from ticketing.store.stranded import Stranded

FILE_LIMIT = 5_000_000
"""Bytes of a request with a directory and its people."""


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["administration"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    async def administrator(municipality: Id, request: Request) -> Identity | None:
        """Who applies; None: the installation, also for a municipality that is new."""
        if context.doorkeeper.is_installation(request, municipality):
            return None
        asking = await context.doorkeeper.api_caller(request)
        _may_administer(asking, municipality)
        return asking.who

    @routes.put("/directories/{municipality}", max_body_size=FILE_LIMIT)
    async def apply(
        municipality: Id, body: inputs.Configuration, who: Annotated[Identity | None, Depends(administrator)]
    ) -> dict[str, Any]:
        directory, people = _read(municipality, body)
        _refuse_taken_prefix(context, directory)
        persons = [_told(directory, person) for person in people] if people is not None else None
        own = {"municipality": directory.id, "version": directory.version}
        try:
            if body.dry_run:
                changes = await applying.look_at_directory(
                    context.engine, directory, persons, bring_back=body.bring_back
                )
                return own | {"changed": False, "people": [asdict(change) for change in changes]}
            changed = await applying.apply_directory(
                context.engine, directory, persons, who, bring_back=body.bring_back
            )
        except applying.StillHolds as left_out:
            raise _still_holds(left_out) from left_out
        except applying.StillHandedOver as left_behind:
            raise _still_handed_over(left_behind) from left_behind
        except applying.WereErased as back:
            raise _were_erased(back) from back
        await context.directories.refresh()
        context.doorkeeper.forget_all(municipality)
        return own | {"changed": changed}

    @routes.get("/directories/{municipality}")
    async def read(municipality: Id, asking: Asking) -> dict[str, Any]:
        """What is in force; `erased`: ids of people who were erased, whom a people file would bring back."""
        _may_administer(asking, municipality)
        async with context.engine.connect() as conn:
            erased = await people.erased(conn, municipality)
        return {
            "municipality": municipality,
            "version": asking.directory.version,
            "directory": asking.directory.model_dump(mode="json"),
            "erased": erased,
        }

    return routes


def _may_administer(asking: Caller, municipality: str) -> None:
    if asking.who.municipality != municipality:
        raise handlers.NotFound("directory")
    if ADMINISTER not in asking.who.scopes:
        raise handlers.NotAllowed


def _read(municipality: str, body: inputs.Configuration) -> tuple[Directory, tuple[Person, ...] | None]:
    """`people` None: the request says nothing of them."""
    try:
        directory = directories.load(body.directory, "directory")
        people = None if body.people is None else directories.load_people(body.people, directory, "people").people
    except DirectoryErrors as wrong:
        faults: list[Fault] = [
            {"pointer": f"/{wrong.filename}", "detail": f"line {problem.line}: {problem.message}"}
            for problem in wrong.problems
        ]
        raise wrong_input(faults, "The file has errors; nothing was changed.") from wrong
    if directory.id != municipality:
        raise wrong_input([{"pointer": "/directory", "detail": f"is the directory of {directory.id}"}])
    return directory, people


def _still_holds(left_out: applying.StillHolds) -> Problem:
    """R19: what would break is said before it does."""
    faults: list[Fault] = [
        {
            "pointer": "/directory",
            "detail": f"{party} holds {_cases(cases)}: move them to somebody else first, or leave it in the file",
        }
        for party, cases in left_out.cases.items()
    ]
    return Problem(409, detail="Parties that hold open cases are missing; nothing was changed.", errors=faults)


def _cases(held: Stranded) -> str:
    """As "3 open cases (MAL-2026-000001, …)"."""
    more = held.cases - len(held.numbers)
    named = ", ".join(held.numbers) + (f" and {more} more" if more else "")
    return f"{held.cases} open {'case' if held.cases == 1 else 'cases'}" + (f" ({named})" if held.numbers else "")


def _still_handed_over(left_behind: applying.StillHandedOver) -> Problem:
    """R19: a hand-off goes by the connection it began with; without it the vendor gets nothing and says nothing."""
    faults: list[Fault] = [
        {
            "pointer": "/directory",
            "detail": f"{party} has {_cases(cases)} by its connection {name!r}: "
            "keep that name (profile and address may change under it), or take the cases back first",
        }
        for (party, name), cases in left_behind.cases.items()
    ]
    return Problem(409, detail="Connections that open cases go by are missing; nothing was changed.", errors=faults)


def _were_erased(back: applying.WereErased) -> Problem:
    """N11: who was erased is not known again by the way."""
    faults: list[Fault] = [
        {
            "pointer": "/people",
            "detail": f"entry {place} of the people is somebody who was erased and would come back, with name and "
            "address: take them out of the file",
        }
        for place in back.places
    ]
    detail = "People who were erased stand in the people file; nothing was changed. `bring_back` says that it is meant."
    return Problem(409, detail=detail, errors=faults)


def _refuse_taken_prefix(context: Context, directory: Directory) -> None:
    prefix = directory.municipality.number_prefix
    for other in context.directories.all().values():
        if other.id != directory.id and other.municipality.number_prefix == prefix:
            raise Problem(409, detail=f"The number prefix {prefix} belongs to another municipality here.")


def _told(directory: Directory, person: Person) -> PersonChanged:
    return PersonChanged(
        id=ids.new("event"),
        at=handlers.now(),
        municipality=directory.id,
        person=person.id,
        name=directories.told_name(directory, person),
        role=person.role,
        schools=person.schools,
        teams=directories.teams_of(directory, person),
        email=person.email,
        language=person.language or directory.municipality.default_language,
        placeholder=person.placeholder,
    )
