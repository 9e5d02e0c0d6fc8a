"""Standard Webhooks signatures: what verifies, and all that does not."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from contracts.refusals import RIGHT_KEY
from vendor_bridge.signing import BadSecret, BadSignature, fault, sign, verify

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


PUBLISHED = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ANOTHER = "Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="


@pytest.mark.parametrize(
    ("change", "is_genuine"),
    [
        ("{}", True),
        (f"v1,{ANOTHER} v2,{ANOTHER} {{}} v2,{ANOTHER}", True),  # one of several, of other versions too
        (f"v1,{ANOTHER} v2,{ANOTHER}", False),
        ("v1,", False),  # of a signature, only its version
        ("", False),
    ],
)
def test_the_cases_of_the_standards_own_libraries_are_judged_alike(change: str, is_genuine: bool) -> None:
    # the same repository: libraries/python/tests/test_webhooks.py
    body = b'{"test": 2432232314}'
    headers = sign((PUBLISHED,), "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.now(UTC), body)
    headers["webhook-signature"] = change.format(headers["webhook-signature"])
    if is_genuine:
        assert verify((PUBLISHED,), headers, body) == "msg_p5jXN8AQM9LWM0D4loKWxJek"
        assert verify((PUBLISHED.removeprefix("whsec_"),), headers, body)  # with and without its prefix
        for name in headers:
            with pytest.raises(BadSignature):
                verify((PUBLISHED,), {one: value for one, value in headers.items() if one != name}, body)
        return
    with pytest.raises(BadSignature):
        verify((PUBLISHED,), headers, body)


def test_a_message_that_one_of_the_valid_keys_signed_is_its_senders() -> None:
    assert verify((SECRET,), signed(), BODY) == "msg_1"
    assert verify((OTHER, SECRET), signed(), BODY) == "msg_1"
    assert verify((OTHER,), signed(secrets=(SECRET, OTHER)), BODY) == "msg_1"


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


def test_a_secret_that_is_none_is_named_as_such() -> None:
    with pytest.raises(BadSecret):
        sign(("whsec_å",), "msg_1", datetime.now(UTC), BODY)


@pytest.mark.parametrize("none", ["whsec_å", "whsec_a29ydA==", "korthemlighet"])
def test_a_secret_that_is_none_verifies_nothing_beside_one_that_is_and_alone_is_the_installations_fault(
    none: str,
) -> None:
    assert verify((none, SECRET), signed(), BODY) == "msg_1"
    with pytest.raises(BadSignature):
        verify((none,), signed(), BODY)
    now = datetime.now(UTC)
    for keys in ((), (none,)):
        assert fault(keys, signed(), BODY, now) == "this installation has no valid secret for the connection"
    assert fault((none, OTHER), signed(), BODY, now).startswith("no valid secret of the connection made")


@pytest.mark.parametrize(("minutes", "far"), [(-20, "1200 seconds behind"), (20, "1200 seconds ahead of")])
def test_a_clock_that_is_off_is_told_from_a_key_that_is_wrong(minutes: int, far: str) -> None:
    now = datetime.now(UTC)
    headers = signed(at=now + timedelta(minutes=minutes))
    off = f"webhook-timestamp is {far} our clock; five minutes are allowed"
    now = now.replace(microsecond=0)
    assert fault((OTHER, SECRET), headers, BODY, now) == f"{RIGHT_KEY}{off}"
    assert fault((OTHER,), headers, BODY, now) == off
    assert fault((SECRET,), headers, BODY + b" ", now) == off
    assert fault(("whsec_å",), headers, BODY, now) == off


@pytest.mark.parametrize("far", ["1e400", "-1e400", "1e300", "99999999999999"])
def test_a_time_that_no_calendar_has_is_of_no_right_key(far: str) -> None:
    why = fault((SECRET,), signed() | {"webhook-timestamp": far}, b"\xff", datetime.now(UTC))
    assert why.startswith("webhook-timestamp is ")
