"""A message in words: who is told what, in which order, and what stands in one line."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import bundle as bundles
from contracts.bundle import Around, Bundle, Earlier, Place, Promised, ReporterSeen, Spot, Subject, Terms
from contracts.directory import Connection
from contracts.disclosure import Vendor
from contracts.timeline import Draft, EntryKind, append, head_of
from contracts.webhooks import Answer, Forgotten, HandoffData, MessageKind, Verdict, Written
from tests.support.handoff_life import WIFI, directory
from vendor_bridge.mail import letters, wording
from vendor_bridge.mail.letters import Names, Reading

AT = datetime(2026, 11, 30, 9, 15, tzinfo=UTC)
INCIDENT, TICKET = "in_" + "1" * 32, "tk_" + "2" * 32
CONNECTION = Connection(name="v", profile="email", email="support@vendor.example")
SUBJECT = Subject(
    incident=INCIDENT,
    kind="incident",
    title="Trådlöst nät – Ekbackens skola",
    service="wifi",
    schools=("ekbacken",),
    tickets=1,
    urgency=2,
    opened_at=AT,
)


def story(
    *texts: dict[str, str] | str, around: Around | None = None, of: str = TICKET, kinds: tuple[EntryKind, ...] = ()
) -> Bundle:
    entries, head = [], None
    for number, text in enumerate(texts):
        draft = Draft(
            at=AT + timedelta(minutes=number),
            party="reporter",
            kind=kinds[number] if kinds else "reply",
            audience=("reporter",),
            caused_by=f"ev_{number}",
            text={"sv": text} if isinstance(text, str) else text,
        )
        entries.append(append(of, head, draft))
        head = head_of(entries[-1])
    made = bundles.make("ho_1", "malarvik", SUBJECT, {of: entries}, Vendor(WIFI))
    return made.model_copy(update={"around": around or Around()})


def reading(
    message: MessageKind = "offered",
    told: Bundle | None = None,
    *,
    numbers: dict[str, str] | None = None,
    connection: Connection = CONNECTION,
    known: bool = True,
    answers: frozenset[str] | set[str] = frozenset(),
    **more: Any,
) -> Reading:
    told = told or story("Wifi nere.")
    data = HandoffData(
        **{"role": "lead"} | more,
        message=message,
        handoff="ho_1",
        municipality="malarvik",
        connection="v",
        subject=SUBJECT,
        bundle=told,
    )
    names = Names(directory() if known else None, own=WIFI)
    numbers = {TICKET: "MAL-1"} if numbers is None else numbers
    return letters.read(data, told, connection, names, numbers=numbers, answers=answers)


def facts(made: Reading) -> dict[str, str]:
    return {fact.label["sv"]: fact.value["sv"] for fact in made.facts}


@pytest.mark.parametrize("kind", wording.HEADINGS)
def test_every_kind_of_message_says_what_it_is_and_what_is_wanted_in_both_languages(kind: MessageKind) -> None:
    made = reading(kind)
    for words in (made.heading, made.asks, made.story, made.footer):
        assert words["sv"]
        assert words["en"]
        assert "{" not in words["sv"] + words["en"]
    assert kind == "updated" or made.heading != reading("updated").heading


def test_who_helps_beside_another_is_told_so_and_where_a_case_goes_on() -> None:
    assert "hjälp" in reading(role="parallel").heading["sv"]
    assert "er del av ärendet är klar" in reading("completed", verdict=Verdict(proposal="pr_1")).heading["sv"]
    assert "annat ärende" in reading("released", continues_in="ho_2").asks["sv"]
    assert reading("released").asks == wording.ASKS["taken_back"]


@pytest.mark.parametrize("kind", wording.PARTS)
def test_who_helps_beside_another_is_told_of_its_part_and_not_of_the_case(kind: MessageKind) -> None:
    verdict = Verdict(proposal="pr_1", reason={"sv": "Nej.", "en": "No."}) if kind == "rejected" else None
    made = reading(kind, role="parallel", verdict=verdict)
    assert dict(made.keywords)["KLART"]["sv"].startswith("er del är klar")
    assert " del" in made.heading["sv"]
    assert " part" in made.heading["en"]
    assert "ärendet" not in made.heading["sv"].lower()
    assert not made.asks["sv"].startswith("Ärendet")
    assert "stängs när skolan" not in made.asks["sv"]


@pytest.mark.parametrize(
    ("kinds", "heading"),
    [
        (("reply", "resolved"), "Ärendet är löst."),
        (("resolved", "reopened", "reply"), "Ärendet är öppet igen: felet finns kvar."),
        (("reopened", "resolved"), "Ärendet är löst."),
        (("resolved", "unlinked"), "Ärendet är löst."),
        (("unlinked", "reply"), "En eller flera anmälningar hör inte längre till ärendet."),
        (("reply",), "Det finns något nytt i ärendet."),
    ],
)
def test_who_helps_beside_hears_that_the_case_is_solved_or_open_again_and_not_that_something_is_new(
    kinds: tuple[EntryKind, ...], heading: str
) -> None:
    made = reading("updated", story(*map(str, kinds), of=INCIDENT, kinds=kinds), role="parallel")
    assert made.heading["sv"] == heading
    assert (made.asks == wording.ASKS["updated"]) == (kinds == ("reply",))


def test_an_answer_and_a_reason_stand_first_and_once() -> None:
    answer = Answer(question="qu_1", text={"sv": "Från sju."})
    made = reading("answered", story("Från sju.", "Och vaktmästaren vet."), answer=answer)
    assert made.quoted == (wording.ANSWER, {"sv": "Från sju."})
    assert [each.text for each in made.shown] == ["Och vaktmästaren vet."]
    refused = reading("rejected", verdict=Verdict(proposal="pr_1", reason={"sv": "Nere i B-huset."}))
    assert refused.quoted == (wording.REASON, {"sv": "Nere i B-huset."})


def test_an_answer_that_has_a_mail_of_its_own_is_not_in_another() -> None:
    """Two questions answered at once: the first mail has both entries, the second its answer alone."""
    told = story("Från sju.", "Ja, den blinkar.", "Och vaktmästaren vet.")
    answer = Answer(question="qu_1", text={"sv": "Från sju."})
    made = reading("answered", told, answer=answer, answers={"ev_0", "ev_1"})
    assert [each.text for each in made.shown] == ["Och vaktmästaren vet."]
    assert made.hidden is None
    assert [each.text for each in reading(told=told).shown] == [
        "Från sju.",
        "Ja, den blinkar.",
        "Och vaktmästaren vet.",
    ]


def test_what_is_erased_is_named_by_what_a_reader_of_mails_sees() -> None:
    """The same words in two histories are one entry; an id or a place in a chain says nothing to anybody."""
    gone = (
        Forgotten(case=INCIDENT, entries=(3,), written=(Written(seq=3, at=AT, party="reporter"),)),
        Forgotten(case=TICKET, entries=(2,), written=(Written(seq=2, at=AT, party="reporter"),)),
    )
    made = reading("redacted", forget=gone)
    said = [fact.value for fact in made.facts if fact.label == wording.FORGET]
    assert said == [
        {
            "sv": "inlägget 2026-11-30 10:15, Den som rapporterade",
            "en": "the entry of 2026-11-30 10:15, Who reported it",
        }
    ]
    two = (Written(seq=2, at=AT, party="reporter", nth=1), Written(seq=4, at=AT, party="reporter", nth=3))
    named = reading("redacted", forget=(Forgotten(case=TICKET, entries=(2, 4), written=two),)).facts
    assert [fact.value["sv"] for fact in named if fact.label == wording.FORGET] == [
        "inlägget 2026-11-30 10:15, Den som rapporterade (nummer 1 den minuten)",
        "inlägget 2026-11-30 10:15, Den som rapporterade (nummer 3 den minuten)",
    ]
    assert "Ta bort det inlägg" in made.asks["sv"]
    whole = reading("redacted", forget=(Forgotten(case=TICKET, entries=(1, 2), whole=True),))
    assert facts(whole)["Raderat"] == "hela rapporten MAL-1"
    assert "om rapporten" in whole.asks["sv"]
    unnumbered = reading("redacted", forget=(Forgotten(case=TICKET, entries=(1,), whole=True),), numbers={})
    assert facts(unnumbered)["Raderat"] == "en hel rapport"


def test_a_case_of_several_reports_says_which_each_word_is_about() -> None:
    made = reading(numbers={TICKET: "MAL-1", "tk_3": "MAL-2"})
    assert made.subject == "Ärende MAL-1 m.fl.: Trådlöst nät – Ekbackens skola"
    assert made.shown[0].number == "MAL-1"
    assert reading().shown[0].number == ""
    assert reading(numbers={}).subject == "Trådlöst nät – Ekbackens skola"


def test_what_is_told_beside_the_history_is_in_the_mail() -> None:
    around = Around(
        places=(
            Place(school="ekbacken", name="Ekbackens skola", tickets=2),
            Place(school="kungs", name="Kungs", tickets=1),
        ),
        reporters=(ReporterSeen(ticket=TICKET, person="pe_1", name="Lena", school="ekbacken", room="B204"),),
        terms=Terms(
            agreement="nat",
            name="Nätavtalet",
            promises=(Promised(promise="resolve", due_at=AT), Promised(promise="next_update", paused="reporter")),
        ),
        earlier=(Earlier(vendor="vendor:a", name="Förra", role="lead", since=AT, until=AT, outcome="returned"),),
    )
    told = facts(reading(told=story("x", around=around), vendor_reference="INC-4711\r\nBcc: x"))
    assert told["Var, och hur många rapporter"] == "Ekbackens skola (2), Kungs (1)"
    assert told["Den som rapporterade"] == "Lena, Ekbackens skola, B204"
    assert told["Löst senast"] == "2026-11-30 10:15"  # the municipality's time
    assert told["Nästa besked senast"] == "tiden står still"
    assert told["Har haft ärendet"].startswith("Förra, 2026-11-30 10:15")
    assert told["Er beteckning"] == "INC-4711 Bcc: x"


def test_english_stands_beside_where_there_is_any() -> None:
    made = reading(told=story({"sv": "Uppe.", "en": "It is up."}, {"en": "Down again."}, {"sv": "Lika", "en": "Lika"}))
    assert [(each.text, each.beside) for each in made.shown] == [
        ("Uppe.", "It is up."),
        ("Down again.", ""),
        ("Lika", ""),
    ]


def test_only_what_is_too_much_is_put_into_an_attachment() -> None:
    few = reading(told=story(*(f"rad {n}" for n in range(letters.SHOWN))))
    assert (few.newest, few.whole, few.shown[0].text) == (None, (), "rad 0")
    many = reading(told=story(*(f"rad {n}" for n in range(letters.SHOWN + 1))))
    assert many.newest is not None
    assert (many.shown[0].text, len(many.shown), len(many.whole)) == (f"rad {letters.SHOWN}", letters.SHOWN, 26)
    long = reading(told=story("å" * 5_000))
    assert len(long.shown[0].text) < 4_200
    assert letters.as_text(long.whole).count("å") == 5_000


def test_without_a_directory_it_is_still_a_mail() -> None:
    made = reading(known=False)
    assert made.heading["sv"].startswith("Kommunen lämnar över")


def test_who_may_reply_is_said() -> None:
    domain = CONNECTION.model_copy(update={"replies_from": "domain"})
    assert "support@vendor.example" in reading().footer["sv"]
    assert "en adress hos vendor.example" in reading(connection=domain).footer["sv"]


def test_the_mail_says_which_room_and_which_device_and_not_the_room_twice() -> None:
    around = Around(
        places=(Place(school="ekbacken", name="Ekbackens skola", tickets=2),),
        reporters=(ReporterSeen(ticket=TICKET, person="pe_1", name="Lena", school="ekbacken", room="L12"),),
        spots=(Spot(ticket=TICKET, school="ekbacken", room="L12", asset="EKB-PR-0012"),),
    )
    told = facts(reading(told=story("x", around=around)))
    assert told["Rum eller enhet"].startswith("L12, EKB-PR-0012")
    assert told["Den som rapporterade"] == "Lena, Ekbackens skola"


def test_of_a_storm_the_mail_names_some_rooms_and_says_how_many_more_there_are() -> None:
    spots = tuple(Spot(ticket=f"tk_{n}", school="ekbacken", room=f"B{n}") for n in range(letters.SPOTS_NAMED + 5))
    told = reading(told=story("x", around=Around(spots=spots)))
    named = [fact.value["sv"] for fact in told.facts if fact.label["sv"] == "Rum eller enhet"]
    assert (len(named), named[-1]) == (letters.SPOTS_NAMED + 1, "och 5 till i bilagan")


@pytest.mark.parametrize(
    ("unanswered", "heading", "label"),
    [(False, "Här är svaret på er fråga.", "Svaret"), (True, "Er fråga behöver inget svar.", "Varför")],
)
def test_a_question_that_is_closed_without_an_answer_is_not_told_as_answered(
    unanswered: bool, heading: str, label: str
) -> None:
    answer = Answer(question="qu_1", text={"sv": "Vi hittade det."}, unanswered=unanswered)
    made = reading("answered", answer=answer)
    assert made.heading["sv"] == heading
    assert made.quoted is not None
    assert (made.quoted[0]["sv"], made.quoted[1]["sv"]) == (label, "Vi hittade det.")
