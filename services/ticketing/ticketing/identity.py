"""Who asks: by the bearer token of a script, or the session of a page. Deny by default."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.look.forms import refuse_other_sites
from chassis.problems import Problem
from contracts.directory import Directory
from contracts.events.ticketing import PersonChanged
from ticketing.directories import Directories
from ticketing.domain.access import SCOPES, Identity, identify, may_enter
from ticketing.handlers import now
from ticketing.store import people, sessions
from ticketing.tokens import BadToken, Tokens

COOKIE = "__Host-ticketing"
_REMEMBERED = timedelta(seconds=10)
_MOST_REMEMBERED = 10_000
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
ADMINISTRATOR = "eskalera"
"""The person id of the installation's own tokens; no person of a people file."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who may ask, the configuration they ask under, and their session's form token if they came by page."""

    who: Identity
    directory: Directory
    csrf: str = ""


class Doorkeeper:
    """Turns requests into callers. What is known of a person is remembered for ten seconds."""

    def __init__(self, engine: AsyncEngine, directories: Directories, tokens: Tokens) -> None:
        self._engine = engine
        self._directories = directories
        self._tokens = tokens
        self._people: dict[tuple[str, str], tuple[datetime, PersonChanged | None]] = {}
        self._identities: dict[tuple[str, str, frozenset[str]], tuple[Directory, PersonChanged, Identity]] = {}

    async def api_caller(self, request: Request) -> Caller:
        """For the JSON API: a bearer token, or the page's own session; 401 for anybody else."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._by_token(token)
        if scheme:
            raise _unauthorized("Only bearer tokens are understood.")
        caller = await self.page_caller(request)
        if caller is None:
            raise _unauthorized("A bearer token is needed, or a signed-in page.")
        if request.method not in _SAFE:
            refuse_other_sites(request)
        return caller

    async def _by_token(self, token: str) -> Caller:
        try:
            claims = self._tokens.read(token)
        except BadToken:
            raise _unauthorized("The token is not valid, or has ended.") from None
        directory = self._directories.get(claims.municipality)
        if claims.person is None:
            return self._installation(claims.municipality, directory)
        person = await self.person(claims.municipality, claims.person)
        if directory is None or person is None or not may_enter(person):
            raise _unauthorized("The token is not valid, or has ended.")
        return Caller(self._identity(directory, person, claims.scopes), directory)

    def _installation(self, municipality: str, directory: Directory | None) -> Caller:
        if directory is None:
            raise Problem(404, detail="There is no such municipality here yet.")
        who = Identity(municipality, ADMINISTRATOR, "Eskalera", "administrator", "administrator", scopes=SCOPES)
        return Caller(who, directory)

    def is_installation(self, request: Request, municipality: str) -> bool:
        """Whether the token is the installation's own, for a municipality that may be new."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            claims = self._tokens.read(token) if scheme.lower() == "bearer" else None
        except BadToken:
            return False
        return claims is not None and claims.person is None and claims.municipality == municipality

    async def page_caller(self, request: Request) -> Caller | None:
        """For pages: the session's person; None for nobody."""
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            return None
        session = await sessions.find(self._engine, cookie, now())
        if session is None:
            return None
        directory = self._directories.get(session.municipality)
        person = await self.person(session.municipality, session.person)
        if directory is None or person is None or not may_enter(person):
            return None
        return Caller(self._identity(directory, person), directory, session.csrf)

    def _identity(self, directory: Directory, person: PersonChanged, scopes: frozenset[str] = frozenset()) -> Identity:
        """Worked out once for as long as neither the configuration nor the person is read anew."""
        key = (person.municipality, person.person, scopes)
        known = self._identities.get(key)
        if known is not None and known[0] is directory and known[1] is person:
            return known[2]
        if len(self._identities) >= _MOST_REMEMBERED:
            self._identities.clear()
        found = identify(directory, person, scopes)
        self._identities[key] = (directory, person, found)
        return found

    async def person(self, municipality: str, person: str) -> PersonChanged | None:
        """A person as last told, at most ten seconds old."""
        key, at = (municipality, person), now()
        remembered = self._people.get(key)
        if remembered is not None and at - remembered[0] < _REMEMBERED:
            return remembered[1]
        async with self._engine.connect() as conn:
            found = await people.person(conn, municipality, person)
        if len(self._people) >= _MOST_REMEMBERED:
            self._people.clear()
        self._people[key] = (at, found)
        return found

    def forget(self, municipality: str, person: str) -> None:
        """Ask the database next time: the person was changed by this process."""
        self._people.pop((municipality, person), None)

    def forget_all(self, municipality: str) -> None:
        """The same of everybody there."""
        self._people = {key: known for key, known in self._people.items() if key[0] != municipality}


class StaleForm(Problem):
    """A form that this session did not get from us: it is older than the sign-in, or forged."""

    def __init__(self) -> None:
        super().__init__(403, detail="The form is too old, or not ours.")


def is_stale(caller: Caller, token: str) -> bool:
    """Whether a form's token is not this session's."""
    return not caller.csrf or not hmac.compare_digest(caller.csrf.encode(), token.encode())


def _unauthorized(detail: str) -> Problem:
    return Problem(401, detail=detail, headers={"www-authenticate": "Bearer"})
