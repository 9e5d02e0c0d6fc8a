"""N11, as rules: what the bridge forgets of an erased ticket or report, which vendors are told, and of what."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.disclosure import to_party
from contracts.erasure import TITLES
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.timeline import FileRef
from contracts.values import SYSTEM
from vendor_bridge.domain import erasing, lapsing, reports
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.lapse_words import LEFT
from vendor_bridge.domain.reports import Report
from vendor_bridge.domain.state import Chain, Handoff, Incident, Person, Ticket, World

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
HERE, ELSEWHERE = "malarvik", "hallsberg"
VENDOR, OTHER = "vendor:network", "vendor:platform"
TICKET, INCIDENT = "tk_1", "in_1"
HEAD = {"seq": 2, "hash": "0" * 64}
FILE = FileRef(sha256="0" * 64, name="a.log", media_type="text/plain", size=1).model_dump()


def handed(name: str, **more: Any) -> Handoff:
    given = {"vendor": VENDOR, "incident": INCIDENT, "connection": "c", "role": "lead", "cause": "e"} | more
    return Handoff(id=name, municipality=HERE, offered_at=NOW, **given)


def world(*handoffs: Handoff) -> World:
    """One incident with one ticket, each with two entries."""
    made = World(NOW, handoffs={each.id: each for each in handoffs})
    made.tickets[TICKET] = Ticket(TICKET, HERE, "MAL-1", "ekbacken", "larare", room="B204", incident=INCIDENT)
    made.incidents[INCIDENT] = Incident(INCIDENT, HERE, "incident", "wifi", 3, NOW, ["ekbacken"], [TICKET])
    made.chains = {case: Chain(case, HERE, 2, "0" * 64) for case in (TICKET, INCIDENT)}
    return made


def report(**more: Any) -> Report:
    words = {"title": "Asta ringde", "description": "Om Asta", "category": "wlan", "place": "Asta", "priority": "1"}
    given: dict[str, Any] = {"language": "sv", "service": "wifi", "school": "ekbacken", "urgency": 3} | words | more
    notes = [{"message": "vm_1", "at": NOW.isoformat(), "text": {"sv": "Asta"}}]
    given |= {"occurred_at": NOW, "reported_at": NOW, "changed_at": NOW}
    return Report(TICKET, HERE, "c", VENDOR, "NL-1", notes=notes, files=[FILE], **given)


OF_NOTE = reports._change(report(), "vm_1")
"""The fact that the note's message became."""


def gone(municipality: str = HERE, **more: Any) -> t.TicketErased:
    about = {"ticket": TICKET, "incident": INCIDENT, "entries": {TICKET: (1, 2)}} | more
    return t.TicketErased(id="ev_9", at=LATER, municipality=municipality, by=SYSTEM, reason="asked", since=NOW, **about)


def entry_gone(audience: tuple[str, ...], **more: Any) -> t.EntryErased:
    about = {"audience": audience, "entries": {TICKET: (2,)}, "municipality": HERE} | more
    return t.EntryErased(id="ev_9", at=LATER, by=SYSTEM, reason="asked", since=NOW, **about)


def told(of: World, event: t.TicketErased | t.EntryErased) -> dict[str, list[dict[str, Any]]]:
    """What each hand-off's vendor is to forget."""
    context = Context.of(event, LATER)
    rule: Any = erasing.on_ticket_erased if isinstance(event, t.TicketErased) else erasing.on_entry_erased
    stated: list[v.HandoffRedacted] = list(rule(of, event, context))
    return {each.handoff: [one.model_dump() for one in each.forget] for each in stated}


def test_of_a_ticket_its_place_is_left_and_of_a_report_its_number_and_what_it_means_here() -> None:
    here = world()
    here.reports[TICKET] = known = report(withdrawn_at=NOW)
    erasing.ticket_erased(here, gone())
    ticket = here.tickets[TICKET]
    assert (ticket.room, ticket.erased, ticket.school, ticket.number) == (None, True, "ekbacken", "MAL-1")
    assert (known.title, known.description, known.notes, known.files) == (TITLES["sv"], "", [], [])
    assert (known.category, known.place, known.priority) == (None, None, None)
    assert (known.service, known.external_id) == ("wifi", "NL-1")
    assert known.withdrawn_at == NOW, "it was withdrawn before"


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_report_that_is_erased_is_withdrawn_by_that_and_called_so_in_its_language(language: str) -> None:
    here = world()
    here.reports[TICKET] = known = report(language=language)
    erasing.ticket_erased(here, gone())
    assert (known.withdrawn_at, known.title) == (LATER, TITLES["en" if language == "en" else "sv"])


def test_n9_an_erasure_is_of_its_own_municipality_alone() -> None:
    held = handed("ho_1", heads={TICKET: HEAD})
    here = world(held)
    here.reports[TICKET] = known = report()
    erasing.ticket_erased(here, gone(ELSEWHERE))
    erasing.entry_erased(here, entry_gone(("reporter",), municipality=ELSEWHERE, causes=(OF_NOTE,)))
    assert (here.tickets[TICKET].room, known.title, known.notes[0]["text"]) == ("B204", "Asta ringde", {"sv": "Asta"})
    assert told(here, gone(ELSEWHERE)) == told(here, entry_gone(("reporter",), municipality=ELSEWHERE)) == {}
    assert erasing.held(here, gone(ELSEWHERE)) == []


