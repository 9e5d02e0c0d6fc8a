import asyncio
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from chassis import telemetry
from tests.support.web import make_settings


class Collector(HTTPServer):
    """Takes what an OpenTelemetry collector is sent."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append((self.path, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def collector() -> Iterator[Collector]:
    before = telemetry._tracing.provider
    collector = Collector()
    thread = Thread(target=collector.serve_forever)
    thread.start()
    yield collector
    collector.shutdown()
    thread.join()
    collector.server_close()
    telemetry._tracing.use(before)


@pytest.mark.parametrize(("sampler", "count"), [("always_on", 1), ("always_off", 0)])
async def test_spans_reach_the_collector_as_sampled(collector: Collector, sampler: str, count: int) -> None:
    settings = make_settings(otel_exporter_otlp_endpoint=collector.url + "/", otel_traces_sampler=sampler)
    telemetry.start("pizza", settings)
    with telemetry.span_from(None, "bake"):
        assert telemetry.traceparent() is not None
    await asyncio.to_thread(telemetry.stop)
    assert [path for path, _ in collector.requests] == ["/v1/traces"] * count
    assert all(b"pizza" in body and b"bake" in body for _, body in collector.requests)


@pytest.mark.parametrize("flag", ["00", "01"])
async def test_the_callers_sampling_is_honoured_below_it(collector: Collector, flag: str) -> None:
    settings = make_settings(otel_exporter_otlp_endpoint=collector.url, otel_traces_sampler_arg=0.5)
    telemetry.start("pizza", settings)
    with telemetry.span_from(f"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-{flag}", "bake"):
        assert (telemetry.traceparent() or "").endswith(flag)
    await asyncio.to_thread(telemetry.stop)
    assert len(collector.requests) == int(flag)


def test_without_a_collector_nothing_is_started(collector: Collector) -> None:
    before = telemetry._tracing.provider
    telemetry.start("pizza", make_settings())
    assert telemetry._tracing.provider is before
