"""Settings of a service: read once at start from the environment, checked, documented.

Standard names where the world has one (`DATABASE_URL`, `KAFKA_BOOTSTRAP_SERVERS`, `OTEL_…`), the service's prefix
elsewhere (`TICKETING_PORT`). A secret also as `NAME_FILE`, the path of a file that holds it. Lists are separated by
commas; a field of type `dict` gathers secrets named `NAME_<KEY>`, keys in lower case.

    class TicketingSettings(Settings):
        prefix = "TICKETING_"
        secret: SecretStr = Field(min_length=32, description="Key that the keys for sessions and tokens derive from")

    settings = load(TicketingSettings)      # SystemExit with one sentence per problem
    settings = TicketingSettings(database_url=..., ...)      # in tests; the environment is not looked at
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from chassis.faults import words

Role = Literal["api", "worker", "all"]


def _split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


CommaList = Annotated[tuple[str, ...], BeforeValidator(_split)]
Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseModel):
    """What every service has. Subclasses set `prefix` and add fields of their own, each with a description."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    prefix: ClassVar[str] = ""
    standard: ClassVar[tuple[str, ...]] = ("DATABASE_URL", "KAFKA_", "LOG_", "OTEL_", "SMTP_URL", "OIDC_")

    role: Role = Field("all", description="Which parts run: `api` (HTTP), `worker` (consumers, relay, timers) or `all`")
    host: str = Field("127.0.0.1", description="Address that the HTTP servers listen on")
    port: Port = Field(0, description="Port of the service; 0 takes a free one")
    management_port: Port = Field(
        0, description="Port of `/livez`, `/readyz`, `/metrics`; never published; 0 takes a free one"
    )
    public_url: str = Field(
        "http://127.0.0.1",
        pattern=r"^https?://[^/\s]+$",
        examples=["https://arenden.example.org"],
        description="How people reach the service, without a path; https turns on HSTS",
    )
    allowed_hosts: CommaList = Field(
        ("127.0.0.1", "localhost"),
        description="Host names that requests may name, without port; `*.example.org` for all below it",
    )
    trusted_proxies: CommaList = Field(
        (), description="Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed"
    )
    max_body_bytes: int = Field(
        1_000_000, ge=1, description="Largest request body in bytes, where a path has no limit of its own"
    )
    body_seconds: float = Field(
        30.0, gt=0, le=3600, description="Seconds that a request's body is waited for while nothing of it comes"
    )
    body_bytes_per_second: int = Field(
        1_000, ge=1, description="Bytes of a request's body that give a second of waiting back: the slowest line taken"
    )
    object_store: Path = Field(Path("objects"), description="Folder of the content-addressed store for files")
    drain_seconds: float = Field(10.0, gt=0, le=300, description="Seconds that running work may take at a stop")

    database_url: SecretStr = Field(
        description="Postgres: `postgresql://user:password@host/database`, a socket by `?host=/path`"
    )
    database_pool: int = Field(6, ge=1, le=100, description="Connections of the pool; more than 6 made waits longer")

    kafka_bootstrap_servers: str = Field(min_length=1, description="Kafka brokers, `host:port` separated by commas")
    kafka_topic_prefix: str = Field(
        "",
        pattern=r"^[A-Za-z0-9._-]*$",
        examples=["skola."],
        description="Put before the name of every topic and consumer group",
    )
    kafka_partitions: int = Field(4, ge=1, le=10_000, description="Partitions of the topic, fixed at its creation")
    kafka_session_seconds: float = Field(
        10.0, ge=1, le=300, description="Seconds of silence after which a dead process's partitions go to another"
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How brokers are spoken to"
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="How the service signs in to Kafka"
    )
    kafka_sasl_username: str | None = Field(None, description="Kafka user")
    kafka_sasl_password: SecretStr | None = Field(None, description="Kafka user's password")
    kafka_ssl_cafile: Path | None = Field(
        None, description="Certificate authority of the brokers (PEM); the system's if unset"
    )

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least severe line written")
    log_format: Literal["json", "console"] = Field(
        "json", description="`json` for machines, `console` for people; both on stderr"
    )

    otel_exporter_otlp_endpoint: str | None = Field(
        None,
        pattern=r"^https?://\S+$",
        examples=["http://collector:4318"],
        description="Collector that gets traces by OTLP over HTTP, e.g. `http://collector:4318`; unset: none are kept",
    )
    otel_traces_sampler: Literal[
        "always_on",
        "always_off",
        "traceidratio",
        "parentbased_always_on",
        "parentbased_always_off",
        "parentbased_traceidratio",
    ] = Field("parentbased_traceidratio", description="Which traces are kept, by OpenTelemetry's names")
    otel_traces_sampler_arg: float = Field(0.1, ge=0, le=1, description="Share of traces that the ratio samplers keep")


