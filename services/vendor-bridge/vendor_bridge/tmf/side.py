"""The use cases of a vendor's system that reads and changes ours by TM Forum's APIs. Raises errors.Refused."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis.uploads import Checked
from contracts import ids
from contracts.directory import Directory
from vendor_bridge import metrics, tokens
from vendor_bridge.domain import compose
from vendor_bridge.domain.heads import ForeignHeads
from vendor_bridge.domain.receive import NotOfThisCase, TooFarAway
from vendor_bridge.domain.reports import Report, Wrong
from vendor_bridge.domain.state import Handoff
from vendor_bridge.files import Files, refs
from vendor_bridge.files import Sent as SentFile
from vendor_bridge.handlers import UnknownHandoff, VendorSide
from vendor_bridge.limits import TOO_MANY, TooMany
from vendor_bridge.outbound import story_of
from vendor_bridge.refusals import Sent
from vendor_bridge.reported import UnknownReport
from vendor_bridge.store import reports
from vendor_bridge.store import seen as store
from vendor_bridge.store.directories import Directories, Way
from vendor_bridge.store.world import Loaded
from vendor_bridge.tmf import attached, attributes, bodies, change, problems, query, reported, tickets
from vendor_bridge.tmf.errors import Refused
from vendor_bridge.tmf.query import Query, Summary
from vendor_bridge.tmf.related import Version
from vendor_bridge.tmf.seen import Move, Seen
from vendor_bridge.tmf.tickets import Links

Resource = dict[str, Any]
_T = TypeVar("_T")
_RANKED = frozenset({"priority", "severity"})
_NO_TICKET = "There is no such trouble ticket on this connection."
_NO_PROBLEM = "There is no such service problem on this connection."


class TmfSide:
    """`links`: addresses as vendors see them."""

    def __init__(
        self, engine: AsyncEngine, directories: Directories, vendors: VendorSide, files: Files, links: Links
    ) -> None:
        self._engine = engine
        self._directories = directories
        self._vendors = vendors
        self._files = files
        self._links = links

    async def caller(self, authorization: str) -> Way:
        """The tmf621 connection that shows its bearer token; each request is of the share that it may send."""
        try:
            way = await self._vendors.spending_caller(tokens.shown(authorization))
        except tokens.BadToken:
            raise Refused(401, "Show the connection's token.", headers={"WWW-Authenticate": "Bearer"}) from None
        except TooMany as error:
            metrics.INBOUND.labels("too_many").inc()
            raise Refused(429, TOO_MANY, headers=error.headers) from None
        if way.connection.profile != "tmf621":
            raise Refused(403, f"The connection {way.connection.name} does not talk by TM Forum's APIs.")
        return way

    async def note(self, authorization: str, sent: Sent, refused: Refused) -> None:
        """A refusal is written down for the vendor whose token was shown; one that is too old says whose it was."""
        token, reason = tokens.shown(authorization), refused.kept
        try:
            way, proven = await self._vendors.caller(token), True
        except tokens.BadToken:
            once = await self._vendors.caller_once(token)
            if once is None:
                return
            way, proven, reason = once, False, f"{reason} The one that was shown is too old."
        name, whose = way.connection.name, {way.municipality}
        await self._vendors.refusals.note(name, whose, sent, refused.status, reason, proven=proven)

    async def list_tickets(self, way: Way, version: Version, asked: Query) -> tuple[int, list[Resource]]:
        """How many there are in all, and those of the page."""
        async with self._engine.connect() as conn:
            loaded = await store.handoffs(conn, way, self._directories, datetime.now(UTC))
            plain = await self._plain(conn, way, loaded, loaded.handoffs.values())
            known = {each.id for each in plain}
            own = [report for report in await self._reports(way) if report.id not in known]
            summaries: list[tuple[Summary, Seen | Report]] = [(tickets.summary(each), each) for each in plain]
            summaries += [(reported.summary(each, way.connection), each) for each in own]
            matching = [pair for pair in summaries if asked.matches(pair[0])]
            found = _sorted(matching, asked, lambda pair: pair[0], lambda pair: pair[1].urgency)
            page = [each for _, each in found[asked.offset : asked.offset + asked.limit]]
            needs_story = asked.fields is None or bool(asked.fields & tickets.FROM_THE_STORY)
            handoffs = [each for each in page if isinstance(each, Seen)]
            whole = {each.id: each for each in await self._complete(conn, loaded, handoffs, story=needs_story)}
        directory = loaded.directories.get(way.municipality)
        shown = [
            tickets.ticket(whole[each.id], version, self._links)
            if isinstance(each, Seen)
            else await self._shown(way, each, directory, version)
            for each in page
        ]
        mandatory = attributes.TICKET_MANDATORY[version]
        return len(found), [query.chosen(each, asked.fields, mandatory) for each in shown]

    async def ticket(self, way: Way, version: Version, id_: str) -> Resource:
        """One, whole."""
        return await self._as_it_is(way, await self._found(way, id_), version)

    async def _as_it_is(self, way: Way, found: Seen | Report, version: Version) -> Resource:
        if isinstance(found, Seen):
            return tickets.ticket(found, version, self._links)
        return await self._shown(way, found, await self._directory(way), version)

    async def create_ticket(self, way: Way, version: Version, value: Any, raw: bytes) -> Resource:
        """What the vendor reports, kept and shown at once. The same `externalId` again is the same ticket."""
        given = bodies.as_object(value, attributes.TICKET[version])
        checked = await self._checked(attached.new(given.pop("attachment", []), {}))
        created = reported.created(given, way.connection)
        name = f"report/{created.said.external_id or ids.new('message')}"  # `own_name` knows the second
        raw = to_json({"created": given, "files": [file.model_dump() for file in refs(checked)]}) if checked else raw
        with _refusals():
            report = await self._files.report(way, created.said, name, raw, checked, by="tmf")
        metrics.INBOUND.labels("applied").inc()
        await self._say(way, [reported.note(report, id_, text) for id_, text in created.notes], raw)
        return await self.ticket(way, version, report.id)

    async def _found(self, way: Way, id_: str) -> Seen | Report:
        """A hand-off, or what the vendor created and is none yet; by whichever of their ids."""
        try:
            report = await self._vendors.report_of(way, id_)
        except UnknownReport:
            return await self.seen_handoff(way, id_)
        if report.handoff is None:
            return report
        seen = await self.seen_handoff(way, report.handoff)
        return seen if seen.id == id_ else report

    async def _shown(self, way: Way, report: Report, directory: Directory | None, version: Version) -> Resource:
        told = await self._vendors.told_of(way, report)
        return reported.ticket(report, told, way.connection, directory, version, self._links)

    async def _reports(self, way: Way) -> list[Report]:
        """All that the vendor ever created."""
        found: list[Report] = []
        while some := await self._vendors.reports(way, before=(found[-1].reported_at, found[-1].id) if found else None):
            found += some
        return found

    async def _directory(self, way: Way) -> Directory | None:
        async with self._engine.connect() as conn:
            return (await self._directories.of(conn, {way.municipality})).get(way.municipality)

    async def seen_handoff(self, way: Way, id_: str) -> Seen:
        """All that there is to show of one hand-off."""
        async with self._engine.connect() as conn:
            incident = await store.incident_of(conn, id_)
            if incident is None:
                raise Refused(404, _NO_TICKET)
            loaded = await store.handoffs(conn, way, self._directories, datetime.now(UTC), incident=incident)
            if id_ not in loaded.handoffs:
                raise Refused(404, _NO_TICKET)
            plain = await self._plain(conn, way, loaded, [loaded.handoffs[id_]])
            (whole,) = await self._complete(conn, loaded, plain, story=True)
        return whole

    async def change_ticket(
        self, way: Way, version: Version, id_: str, media: str, value: Any, raw: bytes, if_match: str | None
    ) -> Resource:
        """What the patch says is said, and the ticket as it then is."""
        found = await self._found(way, id_)
        current = await self._as_it_is(way, found, version)  # not read again: what another says meanwhile is half seen
        if if_match not in (None, "*", etag(current)):
            raise Refused(412, "The ticket has changed since: read it again.")
        changed = bodies.changed(media, value, current, attributes.TICKET[version])
        if isinstance(found, Seen):
            _only(changed, attributes.CHANGEABLE)
            sent = attached.new(changed.pop("attachment", []), current)
            sayings = change.sayings(found, changed, current)
            said_of = found.handoff.id
        else:
            _only(changed, reported.CHANGEABLE)
            sent = attached.new(changed.pop("attachment", []), current)
            sayings = reported.changes(found, changed, current, way.connection)
            said_of = found.id
        if sent:
            await self._bring(way, said_of, await self._checked(sent), sayings, changed)
        else:
            await self._say(way, sayings, raw)
        return await self.ticket(way, version, id_)

    async def list_problems(self, way: Way, asked: Query) -> tuple[int, list[Resource]]:
        """How many there are in all, and those of the page."""
        async with self._engine.connect() as conn:
            loaded = await store.handoffs(conn, way, self._directories, datetime.now(UTC))
            grouped = _by_incident(await self._plain(conn, way, loaded, loaded.handoffs.values()))
            matching = [each for each in grouped if asked.matches(problems.summary(each))]
            found = _sorted(matching, asked, problems.summary, lambda group: problems.current(group).urgency)
            page = found[asked.offset : asked.offset + asked.limit]
            needs_story = asked.fields is None or bool(asked.fields & problems.FROM_THE_STORY)
            flat = [seen for group in page for seen in group]
            whole = _by_incident(await self._complete(conn, loaded, flat, story=needs_story))
        shown = {each[0].incident.id: problems.problem(each, self._links) for each in whole}
        ordered = [shown[group[0].incident.id] for group in page]
        return len(found), [query.chosen(each, asked.fields, frozenset()) for each in ordered]

    async def problem(self, way: Way, id_: str) -> Resource:
        """One, whole."""
        return problems.problem(await self.seen_problem(way, id_), self._links)

    async def seen_problem(self, way: Way, id_: str) -> list[Seen]:
        """Every hand-off of one incident that this vendor has or had."""
        async with self._engine.connect() as conn:
            loaded = await store.handoffs(conn, way, self._directories, datetime.now(UTC), incident=id_)
            if not loaded.handoffs:
                raise Refused(404, _NO_PROBLEM)
            plain = await self._plain(conn, way, loaded, loaded.handoffs.values())
            return await self._complete(conn, loaded, plain, story=True)

    async def change_problem(
        self, way: Way, id_: str, media: str, value: Any, raw: bytes, if_match: str | None
    ) -> Resource:
        """As for the ticket that the vendor holds, or had last."""
        of_incident = await self.seen_problem(way, id_)
        current = problems.problem(of_incident, self._links)
        if if_match not in (None, "*", etag(current)):
            raise Refused(412, "The problem has changed since: read it again.")
        changed = bodies.changed(media, value, current, attributes.PROBLEM)
        _only(changed, attributes.PROBLEM_CHANGEABLE)
        await self._say(way, change.sayings(problems.current(of_incident), changed, current), raw)
        return await self.problem(way, id_)

    async def _say(
        self, way: Way, sayings: Sequence[change.Saying], raw: bytes, checked: Sequence[Checked] = ()
    ) -> None:
        for saying in sayings:
            with _refusals():
                receipt = await self._files.say(
                    way.connection.name, way.municipality, saying.message, saying.name, raw, checked, by="tmf"
                )
            outcome = "repeated" if receipt.repeated else "applied" if receipt.effects else "ignored"
            metrics.INBOUND.labels(outcome).inc()

    async def _checked(self, sent: Sequence[SentFile]) -> tuple[Checked, ...]:
        with attached.refused():
            return await self._files.checked(sent)

    async def _bring(
        self,
        way: Way,
        said_of: str,
        checked: Sequence[Checked],
        sayings: Sequence[change.Saying],
        changed: Mapping[str, Any],
    ) -> None:
        """What is said, then the files. Both are asked about first, so that all of it is refused or nothing.

        `said_of`: the hand-off, or the report that is none yet.
        """
        named = refs(checked)
        entry = attached.entry(said_of, named)
        raw = to_json({"changed": changed, "files": [file.model_dump() for file in named]})
        with _refusals():
            for saying, along in [*((each, ()) for each in sayings), (entry, checked)]:
                await self._files.ask(way.connection.name, way.municipality, saying.message, saying.name, raw, along)
        await self._say(way, sayings, raw)
        await self._say(way, [entry], raw, checked)

    async def _plain(self, conn: AsyncConnection, way: Way, loaded: Loaded, shown: Iterable[Handoff]) -> list[Seen]:
        """Without anything that takes the story."""
        handoffs = list(shown)
        changed = await store.last_updates(conn, [each.id for each in handoffs])
        known = await reports.resource_ids(conn, loaded.handoffs)
        created = {id_: await reports.by_id(conn, way, ticket) for id_, ticket in known.items() if id_ != ticket}
        directory = loaded.directories.get(way.municipality)
        of_incident: dict[str, list[str]] = defaultdict(list)
        for each in loaded.handoffs.values():
            of_incident[each.incident].append(each.id)
        return [
            Seen(
                handoff=handoff,
                incident=incident,
                title=compose.title_of(incident, directory),
                connection=way.connection,
                directory=directory,
                last_update=changed.get(handoff.id, handoff.offered_at),
                tickets={},
                siblings=[known[each] for each in of_incident[handoff.incident] if each != handoff.id],
                created=made,
                before=reported.own_notes(made, directory) if made else (),
                brought=reported.own_files(made) if made else (),
            )
            for handoff in handoffs
            for made in [created.get(handoff.id)]
            for incident in [loaded.incidents[handoff.incident].as_of(handoff.last_incident)]
        ]

    async def _complete(
        self, conn: AsyncConnection, loaded: Loaded, plain: Sequence[Seen], *, story: bool
    ) -> list[Seen]:
        named = [each.handoff.id for each in plain]
        await store.load_stories(conn, loaded, [each.handoff for each in plain])
        said, moves = await store.said(conn, named), await store.moves(conn, named)
        return [
            replace(
                each,
                said=said.get(each.handoff.id, ()),
                moves=[Move(*move) for move in moves.get(each.handoff.id, ())],
                tickets={id_: loaded.tickets[id_] for id_ in each.incident.tickets if id_ in loaded.tickets},
                told=await story_of(conn, loaded, each.handoff) if story else None,
            )
            for each in plain
        ]


@contextmanager
def _refusals() -> Iterator[None]:
    """What `VendorSide.say` refuses, in TM Forum's shape."""
    try:
        with attached.refused():
            yield
    except (UnknownHandoff, UnknownReport):
        metrics.INBOUND.labels("unknown").inc()
        raise Refused(404, _NO_TICKET) from None
    except TooFarAway:
        metrics.INBOUND.labels("nonsense").inc()
        raise Refused(400, "expectedResolutionDate is more than two years away from now.") from None
    except Wrong as error:
        metrics.INBOUND.labels("nonsense").inc()
        raise reported.wrong(error) from None
    except (NotOfThisCase, ForeignHeads):
        metrics.INBOUND.labels("nonsense").inc()
        raise Refused(409, "The ticket has changed since: read it again.") from None


def etag(resource: Resource) -> str:
    """Of one representation; another version's is another."""
    return f'"{hashlib.sha256(to_json(resource)).hexdigest()[:32]}"'


def _only(changed: Mapping[str, Any], changeable: Collection[str]) -> None:
    for name in changed:
        if name not in changeable:
            raise Refused(400, f"{name} cannot be changed here. Possible: {', '.join(sorted(changeable))}.")


def _by_incident(seen: Iterable[Seen]) -> list[list[Seen]]:
    found: dict[str, list[Seen]] = defaultdict(list)
    for each in seen:
        found[each.incident.id].append(each)
    return list(found.values())


def _sorted(found: list[_T], asked: Query, summary: Callable[[_T], Summary], urgency: Callable[[_T], int]) -> list[_T]:
    """By what is asked for: words by their letters, but for those that mean a rank."""
    attribute, largest_first = asked.sort
    by_id = sorted(found, key=lambda each: summary(each)["id"] or "")
    if attribute in _RANKED:
        return sorted(by_id, key=urgency, reverse=largest_first)
    return sorted(by_id, key=lambda each: summary(each).get(attribute) or "", reverse=largest_first)
