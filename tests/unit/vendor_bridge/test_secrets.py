"""The file of webhook secrets: read, changed with an overlap of 24 hours, never half written."""

import base64
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from vendor_bridge import signing
from vendor_bridge.secret_store import SecretStore, SecretsUnwritable, rotate

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("name", ["secrets.json", "secrets.yaml"])
def test_a_changed_secret_and_the_former_are_valid_together_for_24_hours(tmp_path: Path, name: str) -> None:
    file, old = tmp_path / name, signing.new_secret()
    file.write_text(json.dumps({"demo-vendor": old, "another": old}))
    made = rotate(file, "demo-vendor", NOW)
    assert len(base64.b64decode(made.removeprefix("whsec_"))) == 32
    store = SecretStore(file)
    assert store.of("demo-vendor", NOW + 23 * HOUR) == [made, old]
    assert store.of("demo-vendor", NOW + 24 * HOUR) == [made]
    assert store.of("another", NOW + 99 * HOUR) == [old]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_what_either_secret_signed_is_verified_and_messages_carry_a_signature_of_each(tmp_path: Path) -> None:
    file, old = tmp_path / "secrets.json", signing.new_secret()
    file.write_text(json.dumps({"demo-vendor": old}))
    made = rotate(file, "demo-vendor", NOW)
    both = SecretStore(file).of("demo-vendor", NOW)
    at = datetime.now(UTC)
    for secret in (old, made):
        assert signing.verify(both, signing.sign([secret], "vm_1", at, b"{}"), b"{}") == "vm_1"
        assert signing.verify([secret], signing.sign(both, "msg_1", at, b"{}"), b"{}") == "msg_1"


def test_changed_twice_in_a_day_two_hold_and_the_oldest_ends_at_once(tmp_path: Path) -> None:
    file, first = tmp_path / "secrets.json", signing.new_secret()
    file.write_text(json.dumps({"v": first}))
    second = rotate(file, "v", NOW)
    third = rotate(file, "v", NOW + 2 * HOUR)
    store = SecretStore(file)
    assert store.of("v", NOW + 2 * HOUR) == store.of("v", NOW + 25 * HOUR) == [third, second]
    assert first not in file.read_text()
    assert store.of("v", NOW + 26 * HOUR) == [third]


def test_a_name_without_a_secret_gets_its_first(tmp_path: Path) -> None:
    file = tmp_path / "secrets.yaml"
    file.write_text("")
    made = rotate(file, "new", NOW)
    assert yaml.safe_load(file.read_text()) == {"new": made}


@pytest.mark.parametrize("content", ["- a\n- b\n", "v: [{secret: x, until: never}]", "{", None])
def test_a_file_that_is_no_table_is_not_written_over(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "secrets.yaml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SecretsUnwritable, match="cannot be read as a table of secrets"):
        rotate(file, "v", NOW)
    assert (file.read_text() if content is not None else None) == content


@pytest.mark.parametrize("length", [0, 16, 23])
def test_a_secret_shorter_than_24_bytes_signs_and_verifies_nothing(length: int) -> None:
    short = "whsec_" + base64.b64encode(b"x" * length).decode()
    with pytest.raises(signing.BadSecret, match=r"shorter than 24 bytes|no base64"):
        signing.sign([short], "msg_1", NOW, b"{}")
    at = datetime.now(UTC)
    with pytest.raises(signing.BadSignature):
        signing.verify([short], {"webhook-id": "a", "webhook-timestamp": str(int(at.timestamp())),
                                 "webhook-signature": "v1,x"}, b"{}")  # fmt: skip
