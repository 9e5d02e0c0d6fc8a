"""Which incident a ticket is on, in whose hands, with which clocks."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from contracts.directory import Directory, responsibility
from contracts.events.routing import ClockStarted, ImpactChanged, IncidentAssigned, IncidentOpened, TicketLinked
from contracts.events.ticketing import CloseRequested, ResolveRequested, TicketConfirmedFixed
from routing.domain.assignment import by_matrix
from tests.support.directories import shipped
from tests.support.routing_life import COORDINATOR, EKBACKEN, MALARVIK, PLATFORM, Life, Maker, names, of_type


@pytest.fixture
def life() -> Life:
    return Life()


def test_a_first_ticket_opens_an_incident_with_its_schools_own_support(life: Life) -> None:
    stated = life.tell(life.filed("login"))
    assert names(stated) == [
        "incident.opened",
        "incident.ticket_linked",
        "incident.assigned",
        "clock.started",
        "clock.started",
        "clock.started",
        "incident.escalation_scheduled",
    ]
    assigned = of_type(stated, IncidentAssigned)[0]
    assert (assigned.party, assigned.tier, assigned.rule) == (EKBACKEN, "local", "konton-och-kontor")
    assert assigned.reason["sv"].startswith("Skolans IT-stöd")
    assert [event.version for event in stated if hasattr(event, "version")] == [1, 1, 2, 2]


def test_everything_stated_names_its_cause_and_has_an_id_that_follows_from_it(life: Life) -> None:
    event = life.filed()
    stated = life.tell(event)
    assert {own.caused_by for own in stated} == {event.id}
    assert len({own.id for own in stated}) == len(stated)
    again = Life().tell(event)
    assert [own.id for own in again] == [own.id for own in stated]
    assert [own.model_dump() for own in again] == [own.model_dump() for own in stated]


@pytest.mark.parametrize(
    ("unit", "holder"),
    [("linnea-yrkes", "team:ikt-samordningen"), ("linnea-teoretiska", "team:tekniker-linneagymnasiet")],
)
def test_l5_the_case_of_a_unit_that_is_not_connected_yet_is_the_coordinators(unit: str, holder: str) -> None:
    life = Life("lund", directory=shipped("lund"))
    stated = life.tell(life.filed("staff_computer", title="Datorn startar inte", school="linneagymnasiet", unit=unit))
    assigned = of_type(stated, IncidentAssigned)[0]
    assert assigned.party == holder
    assert (assigned.rule == "not_connected") is (unit == "linnea-yrkes")


def test_a_fault_of_a_vendors_service_goes_to_the_vendor_and_waits(life: Life) -> None:
    event = life.filed("learning_platform")
    stated = life.tell(event)
    assert "incident.state_changed" in names(stated)
    incident = life.world.incidents[life.incident_of(event.ticket)]
    assert (incident.lead, incident.state, incident.waiting_on) == (PLATFORM, "waiting", "vendor")


def test_r13_clocks_start_when_the_ticket_was_acknowledged_and_count_working_time(life: Life) -> None:
    occurred = life.at - timedelta(hours=5)
    event = life.filed("login", occurred_at=occurred)
    clocks = {clock.promise: clock for clock in of_type(life.tell(event), ClockStarted)}
    assert set(clocks) == {"acknowledge", "next_update", "resolve"}
    assert {clock.started_at for clock in clocks.values()} == {event.at}
    promised = MALARVIK.agreements_by_id["skolavtal"].at(3)
    assert promised.resolve is not None
    assert clocks["acknowledge"].due_at == event.at + promised.acknowledge
    # a work week of 47.5 hours from a Monday morning ends the Monday after
    assert clocks["resolve"].due_at == datetime(2026, 10, 12, 8, 2, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.mark.parametrize("kind", ["need", "idea"])
def test_needs_and_ideas_are_the_coordinators_and_have_no_clocks(life: Life, kind: str) -> None:
    stated = life.tell(life.filed("login", kind=kind))
    assert of_type(stated, IncidentAssigned)[0].party == COORDINATOR
    assert not of_type(stated, ClockStarted)


@pytest.mark.parametrize("kind", ["request", "need", "idea"])
def test_what_is_no_fault_is_routed_by_no_reach_that_its_words_let_one_think(life: Life, kind: str) -> None:
    words = {"title": "Stäng 14 konton", "description": "Eleverna slutade i juni, de får fortfarande mejl"}
    stated = life.tell(life.filed("email", kind=kind, **words))
    opened, assigned = of_type(stated, IncidentOpened)[0], of_type(stated, IncidentAssigned)[0]
    assert opened.scope not in ("schools", "municipality")
    expected = responsibility(MALARVIK, service=opened.service, school="ekbacken", urgency=opened.urgency, kind=kind)
    assert (assigned.party, assigned.reason) == (expected.holder, expected.reason)
    assert "elet ser ut" not in assigned.reason["sv"]


def test_a_report_of_the_same_cause_is_linked_by_itself_with_reasons(life: Life) -> None:
    incident = life.shared(1)
    seen = incident.version
    event = life.filed("printing", reporter="larare-9", asset="EKB-PR-0007", title="Inget kommer ut ur skrivaren")
    stated = life.tell(event)
    assert names(stated) == ["incident.ticket_linked", "incident.impact_changed"]
    linked = of_type(stated, TicketLinked)[0]
    assert (linked.incident, linked.version, linked.by, linked.previous) == (incident.id, seen, None, None)
    said = [reason["sv"] for reason in linked.reasons]
    assert said[:2] == ["Samma utrustning.", "Samma tjänst: Utskrift och kopiering."]
    assert said[-1] == "1 minut isär."
    assert (incident.linked, incident.schools) == (2, {"ekbacken": 2})
    assert linked.directory_version == MALARVIK.version
    assert linked.engine_version == life.engine.version


def test_a_storm_links_every_reporter_and_tells_of_the_numbers_in_steps(life: Life) -> None:
    incident = life.shared(1)
    tap = {"reporter": "larare-2", "same_as": incident.id}
    storm = [life.tell(life.filed("printing", **tap)) for _ in range(400)]
    told = [event for stated in storm for event in of_type(stated, ImpactChanged) if event.incident == incident.id]
    assert incident.linked == 401
    assert len(told) < 60
    assert [event.tickets for event in told[:9]] == list(range(2, 11))
    assert told[-1].tickets > 360
    elsewhere = life.tell(life.filed("printing", **tap, school="sjobo"))
    assert of_type(elsewhere, ImpactChanged)[0].schools == ("ekbacken", "sjobo"), "another school is told of at once"


@pytest.mark.parametrize(
    "other",
    [{"school": "sjobo"}, {"service": "email"}, {"service": None}, {"kind": "request"}],
    ids=["another school", "another service", "no service picked", "a request"],
)
def test_what_differs_is_an_incident_of_its_own(life: Life, other: dict[str, str | None]) -> None:
    first = life.file("login")
    second = life.file(**{"service": "login"} | other)
    assert first.id != second.id
    assert first.linked == 1


def test_a_report_of_a_closed_incidents_cause_is_a_new_incident(life: Life) -> None:
    first = life.file("login")
    life.voice(TicketConfirmedFixed, life.ticket_of(first))
    assert first.state == "closed"
    assert life.file("login").id != first.id


def test_the_same_problem_said_by_the_reporter_is_a_persons_link(life: Life) -> None:
    incident = life.file("login")
    stated = life.tell(life.filed("email", school="sjobo", same_as=incident.id))
    linked = of_type(stated, TicketLinked)[0]
    assert linked.incident == incident.id
    assert linked.by is not None
    assert (linked.by.party, linked.by.person) == ("reporter", "larare")
    assert incident.schools == {"ekbacken": 1, "sjobo": 1}


def test_the_same_problem_as_a_resolved_incident_joins_it(life: Life) -> None:
    incident = life.file("login")
    life.ask(ResolveRequested, incident, public_text={"sv": "Nu fungerar det."})
    life.tell(life.filed("login", same_as=incident.id))
    assert (incident.state, incident.linked) == ("resolved", 2)


def test_the_same_problem_as_a_closed_incident_opens_a_recurrence_which_the_next_one_joins(life: Life) -> None:
    first = life.file("login")
    life.ask(ResolveRequested, first, public_text={"sv": "Nu fungerar det."})
    life.ask(CloseRequested, first)
    opened = of_type(life.tell(life.filed("login", same_as=first.id)), IncidentOpened)[0]
    assert opened.recurrence_of == first.id
    late = life.filed("email", school="sjobo", same_as=first.id)
    life.tell(late)
    assert life.incident_of(late.ticket) == opened.incident


@pytest.mark.parametrize(("first", "second"), [("incident", "need"), ("incident", "request"), ("idea", "incident")])
def test_r10_a_wish_is_not_the_same_problem_as_a_fault_nor_a_fault_as_a_wish(
    life: Life, first: str, second: str
) -> None:
    named = life.file("login", kind=first)
    late = life.filed("login", kind=second, same_as=named.id)
    life.tell(late)
    assert life.incident_of(late.ticket) != named.id
    assert named.linked == 1


def test_an_unknown_or_foreign_incident_named_by_a_reporter_is_passed_over(life: Life) -> None:
    foreign = Life("hallsberg", directory=None)
    elsewhere = foreign.file("login")
    life.world.incidents[elsewhere.id] = elsewhere
    incident = life.file("login", same_as=elsewhere.id)
    assert incident.municipality == "malarvik"
    assert elsewhere.linked == 1


@pytest.mark.parametrize(
    ("fields", "word"),
    [({"school": "skolan-som-inte-finns"}, "Skolan finns inte")],
    ids=["school"],
)
def test_what_the_directory_does_not_know_is_the_coordinators_with_the_reason(
    life: Life, fields: dict[str, str], word: str
) -> None:
    assigned = of_type(life.tell(life.filed(**fields)), IncidentAssigned)[0]
    assert assigned.party == COORDINATOR
    assert word in assigned.reason["sv"]


def test_a_service_that_nobody_knows_is_something_else_and_one_that_left_is_the_coordinators(life: Life) -> None:
    unknown = life.file("faxen", title="Den gör ingenting")
    assert (unknown.service, unknown.lead) == ("other", EKBACKEN)
    left = life.file("procapita", title="ProCapita svarar inte")
    left.service = "borttagen"
    turn = by_matrix(MALARVIK, left)
    assert turn.party == COORDINATOR
    assert turn.reason["sv"].startswith("Tjänsten finns inte i kommunens katalog")


def test_without_a_directory_every_ticket_is_still_somebodys() -> None:
    life = Life(directory=None)
    assigned = of_type(life.tell(life.filed()), IncidentAssigned)[0]
    assert assigned.party == COORDINATOR
    assert "katalog" in assigned.reason["sv"]


def test_a_calendar_that_never_opens_promises_nothing() -> None:
    closed = MALARVIK.model_dump(mode="json")
    for calendar in closed["calendars"]:
        calendar["breaks"] = [
            {"name": {"sv": "Stängt", "en": "Closed"}, "first_day": "2026-01-01", "last_day": "2036-01-01"}
        ]
    life = Life(directory=Directory.model_validate(closed))
    stated = life.tell(life.filed())
    assert of_type(stated, IncidentAssigned)
    assert not of_type(stated, ClockStarted)


def test_a_ticket_that_has_its_incident_is_not_decided_twice(life: Life) -> None:
    event = life.filed()
    life.tell(event)
    again = Maker(seed=2).make(type(event), **event.model_dump(exclude={"id", "at", "municipality"}))
    assert life.tell(again) == []
