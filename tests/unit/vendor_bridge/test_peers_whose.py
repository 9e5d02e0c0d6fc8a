"""Whose words cross: a vendor of the other's is named as one, and is never the other itself."""

from typing import Any

import pytest

from contracts.bundle import Bundle, Earlier
from contracts.disclosure import REPORTER, REPORTERS, to_party
from contracts.values import SYSTEM_PARTY
from tests.support.histories import INCIDENT, START, TICKET, VENDOR
from tests.unit.vendor_bridge.test_peers import TEAM, ZONE, Said, bundled, entries, message
from vendor_bridge.domain import peers
from vendor_bridge.domain.lapse_words import LEFT, in_both
from vendor_bridge.domain.peers import back as peers_back

X, OTHER = "vendor:x", "Mälarviks kommun"
WRITTEN: tuple[Said, ...] = (
    (1, X, "vendor_entry", REPORTER, "Vi mäter."),
    (2, X, "question", REPORTER, "Lyser lampan?"),
    (3, X, "acknowledged", REPORTERS, "Nätfirman har tagit emot ärendet."),
    (4, TEAM, "reply", REPORTER, "Vi återkommer."),
    (5, SYSTEM_PARTY, "assigned", REPORTERS, "Hos oss."),
)


def story(*, named: bool) -> Bundle:
    told = bundled(entries(INCIDENT, (0, TEAM, "note", REPORTERS, "Först.")), entries(TICKET, *WRITTEN))
    x = Earlier(vendor=X, name="nätfirman", role="lead", since=START)
    return told.model_copy(update={"around": told.around.model_copy(update={"earlier": (x,) if named else ()})})


@pytest.mark.parametrize(("named", "who"), [(True, "Nätfirman"), (False, f"En leverantör hos {OTHER}")])
def test_a_vendor_of_the_others_is_named_in_the_story_and_in_what_follows(named: bool, who: str) -> None:
    told = story(named=named)
    new = peers.news(told, {}) or ()
    [one] = peers.reported(message("offered", told), new, ZONE, "msg_1", other=OTHER)
    lines = [line[17:] for line in one.data["description"].splitlines() if line[:4].isdigit()]
    own = [f"{who}: Vi mäter.", f"{who}, till anmälaren: Lyser lampan?", "Nätfirman har tagit emot ärendet."]
    assert lines == [f"{OTHER}: Först.", *own, f"{OTHER}: Vi återkommer.", f"{OTHER}: Hos oss."]
    later = [said.data["text"] for said in peers.changed(message("updated", told), new, "msg_1", other=OTHER)]
    assert later == ["Först.", *own, "Vi återkommer.", "Hos oss."]


ASKED: Said = (1, VENDOR, "question", to_party(VENDOR), "Vilken färg?")
BETWEEN: Said = (3, TEAM, "note", to_party(VENDOR), "Nej, det är er dosa.")


@pytest.mark.parametrize(
    "answer",
    [(2, SYSTEM_PARTY, "answer", to_party(VENDOR), LEFT["sv"]), (2, TEAM, "answer", to_party(VENDOR), "Den är grön.")],
)
def test_r17_an_answer_that_crosses_is_told_by_its_message_and_is_no_reason_of_the_return(answer: Said) -> None:
    told = bundled(entries(INCIDENT, ASKED, answer, BETWEEN))
    sent, new = message("offered", told), peers.news(told, {}) or ()
    asked = peers.asked(sent, new)
    more: dict[str, Any] = {"asked": asked, "other": OTHER}
    for said in (
        peers_back.again(sent, new, ZONE, "msg_1", ours=["ho_b"], **more),
        peers_back.given_back(sent, new, ["ho_b"], **more),
    ):
        assert [(one.kind, one.data["text"]) for one in said] == [("returned", "Nej, det är er dosa.")]
    [word] = peers_back.again(sent, new, ZONE, "msg_1", **more)
    assert word.data["text"] == "Ärendet lämnas över igen. Nej, det är er dosa."
    own = peers_back.given_back(sent, new, ["ho_b"])
    assert answer[4] in next(own).data["text"], "what nobody here asked is a word like any"


def test_why_a_question_needs_no_answer_is_known_here_in_both_languages() -> None:
    assert in_both(LEFT["sv"], "sv") == LEFT
    assert in_both(f"{LEFT['sv']} Hej.", "sv") == {"sv": f"{LEFT['sv']} Hej."}
