"""The people of a municipality. In production they come from the identity provider or an import (L6).

A file of its own beside the directory: the directory holds no persons.
"""

from functools import cached_property
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.directory.base import GroupName, Id, Model, PartyName
from contracts.directory.model import Directory
from contracts.directory.phrases import capital
from contracts.values import Language, in_language

PersonId = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]{0,99}$"),
    Field(description="Id of the person, opaque to every other service"),
]


class Person(Model):
    """Somebody who signs in or reports."""

    id: PersonId
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
    """Name as colleagues know it."""
    role: Id
    """Role of the directory."""
    schools: tuple[Id, ...] = ()
    """Schools the person works at."""
    team: PartyName | None = None
    """Team whose queue is theirs."""
    groups: tuple[GroupName, ...] = ()
    """Groups of the identity provider; one that a team names makes the person one of its people."""
    email: (
        Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+$", max_length=254)] | None
    ) = None
    """Address for messages; none: no mail is sent."""
    language: Language | None = None
    """Language of pages and messages; none: the municipality's."""
    protected_identity: bool = False
    """True: the name stays in this file, the role stands in its place elsewhere; the address is for mails alone."""
    placeholder: bool = False
    """True: made by an import for a reporter nobody knows yet; can't sign in."""


class People(Model):
    """Everybody of one municipality."""

    municipality: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Id of the municipality."""
    people: tuple[Person, ...] = ()
    """The persons."""

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """Persons by id."""
        return {person.id: person for person in self.people}


def teams_of(directory: Directory, person: Person) -> tuple[str, ...]:
    """Ids of the teams whose queues are a person's: the written one first, then those that name a group of theirs."""
    by_group = (team.id for team in directory.teams if set(team.groups) & set(person.groups))
    return tuple(dict.fromkeys((*((person.team,) if person.team else ()), *by_group)))


def told_name(directory: Directory, person: Person) -> str:
    """What is told of a person's name; of a protected one the role, in the municipality's language."""
    if not person.protected_identity:
        return person.name
    role = directory.roles_by_id[person.role]
    return capital(in_language(role.name.words, directory.municipality.default_language))


def placeholder(reporter: str, *, role: str, school: str | None, language: Language | None = None) -> Person:
    """The person an import puts in for an unknown reporter; ValueError where `reporter` can't be an id."""
    return Person(
        id=reporter,
        name=f"Anmälare {reporter}",
        role=role,
        schools=(school,) if school else (),
        language=language,
        placeholder=True,
    )
