"""The examples of the vendors' pages are run as they stand, against the bridge itself."""

import asyncio
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.integration.vendor_bridge.tmf.house import TmfHouse, token
from tests.support.handoff_life import Case
from vendor_bridge.tmf import attributes, events
from vendor_bridge.tmf.states import MEANS

CHECKOUT = Path(__file__).resolve().parents[4]
PAGES = {name: (CHECKOUT / f"docs/vendors/{name}.md").read_text(encoding="utf-8") for name in ("tmf621", "tmf656")}


@pytest.mark.skipif(shutil.which("curl") is None, reason="the examples use curl")
@pytest.mark.parametrize("page", PAGES)
async def test_every_example_does_what_it_says(house: TmfHouse, vendor_port: int, page: str) -> None:
    case = Case()
    handoff = await house.hand_over(case)
    for script in re.findall(r"^```bash\n(.*?)^```", PAGES[page], re.MULTILINE | re.DOTALL):
        answer = await run(
            script,
            BRIDGE=house.bridge.url,
            TOKEN=token(),
            TICKET=handoff,
            PROBLEM=case.incident,
            CALLBACK=f"http://127.0.0.1:{vendor_port}/x",
        )
        listed = answer if isinstance(answer, list) else [answer]
        assert listed
        assert all("id" in each for each in listed), answer
    ticket = await house.ticket(handoff)
    assert ticket["status"] == ("resolved" if page == "tmf621" else "inProgress")


async def run(script: str, **environ: str) -> Any:
    ran = await asyncio.create_subprocess_exec(
        *(
            "bash",
            "-euo",
            "pipefail",
            "-c",
            f"curl() {{ command curl --silent --show-error --noproxy '*' \"$@\"; }}\n{script}",
        ),
        env={"PATH": "/usr/bin:/bin", **environ},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await ran.communicate()
    assert ran.returncode == 0
    return json.loads(out)


def test_the_pages_name_every_state_event_and_attribute_that_there_is() -> None:
    page = PAGES["tmf621"]
    assert all(f"`{state}`" in page for state in MEANS)
    assert all(name in page for name in events.TICKET_EVENTS - {"TroubleTicketDeleteEvent"})
    assert all(name in PAGES["tmf656"] for name in events.PROBLEM_EVENTS - {"ServiceProblemDeleteEvent"})
    assert all(f"`{name}`" in page for name in attributes.CHANGEABLE | attributes.TICKET_FILTERS)
