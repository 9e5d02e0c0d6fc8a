"""Who may write to which hand-off: the address says it, and nobody can make one up."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts import ids
from vendor_bridge.mail.addresses import LONGEST, BadAddressToken, NotOurs, ReplyAddresses, check_mailbox

NOW = datetime(2026, 11, 30, 10, 15, tzinfo=UTC)
OURS = ReplyAddresses.of("svar@leverantorer.example", "the bridge's own secret, long enough")


def test_the_address_of_a_handoff_opens_that_handoff_whatever_case_servers_make_of_it() -> None:
    handoff = ids.new("handoff")
    address = OURS.of_handoff(handoff, NOW)
    local, _, host = address.partition("@")
    assert (host, len(local) <= 64) == ("leverantorer.example", True)
    assert OURS.read(address, NOW) == OURS.read(address.upper(), NOW) == handoff
    assert OURS.of_handoff(handoff, NOW + timedelta(hours=3)) == address


def test_it_opens_for_more_than_a_year_and_then_no_longer() -> None:
    address = OURS.of_handoff(ids.new("handoff"), NOW)
    OURS.read(address, NOW + LONGEST)
    with pytest.raises(BadAddressToken):
        OURS.read(address, NOW + LONGEST + timedelta(days=2))


def test_every_letter_counts() -> None:
    address = OURS.of_handoff(ids.new("handoff"), NOW)
    token = address.partition("+")[2].partition("@")[0]
    for place, letter in enumerate(token):
        forged = token[:place] + ("a" if letter != "a" else "b") + token[place + 1 :]
        with pytest.raises(BadAddressToken):
            OURS.read(f"svar+{forged}@leverantorer.example", NOW)


@pytest.mark.parametrize("token", ["", "a", "a" * 47, "a" * 48, "a" * 56, "å" * 48, "=" * 48, "a" * 10_000])
def test_what_is_no_token_opens_nothing(token: str) -> None:
    with pytest.raises(BadAddressToken):
        OURS.read(f"svar+{token}@leverantorer.example", NOW)


def test_another_installations_address_is_forged_and_anothers_mailbox_not_ours() -> None:
    handoff = ids.new("handoff")
    theirs = ReplyAddresses.of("svar@leverantorer.example", "another secret, which is as long as ours")
    with pytest.raises(BadAddressToken):
        OURS.read(theirs.of_handoff(handoff, NOW), NOW)
    for address in ("anna@leverantorer.example", "svar@annan.example", "svar", "", "@", "svar+a@b@c"):
        with pytest.raises(NotOurs):
            OURS.read(address, NOW)


@pytest.mark.parametrize(
    "mailbox", ["svar", "svar+x@y.example", "a" * 16 + "@y.example", "sv år@y.example", "@y.example", "svår@y.example"]
)
def test_a_mailbox_of_no_use_is_refused(mailbox: str) -> None:
    with pytest.raises(ValueError, match=r"write it as|is none"):
        check_mailbox(mailbox)