S = TypeVar("S", bound=Settings)


def load(cls: type[S], environ: Mapping[str, str] | None = None) -> S:
    """The settings from the environment; raises SystemExit, one sentence per problem, no values."""
    environ = os.environ if environ is None else environ
    values: dict[str, object] = {}
    known: set[str] = set()
    problems: list[str] = []
    for field, info in cls.model_fields.items():
        name = env_name(cls, field)
        if _is_mapping(info):
            gathered = _gather(name, environ, known, problems)
            if gathered:
                values[field] = gathered
        elif (value := _value(name, _is_secret(info), environ, known, problems)) is not None:
            values[field] = value
    problems += _unknown(cls, known, environ)
    try:
        settings = cls(**values)
    except ValidationError as error:
        problems += [_sentence(cls, detail) for detail in error.errors(include_url=False, include_input=False)]
        raise SystemExit("\n".join(problems)) from None
    if problems:
        raise SystemExit("\n".join(problems))
    return settings


def env_name(cls: type[Settings], field: str) -> str:
    name = field.upper()
    return name if name.startswith(cls.standard) else cls.prefix + name


def _value(name: str, secret: bool, environ: Mapping[str, str], known: set[str], problems: list[str]) -> str | None:
    known.add(name)
    value = environ.get(name) or None
    if not secret:
        return value
    known.add(f"{name}_FILE")
    path = environ.get(f"{name}_FILE") or None
    if path is None:
        return value
    if value is not None:
        problems.append(f"{name} and {name}_FILE are both set: set one of them.")
        return value
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        problems.append(f"{name}_FILE names a file that cannot be read ({type(error).__name__}).")
        return None


def _gather(name: str, environ: Mapping[str, str], known: set[str], problems: list[str]) -> dict[str, str]:
    keys = {key.removeprefix(f"{name}_").removesuffix("_FILE") for key in environ if key.startswith(f"{name}_")}
    keys -= {key for key in keys if f"{name}_{key}" in known or f"{name}_{key}_FILE" in known}
    found = {key: _value(f"{name}_{key}", True, environ, known, problems) for key in sorted(keys)}
    return {key.lower(): value for key, value in found.items() if value is not None}


def _unknown(cls: type[Settings], known: set[str], environ: Mapping[str, str]) -> Iterator[str]:
    if not cls.prefix:
        return
    for name in sorted(environ):
        if name.startswith(cls.prefix) and name not in known:
            near = get_close_matches(name, known, n=1)
            yield f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else ".")


def _sentence(cls: type[Settings], detail: ErrorDetails) -> str:
    field = str(detail["loc"][0]) if detail["loc"] else ""
    name = env_name(cls, field) if field else "The settings"
    if detail["type"] == "missing":
        description = cls.model_fields[field].description
        return f"{name} is missing: {description}."
    said = f"{name} is wrong: it {words(detail)}"
    if detail["type"] == "literal_error":
        return f"{said}; there are {detail['ctx']['expected']}."
    examples = cls.model_fields[field].examples if field else None
    return f"{said}, such as {examples[0]}." if examples else f"{said}."


def _is_secret(info: FieldInfo) -> bool:
    return SecretStr in (info.annotation, *get_args(info.annotation))


def _is_mapping(info: FieldInfo) -> bool:
    return get_origin(info.annotation) is dict


def markdown(services: Mapping[str, type[Settings]]) -> str:
    """One Markdown table of every setting; those all services share come once, first."""
    lines = ["| setting | meaning | default |", "|---|---|---|"]
    shared = [_row(Settings, field, "<SERVICE>_") for field in Settings.model_fields]
    lines += shared
    for cls in services.values():
        lines += [_row(cls, field, cls.prefix) for field in cls.model_fields if _differs(cls, field)]
    return "\n".join(lines) + "\n"


def _differs(cls: type[Settings], field: str) -> bool:
    inherited = Settings.model_fields.get(field)
    own = cls.model_fields[field]
    return inherited is None or own.default != inherited.default or own.description != inherited.description


def _row(cls: type[Settings], field: str, prefix: str) -> str:
    info = cls.model_fields[field]
    name = env_name(cls, field).removeprefix(cls.prefix)
    name = name if name.startswith(cls.standard) else prefix + name
    if _is_mapping(info):
        name += "_<KEY>"
    secret = f", `{name}_FILE`" if _is_secret(info) or _is_mapping(info) else ""
    description = (info.description or "").replace("|", "\\|")
    return f"| `{name}`{secret} | {description} | {_default(info)} |"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    value: Any = info.get_default(call_default_factory=True)
    if isinstance(value, tuple):
        value = ",".join(value)
    if value is None or value in ("", {}):
        return "–"
    return f"`{value}`"
