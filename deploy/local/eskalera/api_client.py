"""The JSON API of the running system, spoken as one of its people or as its administrator.

A token is made here, from the secret in the local data directory: whoever can read that owns the installation.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from eskalera import layout as at
from eskalera.errors import LocalError, UsageError
from eskalera.instances import Instance
from ticketing.tokens import Tokens

TIMEOUT = httpx.Timeout(30.0, connect=5.0)


class Refused(LocalError):
    """The API's answer was no; `problem` is its problem+json."""

    def __init__(self, sentence: str, details: str, status: int, problem: dict[str, Any]) -> None:
        super().__init__(sentence, details)
        self.status = status
        self.problem = problem


def token(
    instance: Instance,
    municipality: str,
    person: str | None = None,
    *,
    ttl: timedelta = timedelta(minutes=10),
    scopes: frozenset[str] = frozenset(),
) -> str:
    """A bearer token for a person of the municipality; for the installation's administrator without one."""
    tokens = Tokens(instance.layout.secret("ticketing"))
    return tokens.issue(municipality, person, datetime.now(UTC), ttl, scopes)


def client(instance: Instance, bearer: str) -> httpx.Client:
    """An HTTP client of the API; close it."""
    return httpx.Client(
        base_url=f"{instance.layout.url(at.TICKETING)}/api/v1",
        headers={"Authorization": f"Bearer {bearer}"},
        timeout=TIMEOUT,
    )


def answer(response: httpx.Response) -> Any:
    """The JSON of a good answer; Refused with the problem's words otherwise."""
    if response.is_success:
        return response.json() if response.content else None
    problem = _problem(response)
    lines = [f"{error.get('pointer', '')} {error.get('detail', '')}".strip() for error in problem.get("errors", [])]
    sentence = problem.get("detail") or problem.get("title") or f"the system answered {response.status_code}"
    raise Refused(str(sentence), "\n".join(lines), response.status_code, problem)


def send(http: httpx.Client, method: str, path: str, **content: Any) -> Any:
    """One request and its answer; LocalError where the system can't be reached."""
    try:
        return answer(http.request(method, path, **content))
    except httpx.InvalidURL as error:
        raise UsageError(f"{path!r} is no address: {error}") from error
    except httpx.TransportError as error:
        raise LocalError(f"{http.base_url} does not answer: {error}") from error


def _problem(response: httpx.Response) -> dict[str, Any]:
    try:
        found = response.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
