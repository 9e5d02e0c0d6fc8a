"""Logs: one JSON object a line on stderr, with the request, trace and event it belongs to, without personal data.

    log = logs.get(__name__)
    log.info("delivery_failed", attempt=3, connection="demo-vendor")

Values under keys that carry personal data are replaced. An exception leaves its types and the places it passed, not its
text, which quotes input and rows. The standard library's loggers, uvicorn's among them, are written the same way;
their values come as `extra={…}`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from chassis.settings import Settings

REDACTED: Final = "[redacted]"
# fmt: off
PERSONAL: Final = frozenset(
    {
        "name", "first_name", "last_name", "display_name", "given_name", "family_name", "person_name", "reporter_name",
        "email", "e_mail", "mail", "address", "recipient", "sender", "phone", "telephone", "personnummer",
        "title", "public_title", "subject", "description", "text", "public_text", "body", "content", "note", "comment",
        "question", "answer",
        "password", "secret", "token", "authorization", "cookie", "session", "signature", "payload", "value",
    }
)
# fmt: on
# Libraries that tell too much at INFO: addresses with tokens in them, every poll, each step of a start.
_QUIET: Final = ("httpx", "httpcore", "aiokafka", "asyncio", "alembic.runtime.plugins", "uvicorn")
_FRAMES: Final = 12

Logger = structlog.typing.FilteringBoundLogger


def get(name: str) -> Logger:
    logger: Logger = structlog.get_logger(logger_name=name)
    return logger


def start(settings: Settings, service: str) -> None:
    """Takes over structlog and the standard library's logging for this process."""
    level = logging.getLevelNamesMapping()[settings.log_level]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _Named(service),
        describe_exception,
        redact,
    ]
    renderer: list[Processor] = [structlog.processors.JSONRenderer()]
    if settings.log_format == "console":
        renderer = [escape, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_over_standard_logging(level, shared, renderer)


def _take_over_standard_logging(level: int, shared: list[Processor], renderer: list[Processor]) -> None:
    foreign: list[Processor] = [structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *shared]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=foreign,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(True)


@contextmanager
def bound(**values: str | int | None) -> Iterator[None]:
    """Adds the values to every line written within the block: `with logs.bound(event_id=message.id): …`."""
    with structlog.contextvars.bound_contextvars(**values):
        yield


class _Named:
    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["service"] = self._service
        if "logger_name" in event:
            event["logger"] = event.pop("logger_name")
        return event


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replaces values under personal keys, at any depth."""
    for key, value in event.items():
        if key in PERSONAL:
            event[key] = REDACTED
        elif isinstance(value, Mapping | list | tuple):
            event[key] = _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: REDACTED if str(key).lower() in PERSONAL else _redacted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(inner) for inner in value]
    return value


def describe_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """`exc_info` becomes `error` (the types, outermost first) and `where` (the places, innermost last)."""
    given = event.pop("exc_info", None)
    if not given:
        return event
    error = _error_of(given)
    if error is None:
        return event
    event["error"] = " < ".join(_type(link) for link in _chain(error))
    event["where"] = _places(error.__traceback__)
    if sqlstate := next((code for link in _chain(error) if (code := getattr(link, "sqlstate", None))), None):
        event["sqlstate"] = sqlstate
    return event


def _error_of(given: object) -> BaseException | None:
    if isinstance(given, BaseException):
        return given
    found = given[1] if isinstance(given, tuple) else sys.exc_info()[1]
    return found if isinstance(found, BaseException) else None


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(8):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _type(error: BaseException) -> str:
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _places(traceback: TracebackType | None) -> list[str]:
    """Our own places, and the innermost one wherever it is."""
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        if "site-packages" not in code.co_filename or traceback.tb_next is None:
            file = "/".join(code.co_filename.rsplit("/", 3)[-3:])
            places.append(f"{file}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-_FRAMES:]


_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))} | {
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


def escape(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Control characters and line ends become visible, so that no value fakes a line (JSON does it by itself)."""
    for key, value in event.items():
        event[key] = _escaped(value)
    return event


def _escaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.translate(_CONTROLS)
    if isinstance(value, Mapping):
        return {_escaped(key): _escaped(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_escaped(inner) for inner in value]
    return value
