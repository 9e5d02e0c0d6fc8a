"""The whole local system on one screen: what runs, with which settings, on which port, after what."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from eskalera import layout as at
from eskalera.connections import DemoConnections
from eskalera.kafka import Kafka
from eskalera.layout import Layout
from eskalera.parts import Part, PythonProgram, Step, Topology
from eskalera.ports import LOOPBACK, free_port
from eskalera.postgres import ROLE, Postgres
from eskalera.preparation import cases_topic, create_all_databases, create_all_topics, migrate_all

PACKAGES = ("ticketing", "routing", "notifier", "vendor_bridge")  # each owns the database of its name
BEHIND_PEOPLE = 10
"""Niceness of what sends mails and webhooks: on one machine nobody's page waits for them."""
REPLIES = "svar@eskalera.localhost"
"""Where vendors' mails go; the port is the bridge's own."""
_TARGETS = "VENDOR_BRIDGE_ALLOWED_TARGETS"
"""Set before: vendors' endpoints on this machine that may be called beside the demo vendor's."""
_SERVERS = {"postgres": "DATABASE_URL", "kafka": "KAFKA_BOOTSTRAP_SERVERS"}  # not started where this is set


def topology(home: Layout, directories: Iterable[Path], environ: Mapping[str, str] = os.environ) -> Topology:
    """Every part of the system that lives in `home`; servers named in `environ` are used, not started."""
    postgres, kafka = _servers(home)
    server_url = environ.get("DATABASE_URL") or postgres.url()
    brokers = environ.get("KAFKA_BOOTSTRAP_SERVERS") or kafka.bootstrap_servers
    databases = {package: urlunsplit(urlsplit(server_url)._replace(path=f"/{package}")) for package in PACKAGES}
    demo_vendor = DemoConnections.of(directories)
    smtp, vendor = f"smtp://{LOOPBACK}:{home.port(at.MAIL_SMTP)}", f"{LOOPBACK}:{home.port(at.DEMO_VENDOR)}"

    def service(package: str, offset: int, **settings: str) -> Part:
        common = {"DATABASE_URL": databases[package], "KAFKA_BOOTSTRAP_SERVERS": brokers}
        return _service(home, package, offset, {**common, **settings})

    parts: list[Part | Step] = [
        Part(postgres, url=f"postgresql://{ROLE}@{LOOPBACK}:{postgres.port}"),
        Part(kafka, url=brokers),
        Step("databases", lambda: create_all_databases(server_url, databases), after=("postgres",)),
        Step("migrations", lambda: migrate_all(databases, home.logs), after=("databases",)),
        Step("topic", lambda: create_all_topics(brokers, environ), after=("kafka",)),
        service(
            "ticketing",
            at.TICKETING,
            TICKETING_DEMO="true",
            TICKETING_SECRET_FILE=str(home.secret_file("ticketing")),
            TICKETING_OBJECT_STORE=str(home.objects),
        ),
        service("routing", at.ROUTING),
        service("notifier", at.NOTIFIER, SMTP_URL=smtp, NOTIFIER_PAGES_URL=home.url(at.TICKETING)),
        service(
            "vendor_bridge",
            at.VENDOR_BRIDGE,
            VENDOR_BRIDGE_OBJECT_STORE=str(home.objects),
            VENDOR_BRIDGE_SECRET_FILE=str(home.secret_file("vendor-bridge")),
            VENDOR_BRIDGE_SECRETS_FILE=str(demo_vendor.secrets_file(home)),
            VENDOR_BRIDGE_URLS=json.dumps(demo_vendor.addresses(home)),
            VENDOR_BRIDGE_ALLOWED_TARGETS=",".join((vendor, *filter(None, [environ.get(_TARGETS)]))),
            SMTP_URL=smtp,
            VENDOR_BRIDGE_MAIL_REPLY_TO=REPLIES,
            VENDOR_BRIDGE_MAIL_PORT=str(home.port(at.MAIL_IN)),
        ),
        _own(home, "mail-catcher", "eskalera.mailcatcher", at.MAIL_PAGE, "--smtp-port", str(home.port(at.MAIL_SMTP))),
        _own(
            *(home, "demo-vendor", "eskalera.demo_vendor", at.DEMO_VENDOR),
            *("--connections", str(demo_vendor.vendors_file(home)), "--bridge", home.url(at.VENDOR_BRIDGE)),
        ),
    ]
    given = {name for name, variable in _SERVERS.items() if environ.get(variable)}
    running = [part.without(given) for part in parts if part.name not in given]
    return Topology(running, databases, brokers, cases_topic(environ))


def _service(home: Layout, package: str, offset: int, settings: Mapping[str, str]) -> Part:
    """One of the four: `python -m PACKAGE.main --role all`, its settings under its prefix."""
    management = home.url(at.MANAGEMENT + offset)
    named = {
        "PORT": str(home.port(offset)),
        "MANAGEMENT_PORT": str(home.port(at.MANAGEMENT + offset)),
        "PUBLIC_URL": home.url(offset),
        "DRAIN_SECONDS": "4",
    }
    prefixed = {f"{package.upper()}_{name}": value for name, value in named.items()}
    program = PythonProgram(
        name=package.replace("_", "-"),
        module=f"{package}.main",
        arguments=("--role", "all"),
        settings={**prefixed, **settings},
        ready_url=f"{management}/readyz",
        niceness=BEHIND_PEOPLE if package in ("notifier", "vendor_bridge") else 0,
    )
    return Part(program, after=("migrations", "topic"), url=home.url(offset) if offset in at.PAGES else management)


def _own(home: Layout, name: str, module: str, offset: int, *arguments: str) -> Part:
    """A program of our own with a page and a SQLite file."""
    program = PythonProgram(
        name=name,
        module=module,
        arguments=("--port", str(home.port(offset)), "--file", str(home.data / f"{name}.sqlite"), *arguments),
        ready_url=f"{home.url(offset)}/readyz",
        niceness=BEHIND_PEOPLE,
    )
    return Part(program, url=home.url(offset))


def _servers(home: Layout) -> tuple[Postgres, Kafka]:
    """On ports of their own: the services, which start after them, find all of the system's free."""
    port, broker, controller = (free_port(but=home.ports) for _ in range(3))
    postgres = Postgres(home.data / "postgres", password=home.secret("postgres-password"), port=port)
    return postgres, Kafka(home.data / "kafka", port=broker, controller_port=controller)


def needed_ports(home: Layout) -> dict[int, str]:
    """{port: who listens there} of everything that has a fixed place."""
    fixed = {
        at.TICKETING: "ticketing",
        at.VENDOR_BRIDGE: "vendor-bridge",
        at.MAIL_PAGE: "mail-catcher",
        at.DEMO_VENDOR: "demo-vendor",
        at.MAIL_SMTP: "mail-catcher",
        at.MAIL_IN: "vendor-bridge",
        at.MANAGEMENT + at.TICKETING: "ticketing",
        at.MANAGEMENT + at.ROUTING: "routing",
        at.MANAGEMENT + at.NOTIFIER: "notifier",
        at.MANAGEMENT + at.VENDOR_BRIDGE: "vendor-bridge",
    }
    return {home.port(offset): name for offset, name in fixed.items()}
