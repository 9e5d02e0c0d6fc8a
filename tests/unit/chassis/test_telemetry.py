import httpx
import pytest
from opentelemetry.trace import StatusCode

from chassis import telemetry

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_trace_id_goes_on_from_one_span_to_the_next() -> None:
    with telemetry.span_from(PARENT, "handle"):
        inside = telemetry.traceparent()
    assert inside is not None
    assert inside.split("-")[1] == PARENT.split("-")[1]
    assert inside.split("-")[2] != PARENT.split("-")[2]


def test_spans_have_ids_also_where_nothing_is_kept() -> None:
    with telemetry.span_from(None, "handle"):
        assert telemetry.parse(telemetry.traceparent() or "") is not None
        assert telemetry.trace_id() == (telemetry.traceparent() or "").split("-")[1]
    assert telemetry.traceparent() is None


def test_without_a_parent_a_span_lies_below_the_current_one() -> None:
    with telemetry.span_from(PARENT, "outer"), telemetry.span_from(None, "inner"):
        assert telemetry.trace_id() == PARENT.split("-")[1]


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "00",
        PARENT + "-more",
        PARENT.upper(),
        PARENT.replace("00-", "ff-", 1),
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
        PARENT.replace("-01", "-zz"),
    ],
)
def test_a_malformed_traceparent_is_no_parent(malformed: str) -> None:
    assert telemetry.parse(malformed) is None
    with telemetry.span_from(malformed, "handle"):
        assert telemetry.trace_id() is not None


def test_a_future_version_with_more_parts_is_read() -> None:
    assert telemetry.parse(PARENT.replace("00-", "cc-", 1) + "-what-ever") is not None


def test_an_unsampled_parent_stays_unsampled_and_its_id_goes_on() -> None:
    unsampled = PARENT[:-2] + "00"
    headers: dict[str, str] = {}
    with telemetry.span_from(unsampled, "send", "client"):
        telemetry.inject(headers)
    assert headers["traceparent"].startswith(unsampled[:36])
    assert headers["traceparent"].endswith("-00")


async def test_an_outgoing_call_carries_the_current_span_and_only_then() -> None:
    seen: list[str | None] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers.get("traceparent"))
        return httpx.Response(200)

    hooks = {"request": [telemetry.on_request]}
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer), event_hooks=hooks) as http:
        await http.get("http://vendor.example")
        with telemetry.span_from(PARENT, "deliver", "client"):
            await http.get("http://vendor.example")
            inside = telemetry.traceparent()
    assert seen == [None, inside]


def test_a_failed_span_tells_the_errors_type_and_not_its_text() -> None:
    with telemetry.recorded() as spans, pytest.raises(ValueError, match="Kalle"), telemetry.span_from(PARENT, "handle"):
        raise ValueError("Kalle kommer inte in")
    (span,) = spans
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes == {"error.type": "ValueError"}
    assert "Kalle" not in span.to_json()


def test_spans_are_recorded_with_kind_attributes_and_parent() -> None:
    with telemetry.recorded() as spans, telemetry.span_from(PARENT, "handle", "consumer", messages=3):
        pass
    (span,) = spans
    assert (span.name, span.kind.name, dict(span.attributes or {})) == ("handle", "CONSUMER", {"messages": 3})
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == "b7ad6b7169203331"
