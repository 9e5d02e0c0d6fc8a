"""The examples of the vendors' page do what it says: they are run, against the bridge's own code."""

import base64
import itertools
import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from contracts.bundle import prove
from contracts.webhooks import OfHandoff, Outgoing, parse_incoming
from vendor_bridge import signing

CHECKOUT = Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs/vendors/webhooks.md").read_text(encoding="utf-8")
SECRET = "whsec_" + base64.b64encode(b"eskalera-example-secret-of-this-test").decode()
BODY = '{"text": "Räksmörgås"}'.encode()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def example() -> dict[str, Callable[..., Any]]:
    """The functions of the page's Python."""
    names: dict[str, Any] = {}
    [code] = blocks("python")
    exec(compile(code, "docs/vendors/webhooks.md", "exec"), names)
    return names


def test_the_bridge_takes_what_the_example_signs(example: dict[str, Callable[..., Any]]) -> None:
    timestamp = str(int(time.time()))
    headers = {"webhook-id": "msg_1", "webhook-timestamp": timestamp}
    headers["webhook-signature"] = example["signature"](SECRET, "msg_1", timestamp, BODY)

    assert signing.verify([SECRET], headers, BODY) == "msg_1"


def test_the_example_takes_what_the_bridge_signs_and_nothing_else(example: dict[str, Callable[..., Any]]) -> None:
    at = datetime.now(UTC)
    now = at.timestamp()
    other = "whsec_" + base64.b64encode(b"another-secret-of-24-bytes-and-more").decode()
    headers = signing.sign([other, SECRET], "msg_2", at, BODY)
    is_genuine = example["is_genuine"]

    assert is_genuine(SECRET, headers, BODY, now)
    assert not is_genuine(SECRET, headers, BODY + b" ", now)
    assert not is_genuine(SECRET, headers, BODY, now + 301)
    assert not is_genuine("whsec_" + base64.b64encode(b"third").decode(), headers, BODY, now)


def said() -> list[OfHandoff]:
    messages = [parse_incoming(line.encode()) for line in blocks("json")]
    of_handoff = [message for message in messages if isinstance(message, OfHandoff)]
    assert of_handoff == messages
    return of_handoff


def test_every_kind_of_message_to_the_bridge_has_an_example_that_it_understands() -> None:
    described = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    kinds = {message.type for message in said()}

    assert kinds <= described
    assert kinds == {
        *("acknowledged", "status_changed", "information_requested", "entry_added", "resolution_proposed", "returned")
    }


def test_the_message_to_the_vendor_is_one_whose_history_is_whole() -> None:
    sent = Outgoing.model_validate_json((CHECKOUT / "docs/vendors/samples/handoff.offered.json").read_bytes())

    assert sent.type == "se.eskalera.handoff.offered.v1"
    assert sent.data.bundle is not None
    assert prove(sent.data.bundle) == []
    assert {message.data.handoff for message in said()} == {sent.data.handoff}
    acknowledged = next(message for message in said() if message.type == "acknowledged")
    assert acknowledged.data.heads.items() <= sent.data.bundle.heads.items()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the example uses openssl")
def test_the_curl_example_sends_what_the_bridge_takes() -> None:
    [script] = blocks("bash")
    secret = re.search(r"secret='(.*)'", script)
    assert secret is not None
    instead = 'curl() { printf "%s\\0" "$@"; }\n'
    ran = subprocess.run(["bash", "-euo", "pipefail", "-c", instead + script], capture_output=True, check=True)
    given = [argument.decode() for argument in ran.stdout.split(b"\0")]
    body = given[given.index("--data-binary") + 1]
    headers = dict(one.split(": ", 1) for flag, one in itertools.pairwise(given) if flag == "-H")

    assert signing.verify([secret[1]], headers, body.encode()).startswith("msg_")
    assert parse_incoming(body.encode()).type == json.loads(body)["type"]
