"""Every reason that the bridge gives of itself has its Swedish, and what others said in it stays as they said it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.reasons import in_words

BRIDGE = Path(__file__).resolve().parents[3] / "services" / "vendor-bridge" / "vendor_bridge"
REASONS = frozenset({"NotTaken", "Misconfigured", "TargetRefused", "BadCertificate"})
ELSEWHERE = (
    "no connection: ConnectTimeout",
    "its certificate is not trusted: self-signed certificate",
    "it wants a client certificate, and none is set for this connection",
    "it does not take our client certificate: unknown ca",
    "it broke the encryption off, maybe since it wants a client certificate: handshake failure",
    "it broke the encryption off: protocol version",
    "the name in the address is not resolved within 15 s",
    "a webhook secret is no base64",
    "a webhook secret is shorter than 24 bytes",
    "the directory has no such connection any more",
    "fault of the bridge: ValueError",
    "a ticket in the vendor's own system cannot be read: answered with something that is no ticket",
    "a ticket in the vendor's own system cannot be read: the vendor's server does not take our token",
)


def said() -> Iterator[str]:
    """As the code says them, with something where it puts something in."""
    for path in sorted(BRIDGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in REASONS:
                continue
            given = [*node.args[:1], *(each.value for each in node.keywords if each.arg == "reason")]
            for text in given:
                if isinstance(text, ast.Constant):
                    yield str(text.value)
                elif isinstance(text, ast.JoinedStr):
                    parts = (part.value if isinstance(part, ast.Constant) else "'401'" for part in text.values)
                    yield "".join(map(str, parts)).replace("'401'", "401").replace("secret 401", "secret '401'")


@pytest.mark.parametrize("reason", sorted({*said(), *ELSEWHERE}))
def test_it_is_said_in_swedish(reason: str) -> None:
    words = in_words(reason)
    assert words["en"] == reason
    assert not words["sv"].startswith("på engelska")
    assert "{" not in words["sv"]


def test_there_are_reasons_to_look_at() -> None:
    assert len({*said()}) > 20


@pytest.mark.parametrize(
    ("reason", "swedish"),
    [
        ("answered 503: Under {repair}: soon", "svarade 503: Under {repair}: soon"),
        ("answered 410", "svarade 410"),
        ("answered 404: ", "svarade 404"),
        ("the secret 'nat' is not known to this installation", "den hemliga nyckeln ”nat” finns inte här"),
        (
            "a ticket in the vendor's own system cannot be read: answered 500",
            "ett ärende i leverantörens eget system går inte att läsa: svarade 500",
        ),
        ("something new", "på engelska: something new"),
        ("", ""),
    ],
)
def test_what_the_other_side_said_stays_as_it_is(reason: str, swedish: str) -> None:
    assert in_words(reason) == {"sv": swedish, "en": reason}
