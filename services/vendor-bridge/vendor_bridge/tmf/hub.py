"""Listeners of the TM Forum APIs: registering them, and what a message to their vendor has them told."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic_core import to_json
from sqlalchemy.ext.asyncio import AsyncEngine

from contracts import ids
from vendor_bridge import targets
from vendor_bridge.profiles import Letter
from vendor_bridge.store import hub as store
from vendor_bridge.store.directories import Way
from vendor_bridge.store.hub import Listener
from vendor_bridge.tmf import events, problems, query, tickets
from vendor_bridge.tmf.errors import Refused
from vendor_bridge.tmf.events import PROBLEMS, Api, Wish
from vendor_bridge.tmf.query import Summary
from vendor_bridge.tmf.related import Version
from vendor_bridge.tmf.seen import Seen
from vendor_bridge.tmf.side import TmfSide
from vendor_bridge.tmf.tickets import Links

MOST_LISTENERS: Final = 10
"""Of one connection."""
LONGEST_CALLBACK: Final = 2000
_ALWAYS: Final = frozenset({"id", "href", "@type"})


class Hub:
    """`allowed`: the operator's list of addresses inside otherwise refused networks."""

    def __init__(
        self,
        engine: AsyncEngine,
        side: TmfSide,
        links: Links,
        allowed: frozenset[str] = frozenset(),
        resolver: targets.Resolve = targets.resolve,
    ) -> None:
        self._engine = engine
        self._side = side
        self._links = links
        self._allowed = allowed
        self._resolver = resolver

    async def register(self, way: Way, api: Api, value: Any) -> Listener:
        """A new listener. Raises Refused: 400 for an address that may not be called, 409 for one too many."""
        callback, wanted = _wanted(value)
        events.wish(api, wanted)
        try:
            await targets.pin(callback, self._allowed, self._resolver)
        except targets.TargetRefused as error:
            raise Refused(400, f"callback: {error}.") from None
        listener = Listener(f"hub_{ids.new('request').partition('_')[2]}", api, callback, wanted)
        async with self._engine.begin() as conn:
            there = await store.listeners(conn, way)
            if len(there) >= MOST_LISTENERS:
                raise Refused(409, f"The connection has {MOST_LISTENERS} listeners already: take one away first.")
            if not await store.add(conn, way, listener, datetime.now(UTC)):
                raise Refused(409, "This callback listens to this already.")
        return listener

    async def listener(self, way: Way, api: Api, id_: str) -> Listener:
        async with self._engine.connect() as conn:
            there = await store.listeners(conn, way)
        for listener in there:
            if listener.id == id_ and listener.api == api:
                return listener
        raise Refused(404, "There is no such listener on this connection.")

    async def remove(self, way: Way, api: Api, id_: str) -> None:
        async with self._engine.begin() as conn:
            if not await store.remove(conn, way, api, id_):
                raise Refused(404, "There is no such listener on this connection.")

    async def announce(self, way: Way, letter: Letter) -> None:
        """What the message means becomes a row for every listener that wants it; once, however often it comes."""
        async with self._engine.connect() as conn:
            listeners = await store.listeners(conn, way)
        if not listeners:
            return
        message, at = letter.message, datetime.now(UTC)
        try:
            seen = await self._side.seen_handoff(way, message.data.handoff)
            of_incident = await self._side.seen_problem(way, seen.incident.id)
        except Refused:  # it was the vendor's that had this connection before
            return
        rows: list[dict[str, Any]] = []
        for listener in listeners:
            about = self._about(listener, seen, of_incident)
            is_first = seen.created is None
            if about.api == PROBLEMS:
                is_first = all(each.handoff.offered_at >= seen.handoff.offered_at for each in of_incident)
            for kind in events.kinds(message.data.message, about.api, status=about.status, is_first=is_first):
                name = events.event_type(kind, about.api)
                if about.wish.hears(name, about.summary):
                    resource = query.chosen(about.resource, about.wish.fields, _ALWAYS)
                    body = events.envelope(kind, about.api, letter.id, message.time, resource)
                    rows.append(
                        {
                            "listener": listener.id,
                            "event_id": body["eventId"],
                            "event_type": name,
                            "subject": about.resource["id"],
                            "body": to_json(body),
                            "at": at,
                            "traceparent": letter.traceparent,
                        }
                    )
        async with self._engine.begin() as conn:
            await store.tell(conn, rows)

    def _about(self, listener: Listener, seen: Seen, of_incident: list[Seen]) -> "_About":
        api: Api = listener.api  # type: ignore[assignment]  # as it was registered
        wish = events.wish(api, listener.query)
        if api == PROBLEMS:
            return _About(api, wish, problems.summary(of_incident), problems.problem(of_incident, self._links))
        version: Version = "v5" if api.endswith("v5") else "v4"
        return _About(api, wish, tickets.summary(seen), tickets.ticket(seen, version, self._links))


@dataclass(frozen=True, slots=True)
class _About:
    """What one listener's events are about, as its API shows it."""

    api: Api
    wish: Wish
    summary: Summary
    resource: dict[str, Any]

    @property
    def status(self) -> str:
        return str(self.summary["status"])


def _wanted(value: Any) -> tuple[str, str]:
    """The callback and the query."""
    if not isinstance(value, dict):
        raise Refused(400, "The body is no JSON object.")
    odd = [name for name in value if name not in ("callback", "query", "id") and not name.startswith("@")]
    if odd:
        raise Refused(400, f"{odd[0][:60]!r} is no attribute of a listener.")
    callback, wanted = value.get("callback"), value.get("query") or ""
    if not isinstance(callback, str) or not callback or len(callback) > LONGEST_CALLBACK:
        raise Refused(400, f"callback is required: an address of at most {LONGEST_CALLBACK} characters.")
    if not isinstance(wanted, str):
        raise Refused(400, "query is no text.")
    try:
        parts = urlsplit(callback)
        has_user = parts.username is not None or parts.password is not None
    except ValueError:
        raise Refused(400, "callback is no address.") from None
    if has_user or not callback.isprintable() or " " in callback:
        raise Refused(400, "callback is an address without user, password and spaces.")
    return callback, wanted
