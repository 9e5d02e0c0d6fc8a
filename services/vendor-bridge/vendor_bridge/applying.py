"""What vendors say of hand-offs takes effect: messages that come together in one transaction, in the order they came.

UnknownHandoff      there is none, or it is another connection's or municipality's: the two look the same
Outdated            the directory has changed since it was proven who speaks
uploads.Refused     the case has no room left for the files that come along
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from chassis import outbox
from chassis.messages import Outgoing as OutboxRow
from chassis.uploads import Refused, refuse
from contracts.events.vendor_bridge import HandoffEvent, VendorInformationRequested
from contracts.timeline import FileRef
from contracts.webhooks import Acknowledged, OfHandoff
from vendor_bridge.domain import heads
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.fold import fold
from vendor_bridge.domain.heads import ForeignHeads
from vendor_bridge.domain.receive import (
    NotOfThisCase,
    TooFarAway,
    asked_before,
    goes_along,
    is_too_late,
    receive,
)
from vendor_bridge.domain.state import Handoff
from vendor_bridge.events import outgoing
from vendor_bridge.grouped import Grouped
from vendor_bridge.store import inbound, stories, world
from vendor_bridge.store.directories import Directories, Way, same, ways_in
from vendor_bridge.store.inbound import By, Inbound, Named, Outcome, Place
from vendor_bridge.store.world import Loaded


class UnknownHandoff(Exception):
    """No such hand-off for this connection."""


class Outdated(Exception):
    """Connections were added, changed or removed: who speaks has to be proven by what is in force now."""


class _StoredMeanwhile(Exception):
    """Another process stored one of these messages first."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a vendor is answered. `question`, `proposal`: the ids of what its message asked or proposed; `ticket`,
    `work`: of what it reported. `same`: whether a repeat is the same byte for byte; None: nobody has looked.
    """

    repeated: bool = False
    effects: int = 0
    question: str | None = None
    proposal: str | None = None
    ticket: str | None = None
    work: str | None = None
    same: bool | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """One message about a hand-off, by whatever profile it came.

    `municipalities`: those for which its connection may speak; `name`: the vendor's own id of it, the same for a
    repeat; `raw`: as it came. `ways`: the connection as it was when it was proven who speaks; None: proven otherwise.
    """

    connection: str
    municipalities: Collection[str]
    message: OfHandoff
    name: str
    raw: bytes
    traceparent: str | None
    ways: Sequence[Way] | None = None
    files: tuple[FileRef, ...] = ()
    by: By = "webhook"


Answer = Receipt | Exception | None
"""None: it is about no hand-off."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """What messages of one connection come to, nothing of it saved yet. `loaded`: None where no case changes."""

    answers: list[Answer]
    loaded: Loaded | None = None
    came: Sequence[Inbound] = ()
    said: Sequence[OutboxRow] = ()
    again: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(municipality, connection, id) of those that came before, word for word."""


