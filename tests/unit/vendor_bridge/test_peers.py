"""What passes between two Eskaleras: a hand-off as a vendor's report, and what is said of it as a vendor's words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import bundle
from contracts.bundle import Bundle, Place, ReporterSeen
from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, Vendor, to_party
from contracts.timeline import Draft, Entry, EntryKind
from contracts.values import SYSTEM_PARTY, Head
from contracts.webhooks import BundleLink, Outgoing, message_of
from tests.support.histories import INCIDENT, START, SUBJECT, TICKET, VENDOR, chain
from tests.support.vendor_samples import outgoing
from vendor_bridge.domain import peers
from vendor_bridge.domain.belonging import Joined
from vendor_bridge.domain.peers import PeerCase, Proposed
from vendor_bridge.domain.peers import back as peers_back
from vendor_bridge.domain.peers import told as peers_told

ZONE = ZoneInfo("Europe/Stockholm")
SAMPLES = outgoing()
TEAM = "team:samordnaren"
Said = tuple[int, str, EntryKind, str, str]
"""(minute, party, kind, audience, text) of an entry."""


def entries(case: str, *written: tuple[int, str, EntryKind, str, str]) -> list[Entry]:
    """(minute, party, kind, audience, text) of each."""
    return chain(
        case,
        [
            Draft(
                at=START + timedelta(minutes=minute),
                party=party,
                kind=kind,
                audience=(audience,),
                caused_by=f"ev_{minute}",
                text={"sv": text},
                facts={"question": "qu_7"} if kind in ("question", "answer") else {},
            )
            for minute, party, kind, audience, text in written
        ],
    )


def bundled(*chains: list[Entry], known: dict[str, Head] | None = None) -> Bundle:
    histories = {each[0].case: each for each in chains}
    return bundle.make("ho_1", "malarvik", SUBJECT, histories, Vendor(party=VENDOR), known=known)


def message(kind: Any, told: Bundle | None, **more: Any) -> Outgoing:
    sample = SAMPLES[kind]
    return sample.model_copy(update={"data": sample.data.model_copy(update={"bundle": told} | more)})


def said(case: PeerCase, *written: tuple[int, str, EntryKind, str, str], of: str = TICKET) -> list[tuple[str, Any]]:
    return [(one.kind, dict(one.data)) for one in peers_told.told(case, entries(of, *written), "HAL-1")]


def a_case(**more: Any) -> PeerCase:
    return PeerCase("hallsberg", "y", "ho_1", "vendor:a", **{"ticket": TICKET} | more)


STORY = (
    entries(INCIDENT, (1, TEAM, "assigned", REPORTERS, "Hos oss."), (4, TEAM, "note", INTERNAL, "Hemligt.")),
    entries(
        TICKET, (0, "reporter", "filed", REPORTER, "Nere."), (2, VENDOR, "vendor_entry", REPORTER, "Vi ser på det.")
    ),
)


def test_a_hand_off_is_a_report_with_its_story_in_order_without_what_is_hidden_or_our_own() -> None:
    told = bundled(*STORY)
    new = peers.news(told, {})
    assert new is not None
    [one] = peers.reported(message("offered", told), new, ZONE, "msg_1", other="Mälarviks kommun")
    assert (one.name, one.kind, one.data["external_id"], one.data["priority"]) == (
        "ho_1/reported",
        "ticket_reported",
        "ho_1",
        str(SUBJECT.urgency),
    )
    assert one.data["description"].splitlines() == [
        f"{START.astimezone(ZONE):%Y-%m-%d %H:%M} Anmälaren: Nere.",
        f"{(START + timedelta(minutes=1)).astimezone(ZONE):%Y-%m-%d %H:%M} Mälarviks kommun: Hos oss.",
    ]


def test_its_title_says_of_which_case_it_is_in_the_words_of_the_first_who_reported_it() -> None:
    first = entries(TICKET, (1, "reporter", "filed", REPORTER, "Nere i\tsal 3.\n\nSedan i går."))
    later = entries("tk_2", (2, "reporter", "filed", REPORTER, "Död."))
    told = bundled(STORY[0], later, first)
    [one] = peers.reported(message("offered", told), peers.news(told, {}) or (), ZONE, "msg_1")
    assert one.data["title"] == f"{SUBJECT.title}: Nere i sal 3."
    untold = bundled(STORY[0])
    [one] = peers.reported(message("offered", untold), peers.news(untold, {}) or (), ZONE, "msg_1")
    assert one.data["title"] == SUBJECT.title


def test_what_the_other_asks_its_own_reporter_is_no_question_to_us() -> None:
    asked: Said = (1, TEAM, "question", REPORTER, "Lyser lampan?")
    closed: Said = (2, TEAM, "answer", REPORTER, "Behövs inte.")
    to_us: Said = (3, TEAM, "answer", to_party(VENDOR), "Den är grön.")
    told = bundled(STORY[0], entries(TICKET, asked, closed, to_us))
    new = peers.news(told, {})
    assert new is not None
    texts = [one.data["text"] for one in peers.changed(message("updated", told), new, "msg_1")]
    assert texts == ["Hos oss.", "Till anmälaren: Lyser lampan?", "Till anmälaren: Behövs inte.", "Den är grön."]


def test_a_clock_of_one_side_is_no_word_of_the_other() -> None:
    """It stands still for one side's reporters, and says so to these; the other's clocks run on."""
    stands: Said = (
        5,
        SYSTEM_PARTY,
        "paused",
        REPORTERS,
        "Vi väntar på svar. Tiden för att lösa det står still så länge.",
    )
    goes_on: Said = (6, SYSTEM_PARTY, "resumed", REPORTERS, "Tiden för att lösa det räknas igen.")
    assert said(a_case(), stands, goes_on, of=INCIDENT) == []
    told = bundled(entries(INCIDENT, (1, TEAM, "note", REPORTERS, "Vi ser på det."), stands, goes_on))
    new = peers.news(told, {})
    assert new is not None
    assert [one.data["text"] for one in peers.changed(message("updated", told), new, "msg_1")] == ["Vi ser på det."]


def test_what_has_left_the_others_case_is_said_with_the_places_that_are_left() -> None:
    told = bundled(entries(INCIDENT, (1, TEAM, "unlinked", INTERNAL, "Tog bort MAL-2026-000002 härifrån.")))
    around = told.around.model_copy(update={"places": (Place(school="ekbacken", name="Ekbackens skola", tickets=1),)})
    told = told.model_copy(update={"around": around})
    new = peers.news(told, {})
    assert new is not None
    [one] = peers.changed(message("updated", told), new, "msg_1")
    assert one.data["text"].endswith("Kvar från: Ekbackens skola (1)")
    assert "000002" not in one.data["text"]


def test_a_report_says_where_from_who_and_by_when() -> None:
    sample = SAMPLES["offered"]
    told = sample.data.bundle
    assert told is not None
    who = ReporterSeen(ticket=TICKET, person="pe_1", name="Anna Larsson", school="ekbacken", room="12")
    around = told.around.model_copy(update={"reporters": (who,)})
    one, people = peers.reported(message("offered", told.model_copy(update={"around": around})), (), ZONE, "msg_1")
    by = (START + timedelta(hours=3)).astimezone(ZONE)
    assert one.data["description"].splitlines() == [
        "Anmält från: Ekbackens skola (2)",
        "Rum eller enhet: B204, EKB-AP-0012, Ekbackens skola",
        f"Enligt avtal löst senast {by:%Y-%m-%d %H:%M}",
    ]
    assert one.data["place"] == "Ekbackens skola"
    # The description goes on to whoever gets the case next, whatever that one's connection lets it know of people.
    assert dict(people.data) == {"text": "Anmälare: Anna Larsson, Ekbackens skola, 12", "private": True}
    message_of(people.kind, {**people.data, "ticket": "tk_9"})


def test_a_story_that_is_too_long_for_one_text_goes_on_in_notes_and_nothing_is_cut() -> None:
    words = [f"{number} {'x' * 15_000}" for number in range(4)] + [f"9 {'y' * 45_000}"]
    told = bundled(entries(INCIDENT, *((number, TEAM, "note", REPORTERS, text) for number, text in enumerate(words))))
    found = [*peers.reported(message("offered", told), peers.news(told, {}) or (), ZONE, "msg_1")]
    texts = [one.data.get("description") or one.data["text"] for one in found]
    assert max(map(len, texts)) <= peers.LONGEST
    assert len({one.name for one in found}) == len(found) > 4
    assert sum(text.count("x") for text in texts) == 60_000
    assert sum(text.count("y") for text in texts) == 45_000


@pytest.mark.parametrize("kind", SAMPLES)
def test_every_message_of_the_catalogue_becomes_messages_that_a_vendor_may_send(kind: str) -> None:
    one = SAMPLES[kind]
    told = one.data.bundle
    assert told is not None
    begins = {each.case: each.after for each in told.chains if each.after is not None}
    new = peers.news(told, told.heads | begins)
    assert new is not None
    first = [*peers.reported(one, new, ZONE, one.id)]
    later = [*peers.changed(one, new, one.id)]
    for each in (*first, *later):
        about = {} if each.kind == "ticket_reported" else {"ticket": "tk_9"}
        message_of(each.kind, {**each.data, **about})
    withdrawn = [each.data.get("withdrawn", False) for each in later]
    assert any(withdrawn) == (kind in ("taken_back", "released"))


def test_n11_what_the_other_has_erased_is_asked_for_here_and_nothing_else_is() -> None:
    asking = [
        kind for kind in SAMPLES for said in peers.changed(message(kind, None), [], "m") if said.data.get("erase")
    ]
    assert asking == ["redacted"]


def test_an_answer_and_a_refusal_have_one_name_as_message_and_as_entry() -> None:
    answer = SAMPLES["answered"].data.answer
    assert answer is not None
    text = answer.text["sv"]
    told = bundled(entries(TICKET, (1, "reporter", "answer", REPORTER, text)), STORY[0])
    asked = answer.model_copy(update={"question": "qu_7"})
    [by_message] = [
        one for one in peers.changed(message("answered", told, answer=asked), (), "msg_1") if one.data["text"] == text
    ]
    by_entry = peers.changed(message("updated", told), peers.news(told, {}) or (), "msg_2")
    assert by_message.name in {one.name for one in by_entry}


def test_what_does_not_continue_is_no_news_and_what_is_told_again_is_none() -> None:
    whole = bundled(*STORY)
    one, known = {INCIDENT: Head(seq=1, hash=STORY[0][0].hash)}, dict(whole.heads)
    rest = bundled(*STORY, known=one)
    assert peers.news(rest, {}) is None  # a gap
    assert peers.news(rest, {INCIDENT: Head(seq=1, hash="0" * 64)}) is None  # another story
    assert peers.news(whole, known) == peers.news(bundled(*STORY, known=known), known) == []
    again = peers.news(whole, one)
    assert again is not None
    assert [(entry.case, entry.seq) for entry in again] == [(TICKET, 1), (TICKET, 2), (INCIDENT, 2)]
    tampered = whole.model_copy(update={"digest": "0" * 64})
    assert peers.news(tampered, {}) is None


@given(st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=6), min_size=1, max_size=3), st.data())
def test_n4_in_whatever_pieces_a_story_comes_each_entry_is_news_once(minutes: list[list[int]], data: Any) -> None:
    chains: Sequence[list[Entry]] = [
        entries(f"in_{number}" if number else INCIDENT, *((each, TEAM, "note", REPORTERS, "x") for each in times))
        for number, times in enumerate(minutes)
    ]
    heads: dict[str, Any] = {}
    seen: list[tuple[str, int]] = []
    for _ in range(6):
        cut = [each[: data.draw(st.integers(1, len(each)))] for each in chains]
        known = {case: Head.model_validate(head) for case, head in heads.items()}
        sent = {case: head for case, head in known.items() if data.draw(st.booleans())}
        after = {each[0].case: sent[each[0].case] for each in cut if each[0].case in sent}
        after = {
            case: head for case, head in after.items() if head.seq <= len(next(c for c in cut if c[0].case == case))
        }
        told = bundled(*cut, known=after)
        new = peers.news(told, known)
        assert new is not None
        seen += [(entry.case, entry.seq) for entry in new]
        heads = peers.ahead(heads, told.heads)
    assert len(seen) == len(set(seen))
    for each in chains:
        own = [seq for case, seq in seen if case == each[0].case]
        assert own == sorted(own) == list(range(1, heads[each[0].case]["seq"] + 1))


def test_what_is_said_here_goes_back_in_the_vendors_words() -> None:
    case = a_case()
    assert said(
        case,
        (0, "vendor:a", "filed", REPORTER, "Deras egna ord."),
        (1, TEAM, "reply", REPORTER, "Vi tittar."),
        (2, TEAM, "note", INTERNAL, "Hemligt."),
        (3, "vendor:w", "question", REPORTER, "Vilken sal?"),
    ) == [
        ("entry_added", {"handoff": "ho_1", "text": "Vi tittar.", "vendor_reference": "HAL-1"}),
        (
            "information_requested",
            {"handoff": "ho_1", "text": "Vilken sal?", "vendor_reference": "HAL-1", "question": "qu_7"},
        ),
    ]
    assert case.told == {TICKET: 4}
    of_incident = said(
        case,
        (0, TEAM, "assigned", REPORTERS, "Hos oss."),
        (1, TEAM, "handed_over", REPORTERS, "Hos en leverantör."),
        (2, TEAM, "note", REPORTER, "Till den andra anmälaren."),
        (3, TEAM, "resolved", REPORTERS, "Löst."),
        of=INCIDENT,
    )
    assert [(kind, data["text"]) for kind, data in of_incident] == [
        ("status_changed", "Hos oss."),
        ("entry_added", "Hos en leverantör."),
        ("resolution_proposed", "Löst."),
    ]
    for kind, data in of_incident:
        message_of(kind, data)


def solved(case: PeerCase, *written: tuple[int, EntryKind, str], joined: int | None = None) -> list[tuple[str, str]]:
    """(kind, text) of what is told of an incident, whose ticket came on it in that minute."""
    story = entries(INCIDENT, *((minute, TEAM, kind, REPORTERS, text) for minute, kind, text in written))
    since = Joined(INCIDENT, START + timedelta(minutes=joined)) if joined is not None else None
    return [(one.kind, one.data["text"]) for one in peers_told.told(case, story, None, since)]


def test_only_what_is_solved_now_and_for_this_case_is_proposed() -> None:
    assert solved(a_case(), (1, "resolved", "Löst."), (2, "reopened", "Öppnat."), (3, "resolved", "Nu.")) == [
        ("entry_added", "Löst."),
        ("entry_added", "Öppnat."),
        ("resolution_proposed", "Nu."),
    ]
    assert solved(a_case(), (1, "resolved", "Löst."), (2, "reopened", "Öppnat."), (4, "resolved", "Nu."), joined=3) == [
        ("resolution_proposed", "Nu.")
    ]
    assert solved(a_case(), (1, "resolved", "Löst."), joined=3) == [("entry_added", "Löst.")]


def test_r9_what_follows_from_the_others_no_is_no_news_to_it() -> None:
    case = a_case(proposed="rejected", working=True)
    told = solved(case, (1, "reopened", "Öppnat."), (2, "handed_over", "Hos Nätfirman."), (3, "reopened", "Igen."))
    assert told == [("entry_added", "Hos Nätfirman."), ("entry_added", "Igen.")]


@pytest.mark.parametrize("proposed", ["open", "accepted"])
def test_a_solution_that_holds_no_longer_is_taken_back_also_where_the_yes_crossed_it(proposed: Proposed) -> None:
    case = a_case(proposed=proposed)
    [(kind, text)] = solved(case, (1, "reopened", "Öppnat."))
    assert (kind, text) == ("status_changed", "Öppnat. Lösningen som föreslogs gäller inte längre.")
    assert case.proposed is None


def test_a_refusal_says_the_same_under_one_name_whether_it_comes_as_a_message_or_as_an_entry() -> None:
    verdict = SAMPLES["rejected"].data.verdict
    assert verdict is not None
    assert verdict.reason is not None
    draft = Draft(
        at=START,
        party=TEAM,
        kind="proposal_rejected",
        audience=(to_party(VENDOR),),
        caused_by="ev_1",
        text=verdict.reason,
        facts={"proposal": verdict.proposal},
    )
    told = bundled(chain(INCIDENT, [draft]))
    by_entry, by_message = peers.changed(message("rejected", told), peers.news(told, {}) or (), "msg_1")
    assert by_entry == by_message
    assert by_message.data["unsolved"] is True
    assert verdict.reason["sv"] in by_message.data["text"]


def test_a_story_that_was_only_linked_to_is_not_said_to_be_held() -> None:
    link = BundleLink(url="https://a.example/b", digest="0" * 64, heads=bundled(*STORY).heads, bytes=300_000)
    [one] = peers.reported(message("offered", None, bundle_link=link), (), ZONE, "msg_1")
    assert "för stor" in one.data["description"]
    case = a_case(heads=peers.ahead({}, link.heads, linked=True))
    assert peers_told.acknowledged(case, "HAL-1").data["heads"] == {}
    longer = {INCIDENT: Head(seq=9, hash="1" * 64)}
    case.heads = peers.ahead(case.heads, longer)
    assert peers_told.lacking(case, "msg_2").data["heads"] == {}


def test_of_a_case_that_came_back_only_what_is_between_the_two_is_told_beside_its_own_messages() -> None:
    told = bundled(
        entries(
            INCIDENT,
            (1, TEAM, "handed_over", REPORTERS, "Vi skickar ärendet."),
            (1, TEAM, "note", to_party(VENDOR), "Det är er switch."),
        )
    )
    new = peers.news(told, {})
    assert new is not None
    both = [*peers_back.given_back(message("offered", told), new, ["ho_a", "ho_b"])]
    assert [one.handoff for one in both] == ["ho_a", "ho_b"]
    assert {(one.kind, one.data["text"]) for one in both} == {("returned", "Det är er switch.")}
    assert len({one.name for one in both}) == 2
    assert next(peers_back.given_back(message("offered", told), (), ["ho_a"])).data["text"]
    [beside] = peers_back.beside(message("updated", told), new, "msg_1")
    assert (beside.kind, beside.data) == ("entry_added", {"text": "Det är er switch."})


def test_an_echo_brings_back_our_own_words_and_nothing_else() -> None:
    def told(*parties: str) -> bool:
        kind: EntryKind = "vendor_entry"
        written = [(n, party, kind, REPORTERS, "Hej.") for n, party in enumerate(parties)]
        story = bundled(entries(INCIDENT, *written)) if written else None
        new = peers.news(story, {}) if story is not None else []
        return peers.is_echo(message("updated", story, vendor=VENDOR), new or ())

    assert told(VENDOR)
    assert told(VENDOR, VENDOR)
    assert not told(VENDOR, TEAM)
    assert not told()


def test_which_of_our_own_has_it_is_not_the_other_s_business_and_that_somebody_works_on_it_is_said_once() -> None:
    case = a_case()
    steps: list[Said] = [
        (0, SYSTEM_PARTY, "assigned", REPORTERS, "Ärendet ligger nu hos IT-strategen. Det är inte sagt vilken skola."),
        (1, SYSTEM_PARTY, "escalated", REPORTERS, "Ärendet gick vidare till samordnaren."),
        (2, SYSTEM_PARTY, "assigned", REPORTERS, "Ärendet ligger nu hos samordnaren."),
        (3, TEAM, "acknowledged", REPORTERS, "Samordnaren har tagit sig an ärendet."),
        (4, SYSTEM_PARTY, "handed_over", REPORTERS, "Vi skickar ärendet till Nätfirman."),
        (5, "vendor:third", "acknowledged", REPORTERS, "Nätfirman har tagit emot ärendet."),
        (6, TEAM, "assigned", REPORTERS, "Nätfirman är klara med sin del. Kabeln är bytt."),
    ]
    told = [(kind, data.get("text")) for kind, data in said(case, *steps, of=INCIDENT)]
    assert told == [
        ("status_changed", None),
        ("entry_added", "Vi skickar ärendet till Nätfirman."),
        ("entry_added", "Nätfirman har tagit emot ärendet."),
        ("entry_added", "Nätfirman är klara med sin del. Kabeln är bytt."),
    ]
    assert said(case, *steps[:1], of="in_other") == []  # of the case that it is put on
    unmoved = a_case()
    assert said(unmoved, *steps[:3], of=INCIDENT) == []
    assert not unmoved.working, "rules sent it somewhere: nobody has begun"


def test_what_is_said_of_a_solution_follows_a_whole_sentence() -> None:
    [(_, text)] = solved(a_case(proposed="open"), (1, "reopened", "Felet kom tillbaka"))
    assert text == "Felet kom tillbaka. Lösningen som föreslogs gäller inte längre."


def again(*written: Said, **more: Any) -> list[tuple[str, str]]:
    told = bundled(entries(INCIDENT, *written))
    found = peers_back.again(message("offered", told), peers.news(told, {}) or (), ZONE, "msg_1", **more)
    for one in found:
        about = {"handoff": "ho_b"} if one.kind == "returned" else {"ticket": "tk_9"}
        message_of(one.kind, {**one.data, **about})
    found = peers_back.again(message("offered", told), peers.news(told, {}) or (), ZONE, "msg_1", **more)
    return [(one.kind, one.data["text"]) for one in found]


def test_r17_a_case_that_is_handed_over_again_ends_what_lay_with_the_other_with_what_is_between_us_as_the_reason() -> (
    None
):
    between: Said = (2, TEAM, "note", to_party(VENDOR), "Nu är det er tur.")
    public: Said = (1, TEAM, "note", REPORTERS, "Vi har bytt switchen.")
    assert again(public, between, ours=["ho_b"]) == [
        ("ticket_changed", "Vi har bytt switchen."),
        ("returned", "Nu är det er tur."),
    ]
    assert again(public, ours=["ho_b"])[-1] == ("returned", "Ärendet lämnas tillbaka.")


def test_r9_what_does_not_lie_with_the_other_is_only_said_to_be_here_again_and_what_is_solved_is_not() -> None:
    between: Said = (2, TEAM, "note", to_party(VENDOR), "Nu är det er tur.")
    assert again(between) == [("ticket_changed", "Ärendet lämnas över igen. Nu är det er tur.")]
    told = bundled(entries(INCIDENT, between))
    new = peers.news(told, {}) or ()
    [no] = peers_back.again(message("offered", told), new, ZONE, "msg_1", ours=["ho_b"], solved=True)
    assert (no.kind, no.data["unsolved"]) == ("ticket_changed", True)


def test_r17_the_later_hand_off_has_what_the_earlier_one_had_and_that_is_told_no_more() -> None:
    link = {"seq": 3, "hash": "0" * 64, "linked": True}
    former = a_case(heads={INCIDENT: {"seq": 2, "hash": "1" * 64}, "in_link": link}, told={TICKET: 4}, working=True)
    later = former.goes_on("ho_2")
    assert (former.continues_in, later.handoff, later.ticket) == ("ho_2", "ho_2", TICKET)
    assert (later.told, list(later.heads)) == ({TICKET: 4}, [INCIDENT])
    assert (later.acknowledged, later.working, later.continues_in) == (False, False, None)


def test_n8_who_waits_for_what_came_back_waits_for_nobody_once_it_is_over_unless_it_is_to_answer_itself() -> None:
    back = a_case(ticket=None, incident=INCIDENT, told={INCIDENT: 1})
    assert [replace(back, proposed=state).waits_for_nobody for state in (None, "rejected", "open", "accepted")] == [
        True,
        True,
        False,
        False,
    ]
    assert not a_case().waits_for_nobody
    end: Said = (1, SYSTEM_PARTY, "closed", REPORTERS, "Ärendet är avslutat.")
    assert said(replace(back, told={}), end, of=INCIDENT) == []  # what gives it back says so
    assert len(said(replace(back, told={}, proposed="open"), end, of=INCIDENT)) == 1
    one = peers_told.over(back)
    message_of(one.kind, dict(one.data))
    assert one == peers_told.over(back)


def test_r9_a_no_to_what_came_back_stays_one_and_all_else_between_us_is_a_word() -> None:
    verdict = SAMPLES["rejected"].data.verdict
    [no] = peers_back.beside(message("rejected", None, verdict=verdict), (), "msg_1")
    assert (no.kind, peers_back.is_no(no)) == ("ticket_changed", True)
    assert peers_back.as_word(no).data == {"text": no.data["text"]}
    mine = [INCIDENT, "in_2"]
    back = a_case(ticket=None, incident=INCIDENT, told=dict.fromkeys(mine, 0), solved=mine, proposed="rejected")
    for incident in mine:
        story = entries(incident, (1, TEAM, "reopened", REPORTERS, "Öppnat."))
        assert peers_told.told(back, story, None) == []
    assert back == replace(back, solved=[], proposed=None)


def test_that_one_gets_the_case_is_told_by_what_it_gets() -> None:
    draft = Draft(
        at=START,
        party=SYSTEM_PARTY,
        kind="handed_over",
        audience=(REPORTERS,),
        caused_by="ev_1",
        text={"sv": "Vi skickar ärendet till er."},
        facts={"party": VENDOR, "rule": "request"},
    )
    story = chain(INCIDENT, [draft])
    told = bundled(story)
    sent = message("updated", told, vendor=VENDOR)
    assert [*peers.changed(sent, peers.news(told, {}) or (), "msg_1")] == []
    assert peers_told.told(replace(a_case(), vendor=VENDOR), story, None) == []
    assert len(peers_told.told(a_case(), story, None)) == 1
