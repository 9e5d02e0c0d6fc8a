import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from chassis import logs
from tests.support.web import make_settings


class Written:
    """What a process writes to stderr, line by line."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def start(self, **settings: Any) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stderr", self.stream)
            logs.start(make_settings(**settings), "pizza")

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]


@pytest.fixture
def written() -> Iterator[Written]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, structlog.get_config())
    written = Written()
    written.start()
    yield written
    root.handlers[:], level = before[0], before[1]
    root.setLevel(level)
    structlog.configure(**before[2])
    logging.captureWarnings(False)


def test_a_line_carries_what_is_bound_around_it(written: Written) -> None:
    with logs.bound(request_id="r1", municipality="malarvik"):
        logs.get("pizza.oven").info("baked", count=2)
    logs.get("pizza.oven").info("cooled")
    baked, cooled = written.lines()
    assert {**baked, "timestamp": None} == {
        "event": "baked",
        "count": 2,
        "request_id": "r1",
        "municipality": "malarvik",
        "level": "info",
        "logger": "pizza.oven",
        "service": "pizza",
        "timestamp": None,
    }
    assert "request_id" not in cooled


def test_personal_values_are_redacted_at_any_depth(written: Written) -> None:
    logs.get("x").info(
        "filed",
        email="kalle@skola.example",
        title="Kalle kommer inte in",
        ticket={"description": "Kalle", "number": "MAL-1", "reporters": [{"name": "Kalle"}]},
    )
    logging.getLogger("y").warning("filed", extra={"body": "Kalle", "attempt": 2})
    assert "Kalle" not in written.stream.getvalue()
    assert "kalle@" not in written.stream.getvalue()
    first, second = written.lines()
    assert first["ticket"]["number"] == "MAL-1"
    assert (second["attempt"], second["body"], second["logger"]) == (2, logs.REDACTED, "y")


def test_an_exception_leaves_its_types_and_places_but_not_its_text(written: Written) -> None:
    try:
        try:
            dict[str, str]()["Kalle"]
        except KeyError as error:
            raise ValueError("Kalle kommer inte in") from error
    except ValueError:
        logs.get("x").exception("failed")
        logging.getLogger("uvicorn.error").exception("failed")
    assert "Kalle" not in written.stream.getvalue()
    for line in written.lines():
        assert line["error"] == "ValueError < KeyError"
        assert line["where"][-1].endswith("test_an_exception_leaves_its_types_and_places_but_not_its_text")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_value_fakes_a_line_or_speaks_to_the_terminal(written: Written, log_format: str) -> None:
    written.start(log_format=log_format)
    evil = "a\n{'event': 'granted'}\r\x1b[2J\x9b31m\u2028b"
    logs.get("x").info("refused", host=evil)
    logging.getLogger("y").warning("refused %s", evil)
    text = written.stream.getvalue()
    assert len(text.splitlines()) == 2
    assert not any(character in text for character in "\r\x1b\x9b\u2028")


def test_the_level_holds_for_both_kinds_of_loggers(written: Written) -> None:
    written.start(log_level="WARNING")
    logs.get("x").info("quiet")
    logging.getLogger("y").info("quiet")
    logs.get("x").warning("loud")
    logging.getLogger("y").warning("loud")
    assert [line["event"] for line in written.lines()] == ["loud", "loud"]


def test_addresses_with_tokens_in_them_are_not_told_by_the_http_client(written: Written) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://example/?token=s3cret")
    assert written.lines() == []