class Applying:
    """Each connection's messages apart: one vendor's many keep no other waiting.

    `files_of_case`: bytes of files that one case takes.
    """

    def __init__(self, engine: AsyncEngine, directories: Directories, files_of_case: int) -> None:
        self._engine = engine
        self._directories = directories
        self._files_of_case = files_of_case
        self._groups: dict[str, Grouped[Saying, Answer]] = {}

    async def say(self, saying: Saying) -> Receipt | None:
        """Stored and in force; None where it names no hand-off of the connection.

        Raises UnknownHandoff, Outdated, ForeignHeads, NotOfThisCase, TooFarAway, uploads.Refused.
        """
        group = self._groups.get(saying.connection)
        if group is None:
            group = self._groups[saying.connection] = Grouped(self._apply)
        return _or_raised(await group.do(saying))

    async def ask(self, saying: Saying) -> Receipt | None:
        """What `say` would answer, or raise, as things stand; nothing is stored, and `say` still decides."""
        async with self._engine.connect() as conn:
            judged = await self._judged(conn, [saying])
            await conn.rollback()
        return _or_raised(judged.answers[0])

    async def room(self, handoff: str) -> int:
        """Bytes of files that its case still takes from its vendor."""
        async with self._engine.connect() as conn:
            _, incident = await inbound.end_of(conn, handoff)
            return self._files_of_case - await stories.size_of_files(conn, incident)

    async def _apply(self, sayings: Sequence[Saying]) -> list[Answer]:
        """All of one connection, in one transaction. One that is refused changes nothing and keeps no other back."""
        async with self._engine.begin() as conn:
            judged = await self._judged(conn, sayings)
            if judged.loaded is None:
                await inbound.came_again(conn, judged.again)
                return judged.answers
            if await inbound.add_all(conn, judged.came) < len(judged.came):
                if len(sayings) > 1:
                    raise _StoredMeanwhile
                return [Receipt(repeated=True)]
            await inbound.came_again(conn, judged.again)
            await world.save(conn, judged.loaded)
            await outbox.add(conn, judged.said)
        return judged.answers

    async def _judged(self, conn: AsyncConnection, sayings: Sequence[Saying]) -> _Judged:
        now = datetime.now(UTC)
        known = await self._directories.of(conn)
        ways = ways_in(known, sayings[0].connection)
        named = [Named(each.message.data.handoff, each.connection, each.name, each.raw) for each in sayings]
        places = await inbound.places(conn, named)
        answers = [_at_first(*each, ways) for each in zip(sayings, places, strict=True)]
        counts = {
            n: (place, await _where_it_counts(conn, place, sayings[n].message))
            for n, place in enumerate(places)
            if place is not None and answers[n] is None
        }
        again = Counter(
            (place.municipality, sayings[n].connection, sayings[n].name)
            for n, place in enumerate(places)
            if place is not None and _is_the_same_again(answers[n])
        )
        if not counts:
            return _Judged(answers, again=again)
        municipalities = {place.municipality for place, _ in counts.values()}
        loaded = await world.load_whole(
            conn,
            {name: directory for name, directory in known.items() if name in municipalities},
            {incident for _, (_, incident) in counts.values()},
            now,
        )
        kept: dict[tuple[str, str], Inbound] = {}
        said: list[OutboxRow] = []
        for n, (place, (handoff, _)) in counts.items():
            before = kept.get((place.municipality, sayings[n].name))
            if before is not None:
                answers[n] = Receipt(repeated=True, same=before.body == sayings[n].raw)
                again[place.municipality, before.connection, before.webhook_id] += before.body == sayings[n].raw
                continue
            try:
                answers[n], came, rows = await self._one(conn, loaded, sayings[n], place.municipality, handoff)
            except (ForeignHeads, NotOfThisCase, TooFarAway, Refused) as refused:
                answers[n] = refused
                continue
            kept[place.municipality, came.webhook_id] = came
            said += rows
        return _Judged(answers, loaded, list(kept.values()), said, again)

    async def _one(
        self, conn: AsyncConnection, loaded: Loaded, saying: Saying, municipality: str, at: str
    ) -> tuple[Receipt, Inbound, list[OutboxRow]]:
        """`at`: the hand-off that it counts for."""
        message, now, handoff = saying.message, loaded.now, loaded.handoffs[at]
        loaded.traceparent = saying.traceparent
        if isinstance(message.data, Acknowledged):
            heads.check(loaded, handoff, message.data.heads, await stories.hashes(conn, message.data.heads))
        again, said_of = asked_before(handoff, message), message.data.handoff
        is_late = is_too_late(loaded, handoff, message)
        context = Context(f"{said_of}/{saying.name}", municipality, now)
        facts = receive(loaded, handoff, message, saying.name, context, saying.files)
        await self._check_room(conn, handoff, saying)
        for fact in facts:
            fold(loaded, fact)
        receipt = Receipt(
            effects=len(facts),
            question=next((fact.question for fact in facts if isinstance(fact, VendorInformationRequested)), again),
            proposal=next((p for fact in facts if (p := getattr(fact, "proposal", None))), None),
        )
        came = Inbound(
            municipality=municipality,
            connection=saying.connection,
            webhook_id=saying.name,
            handoff=said_of,
            received_at=now,
            body=saying.raw,
            effects=len(facts),
            traceparent=saying.traceparent,
            way=saying.by,
            what=message.type,
            outcome=_outcome(facts, is_late=is_late),
        )
        return receipt, came, outgoing(facts, saying.traceparent)

    async def _check_room(self, conn: AsyncConnection, handoff: Handoff, saying: Saying) -> None:
        """Of messages that are judged together each is asked alone: a few more may come in one go."""
        if not saying.files:
            return
        ticket = getattr(saying.message.data, "ticket", None)
        size = await stories.size_of_files(conn, handoff.incident, ticket) + sum(file.size for file in saying.files)
        if size > self._files_of_case:
            raise refuse("too_much", limit=self._files_of_case // 1_000_000)


def _or_raised(answer: Answer) -> Receipt | None:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _at_first(saying: Saying, place: Place | None, ways: Sequence[Way]) -> Answer:
    """What needs no look at the case; None where there is none, or it has to be looked at."""
    if saying.ways is not None and not same(saying.ways, ways):
        return Outdated()
    if place is None:
        return None
    is_own = any((way.municipality, way.vendor) == (place.municipality, place.vendor) for way in ways)
    if place.municipality not in saying.municipalities or not is_own:
        return UnknownHandoff()
    return Receipt(repeated=True, same=not place.is_other) if place.is_known else None


def _is_the_same_again(answer: Answer) -> bool:
    return isinstance(answer, Receipt) and bool(answer.repeated and answer.same)


async def _where_it_counts(conn: AsyncConnection, place: Place, message: OfHandoff) -> tuple[str, str]:
    """(hand-off, incident): its own, or that in which its case went on."""
    if place.continues_in is None or not goes_along(message):
        return place.id, place.incident
    return await inbound.end_of(conn, place.id)


def _outcome(facts: Sequence[HandoffEvent], *, is_late: bool) -> Outcome:
    if is_late:
        return "late"
    return "applied" if facts else "nothing"
