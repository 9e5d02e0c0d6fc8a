"""Whether a vendor's own TMF621 server does what a case needs: the same calls as the bridge makes, each for real."""

import time
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from contracts.directory import Connection
from contracts.ids import new as new_id
from contracts.webhooks import Outgoing
from eskalera.vendor_tools.conformance import PATIENCE, Finding, is_success
from eskalera.vendor_tools.made_up import MadeUpCase
from vendor_bridge.domain.mapping import word_for_state
from vendor_bridge.profiles.tmf621 import CANNOT_SEARCH, TICKETS
from vendor_bridge.tmf import remote
from vendor_bridge.tmf.remote import Followed, Resource
from vendor_bridge.tmf.states import MEANS

_REASON = "Provet går vidare."


class Server:
    """The vendor's server, as the bridge calls it."""

    def __init__(self, connection: Connection, token: str, client: httpx.Client) -> None:
        self._url = (connection.url or "").rstrip("/")
        self._token, self._client = token, client
        self._patches = "application/merge-patch+json" if connection.version == "v5" else "application/json"

    def call(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, **query: str
    ) -> tuple[int | None, Any, str]:
        """(status, its JSON or None, what was seen); status None where no answer came."""
        headers = {"authorization": f"Bearer {token or self._token}", "accept": "application/json"}
        if method == "PATCH":
            headers["content-type"] = self._patches
        began = time.perf_counter()
        try:
            answer = self._client.request(method, self._url + path, json=body, headers=headers, params=query)
            value = answer.json() if answer.content else None
        except httpx.HTTPError as error:
            return None, None, f"no answer: {type(error).__name__}"
        except ValueError:
            return answer.status_code, None, f"{answer.status_code}, and no JSON"
        return answer.status_code, value, f"{answer.status_code} after {time.perf_counter() - began:.2f} s"


def check(connection: Connection, token: str) -> Iterator[Finding]:
    """Every check in turn; after a ticket that could not be opened none that needs one.

    The ticket says of itself that it is a test. At the end it is cancelled, and its words are erased.
    """
    with httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=False) as client:
        yield from _check(Server(connection, token, client), connection)


def _check(server: Server, connection: Connection) -> Iterator[Finding]:
    status, listed, seen = server.call("GET", TICKETS, limit="1")
    yield Finding("lets the token in, and lists tickets", status == 200 and isinstance(listed, list), seen)
    status, _, seen = server.call("GET", TICKETS, token="not-the-token", limit="1")  # noqa: S106  (it is none)
    yield Finding("refuses another token (401 or 403)", status in (401, 403), seen)
    status, _, seen = server.call("GET", f"{TICKETS}/no-such-ticket")
    yield Finding("answers 404 for a ticket that it does not have", status == 404, seen)
    yield from _hub(server)
    case = MadeUpCase(connection.name)
    messages = case.messages()
    offered = next(messages)
    status, opened, seen = server.call("POST", TICKETS, remote.created(offered, _story(offered), connection))
    id_ = opened.get("id") if isinstance(opened, dict) else None
    yield Finding("opens a ticket, and answers with it and its id", is_success(status) and bool(id_), seen)
    if id_:
        yield from _followed(server, connection, case, str(id_), [offered, *messages])


def _hub(server: Server) -> Iterator[Finding]:
    body = {"callback": "https://eskalera.invalid/listener"}
    status, listener, seen = server.call("POST", "/hub", body)
    id_ = listener.get("id") if isinstance(listener, dict) else None
    yield Finding("has a hub that tells of changes; else we look each minute", is_success(status), seen, must=False)
    if is_success(status) and id_:
        status, _, seen = server.call("DELETE", f"/hub/{quote(str(id_), safe='')}")
        yield Finding("lets a listener go", is_success(status), seen, must=False)


