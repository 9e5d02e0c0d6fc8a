"""Cases that a helpdesk gets wrong: each with texts of its own."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from grouping import Decision, Engine, Link, Linked, Open, Report, Resolved, Suggest, Surroundings, Triaged
from grouping.evaluation import Labelled, simulate
from tests.support.classrooms import NOON, alone, engine, report
from tests.support.grouping_life import Life


def linked_to(outcome: Any) -> str | None:
    return outcome.incident if isinstance(outcome, Link) else None


def test_the_same_words_at_two_schools_are_two_network_faults() -> None:
    words = "Trådlösa nätet är nere i hela skolan, ingen kommer ut"
    first = engine(*alone(report("1", words, 0)))
    assert linked_to(first.decide(report("2", words, 5, school="skola-b")).outcome) is None


def test_two_printers_at_one_school_on_one_day_stay_two() -> None:
    first = engine(*alone(report("1", "Skrivaren drar inte papper", 0, asset="SKA-PR-0001", room="B12")))
    other = report("2", "Skrivaren drar inte papper", 20, asset="SKA-PR-0002", room="C30")
    assert linked_to(first.decide(other).outcome) is None


def test_the_same_printer_reported_by_two_is_one() -> None:
    first = engine(*alone(report("1", "Skrivaren i kopieringsrummet krånglar", 0, asset="SKA-PR-0001")))
    again = report("2", "Papperstrassel igen", 30, asset="ska-pr-1")
    assert linked_to(first.decide(again).outcome) == "in_1"


def test_two_projectors_in_two_rooms_stay_two_and_one_room_is_one() -> None:
    first = engine(*alone(report("1", "Kanonen visar ingen bild", 0, room="Sal B204")))
    assert linked_to(first.decide(report("2", "Kanonen visar ingen bild", 15, room="A101")).outcome) is None
    assert linked_to(first.decide(report("3", "Projektorn är svart", 15, room="b 204")).outcome) == "in_1"


def test_a_certificate_whose_symptoms_differ_widely_is_one_once_triaged() -> None:
    told = engine(
        *alone(report("1", "Elevdatorerna varnar för certifikat, ingen i klassen kommer ut", 0)),
        Triaged("in_1", "pupil_computer", "school"),
    )
    for nth, words in enumerate(
        ("Chromebooks hittar inte nätet, gäller alla", "Elevernas datorer kommer inte in på något")
    ):
        outcome = told.decide(report(f"9{nth}", words, 30 + nth)).outcome
        assert isinstance(outcome, Link | Suggest)
        assert "in_1" in (
            [outcome.incident] if isinstance(outcome, Link) else [one.incident for one in outcome.candidates]
        )


def test_the_same_outage_a_week_later_is_a_new_incident_that_names_the_former() -> None:
    words = "Lärnavet ligger nere för alla lärare på skolan"
    former = engine(
        *alone(report("1", words, 0)), Linked("in_1", report("2", words, 3)), Linked("in_1", report("3", words, 4)),
        Resolved("in_1", NOON),
    )  # fmt: skip
    outcome = former.decide(report("4", words, 7 * 24 * 60)).outcome
    assert isinstance(outcome, Open)
    assert outcome.recurrence_of == "in_1"


def test_a_late_reporter_the_day_after_the_fix_is_asked_about_not_linked() -> None:
    words = "Lärnavet ligger nere för alla lärare på skolan"
    fixed = engine(
        *alone(report("1", words, 0)), Linked("in_1", report("2", words, 3)), Resolved("in_1", NOON)
    )  # fmt: skip
    outcome = fixed.decide(report("3", "Lärnavet gick inte igår för någon av oss", 20 * 60)).outcome
    assert isinstance(outcome, Suggest)
    assert [one.incident for one in outcome.candidates] == ["in_1"]
    assert "ett löst ärende" in outcome.reasons[0]["sv"]
    assert "a solved case" in outcome.reasons[0]["en"]


def test_until_a_day_after_the_fix_a_reporter_is_late_and_then_it_is_back() -> None:
    words = "Lärnavet ligger nere för alla lärare på skolan"
    fixed = engine(
        *alone(report("1", words, 0)), Linked("in_1", report("2", words, 3)), Resolved("in_1", NOON)
    )  # fmt: skip
    late, again = (fixed.decide(report("3", words, hours * 60)).outcome for hours in (23.5, 24.5))
    assert isinstance(late, Suggest)
    assert isinstance(again, Open)
    assert again.recurrence_of == "in_1"


def test_what_was_reported_before_the_fix_is_no_late_report_of_what_was_solved() -> None:
    known = engine(
        *alone(report("1", "Lärnavet krånglar", 0)), Resolved("in_1", NOON + timedelta(hours=100)),
        *alone(report("5", "Lärnavet krånglar", 70 * 60, school="skola-b")),
    )  # fmt: skip
    before, after = (
        known.decide(report("x", "Lärnavet krånglar", hours * 60, school="skola-c")).outcome for hours in (72, 101)
    )
    assert isinstance(before, Suggest)
    assert [one.incident for one in before.candidates] == ["in_5", "in_1"], "the likelier first"
    assert isinstance(after, Suggest)
    assert after.candidates[0].incident == "in_1", "what was solved before others"


PRINTER = {"asset": "SKA-PR-0007"}
AGAIN = ("Kopiatorn är trasig igen", "Papperet fastnar", "Kan inte skriva ut", "Skrivaren drar inget papper")


@pytest.mark.parametrize("hours", [1, 30, 80])
def test_what_was_solved_and_is_reported_again_by_four_is_one_new_incident(hours: float) -> None:
    solved = Resolved("in_0", NOON + timedelta(minutes=60))
    known = engine(*alone(report("0", "Skrivaren skriver inte ut", 0, **PRINTER)), solved)
    first, *others = [
        report(f"{1 + nth}", words, (1 + hours) * 60 + 2 * nth, **PRINTER) for nth, words in enumerate(AGAIN)
    ]
    outcome = known.decide(first).outcome
    assert isinstance(outcome, Open | Suggest)
    former = [outcome.recurrence_of] if isinstance(outcome, Open) else [one.incident for one in outcome.candidates]
    assert former == ["in_0"]
    for fact in alone(first):
        known.observe(fact)
    for one in others:
        assert linked_to(known.decide(one).outcome) == "in_1"
        known.observe(Linked("in_1", one))


@pytest.mark.parametrize(("minutes", "linked"), [(30, None), (61, "in_1")], ids=["since before", "since then"])
def test_what_went_on_beside_the_solved_one_is_not_what_came_back(minutes: float, linked: str | None) -> None:
    solved = Resolved("in_0", NOON + timedelta(minutes=60))
    beside = alone(report("1", "Skrivaren skriver inte ut", minutes, **PRINTER))
    known = engine(*alone(report("0", "Skrivaren skriver inte ut", 0, **PRINTER)), *beside, solved)
    assert linked_to(known.decide(report("2", "Skrivaren drar inget papper", 90, **PRINTER)).outcome) == linked


def test_another_printer_than_the_one_that_was_solved_is_no_part_of_what_came_back() -> None:
    solved = Resolved("in_0", NOON + timedelta(minutes=60))
    known = engine(*alone(report("0", "Skrivaren skriver inte ut", 0, **PRINTER)), solved)
    for fact in alone(report("1", AGAIN[0], 120, **PRINTER)):
        known.observe(fact)
    other = report("2", AGAIN[1], 122, asset="SKA-PR-0008")
    assert linked_to(known.decide(other).outcome) is None


def test_one_person_sending_twice_is_one() -> None:
    words = "Frånvaron i Tidvis går inte att spara för klass 7B"
    first = engine(*alone(report("1", words, 0, reporter="anna")))
    assert linked_to(first.decide(report("2", words + " nu heller", 10, reporter="anna")).outcome) == "in_1"


@pytest.mark.parametrize("words", ["Har glömt lösenordet", "Frånvaron i Tidvis går inte att spara för klass 7B"])
def test_the_same_words_of_one_person_the_next_day_may_be_the_same_and_are_asked_about(words: str) -> None:
    first = engine(*alone(report("1", words, 0, reporter="anna")))
    outcome = first.decide(report("2", words, 26 * 60, reporter="anna")).outcome
    assert isinstance(outcome, Suggest)
    assert [one.incident for one in outcome.candidates] == ["in_1"]


@pytest.mark.parametrize("thing", ["Pekskärmen", "Lådan", "Apparaten"])
def test_one_person_sending_twice_is_one_whatever_the_thing_is(thing: str) -> None:
    first = engine(*alone(report("1", f"{thing} i S12 är trasig", 0, reporter="anna")), around=Surroundings("v1"))
    again = report("2", f"{thing} i S12 fungerar inte, den är trasig", 3, reporter="anna")
    assert linked_to(first.decide(again).outcome) == "in_1"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kalle har glömt lösenordet", "Lisa har glömt lösenordet"),
        ("Nytt lösenord till Kalle Berg i 7B", "Nytt lösenord till Lisa Ek i 7B"),
        ("Eleven Kalle kommer inte in på sin dator", "Eleven Lisa kommer inte in på sin dator"),
    ],
)
def test_one_teacher_for_two_pupils_is_two(first: str, second: str) -> None:
    told = engine(*alone(report("1", first, 0, reporter="anna")))
    assert linked_to(told.decide(report("2", second, 20, reporter="anna")).outcome) is None


@pytest.mark.parametrize(
    "again",
    [
        "Kalle har glömt lösenordet",
        "Kalle har glömt lösenordet igen, det är Kalle i Lisas klass",
        "Kalles lösenord är glömt",
        "Har glömt lösenordet",
        "KALLE HAR GLÖMT LÖSENORDET",
    ],
)
def test_one_teacher_sending_twice_for_one_pupil_is_one(again: str) -> None:
    told = engine(*alone(report("1", "Kalle har glömt lösenordet", 0, reporter="anna")))
    assert linked_to(told.decide(report("2", again, 20, reporter="anna")).outcome) == "in_1"


def test_a_ticket_naming_two_faults_is_not_linked_by_itself_on_half_of_it() -> None:
    first = engine(*alone(report("1", "Mejlen kommer inte fram till någon", 0)))
    both = report("2", "Min skrivare har slut på toner och så är mejlen seg ibland", 10)
    assert linked_to(first.decide(both).outcome) is None


def test_a_wrongly_picked_service_is_outvoted_by_the_words() -> None:
    words = "Trådlösa nätet är nere i hela skolan, wifi borta överallt"
    storm = engine(
        *alone(report("1", words, 0)), Linked("in_1", report("2", words, 2)), Linked("in_1", report("3", words, 4))
    )
    wrong = report("4", "Trådlösa nätet nere, wifi borta för alla i hela huset", 6, service="email")
    assert linked_to(storm.decide(wrong).outcome) == "in_1"
    assert storm.decide(wrong).service == "wifi"


def test_a_forgotten_password_beside_a_login_outage_stays_alone() -> None:
    words = "Ingen kan logga in, inloggningen nere för alla lärare"
    outage = engine(*alone(report("1", words, 0)), *(Linked("in_1", report(f"1{n}", words, n)) for n in range(3)))
    own = report("2", "Jag har glömt mitt lösenord", 8)
    assert linked_to(outage.decide(own).outcome) is None
    assert outage.decide(own).scope == "person"


def test_two_network_reports_of_one_school_link_by_themselves_at_once() -> None:
    first = engine(*alone(report("1", "Wifi är borta", 0)))
    soon = report("2", "Trådlöst nätverk hittas inte", 20)
    assert linked_to(first.decide(soon).outcome) == "in_1"
    assert linked_to(first.decide(report("3", "Trådlöst nätverk hittas inte", 60 * 30)).outcome) is None


def test_a_room_shared_by_two_services_links_nothing() -> None:
    first = engine(*alone(report("1", "Skrivaren drar inte papper", 0, room="B12")))
    other = report("2", "Mejlen studsar", 20, room="B12")
    assert linked_to(first.decide(other).outcome) is None


@pytest.mark.parametrize("other", ["Lärnavet visar fel", "Lärnavet går inte att öppna för klassen"])
def test_what_staff_are_asked_about_are_different_causes(other: str) -> None:
    outage = [alone(report(f"{nth}", "Mejlen skickas inte", nth, school=f"skola-{'abc'[nth]}")) for nth in range(3)]
    told = engine(*outage, *alone(report("9", other, 5)))
    outcome = told.decide(report("x", "Mejlen och lärnavet krånglar", 9, school="skola-f")).outcome
    assert isinstance(outcome, Suggest)
    assert "in_9" in [candidate.incident for candidate in outcome.candidates]


def test_one_person_reporting_for_a_corridor_reports_as_many_faults_as_rooms() -> None:
    same = {"reporter": "vaktmästaren"}
    rooms = [report(str(n), "Projektorn blinkar", n, room=f"D{100 + n}", **same) for n in range(5)]
    tags = [report(f"a{n}", "Datorn startar inte", 60 + n, asset=f"SKA-PC-02{n}0", **same) for n in range(3)]
    assert len(set(_lived([*rooms, *tags]).values())) == 8


def test_a_rooms_fault_is_not_joined_to_the_same_persons_in_other_rooms() -> None:
    same: dict[str, Any] = {"reporter": "vaktmästaren", "service": "printing"}
    words = ("Skrivaren krånglar", "Skrivaren krånglar", "Papperstrassel i skrivaren", "Skrivaren skriver inte ut")
    first, *more = [
        report(str(n), title, 20 * n, room=room, **same)
        for n, (title, room) in enumerate(zip(words, (None, "Biblioteket", "B204", None), strict=True))
    ]
    known = engine(*alone(first), *(Linked("in_0", each) for each in more))
    new = report("9", "Skrivaren i musiksalen skriver inte ut", 60, room="Musiksalen", **same)
    assert not isinstance(known.decide(new).outcome, Link)


def test_a_device_that_was_carried_to_another_room_is_the_same_device() -> None:
    known = engine(*alone(report("1", "Skrivaren drar inte papper", asset="SKA-PR-0001", room="B12")))
    again = report("2", "Skrivaren drar inte papper", 20, asset="SKA-PR-0001", room="C30")
    assert linked_to(known.decide(again).outcome) == "in_1"


def test_what_hits_all_is_the_same_in_another_room_told_by_the_same_person_too() -> None:
    same: dict[str, Any] = {"title": "Lärnavet ligger nere för alla på skolan", "reporter": "vaktmästaren"}
    known = engine(*alone(report("1", room="B12", **same)))
    assert linked_to(known.decide(report("2", minutes=5, room="C30", **same)).outcome) == "in_1"


def test_one_device_reported_by_twenty_is_one() -> None:
    found = _lived(report(str(n), "Skrivaren skriver inte ut", n, asset="SKA-PR-0007") for n in range(20))
    assert len(set(found.values())) == 1


STORM = (
    "Lärnavet ligger nere",
    "Kommer inte in på Lärnavet",
    "Ingen kommer in i lärnavet",
    "Lärnavet svarar inte för alla",
)


def test_a_storm_of_one_cause_at_ten_schools_is_one_incident() -> None:
    storm = (report(str(n), STORM[n % 4], n / 10, school=f"skola-{'abcdefghij'[n % 10]}") for n in range(300))
    assert len(set(_lived(storm).values())) == 1


def test_a_storm_of_several_schools_says_once_that_it_reaches_them(monkeypatch: pytest.MonkeyPatch) -> None:
    decide, raised = Engine.decide, []

    def noted(self: Engine, one: Report) -> Decision:
        decision = decide(self, one)
        raised.append(decision.raised)
        return decision

    monkeypatch.setattr(Engine, "decide", noted)
    _lived(report(str(n), STORM[n % 4], n / 10, school=f"skola-{'abcdefghij'[n % 10]}") for n in range(40))
    assert [one.scope for one in raised if one is not None] == ["schools"]


def test_six_schools_that_report_one_service_within_minutes_are_one_cause_whatever_their_words() -> None:
    words: tuple[str, ...] = (
        "Lärnavet nere för alla",
        "Eleverna ser inga uppgifter",
        "Lärnavet laddar inte för klassen",
    )
    words += ("Ingen kommer in på plattformen", "Lärnavet svarar inte hos oss", "Uppgifterna är borta för hela klassen")
    burst = [report(str(n), said, 4 * n, school=f"skola-{'abcdef'[n]}") for n, said in enumerate(words)]
    slow = [report(str(n), said, 180 * n, school=f"skola-{'abcdef'[n]}") for n, said in enumerate(words)]
    assert len(set(_lived(burst).values())) == 1
    assert len(set(_lived(slow).values())) > 1


def test_six_people_who_each_speak_of_their_own_account_are_no_storm() -> None:
    words: tuple[str, ...] = (
        "Jag har glömt mitt lösenord",
        "Mitt konto är låst",
        "En elev har tappat bort sitt lösenord",
    )
    words += ("Jag är ny här och saknar inloggning", "Har bytt efternamn, inloggningen stämmer inte")
    words += ("Min inloggning fungerar inte, alla andra kommer in",)
    own = [report(str(n), said, 4 * n, school=f"skola-{'abcdef'[n]}") for n, said in enumerate(words)]
    assert len(set(_lived(own).values())) == 6


def test_what_staff_have_set_as_one_persons_each_is_no_storm_however_many_there_are() -> None:
    own = [report(str(n), STORM[n % 4], n / 2, school=f"skola-{'abcdef'[n]}") for n in range(6)]
    last = report("last", STORM[0], 4)
    lone = [alone(one) for one in own]
    assert isinstance(engine(*lone).decide(last).outcome, Link)
    told = (Triaged(f"in_{n}", "learning_platform", "person") for n in range(6))
    decision = engine(*lone, *told).decide(last)
    assert not isinstance(decision.outcome, Link)
    assert decision.raised is None


@pytest.mark.parametrize(("reporter", "raised"), [("anna", False), (None, True)])
def test_one_person_who_reports_for_three_schools_is_no_storm(reporter: str | None, raised: bool) -> None:
    many = [
        report(f"{nth}", STORM[nth % 4], nth, school=f"skola-{'abc'[nth % 3]}", reporter=reporter or f"person-{nth}")
        for nth in range(9)
    ]
    decision = engine(*map(alone, many[:8])).decide(many[8])
    assert (decision.raised is not None) == raised


def test_a_report_of_two_services_is_no_bridge_between_what_many_report_of_each() -> None:
    mail, platform = "Mejlen kommer inte fram till någon", "Lärnavet ligger nere för alla"
    lone = [report(f"m{nth}", mail, nth, school=f"skola-{'abc'[nth]}") for nth in range(3)]
    lone += [report(f"p{nth}", platform, nth + 0.5, school=f"skola-{'abc'[nth]}") for nth in range(3)]
    decision = engine(*map(alone, lone)).decide(report("x", "Mejlen och Lärnavet ligger nere för alla", 8))
    ways = [(join.incident[:4], join.into[:4]) for join in decision.joins if join.by_itself]
    assert all(one == into for one, into in ways)


def test_one_persons_own_trouble_in_a_storm_stays_alone() -> None:
    storm = [report(str(n), "Ingen kommer in på Lärnavet", n / 10, school="skola-b") for n in range(40)]
    own = report("own", "Jag har glömt mitt lösenord till Lärnavet", 3.05)
    found = _lived(sorted((*storm, own), key=lambda one: one.occurred_at))
    assert [found[ticket] for ticket in found].count(found["own"]) == 1


def test_forty_printers_at_as_many_rooms_are_no_storm() -> None:
    many = (report(str(n), "Skrivaren i rummet skriver inte ut", n / 4, room=f"B{100 + n}") for n in range(40))
    assert len(set(_lived(many).values())) == 40


def _lived(reports: Iterable[Report]) -> dict[str, str]:
    """Ticket → incident, after these went through an engine as in service."""
    run = simulate(engine(), [Labelled(one, None) for one in reports])
    return {ticket.id: ticket.group_final for ticket in run.tickets}


@pytest.mark.parametrize("words", ["sedan klockan 10", "ungefär 20 i kön", "om 15 minuter börjar provet"])
def test_a_number_that_two_reports_name_makes_their_printers_no_one_device(words: str) -> None:
    life = Life()
    life.file(report("1", f"Skrivaren i korridoren trasslar, {words}"))
    outcome = life.file(report("2", f"Skrivaren i arbetsrummet trasslar, {words}", 30)).outcome
    assert not isinstance(outcome, Link)


def test_two_projectors_in_two_rooms_that_the_text_names_stay_two() -> None:
    life = Life()
    life.file(report("1", "Projektorn i salen 12 startar inte"), report("2", "Projektorn i salen 14 startar inte", 5))
    life.file(report("3", "Projektorn i salen 12 är fortfarande svart", 60))
    assert life.on["1"] == life.on["3"] != life.on["2"]


def test_what_one_school_has_had_alone_for_an_hour_is_not_another_schools_by_itself() -> None:
    words = ("Lärnavet ligger nere, alla får felmeddelande 503",) * 3
    life = Life()
    life.file(*(report(f"{nth}", text, nth) for nth, text in enumerate(words)))
    assert len(life.incidents()) == 1
    later = life.file(report("later", words[2], 120, school="skola-b")).outcome
    assert isinstance(later, Suggest)
    assert later.candidates[0].incident == life.on["0"]
    assert isinstance(life.file(report("more", words[1], 122, school="skola-a")).outcome, Link)
    soon = Life()
    soon.file(*(report(f"{nth}", text, nth) for nth, text in enumerate(words)))
    assert isinstance(soon.file(report("soon", words[2], 10, school="skola-b")).outcome, Link)


@pytest.mark.parametrize(("days", "linked"), [(13, True), (15, False)])
def test_what_was_reported_two_weeks_ago_is_not_looked_at_any_more(days: float, linked: bool) -> None:
    known = engine(*alone(report("1", "Skrivaren skriver inte ut", 0, **PRINTER)))
    outcome = known.decide(report("2", "Skrivaren skriver inte ut", days * 24 * 60, **PRINTER)).outcome
    assert isinstance(outcome, Link if linked else Open)
