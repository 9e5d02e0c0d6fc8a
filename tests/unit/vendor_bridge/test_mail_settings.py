"""The settings of mail: both ways or not at all, and every mistake in words."""

import pytest

from chassis.settings import load
from vendor_bridge.settings import VendorBridgeSettings

NEEDED = {
    "DATABASE_URL": "postgresql://x/y",
    "KAFKA_BOOTSTRAP_SERVERS": "k:9092",
    "VENDOR_BRIDGE_SECRET": "the bridge's own secret, long enough",
}


def settings(**more: str) -> VendorBridgeSettings:
    return load(VendorBridgeSettings, NEEDED | more)


def test_without_a_server_or_a_mailbox_nothing_is_sent() -> None:
    assert settings().office is None
    assert settings(SMTP_URL="smtp://mail.example").office is None
    assert settings(VENDOR_BRIDGE_MAIL_REPLY_TO="svar@x.example").office is None


def test_with_both_there_is_an_office() -> None:
    office = settings(SMTP_URL="smtps://u:hemligt@mail.example", VENDOR_BRIDGE_MAIL_REPLY_TO="Svar@X.example").office
    assert office is not None
    assert (office.server.host, office.replies.mailbox) == ("mail.example", "svar@x.example")
    assert "hemligt" not in repr(office)
    assert "the bridge's own" not in repr(office)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SMTP_URL", "http://mail.example"),
        ("VENDOR_BRIDGE_MAIL_REPLY_TO", "svar+x@y.example"),
        ("VENDOR_BRIDGE_MAIL_REPLY_TO", "svar"),
        ("VENDOR_BRIDGE_MAIL_SENDER", "Eskalera"),
        ("VENDOR_BRIDGE_MAIL_RELAYS", "10.0.0.0/8,mx.example"),
        ("VENDOR_BRIDGE_MAIL_PORT", "70000"),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_name(name: str, value: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        settings(**{name: value})
    assert name in str(stopped.value)