def _followed(
    server: Server, connection: Connection, case: MadeUpCase, id_: str, messages: Sequence[Outgoing]
) -> Iterator[Finding]:
    offered, updated, taken_back, redacted = messages
    path = f"{TICKETS}/{quote(id_, safe='')}"
    followed = Followed(case.handoff, case.municipality, connection.name, id_)
    first, second = (_words(message) for message in (offered, updated))
    status, ticket, seen = _read(server, path)
    is_whole = status == 200 and remote.is_of(ticket, case.handoff) and _has_once(ticket, first)
    yield Finding("shows it with the hand-off's id and its story, each note once", is_whole, seen)
    yield from _found(server, connection, case.handoff, id_)
    followed.known = remote.written(followed, offered, _story(offered), connection, ticket)

    before = ticket
    seen = _keep_up(server, path, connection, followed, updated)
    _, ticket, _ = _read(server, path)
    there = [words for words in first if _has_once(before, [words])]  # what it lost before is told above
    yield Finding("takes new notes, keeps those that are there, has each once", _has_once(ticket, there + second), seen)

    word = word_for_state(connection.mapping, "in_progress", MEANS)
    _, _, seen = server.call("PATCH", path, {"status": word, "statusChangeReason": _REASON})
    _, ticket, _ = _read(server, path)
    yield Finding(f"takes the state {word}, and shows it", ticket.get("status") == word, seen)

    seen = _keep_up(server, path, connection, followed, taken_back)
    _, ticket, _ = _read(server, path)
    yield Finding("takes the end: the state cancelled", ticket.get("status") == "cancelled", seen)

    seen = _keep_up(server, path, connection, followed, redacted)
    _, ticket, _ = _read(server, path)
    left = [words for words in first + second if words in str(ticket)]
    is_erased = bool(ticket) and not any(words.startswith(("Provärende", "Nu är")) for words in left)
    yield Finding("lets words be erased that are there, long after the case left it", is_erased, seen)


def _found(server: Server, connection: Connection, handoff: str, id_: str) -> Iterator[Finding]:
    name = "externalId" if connection.version == "v4" else "externalIdentifier.id"
    what = f"finds it at once by {name}; else a lost answer leaves a twin"
    status, found, seen = server.call("GET", TICKETS, **{name: handoff, "limit": "5"})
    if status in CANNOT_SEARCH:
        yield Finding(what, False, f"{seen}: it cannot search", must=False)
        return
    ids = _ids(found)
    yield Finding(what, status == 200 and id_ in ids, f"{seen}, {len(ids)} found")
    status, found, seen = server.call("GET", TICKETS, **{name: new_id("handoff"), "limit": "5"})
    what = f"finds none by an {name} that none has"
    yield Finding(what, status == 200 and _ids(found) == [], f"{seen}, {len(_ids(found))} found")


def _ids(found: Any) -> list[str]:
    return [str(each.get("id")) for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _keep_up(server: Server, path: str, connection: Connection, followed: Followed, message: Outgoing) -> str:
    """What the bridge writes of a message into the ticket as it is there; what was seen."""
    story = _story(message)
    _, before, seen = _read(server, path)
    changed = remote.patch(message, story, connection, before, followed)
    followed.known = remote.about_to_write(followed, message, story, connection, before)
    _, answered, seen = server.call("PATCH", path, changed)
    after = answered if isinstance(answered, dict) else {}
    followed.known = remote.written(followed, message, story, connection, after, before)
    return seen


def _read(server: Server, path: str) -> tuple[int | None, Resource, str]:
    status, ticket, seen = server.call("GET", path)
    return status, ticket if isinstance(ticket, dict) else {}, seen


def _story(message: Outgoing) -> Any:
    return message.data.bundle


def _words(message: Outgoing) -> list[str]:
    return [note["text"] for note in remote.notes_of(_story(message))]


def _has_once(ticket: Resource, words: Sequence[str]) -> bool:
    listed = ticket.get("note")
    texts = [each.get("text") for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return bool(words) and all(texts.count(each) == 1 for each in words)
