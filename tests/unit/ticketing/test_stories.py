"""A ticket's page marks what is not the ticket's own story (R3, ADR 0037)."""

from datetime import UTC, datetime, timedelta

from contracts.disclosure import REPORTERS
from contracts.timeline import Draft, Entry, append
from ticketing.domain.state import Incident, Link
from ticketing.domain.stories import story_of

AT = datetime(2026, 11, 30, 8, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return AT + timedelta(minutes=minutes)


def incident(name: str, opened: int, successor: str | None = None) -> Incident:
    one = Incident(name, "malarvik", "incident", "skolportalen", "ekbacken", 2, None, at(opened), 1)
    one.successor = successor
    return one


def link(to: str, since: int, until: int | None = None) -> Link:
    gone = None if until is None else at(until)
    return Link("ti_1", to, "malarvik", at(since), None, 1.0, [], "1", "1", gone)


def said(case: str, minutes: int) -> Entry:
    text = {"sv": "Ärendet ligger nu hos IT-stödet."}
    draft = Draft(
        kind="assigned", at=at(minutes), party="team:it", person=None, audience=(REPORTERS,), text=text, caused_by="e1"
    )
    return append(case, None, draft)


def test_r3_before_it_was_linked_the_disruption_was_not_its_own() -> None:
    story = story_of(link("older", 30), [], {})
    parts = [story.part(said(*one)) for one in (("older", 10), ("older", 30), ("older", 40), ("ti_1", 5))]
    assert parts == ["before", "own", "own", "own"]


def test_r3_what_a_link_by_mistake_told_is_marked_once_it_is_taken_back_wherever_the_report_went() -> None:
    known = {"own": incident("own", 0), "other": incident("other", -60)}
    mistake = link("other", 20, until=30)
    back = story_of(link("own", 0), [mistake], known)
    split = story_of(link("third", 30), [mistake, link("own", 0, until=20)], known)
    for story in (back, split):
        assert [story.part(said(*one)) for one in (("other", 10), ("other", 25), ("own", 5))] == [
            "former", "former", "own",
        ]  # fmt: skip
    assert split.until == {"other": at(30), "own": at(20)}


def test_r3_what_went_on_whole_in_another_is_its_own_from_when_it_joined() -> None:
    known = {"merged": incident("merged", -60, successor="wide")}
    story = story_of(link("wide", 30), [link("merged", 20, until=30)], known)
    assert [story.part(said("merged", minutes)) for minutes in (10, 25)] == ["before", "own"]
