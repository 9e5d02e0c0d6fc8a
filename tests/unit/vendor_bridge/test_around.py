"""What a vendor is told beside the history: places, people, promises, who had it before."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.bundle import Bundle
from contracts.directory import Connection
from contracts.events import routing as r
from contracts.events import ticketing as t
from contracts.events.base import Event
from tests.support.handoff_life import COORDINATOR, PLATFORM, WIFI, Case, directory, directory_changed
from vendor_bridge.consumer import concerns, take_in
from vendor_bridge.domain import compose
from vendor_bridge.domain.compose import Story
from vendor_bridge.domain.state import Handoff, World

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
DUE = NOW + timedelta(hours=4)


def heard(*events: Event) -> World:
    world = World(NOW)
    for event in (directory_changed(), *events):
        take_in(world, event)
    return world


def told(world: World, handoff: Handoff, contact: Any = "school", names: Mapping[str, str] | None = None) -> Bundle:
    connection = directory().connections["demo-vendor"].connection
    assert connection is not None
    incident = world.incidents[handoff.incident]
    story = Story(
        incident=incident,
        tickets={id_: world.tickets[id_] for id_ in incident.tickets},
        handoffs=list(world.handoffs_of(incident.id)),
        names=names or {},
        histories={},
        directory=directory(),
        connection=Connection.model_validate(connection.model_dump() | {"contact": contact}),
    )
    return compose.bundle_of(handoff, story, known={})


def held(world: World) -> Handoff:
    return next(each for each in world.handoffs.values() if each.is_held)


def clock(case: Case, kind: type[r.ClockEvent], party: str = WIFI, name: str = "ck_1", **values: Any) -> r.ClockEvent:
    return kind(**case.stamp(), clock=name, incident=case.incident, party=party, promise="resolve", **values)


def started(case: Case, party: str = WIFI, name: str = "ck_1") -> r.ClockEvent:
    return clock(case, r.ClockStarted, party, name, started_at=NOW, due_at=DUE, agreement="leverantor")


def test_n5_the_subject_is_composed_from_service_and_place_and_quotes_no_report() -> None:
    case = Case()
    world = heard(*case.handed_over())
    subject = told(world, held(world)).subject
    assert subject.title == "Trådlöst nät – Ekbackens skola"
    assert (subject.tickets, subject.schools) == (1, ("ekbacken",))


def test_many_schools_are_counted_and_not_listed() -> None:
    case = Case()
    world = heard(*case.handed_over())
    world.incidents[case.incident].schools = ["a", "b", "c", "d"]
    assert told(world, held(world)).subject.title == "Trådlöst nät – 4 skolor"


def test_the_reports_behind_it_are_counted_by_school_most_first() -> None:
    case = Case(school="sjobo")
    first = case.opened()
    case.school = "ekbacken"
    more = [event for _ in range(2) for event in (*case.filed("Samma"), case.linked(case.tickets[-1]))]
    world = heard(*first, *more, *case.assigned(WIFI))
    assert [(place.school, place.tickets) for place in told(world, held(world)).around.places] == [
        ("ekbacken", 2),
        ("sjobo", 1),
    ]


def test_n5_who_reported_is_named_only_where_the_connection_shows_people() -> None:
    case = Case()
    world = heard(*case.handed_over())
    names = {"pe_larare": "Anna Lund"}
    for contact in ("school", "none"):
        assert "Anna" not in told(world, held(world), contact, names).model_dump_json()
    (seen,) = told(world, held(world), "person", names).around.reporters
    assert (seen.ticket, seen.name, seen.school) == (case.tickets[0], "Anna Lund", "ekbacken")


def test_a_placeholders_name_is_not_kept() -> None:
    case = Case()
    changed = {"person": "pe_1", "role": "larare", "name": "Okänd"}
    world = heard(t.PersonChanged(**case.stamp(), **changed, placeholder=True))
    assert world.people == {}
    world = heard(t.PersonChanged(**case.stamp(), **changed))
    assert world.people["pe_1"].name == "Okänd"


def test_its_own_promises_go_along_and_nobody_elses() -> None:
    case = Case()
    world = heard(*case.handed_over(), started(case), started(case, COORDINATOR, "ck_2"))
    terms = told(world, held(world)).around.terms
    assert terms is not None
    assert [(promise.promise, promise.due_at) for promise in terms.promises] == [("resolve", DUE)]
    assert not concerns(started(case, COORDINATOR))


def test_a_promise_that_stands_still_says_for_whom_and_one_that_ended_is_gone() -> None:
    case = Case()
    paused = clock(case, r.ClockPaused, paused_at=NOW, reason="reporter", used=timedelta(0))
    world = heard(*case.handed_over(), started(case), paused)
    terms = told(world, held(world)).around.terms
    assert terms is not None
    assert [(promise.due_at, promise.paused) for promise in terms.promises] == [(None, "reporter")]
    take_in(world, clock(case, r.ClockResumed, resumed_at=NOW, due_at=DUE))
    terms = told(world, held(world)).around.terms
    assert terms is not None
    assert terms.promises[0].due_at == DUE
    take_in(world, clock(case, r.ClockStopped, stopped_at=NOW, reason="kept"))
    assert told(world, held(world)).around.terms is None


def test_how_urgent_it_is_now_goes_along() -> None:
    case = Case()
    raised = r.UrgencyChanged(**case.changing(), urgency=1, previous=2, reason={"sv": "Nationellt prov."})
    world = heard(*case.handed_over(), raised)
    assert told(world, held(world)).subject.urgency == 1


def test_the_next_lead_hears_who_had_it_before_and_how_that_ended() -> None:
    case = Case()
    world = heard(*case.handed_over(), *case.assigned(PLATFORM))
    (earlier,) = told(world, held(world)).around.earlier
    assert (earlier.vendor, earlier.name, earlier.outcome) == (WIFI, "Nätleverantören", "released")
    assert earlier.until is not None


def test_n5_a_vendor_beside_the_lead_hears_of_no_other() -> None:
    case = Case()
    world = heard(*case.handed_over(), *case.assigned(PLATFORM, role="parallel"))
    beside = next(each for each in world.handoffs.values() if each.role == "parallel")
    assert told(world, beside).around.earlier == ()
    lead = next(each for each in world.handoffs.values() if each.role == "lead")
    assert told(world, lead).around.earlier == ()


def test_n5_a_former_lead_hears_of_none_that_came_after_it() -> None:
    case = Case()
    world = heard(*case.handed_over(), *case.assigned(PLATFORM), *case.assigned(COORDINATOR), *case.assigned(WIFI))
    first, second, third = world.handoffs_of(case.incident)
    assert told(world, first).around.earlier == ()
    assert [stay.vendor for stay in told(world, second).around.earlier] == [WIFI]
    assert [stay.vendor for stay in told(world, third).around.earlier] == [WIFI, PLATFORM]


def test_the_room_and_the_device_of_each_report_go_along_whatever_is_shown_of_people() -> None:
    case = Case()
    case.room, case.asset = "L12", "EKB-PR-0012"
    printer = case.handed_over()
    case.room, case.asset = "Annas rum", "Annas skrivare"
    world = heard(*printer, *case.filed(), case.linked(case.tickets[1]))
    contacts: tuple[Any, ...] = ("none", "school", "person")
    for contact in contacts:
        spots = {spot.ticket: (spot.room, spot.asset) for spot in told(world, held(world), contact).around.spots}
        assert spots.pop(case.tickets[0]) == ("L12", "EKB-PR-0012")
        assert spots == {}, "also where people are shown: hers may be protected"


def test_n5_where_people_are_shown_a_room_that_may_name_somebody_is_not() -> None:
    """Hers may be protected: then she is told by her role, and her room is nobody's to know."""
    case, names = Case(), {"pe_larare": "Lärare"}
    case.room = "L12"
    printer = case.handed_over()
    case.room = "Annas rum"
    world = heard(*printer, *case.filed(), case.linked(case.tickets[1]))
    seen = told(world, held(world), "person", names).around.reporters
    assert [each.room for each in seen] == ["L12", None]


def test_n11_the_room_and_the_device_of_an_erased_report_are_gone() -> None:
    case = Case()
    case.room, case.asset = "L12", "EKB-PR-0012"
    world = heard(*case.handed_over(), *case.erased(case.tickets[0]))
    assert told(world, held(world), "person").around.spots == ()
