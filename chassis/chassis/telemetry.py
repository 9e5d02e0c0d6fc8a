"""Tracing: one trace id follows a case through every service, also where no collector listens and nothing is kept.

Spans are made here and nowhere else; library instrumentation costs a multiple of it. A span carries names, ids and
numbers, never texts of people: an exception leaves its type, not its message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal

from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import (
    ALWAYS_OFF,
    ALWAYS_ON,
    DEFAULT_OFF,
    DEFAULT_ON,
    ParentBased,
    Sampler,
    TraceIdRatioBased,
)
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    get_current_span,
    set_span_in_context,
    use_span,
)

from chassis.settings import Settings

if TYPE_CHECKING:
    import httpx

Kind = Literal["internal", "server", "client", "producer", "consumer"]
Attribute = str | bool | int | float

TRACEPARENT: Final = "traceparent"
_KINDS: Final[dict[Kind, SpanKind]] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "producer": SpanKind.PRODUCER,
    "consumer": SpanKind.CONSUMER,
}


class _Tracing:
    """The process' tracer. Until `start`, spans have valid ids and are kept nowhere."""

    def __init__(self) -> None:
        self.use(TracerProvider(sampler=ALWAYS_OFF, resource=Resource.get_empty(), shutdown_on_exit=False))

    def use(self, provider: TracerProvider) -> None:
        self.provider = provider
        self.tracer: Tracer = provider.get_tracer("chassis")


_tracing = _Tracing()


def start(name: str, settings: Settings) -> None:
    """Sends spans of the service `name` to the settings' collector, if there is one."""
    if settings.otel_exporter_otlp_endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (
        OTLPSpanExporter,
    )  # 150 ms that most starts can save
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    endpoint = settings.otel_exporter_otlp_endpoint.rstrip("/") + "/v1/traces"
    provider = TracerProvider(
        sampler=_sampler(settings.otel_traces_sampler, settings.otel_traces_sampler_arg),
        resource=Resource.create({"service.name": name}),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint)))
    _tracing.use(provider)


def stop() -> None:
    """Hands over the last spans."""
    _tracing.provider.shutdown()


def _sampler(name: str, share: float) -> Sampler:
    match name:
        case "always_on":
            return ALWAYS_ON
        case "always_off":
            return ALWAYS_OFF
        case "traceidratio":
            return TraceIdRatioBased(share)
        case "parentbased_always_on":
            return DEFAULT_ON
        case "parentbased_always_off":
            return DEFAULT_OFF
        case "parentbased_traceidratio":
            return ParentBased(TraceIdRatioBased(share))
        case _:
            raise ValueError(f"{name} is no sampler")


def traceparent() -> str | None:
    """The current span in W3C form, `00-<trace id>-<span id>-<flags>`; None outside of any span."""
    context = get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def trace_id() -> str | None:
    context = get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else None


def inject(headers: MutableMapping[str, str]) -> None:
    """Adds the current span to the headers of an outgoing call."""
    if (current := traceparent()) is not None:
        headers[TRACEPARENT] = current


async def on_request(request: httpx.Request) -> None:
    """For `httpx.AsyncClient(event_hooks={"request": [telemetry.on_request]})`: each call carries the current span."""
    inject(request.headers)


@contextmanager
def span_from(traceparent: str | None, name: str, kind: Kind = "internal", **attributes: Attribute) -> Iterator[Span]:
    """A span below the given one (None or malformed: below the current one), current within the block.

    Attributes with dots in their name: `**{"messaging.operation.type": "process"}`.
    """
    span = start_span(traceparent, name, kind, attributes)
    with use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield span
        except BaseException as error:
            fail(span, error)
            raise


def start_span(
    traceparent: str | None, name: str, kind: Kind, attributes: Mapping[str, Attribute] | None = None
) -> Span:
    """As `span_from`, for who ends the span alone."""
    return _tracing.tracer.start_span(name, context=_parent(traceparent), kind=_KINDS[kind], attributes=attributes)


def fail(span: Span, error: BaseException) -> None:
    if span.is_recording():
        span.set_attribute("error.type", type(error).__qualname__)
        span.set_status(Status(StatusCode.ERROR))


def _parent(traceparent: str | None) -> Context | None:
    context = parse(traceparent) if traceparent else None
    return None if context is None else set_span_in_context(NonRecordingSpan(context), Context())


_HEX: Final = frozenset("0123456789abcdef")


def parse(traceparent: str) -> SpanContext | None:
    """The remote span a `traceparent` names, None if it is malformed (https://www.w3.org/TR/trace-context/)."""
    parts = traceparent.strip().split("-")
    if len(parts) < 4 or [len(part) for part in parts[:4]] != [2, 32, 16, 2] or not _HEX.issuperset("".join(parts[:4])):
        return None
    version, trace, parent, flags = parts[:4]
    if version == "ff" or (version == "00" and len(parts) != 4):
        return None
    context = SpanContext(int(trace, 16), int(parent, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16) & 1))
    return context if context.is_valid else None


class _Into(SpanProcessor):
    def __init__(self, spans: list[ReadableSpan]) -> None:
        self._spans = spans

    def on_end(self, span: ReadableSpan) -> None:
        self._spans.append(span)


@contextmanager
def recorded() -> Iterator[list[ReadableSpan]]:
    """For tests: every span that ends within the block, in order; all are sampled."""
    before = _tracing.provider
    provider = TracerProvider(sampler=ALWAYS_ON, resource=Resource.get_empty(), shutdown_on_exit=False)
    spans: list[ReadableSpan] = []
    provider.add_span_processor(_Into(spans))
    _tracing.use(provider)
    try:
        yield spans
    finally:
        _tracing.use(before)
