"""Whether a vendor's endpoint does what it must: the checks of `eskalera vendor check`, each a request for real."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import httpx

from contracts import ids
from contracts.webhooks import CONTENT_TYPE, Outgoing, TrialMessage, trial_message
from eskalera.vendor_tools.made_up import MadeUpCase
from vendor_bridge import signing

PATIENCE = 15.0
"""Seconds in which a vendor has to answer."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. `must` False: what a good endpoint does, and one may go without."""

    what: str
    holds: bool
    seen: str
    must: bool = True


class Endpoint:
    """A vendor's address, and the secret that its connection has."""

    def __init__(self, url: str, secret: str, client: httpx.Client) -> None:
        self._url, self._secret, self._client = url, secret, client

    def send(
        self,
        message: Outgoing | TrialMessage,
        *,
        signers: Sequence[str] | None = None,
        age: timedelta = timedelta(0),
        spoil: Callable[[bytes], bytes] = bytes,
        without: str = "",
    ) -> tuple[int | None, str]:
        """(status, what was seen); status None where no answer came."""
        body = message.model_dump_json().encode()
        headers = signing.sign(signers or [self._secret], message.id, datetime.now(UTC) - age, body)
        headers.pop(without, None)
        began = time.perf_counter()
        try:
            answer = self._client.post(self._url, content=spoil(body), headers=headers | {"content-type": CONTENT_TYPE})
        except httpx.HTTPError as error:
            return None, f"no answer: {type(error).__name__}"
        return answer.status_code, f"{answer.status_code} after {time.perf_counter() - began:.2f} s"


def check(url: str, secret: str, connection: str) -> Iterator[Finding]:
    """Every check in turn. The endpoint gets a case that says of itself that it is none, and that is taken back."""
    with httpx.Client(timeout=PATIENCE, trust_env=False, follow_redirects=False) as client:
        endpoint = Endpoint(url, secret, client)
        case = MadeUpCase(connection)
        messages = case.messages()
        offered = next(messages)
        yield from _refusals(endpoint, offered)
        bare = offered.data.model_copy(update={"bundle": None, "bundle_link": None})
        status, seen = endpoint.send(offered.model_copy(update={"id": f"{offered.id}y", "data": bare}))
        is_refused = _refused("refuses a hand-off without its story, though rightly signed", status, seen)
        yield replace(is_refused, must=False)
        trial = trial_message(ids.new("message"), case.municipality, connection, datetime.now(UTC))
        yield _taken("takes a test, which belongs to no case", *endpoint.send(trial))
        yield _taken("takes a hand-off that is rightly signed", *endpoint.send(offered))
        yield _taken("takes the same message again, under the same webhook-id", *endpoint.send(offered))
        updated = next(messages)
        signers = [signing.new_secret(), secret]
        yield _taken("takes one signed with two keys, while a key is changed", *endpoint.send(updated, signers=signers))
        unknown = offered.model_copy(update={"id": f"{offered.id}x", "type": "se.eskalera.handoff.greeted.v1"})
        status, seen = endpoint.send(unknown)
        yield Finding("answers 2xx to a kind that it does not know yet", is_success(status), seen, must=False)
        yield _taken("takes the end of the hand-off", *endpoint.send(next(messages)))
        redacted = next(messages)
        yield _taken(
            "takes that words of it were erased (redacted), long after the case left it", *endpoint.send(redacted)
        )
        yield _taken("takes the same erasure again", *endpoint.send(redacted))


def _refusals(endpoint: Endpoint, message: Outgoing) -> Iterator[Finding]:
    yield _refused("refuses another key's signature", *endpoint.send(message, signers=[signing.new_secret()]))
    yield _refused("refuses a body that was changed", *endpoint.send(message, spoil=lambda body: body + b" "))
    yield _refused("refuses a message ten minutes old", *endpoint.send(message, age=timedelta(minutes=10)))
    yield _refused("refuses a message from the future", *endpoint.send(message, age=timedelta(minutes=-10)))
    for header in signing.HEADERS:
        yield _refused(f"refuses a message without {header}", *endpoint.send(message, without=header))


def _taken(what: str, status: int | None, seen: str) -> Finding:
    return Finding(what, is_success(status), seen)


def _refused(what: str, status: int | None, seen: str) -> Finding:
    """4xx: a vendor that falls over it, or does not answer, has not refused it."""
    return Finding(what, status is not None and 400 <= status < 500, seen)


def is_success(status: int | None) -> bool:
    """2xx."""
    return status is not None and 200 <= status < 300
