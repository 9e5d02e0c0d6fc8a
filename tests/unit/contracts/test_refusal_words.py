"""What is answered to a vendor's system often has its Swedish; what nobody has put into words is not half said."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from chassis.faults import _WORDS
from chassis.uploads import refuse
from chassis.uploads.refusals import Reason
from contracts.refusals import HELD_BACK, RIGHT_KEY, THROWN_AWAY, in_plain_words, in_words, of_mail
from vendor_bridge import api, files_api, limits, refusals, reports_api
from vendor_bridge.domain import mapping
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
    f"/data/status {mapping.NO_WORD}",
    "/type is not 'entry_added'",
    "/data/text is required; /data/extra unknown field",
    "Too many mails about this case, try again later",
    limits.TOO_MANY + refusals.more(317),
    "The body is not JSON.",
)


TMF = Path(side.__file__).parent
FILLED = {
    "', '.join(missing)": "description, severity",
    "possible": "externalId, status",
    "known": "acknowledged, held",
    "name[:60]!r": "'colour'",
    "odd[0][:60]!r": "'colour'",
    "word[:60]!r": "'odd'",
    "id_!r": "'n1'",
    "_shown(name)": "'bogus'",
    "_shown(value)": "'soon'",
    "' or '.join(sorted(allowed))": "application/json or application/merge-patch+json",
    "why": "Only the municipality closes.",
    "left": "to ask",
    "error": "the name vendor.example cannot be resolved",
    "why_unread(error)": "is nested too deeply",
    "NOT_OBJECT": "is no JSON object",
    "NUL": "must not contain the character U+0000",
    "largest // 1024": "512",
}
"""What stands in a sentence of the code, where it is no word or number."""
ELSEWHERE = ("file.words", "change.NAMES", "fault[")
"""Sentences that are put together of others."""


def refused() -> Iterator[str]:
    """What TM Forum's side refuses, as its code says it."""
    for path in sorted(TMF.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refused" and len(node.args) > 1:
                said = ast.unparse(node.args[1])
                if isinstance(node.args[1], ast.Constant | ast.JoinedStr) and not any(
                    each in said for each in ELSEWHERE
                ):
                    yield "".join(_filled(node.args[1]))


def _filled(said: ast.Constant | ast.JoinedStr) -> Iterator[str]:
    for part in [said] if isinstance(said, ast.Constant) else said.values:
        if isinstance(part, ast.FormattedValue):
            name = ast.unparse(part.value) + ("!r" if part.conversion == ord("r") else "")
            yield FILLED.get(name, "7" if name.isupper() else "status")
        else:
            yield str(part.value)  # type: ignore[attr-defined]


def test_there_are_refusals_to_look_at() -> None:
    assert len({*refused()}) > 50


@pytest.mark.parametrize("reason", sorted({*refused()}))
def test_what_tm_forums_side_refuses_is_said_in_swedish(reason: str) -> None:
    words = in_words(reason)
    assert words is not None
    assert not {"the", "this", "is", "no", "or", "and", "of", "such", "cannot"} & set(words["sv"].split()), words["sv"]


@pytest.mark.parametrize(
    ("reason", "swedish", "english"),
    [
        (
            "/data/status is none of 'accepted', 'in_progress' or 'pending'",
            "/data/status har inget av de värden som finns: ”accepted”, ”in_progress” eller ”pending”.",
            "/data/status is none of 'accepted', 'in_progress' or 'pending'",
        ),
        (
            "'a or b' is no state. Possible: held.",
            "”a or b” är inget läge. Det här går: held.",
            "'a or b' is no state. Possible: held.",
        ),
        ("is not JSON", "Innehållet är inte JSON.", "The body is not JSON"),
        ("there is no webhook-id", "webhook-id saknas.", "There is no webhook-id"),
        (
            "callback: the name vendor.example cannot be resolved.",
            "callback: namnet vendor.example går inte att slå upp.",
            "callback: the name vendor.example cannot be resolved.",
        ),
        (
            "'colour' is no attribute of this resource.",
            "Fältet ”colour” finns inte.",
            "'colour' is no attribute of this resource.",
        ),
    ],
)
def test_a_sentence_is_whole_in_both_languages(reason: str, swedish: str, english: str) -> None:
    assert in_words(reason) == {"sv": swedish, "en": english}


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
    assert in_words("there is no webhook-id") == {"sv": "webhook-id saknas.", "en": "There is no webhook-id"}


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
    for kind, said in _WORDS.items():
        for place in ("/data/x ",) if said in ("is required", "unknown field") else ("/data/x ", ""):
            words = in_words(f"{place}{re.sub('{[^}]+}', '7', said)}")
            assert words is not None, kind
            assert not {"is", "no", "or", "must", "than"} & set(words["sv"].split()), words["sv"]


@pytest.mark.parametrize("reason", get_args(Reason))
@pytest.mark.parametrize(("place", "which"), [(None, ""), (2, "Fil 2 ")])
@pytest.mark.parametrize("beside", ["", "attachment: ", "/files "])
def test_why_a_file_was_refused_is_told_in_plain_swedish_and_which_of_several(
    reason: Reason, place: int | None, which: str, beside: str
) -> None:
    refused = refuse(reason, "Fridas zebrafink.exe", limit=10)
    refused.place = place
    words = in_plain_words(f"{beside}{refused.unnamed['en']}")
    assert words is not None
    assert "zebrafink" not in words["sv"] + words["en"]
    if "{file}" in str(refuse(reason, "{file}", limit=10).words):
        assert words["sv"].startswith(which or "En fil ")


@pytest.mark.parametrize(
    ("reason", "plain"),
    [
        ("There is no such hand-off on this connection.", True),
        ("The body is larger than 512 kB.", True),
        ("/data/text is empty", False),
        ("text is required", False),
        ("there is no webhook-signature", False),
        ("attachment.name is missing.", False),
        ("The body is not JSON, or is nested too deeply.", False),
        ("query: at most 10 characters.", False),
        ("zq7 that nobody has put into words", False),
    ],
)
def test_plain_words_have_no_pointer_and_no_name_of_a_field(reason: str, plain: bool) -> None:
    assert (in_plain_words(reason) is not None) is plain
