"""What was refused by TM Forum's APIs is there for the vendor's engineer to see."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from chassis.bodies import TOO_SLOW
from tests.integration.vendor_bridge.tmf.house import NAME, PROBLEMS, TICKETS, TmfHouse, token
from tests.support.grep_databases import places
from tests.support.handoff_life import Case
from vendor_bridge.limits import Buckets

OWN = f"{TICKETS['v4']}/troubleTicket"


async def test_a_callers_refusals_are_logged_by_method_and_path_as_they_were_answered(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    unknown = await house.patch(handoff, nonsense=1)
    gone = await house.ask("GET", f"{OWN}/ho_none?fields=id")
    nowhere = await house.ask("GET", "/tmf-api/nowhere", check=False)
    twice = await house.ask(
        "PATCH",
        f"{OWN}/{handoff}",
        content=b'{"status": "acknowledged", "status": "closed"}',
        headers={"content-type": "application/merge-patch+json"},
        check=False,
    )
    assert twice.status_code == 400
    assert twice.json()["message"] == "/status stands there twice."
    lines = await house.bridge.vendors.refusals.page("malarvik", NAME)
    assert [(line.what, line.status, line.reason) for line in lines[::-1]] == [
        (f"PATCH {OWN}/{handoff}", 400, unknown.json()["message"]),
        (f"GET {OWN}/ho_none", 404, gone.json()["message"]),
        ("GET /tmf-api/nowhere", 404, nowhere.json()["message"]),
        (f"PATCH {OWN}/{handoff}", 400, "/status stands there twice."),
    ]
    assert all(line.proven and line.way == "tmf" for line in lines)
    assert [line.bytes > 0 for line in lines[::-1]] == [True, False, False, True]


async def test_n11_the_name_of_a_refused_file_is_answered_and_not_kept(house: TmfHouse) -> None:
    handoff = await house.hand_over(Case())
    for file in ({"content": "TVqQAAAA"}, {"url": "https://example.org/x"}):
        answer = await house.patch(handoff, attachment=[{"name": "Zebrafinksgatan.png", **file}])
        assert "“Zebrafinksgatan.png” is" in answer.json()["message"]
    lines = await house.bridge.vendors.refusals.page("malarvik", NAME)
    assert [line.reason.partition(".")[0] for line in lines] == [
        "attachment: A file is only a link",
        "attachment: A file is something else than its name says",
    ]
    assert await places(house.bridge.engine, "Zebrafinksgatan") == []


async def test_a_token_that_is_too_old_says_whose_it_was_and_a_forged_one_nothing(house: TmfHouse) -> None:
    for shown in (token(ttl=timedelta(seconds=-60)), "forged"):
        answer = await house.ask("GET", OWN, headers={"authorization": f"Bearer {shown}"})
        assert answer.status_code == 401
    (line,) = await house.bridge.vendors.refusals.page("malarvik", NAME)
    assert (line.status, line.proven) == (401, False)
    assert line.reason.endswith("The one that was shown is too old.")


async def test_every_request_is_of_the_connections_share_and_one_too_many_is_429_and_changes_nothing(
    house: TmfHouse,
) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    requests: list[tuple[str, str, Any]] = [
        ("GET", OWN, None),
        ("POST", f"{TICKETS['v4']}/hub", {"callback": "https://93.184.215.14/told"}),
        ("GET", f"{TICKETS['v5']}/troubleTicket/{handoff}", None),
        ("PATCH", f"{TICKETS['v5']}/troubleTicket/{handoff}", {"note": [{"text": "Vi felsöker."}]}),
        ("GET", f"{PROBLEMS}/serviceProblem", None),
        ("PATCH", f"{PROBLEMS}/serviceProblem/{case.incident}", {"status": "inProgress"}),
    ]
    house.bridge.vendors._limits = Buckets(rate=0.1, burst=len(requests))
    for _ in range(3):  # who shows no token that is ours uses nobody's share up
        forged = {"authorization": "Bearer forged"}
        assert (await house.ask("GET", OWN, headers=forged)).status_code == 401
    for method, path, body in requests:
        assert (await house.ask(method, path, json=body)).is_success, path
    before = await house.bridge.stated()
    for method, path, body in requests:
        answer = await house.ask(method, path, json=body)
        assert answer.status_code == 429, path
        assert answer.json()["reason"] == "Too Many Requests"
        assert 1 <= int(answer.headers["retry-after"]) <= 10
    assert await house.bridge.stated() == before
    lines = await house.bridge.vendors.refusals.page("malarvik", NAME)
    method, path, _ = requests[0]
    said = [(line.what, line.status, line.proven) for line in lines]
    assert said == [(f"{method} {path}", 429, True)], "a flood is one line a minute"


@pytest.mark.parametrize("own_settings", [{"body_seconds": 0.3}])
async def test_a_body_that_stops_coming_is_refused_in_their_shape_and_logged(house: TmfHouse) -> None:
    async def stops() -> AsyncIterator[bytes]:
        yield b'{"description": "'
        await asyncio.sleep(5)

    headers = {"content-type": "application/json"}
    answer = await house.ask("POST", OWN, content=stops(), headers=headers, check=False)
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert {key: answer.json()[key] for key in ("@type", "code", "reason", "message")} == {
        "@type": "Error",
        "code": "408",
        "reason": "Request Timeout",
        "message": TOO_SLOW,
    }
    (line,) = await house.bridge.vendors.refusals.page("malarvik", NAME)
    assert (line.what, line.status, line.reason, line.proven) == (f"POST {OWN}", 408, TOO_SLOW, True)
