"""schemathesis sends what the documents allow and what they do not: no fault of ours, and every answer as documented.

Two things are exceptions by design, each with a test of its own: a state at creation is never refused but becomes
acknowledged (test_creating), and `fields` leaves out what was not asked for (test_reading).
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance

from tests.contract.tmf import openapi
from tests.contract.tmf.conformity import conforms
from tests.contract.tmf.official import FILES, Api
from tests.integration.vendor_bridge.tmf.house import TmfHouse, token
from tests.support.handoff_life import Case

EXAMPLES = 4
REFUSALS = {400, 401, 403, 404, 405, 409, 412, 413, 415, 501}


@pytest.mark.parametrize("api", FILES)
@pytest.mark.parametrize("document", [openapi.own, openapi.theirs])
async def test_no_fault_and_no_other_shape(
    house: TmfHouse, api: Api, document: Callable[[Api], dict[str, Any] | None]
) -> None:
    known = document(api)
    if known is None:
        pytest.skip("TM Forum's documents are not at hand (TMF_DOCUMENTS)")
    case = Case()
    handoff = await house.hand_over(case)
    house.hub._resolver = public
    real = case.incident if api == "serviceProblemManagement/v4" else handoff
    seen = await asyncio.to_thread(drive, known, f"{house.bridge.url}/tmf-api/{api}", real)
    made = document is openapi.own and "POST" in str(known)  # by theirs anything goes, and hardly a body means anything
    assert {"200", "400", "404", *(["201"] if made else [])} <= seen


async def public(_host: str, _port: int) -> list[str]:
    """No name of a generated address is asked for; nothing is sent there either."""
    return ["93.184.215.14"]


def drive(document: dict[str, Any], url: str, real: str) -> set[str]:
    """Every operation, with what is allowed and what is not, half of the time about a resource that is there."""
    schema = schemathesis.openapi.from_dict(document)
    seen: set[str] = set()
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            for id_ in (None, real) if "{id}" in operation.path else (None,):
                seen |= send(operation, mode, url, id_)
    return seen


def send(operation: Any, mode: GenerationMode, url: str, id_: str | None) -> set[str]:
    seen: set[str] = set()
    official_is_plain = "discriminator" not in str(operation.schema.raw_schema)  # else `conforms` alone knows how to

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def one(case: Any) -> None:
        if id_ is not None:
            case.path_parameters["id"] = id_
        answer = case.call(base_url=url, headers={"authorization": f"Bearer {token()}"})
        seen.add(str(answer.status_code))
        assert answer.status_code in {200, 201, 204} | REFUSALS, answer.text
        if answer.headers["content-type"] == ["application/problem+json"]:
            return  # before it reaches the application: an address that is none
        given = {name: ", ".join(values) for name, values in answer.headers.items()}
        path = urlsplit(url).path + operation.path
        conforms(
            operation.method.upper(), path, httpx.Response(answer.status_code, headers=given, content=answer.content)
        )
        if official_is_plain:
            case.validate_response(answer, checks=[response_schema_conformance])

    with suppress(Unsatisfiable):  # an operation of which nothing can be wrong
        one()
    return seen
