"""What is answered to a vendor's system often has its Swedish; what nobody has put into words is not half said."""

import pytest

from chassis.faults import _WORDS
from contracts.refusals import HELD_BACK, RIGHT_KEY, THROWN_AWAY, in_words, of_mail
from vendor_bridge import api, files_api, limits, reports_api
from vendor_bridge.tmf import side

OWN = (
    *(api._NO_JSON, api._UNSIGNED, *api._UNREAD.values(), api._BAD_ID, api._ANOTHER, api._UNKNOWN),
    *(files_api._UNKNOWN, reports_api._UNKNOWN, limits.TOO_MANY, side._NO_TICKET, side._NO_PROBLEM),
    "There is nothing at this address.",
    "This is not done at this address.",
    "'bogus' is nothing to filter or sort by. Possible: externalId, status.",
    "/data/status is none of the allowed values",
    "/data/status is none of the allowed values: accepted, in_progress, pending",
    "/data/status is none of 'accepted', 'in_progress' or 'pending'",
    "/type is not 'entry_added'",
    "/data/text is required; /data/extra unknown field",
    "Too many mails about this case, try again later",
)


@pytest.mark.parametrize("reason", OWN)
def test_it_is_said_in_swedish(reason: str) -> None:
    words = in_words(reason)
    assert words is not None
    assert words["en"] == reason.replace("hand-off", "case"), "as pages call it"
    assert not {"the", "this", "is", "no"} & set(words["sv"].split())


def test_a_fault_of_a_signature_is_said_in_swedish() -> None:
    behind = in_words("webhook-timestamp is 400 seconds behind our clock; five minutes are allowed")
    assert behind is not None
    assert behind["sv"] == "webhook-timestamp är 400 sekunder efter vår klocka. Fem minuter är tillåtet."
    assert in_words(f"{RIGHT_KEY}{behind['en']}") == behind
    assert in_words("there is no webhook-id") == {"sv": "webhook-id saknas.", "en": "there is no webhook-id"}


def test_of_a_mail_that_waits_only_the_reason_is_said() -> None:
    assert in_words(f"{HELD_BACK}our mail server found the sender forged") == {
        "sv": "E-postservern säger att avsändaren är förfalskad.",
        "en": "Our mail server found the sender forged.",
    }
    assert in_words(f"{HELD_BACK}something new") is None
    forged = "our mail server found the sender forged"
    assert in_words(f"{THROWN_AWAY}{forged}") == in_words(f"{HELD_BACK}{forged}")


def test_what_became_of_a_mail_is_known_by_its_reason() -> None:
    reasons = (f"{HELD_BACK}x", f"{THROWN_AWAY}x", "Too many mails about this case, try again later")
    assert [of_mail(reason) for reason in reasons] == ["mail_held", "mail_thrown", "mail"]


@pytest.mark.parametrize("reason", ["", "something new", "/data/text is required; something new"])
def test_what_has_no_swedish_is_not_half_said(reason: str) -> None:
    assert in_words(reason) is None


def test_the_words_that_pydantics_findings_get_are_those_that_are_known() -> None:
    for kind in ("missing", "extra_forbidden", "string_type", "literal_error"):
        assert in_words(f"/data/x {_WORDS[kind]}") is not None, kind
