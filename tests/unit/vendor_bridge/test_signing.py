"""Standard Webhooks signatures: what verifies, and all that does not."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from vendor_bridge.signing import BadSecret, BadSignature, sign, verify

SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
OTHER = "whsec_" + base64.b64encode(b"b" * 32).decode()
BODY = '{"text": "Nätet är nere"}'.encode()


def signed(body: bytes = BODY, *, at: datetime | None = None, secrets: tuple[str, ...] = (SECRET,)) -> dict[str, str]:
    return sign(secrets, "msg_1", at or datetime.now(UTC), body)


def test_the_published_test_vector_is_signed_alike() -> None:
    # https://github.com/standard-webhooks/standard-webhooks, the libraries' shared example
    headers = sign(
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",),
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_message_that_one_of_the_valid_keys_signed_is_its_senders() -> None:
    assert verify((SECRET,), signed(), BODY) == "msg_1"
    assert verify((OTHER, SECRET), signed(), BODY) == "msg_1"
    assert verify((OTHER,), signed(secrets=(SECRET, OTHER)), BODY) == "msg_1"


@given(
    name=st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=50),
    text=st.text(st.characters(codec="utf-8")),
    key=st.binary(min_size=1, max_size=64),
)
def test_what_the_standards_own_library_signs_is_its_senders(name: str, text: str, key: bytes) -> None:
    secret, at = "whsec_" + base64.b64encode(key).decode(), datetime.now(UTC)
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": "v1a,x " + Webhook(secret).sign(name, at, text),
    }
    assert verify((OTHER, secret), headers, text.encode()) == name
    with pytest.raises(BadSignature):
        verify((OTHER,), headers, text.encode())


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24, 60 * 24 * 365])
def test_a_stale_or_a_future_message_is_refused(minutes: int) -> None:
    with pytest.raises(BadSignature):
        verify((SECRET,), signed(at=datetime.now(UTC) + timedelta(minutes=minutes)), BODY)


@pytest.mark.parametrize(
    "changed",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": ""},
        {"webhook-id": "m" * 201},
        {"webhook-timestamp": "nan"},
        {"webhook-timestamp": "inf"},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
        {"webhook-timestamp": "1e400"},
        {"webhook-timestamp": "soon"},
        {"webhook-signature": "v1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,%%%"},
        {"webhook-signature": "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        {"webhook-signature": "v1,å"},
    ],
)
def test_a_changed_header_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify((SECRET,), signed() | changed, BODY)


@pytest.mark.parametrize("body", [BODY + b" ", b"", b"\xff\xfe", BODY.replace(b"nere", b"uppe")])
def test_a_changed_body_is_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        verify((SECRET,), signed(), body)


def test_another_vendors_key_is_refused_and_so_is_having_none() -> None:
    for keys in ((OTHER,), ()):
        with pytest.raises(BadSignature):
            verify(keys, signed(), BODY)


@pytest.mark.parametrize("secret", ["whsec_å", "whsec_", ""])
def test_a_secret_that_is_none_is_named_as_such_and_proves_nothing(secret: str) -> None:
    with pytest.raises(BadSecret):
        sign((secret,), "msg_1", datetime.now(UTC), BODY)
    with pytest.raises(BadSignature):
        verify((secret,), signed(), BODY)
