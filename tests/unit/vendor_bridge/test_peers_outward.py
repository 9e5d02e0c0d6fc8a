"""What ticketing writes for a municipality's own reporters, as another municipality's may read it."""

import pytest

from contracts.events import vendor_bridge as v
from tests.support.histories import INCIDENT, TICKET
from tests.unit.ticketing.story import Story
from tests.unit.vendor_bridge.test_peers import a_case
from vendor_bridge.domain.peers import told as peers_told

TEAM, NET, PRINT = "team:samordnare", "vendor:network", "vendor:print"
BY_RULE = {"sv": "Fel i nätet går direkt till nätleverantören. Samordnaren får veta det genast.", "en": "x"}
BY_HAND = {"sv": f"{TEAM} lämnade över det.", "en": "x"}


def at_b(*, of: str = TEAM) -> Story:
    return Story().filed(TICKET).opened(INCIDENT, TICKET).assigned(INCIDENT, of)


def with_a_part() -> Story:
    story = at_b().assigned(INCIDENT, PRINT, "request", role="parallel", reason=BY_HAND)
    return story.offered(INCIDENT, PRINT, "parallel").proposed(INCIDENT, PRINT, "pr_1")


def told(story: Story, case: str = INCIDENT) -> list[tuple[str, str | None]]:
    said = peers_told.told(a_case(told={INCIDENT: 1}), story.chain(case)[case == INCIDENT :], "HAL-1")
    return [(one.kind, one.data.get("text")) for one in said]


def test_who_of_us_has_it_beside_a_vendor_and_who_handed_it_over_stays_here() -> None:
    [(kind, text), *_] = told(with_a_part())
    assert kind == "status_changed", "by hand: that is work"
    assert text == f"Vi skickar ärendet också till {PRINT}. {PRINT} får allt som är skrivet."
    alone = at_b().assigned(INCIDENT, NET, "request", reason=BY_HAND)
    assert told(alone) == [
        ("status_changed", f"Vi skickar ärendet till {NET}. De får allt som är skrivet."),
    ]


@pytest.mark.parametrize(
    ("public", "shown"), [("Kabeln är bytt.", f"{PRINT} är klara med sin del. Kabeln är bytt."), (None, None)]
)
def test_a_part_that_is_done_is_told_without_who_has_the_rest(public: str | None, shown: str | None) -> None:
    story = with_a_part().part_accepted(INCIDENT, TEAM, PRINT, "pr_1", public)
    assert [text for _, text in told(story)[1:]] == ([shown] if shown else [])


def test_that_it_is_open_again_is_told_without_who_of_us_opened_it() -> None:
    assert told(at_b().resolved(INCIDENT).opened_again(INCIDENT))[-1] == ("entry_added", "Ärendet är öppnat igen.")


def test_what_comes_back_to_us_is_told_without_to_whom() -> None:
    taken = at_b(of=NET).assigned(INCIDENT, TEAM, "taken_back")
    assert told(taken)[-1] == ("entry_added", f"Vi har tagit tillbaka ärendet från {NET}.")
    lost = at_b(of=NET).offered(INCIDENT, NET)
    lost.ended(v.HandoffFailed, INCIDENT, NET, webhook_id="m", reason={"sv": "Nås inte."})
    assert told(lost)[-1] == ("entry_added", f"Vi nådde inte {NET}.")


@pytest.mark.parametrize(
    ("stage", "shown"),
    [("approved", "Beställningen är godkänd. Bra."), ("shipped", "Beställningen är skickad. Bra.")],
)
def test_who_of_us_decided_on_an_order_stays_here(stage: str, shown: str) -> None:
    assert told(at_b().moved_on(INCIDENT, stage, "Bra.")) == [("entry_added", shown)]


def test_what_a_rule_sends_to_a_vendor_is_told_without_the_rules_note_and_nobody_works_on_it_yet() -> None:
    story = at_b().assigned(INCIDENT, NET, "nat", reason=BY_RULE).offered(INCIDENT, NET).acknowledged(INCIDENT, NET)
    assert told(story) == [
        ("entry_added", f"Vi skickar ärendet till {NET}. De får allt som är skrivet."),
        ("entry_added", f"{NET} har tagit emot ärendet."),
    ]


def test_n11_that_our_copy_is_erased_is_not_said_of_the_others() -> None:
    assert told(at_b().erased(TICKET), TICKET)[-1] == (
        "returned",
        "De har raderat sin kopia av ärendet. Det som står här finns kvar.",
    )


def test_what_one_of_us_wrote_in_such_words_is_told_as_it_stands() -> None:
    words = "Grannen har öppnat ärendet igen."
    assert told(at_b().staff_wrote(TICKET, words), TICKET)[-1] == ("entry_added", words)
    assert told(at_b().resolved(INCIDENT).staff_reopened(TICKET, words), TICKET)[-1] == ("entry_added", words)