def test_of_an_erased_entry_the_note_goes_whose_message_became_it_with_its_files() -> None:
    here = world()
    here.reports[TICKET] = known = report()
    known.files += [FILE | {"message": "vm_1"}, FILE | {"message": "vm_2"}]
    erasing.entry_erased(here, entry_gone(("reporter",), causes=("ev_other",)))
    assert (known.notes[0]["text"], len(known.files)) == ({"sv": "Asta"}, 3)
    erasing.entry_erased(here, entry_gone(("reporter",), causes=(OF_NOTE,)))
    assert known.notes[0]["text"] == {"sv": ""}
    assert known.files == [FILE, FILE | {"message": "vm_2"}]
    assert known.title == "Asta ringde"


def test_whoever_has_it_had_it_or_is_about_to_get_it_is_told_and_nobody_else() -> None:
    """`about to`: it holds the incident; `had`: its story ended there."""
    ended: dict[str, Any] = {"ended": "released", "ended_at": NOW, "incident": "in_9"}
    here = world(
        handed("ho_about"),
        handed("ho_has", incident="in_9", heads={TICKET: HEAD}),
        handed("ho_had", last_heads={TICKET: HEAD}, **ended),
        handed("ho_got", heads={TICKET: HEAD}, last_heads={}, **ended),
        handed("ho_never", **ended | {"incident": INCIDENT}),
        handed("ho_other", incident="in_9", heads={INCIDENT: HEAD}),
    )
    forget = [{"case": TICKET, "entries": (1, 2), "whole": True}]
    assert told(here, gone()) == dict.fromkeys(("ho_about", "ho_has", "ho_had", "ho_got"), forget)


def test_of_one_entry_who_could_read_it_is_told_and_a_private_one_only_who_wrote_it() -> None:
    """R1: a vendor reads what an earlier lead wrote, unless that was marked private."""
    here = world(
        handed("ho_first", heads={TICKET: HEAD}),
        handed("ho_second", vendor=OTHER, heads={TICKET: HEAD}, earlier_leads=[VENDOR]),
        handed("ho_none", heads={INCIDENT: HEAD}, ended="released", incident="in_9"),
    )
    forget = [{"case": TICKET, "entries": (2,), "whole": False}]
    for event, names in (
        (entry_gone(("reporter",)), ("ho_first", "ho_second")),
        (entry_gone((to_party(VENDOR),)), ("ho_first", "ho_second")),
        (entry_gone((to_party(VENDOR),), private=True), ("ho_first",)),
        (entry_gone(("internal",)), ()),
    ):
        assert told(here, event) == dict.fromkeys(names, forget)


def test_messages_are_looked_through_of_the_incidents_it_is_and_was_on_and_of_all_that_told_of_it() -> None:
    here = world(
        handed("ho_now"),
        handed("ho_before", incident="in_0"),
        handed("ho_has", incident="in_9", heads={TICKET: HEAD}),
        handed("ho_had", incident="in_9", last_heads={TICKET: HEAD}),
        handed("ho_other", incident="in_9"),
    )
    here.tickets[TICKET].former = [["in_0", 4, "0" * 64]]
    assert erasing.held(here, gone(incident=None)) == ["ho_now", "ho_before", "ho_has", "ho_had"]
    assert erasing.held(here, entry_gone(("reporter",))) == ["ho_has", "ho_had"]
    assert erasing.held(here, entry_gone(("reporter",), entries={INCIDENT: (1,)})) == ["ho_now"]


def test_a_person_who_is_erased_has_no_name_and_no_messages_of_a_case() -> None:
    here = world(handed("ho_1", heads={TICKET: HEAD}))
    here.people["larare"] = Person("larare", HERE, "Asta")
    event = t.PersonErased(id="ev_9", at=LATER, municipality=HERE, person="larare", by=SYSTEM, reason="asked")
    erasing.person_erased(here, event)
    assert here.people["larare"] == Person("larare", HERE, "")
    assert erasing.held(here, event) == []


def test_only_open_questions_of_who_has_the_case_lapse() -> None:
    asked = {"ticket": TICKET, "vendor_question": None, "closed_by": None}
    questions = {"qu_1": asked | {"open": True}, "qu_2": asked | {"open": False}}
    event = gone()
    (answered,) = lapsing.lapsed(handed("ho_1", questions=questions), Context.of(event, LATER), LEFT)
    assert (answered.question, answered.ticket, answered.by) == ("qu_1", TICKET, SYSTEM)
    assert answered.text == LEFT
    ended = handed("ho_1", questions=questions, ended="released")
    assert list(lapsing.lapsed(ended, Context.of(event, LATER), LEFT)) == []
