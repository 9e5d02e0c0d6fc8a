import json
import stat
from pathlib import Path

import httpx
import pytest

from contracts.directory import Connection
from eskalera.connections import SHIPPED_ADDRESS, DemoConnections
from eskalera.errors import UsageError
from eskalera.furnish import DEMO_FILES
from eskalera.layout import Layout
from eskalera.parts import Part, PythonProgram
from eskalera.topology import topology
from vendor_bridge import tokens
from vendor_bridge.profiles.reach import Reach
from vendor_bridge.secret_store import SecretStore
from vendor_bridge.store.directories import Way

DIRECTORY = """
vendors:
  - {id: a, connection: {name: played, url: "http://127.0.0.1:8086/webhooks/played", secret_ref: one}}
  - {id: b, connection: {name: real, url: "https://vendor.example/hooks", secret_ref: two}}
  - {id: c, connection: {name: by-mail, profile: email}}
  - {id: d}
"""


@pytest.fixture
def home(tmp_path: Path) -> Layout:
    layout = Layout(tmp_path / "data", 9000)
    layout.make()
    return layout


def test_only_vendors_that_the_demo_vendor_plays_get_secrets_and_its_address(tmp_path: Path, home: Layout) -> None:
    (tmp_path / "d.yaml").write_text(DIRECTORY)
    demo = DemoConnections.of([tmp_path / "d.yaml"])
    assert demo.addresses(home) == {"http://127.0.0.1:8086/webhooks/played": "http://127.0.0.1:9006/webhooks/played"}
    file = demo.secrets_file(home)
    first = json.loads(file.read_text())
    assert set(first) == {"one"}
    assert first["one"].startswith("whsec_")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(demo.secrets_file(home).read_text()) == first
    vendors = json.loads(demo.vendors_file(home).read_text())
    assert vendors["played"]["secret"] == first["one"]
    assert tokens.read(home.secret("vendor-bridge"), vendors["played"]["token"]).connection == "played"


def test_a_connection_of_ones_own_by_a_demo_connections_name_keeps_its_address(tmp_path: Path, home: Layout) -> None:
    own = 'vendors:\n  - {id: a, connection: {name: played, url: "https://v.example/x", secret_ref: own}}\n'
    (tmp_path / "demo.yaml").write_text(DIRECTORY)
    (tmp_path / "own.yaml").write_text(own)
    demo = DemoConnections.of([tmp_path / "demo.yaml", tmp_path / "own.yaml"])
    profile = Reach(httpx.AsyncClient(), SecretStore(None), urls=demo.addresses(home))
    ours = Connection(name="played", profile="webhook", url="https://v.example/x", secret_ref="own")
    assert profile._url(Way("lund", "vendor:a", ours)) == "https://v.example/x"
    shipped = Connection(name="played", profile="webhook", url=f"{SHIPPED_ADDRESS}webhooks/played", secret_ref="one")
    assert profile._url(Way("malarvik", "vendor:a", shipped)) == "http://127.0.0.1:9006/webhooks/played"
    nowhere = Connection(name="played", profile="tmf621")
    assert profile._url(Way("lund", "vendor:a", nowhere)) is None
    assert set(demo.secret_refs.values()) == {"one"}


@pytest.mark.parametrize("text", ["[", "just words", "vendors: 3", "vendors: [3]"])
def test_a_file_that_is_no_directory_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "d.yaml").write_text(text)
    with pytest.raises(UsageError, match=r"d\.yaml is no directory: `eskalera directory check"):
        DemoConnections.of([tmp_path / "d.yaml"])


def test_servers_of_ones_own_are_used_and_not_started(home: Layout) -> None:
    environ = {"DATABASE_URL": "postgresql://me:pw@db.example/postgres", "KAFKA_BOOTSTRAP_SERVERS": "k.example:9092"}
    made = topology(home, DEMO_FILES, environ)
    names = {part.name for part in made.parts}
    assert not names & {"postgres", "kafka"}
    assert all(set(part.after) <= names for part in made.parts)
    assert made.databases["vendor_bridge"] == "postgresql://me:pw@db.example/vendor_bridge"
    settings = {
        part.name: part.program.settings
        for part in made.parts
        if isinstance(part, Part) and isinstance(part.program, PythonProgram)
    }
    assert settings["routing"]["KAFKA_BOOTSTRAP_SERVERS"] == "k.example:9092"
    assert settings["ticketing"]["TICKETING_PORT"] == "9000"
    assert settings["vendor-bridge"]["VENDOR_BRIDGE_MANAGEMENT_PORT"] == "9013"
    assert settings["vendor-bridge"]["VENDOR_BRIDGE_MAIL_PORT"] == "9008"
    assert settings["vendor-bridge"]["SMTP_URL"] == settings["notifier"]["SMTP_URL"] == "smtp://127.0.0.1:9007"


def test_an_endpoint_of_ones_own_may_be_called_beside_the_demo_vendors_and_its_secret_stays(
    tmp_path: Path, home: Layout
) -> None:
    made = topology(home, DEMO_FILES, {"VENDOR_BRIDGE_ALLOWED_TARGETS": "127.0.0.1:8099"})
    (bridge,) = [p.program for p in made.parts if isinstance(p, Part) and p.name == "vendor-bridge"]
    assert isinstance(bridge, PythonProgram)
    assert bridge.settings["VENDOR_BRIDGE_ALLOWED_TARGETS"] == "127.0.0.1:9006,127.0.0.1:8099"
    (tmp_path / "d.yaml").write_text(DIRECTORY)
    demo = DemoConnections.of([tmp_path / "d.yaml"])
    file = demo.secrets_file(home)
    own = "whsec_" + "a" * 43 + "="
    file.write_text(json.dumps({**json.loads(file.read_text()), "own": own}))
    assert json.loads(demo.secrets_file(home).read_text())["own"] == own


def test_no_secret_is_shown_in_arguments_or_addresses(home: Layout) -> None:
    made = topology(home, DEMO_FILES, {})
    password = home.secret("postgres-password")
    for part in made.parts:
        if isinstance(part, Part):
            assert password not in " ".join([part.url or "", *getattr(part.program, "arguments", ())])
