"""An incident's reports are added up; who has sent twice is one witness all the same."""

from grouping import Link, Linked, Opened, Report, Suggest
from tests.support.classrooms import engine, report

BOARD = report("1", "Smarttavlan i musiksalen reagerar inte på pennan", 0, reporter="anna", room="Musiksalen")
TERSE = "Smart tavlan pennan död"
BOX = report("3", "Gröna lampan blinkar på lådan i taket, ingen i arbetslaget kan jobba", 3)


def asked(*reports: Report) -> float:
    """How sure the engine is that the box is what the reports are about; 1 and more where it links by itself."""
    opened = Opened("in_1", "incident", "classroom_display", BOARD.school)
    outcome = engine(opened, *(Linked("in_1", one) for one in reports)).decide(BOX).outcome
    if isinstance(outcome, Link):
        return 1 + outcome.score
    return outcome.candidates[0].score if isinstance(outcome, Suggest) else 0.0


def test_one_person_sending_twice_is_no_second_witness() -> None:
    again = asked(BOARD, report("2", TERSE, 1, reporter="anna"))
    another = asked(BOARD, report("2", TERSE, 1, reporter="bea"))
    assert again < 1 < another
    assert again <= asked(report("2", TERSE, 1, reporter="anna"))
