"""What else is reported just now."""

from grouping import Report, around
from grouping.profile import Profile
from grouping.reading import Reader
from tests.support.classrooms import AROUND, report

READER = Reader(AROUND)


def profiles(*reports: Report) -> list[Profile]:
    made = []
    for order, each in enumerate(reports):
        profile = Profile(f"in_{order}", "incident", each.school, order)
        profile.add(READER.read(each), READER.services.usual)
        made.append(profile)
    return made


def test_quiet_is_nothing() -> None:
    assert around.look(READER.read(report("1", "Mejlen studsar")), [], READER.services) == around.QUIET


def test_a_burst_of_one_service_supports_a_report_and_an_old_one_does_not() -> None:
    burst = [report(f"{nth}", "Mejlen skickas inte, ingen får mejl", nth) for nth in range(4)]
    now = READER.read(report("x", "Mejlen studsar", 5))
    later = READER.read(report("y", "Mejlen studsar", 300))
    assert around.look(now, profiles(*burst), READER.services).support > 0.5
    assert around.look(later, profiles(*burst), READER.services) == around.QUIET


def test_one_persons_many_reports_are_no_burst() -> None:
    same = [report(f"{nth}", "Mejlen skickas inte", nth, reporter="person-x") for nth in range(4)]
    assert around.look(READER.read(report("x", "Mejlen studsar", 5)), profiles(*same), READER.services) == around.QUIET


def test_what_is_of_another_service_or_comes_later_supports_little_or_nothing() -> None:
    now = READER.read(report("x", "Mejlen studsar", 5))
    prints = [report(f"{nth}", "Ingen kan skriva ut, inga skrivare fungerar", nth) for nth in range(4)]
    mail = [report(f"{nth}", "Mejlen skickas inte", nth) for nth in range(4)]
    later = [report(f"{nth}", "Mejlen skickas inte", 30 + nth) for nth in range(4)]
    other, same = (around.look(now, profiles(*of), READER.services).support for of in (prints, mail))
    assert other < same / 2
    assert around.look(now, profiles(*later), READER.services) == around.QUIET


def test_what_runs_for_all_is_supported_by_other_schools_too() -> None:
    elsewhere = [report(f"{nth}", "Mejlen skickas inte", nth, school="skola-b") for nth in range(4)]
    seen = around.look(READER.read(report("x", "Mejlen studsar", 5)), profiles(*elsewhere), READER.services)
    assert seen.support > 0.3


def test_a_schools_network_is_supported_by_its_own_school_only() -> None:
    elsewhere = [report(f"{nth}", "Wifi är nere för alla", nth, school="skola-b") for nth in range(4)]
    seen = around.look(READER.read(report("x", "Wifi är nere", 5)), profiles(*elsewhere), READER.services)
    assert seen.elsewhere > seen.support
