"""Whether an answer or an event of the TM Forum servers is one, by our lists and by TM Forum's documents if at hand."""

import json
from typing import Any

import httpx
from jsonschema import Draft7Validator

from tests.contract.tmf import lists, official
from tests.contract.tmf.official import Api

_BELOW = "/tmf-api/"
_OWN: dict[tuple[Api, str], lists.Schema] = {
    ("troubleTicket/v4", "troubleTicket"): lists.TICKET_V4,
    ("troubleTicket/v5", "troubleTicket"): lists.TICKET_V5,
    ("serviceProblemManagement/v4", "serviceProblem"): lists.PROBLEM_V4,
    ("troubleTicket/v4", "hub"): lists.LISTENER,
    ("troubleTicket/v5", "hub"): lists.LISTENER_V5,
    ("serviceProblemManagement/v4", "hub"): lists.LISTENER,
    ("troubleTicket/v4", "event"): lists.TICKET_EVENT_V4,
    ("troubleTicket/v5", "event"): lists.TICKET_EVENT_V5,
    ("serviceProblemManagement/v4", "event"): lists.PROBLEM_EVENT_V4,
}
_NAMES = {
    ("troubleTicket/v4", "troubleTicket"): "TroubleTicket",
    ("troubleTicket/v5", "troubleTicket"): "TroubleTicket_RES",
    ("serviceProblemManagement/v4", "serviceProblem"): "ServiceProblem",
    ("troubleTicket/v4", "hub"): "EventSubscription",
    ("troubleTicket/v5", "hub"): "Hub",
    ("serviceProblemManagement/v4", "hub"): "EventSubscription",
}
CHECKER = Draft7Validator.FORMAT_CHECKER


def api_of(path: str) -> Api:
    for api in official.FILES:
        if path.startswith(f"{_BELOW}{api}/"):
            return api
    raise AssertionError(f"{path} is no address of a TM Forum API")


def conforms(method: str, path: str, answer: httpx.Response) -> None:
    """Fails with what is wrong."""
    api = api_of(path.partition("?")[0])
    if answer.status_code == 204:
        assert answer.content == b""
        return
    assert answer.headers["content-type"].startswith("application/json"), answer.headers
    if not answer.is_success:
        _valid(lists.ERROR, answer.json())
        _official(api, "Error", answer.json())
        assert answer.json()["status"] == str(answer.status_code)
        return
    assert answer.status_code == (201 if method == "POST" else 200)
    resource = path.partition("?")[0].removeprefix(f"{_BELOW}{api}/").partition("/")[0]
    listed = answer.json() if isinstance(answer.json(), list) else [answer.json()]
    if isinstance(answer.json(), list):
        assert int(answer.headers["x-result-count"]) == len(listed) <= int(answer.headers["x-total-count"])
    for each in listed:
        _valid(_OWN[api, resource], each)
        _official(api, _NAMES[api, resource], each)


def event_conforms(api: Api, event: dict[str, Any]) -> None:
    """The same of a notification."""
    _valid(_OWN[api, "event"], event)
    _official(api, event["eventType"], event)


def _valid(schema: lists.Schema, value: Any) -> None:
    errors = [f"{error.json_path}: {error.message}" for error in _validator(schema).iter_errors(value)]
    assert errors == []


def _official(api: Api, name: str, value: Any) -> None:
    found = official.schema(api, name)
    if found is not None:
        _valid(json.loads(found), value)


def _validator(schema: lists.Schema) -> Draft7Validator:
    return Draft7Validator(schema, format_checker=CHECKER)
