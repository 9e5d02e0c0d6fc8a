"""Policies and agreements as sentences: the same at the terminal and on the pages (V4, V9)."""

from dataclasses import replace

import pytest

from contracts.directory import Directory, Promises, load
from contracts.directory.phrases import length
from contracts.directory.plain_words import (
    lanes_in_words,
    occasions_in_words,
    policy_in_words,
    promises_in_words,
    steps_in_words,
)
from contracts.directory.walk import Walk
from contracts.values import Language
from tests.support.directories import SMALL, changed, shipped, small

STEPS = SMALL[SMALL.index("      - {do: wait, clock") : SMALL.index("matrix:")]
PATH = ("team:teknik", "team:samordnare", "vendor:nat")


def with_policy(text: str) -> Directory:
    return load(SMALL.replace(STEPS, text))


def told(text: str, urgency: int | None = 2, agreement: str = "vanlig", language: Language = "sv") -> list[str]:
    directory = with_policy(text)
    promises = directory.agreements_by_id[agreement].at(urgency) if urgency else None
    walk = Walk(directory, "alskolan", PATH, promises) if urgency else Walk(directory)
    return [said[language] for said in policy_in_words(walk, directory.policies[0])]


@pytest.mark.parametrize(
    ("steps", "sv", "en"),
    [
        (
            "{do: wait, clock: acknowledge, share: 100}, {do: notify, parties: [coordinator]}",
            "Efter 30 min utan svar: Samordnaren får veta det.",
            "After 30 min without an answer: we tell Samordnaren.",
        ),
        (
            "{do: wait, clock: next_update, share: 100}, {do: notify, parties: [local, coordinator]}",
            "Efter 4 h utan besked: Tekniken och Samordnaren får veta det.",
            "After 4 h without an update: we tell Tekniken and Samordnaren.",
        ),
        (
            "{do: wait, clock: resolve, share: 75}, {do: next_party}",
            "Efter 9 h utan lösning (75 % av det som är lovat): det går vidare till Samordnaren.",
            "After 9 h without a solution (75 % of what is promised): it goes on to Samordnaren.",
        ),
        (
            "{do: wait, time: 90 min}, {do: hand_over, vendor: vendor:nat}, {do: raise_urgency, to: 1}",
            "Efter 1 h 30 min: det lämnas till Nätbolaget och det räknas som brådska 1.",
            "After 1 h 30 min: it is handed to Nätbolaget and it counts as urgency 1.",
        ),
        (
            "{do: require_acknowledgement, within: 30 min}, {do: notify, parties: [coordinator]}",
            "Om den som har det då inte svarar inom 30 min: Samordnaren får veta det.",
            "If who has it then does not answer within 30 min: we tell Samordnaren.",
        ),
        (
            "{do: notify, parties: [coordinator]}",
            "Genast: Samordnaren får veta det.",
            "At once: we tell Samordnaren.",
        ),
        (
            "{do: wait, time: 1 h}, {do: next_party}, {do: repeat, times: 1}",
            "Efter 1 h: det går vidare till Samordnaren och stegen börjar om, en gång till.",
            "After 1 h: it goes on to Samordnaren and the steps begin again, once more.",
        ),
        (
            "{do: wait, time: 1 h}, {do: wait, clock: resolve, share: 150}, {do: next_party}",
            "Efter 1 h och sedan efter 18 h utan lösning (150 % av det som är lovat): det går vidare till Samordnaren.",
            "After 1 h and then after 18 h without a solution (150 % of what is promised): it goes on to Samordnaren.",
        ),
    ],
)
def test_each_step_is_a_sentence_with_its_when(steps: str, sv: str, en: str) -> None:
    text = f"      - {steps.replace('}, {', chr(125) + chr(10) + '      - {')}\n"
    assert told(text) == [sv]
    assert told(text, language="en") == [en]


def test_a_wait_that_nothing_follows_on_is_no_step_to_anybody() -> None:
    assert told("      - {do: wait, time: 1 h}\n") == ["Det går inte vidare av sig självt."]
    assert told("      - {do: wait, time: 1 h}\n      - {do: next_party}\n      - {do: wait, time: 2 h}\n") == [
        "Efter 1 h: det går vidare till Samordnaren."
    ]


def test_the_case_is_followed_along_its_path_and_comes_back_to_the_coordinator() -> None:
    text = "      - {do: wait, time: 1 h}\n      - {do: next_party}\n" * 4
    assert [sentence.split(": ")[1] for sentence in told(text)] == [
        "det går vidare till Samordnaren.",
        "det går vidare till Nätbolaget.",
        "det går vidare till Samordnaren.",
        "det går vidare till Nätbolaget.",
    ]


def test_after_the_coordinator_as_the_last_nobody_comes_and_it_is_told() -> None:
    directory = with_policy("      - {do: wait, time: 1 h}\n      - {do: next_party}\n")
    walk = Walk(directory, "alskolan", ("team:samordnare",), directory.agreements[0].at(1))
    assert steps_in_words(walk, directory.policies[0])[0]["sv"] == "Efter 1 h: Samordnaren får veta det."


def test_the_last_in_turn_who_has_not_said_that_it_has_the_case_is_asked_to_as_routing_does() -> None:
    directory = with_policy(
        "      - {do: wait, time: 1 h}\n      - {do: next_party}\n"
        "      - {do: require_acknowledgement, within: 1 h}\n      - {do: notify, parties: [coordinator]}\n"
    )
    last = ("team:samordnare",)

    def first(answered: bool, language: Language = "sv", path: tuple[str, ...] = last) -> str:
        walk = Walk(directory, "alskolan", path, answered=answered)
        return steps_in_words(walk, directory.policies[0])[0][language]

    assert first(False) == "Efter 1 h: Samordnaren ska säga att de har det, om de inte har gjort det."
    assert first(False, "en") == "After 1 h: Samordnaren must say that they have it, unless they have done so."
    assert first(True) == "Efter 1 h: Samordnaren får veta det."
    assert first(False, path=PATH) == "Efter 1 h: det går vidare till Samordnaren.", "asked by getting it"


def test_a_wait_for_what_is_not_promised_is_passed_over_with_what_follows_it() -> None:
    """V5: what has no agreement does not burn, and does not move by a clock that never runs."""
    text = (
        "      - {do: wait, clock: resolve, share: 100}\n      - {do: next_party}\n"
        "      - {do: wait, time: 8 h}\n      - {do: next_party}\n"
    )
    assert told(text, agreement="utan") == [
        "Hoppas över, för ingen tid är lovad för lösningen: det går vidare till Samordnaren.",
        "Efter ytterligare 8 h: det går vidare till Samordnaren.",
    ]


def test_a_time_of_the_policys_own_is_told_from_what_is_promised() -> None:
    text = "      - {do: require_acknowledgement, within: 1 h}\n      - {do: notify, parties: [local]}\n"
    assert told(text) == ["Om den som har det då inte svarar inom 1 h (lovat är 30 min): Tekniken får veta det."]


def test_in_general_shares_stay_shares_and_local_is_the_schools_support() -> None:
    """What "Vem gör vad" says of a policy, of no case in particular."""
    text = (
        "      - {do: wait, clock: acknowledge, share: 100}\n      - {do: notify, parties: [local]}\n"
        "      - {do: wait, clock: resolve, share: 75}\n      - {do: next_party}\n"
    )
    assert told(text, urgency=None) == [
        "När tiden för första svar är slut: skolans IT-stöd får veta det.",
        "När 75 % av tiden för lösningen har gått: det går vidare till nästa i tur och ordning.",
    ]


def test_a_policy_without_steps_says_so() -> None:
    assert [said["sv"] for said in policy_in_words(Walk(shipped("malarvik")), shipped("malarvik").policies[-1])] == [
        "Det går inte vidare av sig självt."
    ]


def test_occasions_and_major_incidents_are_told_too() -> None:
    text = """\
      - {do: wait, time: 1 h}
      - {do: next_party}
    occasions:
      - {when: asked, do: [{do: next_party}]}
      - {when: holder_silent, do: [{do: notify, parties: [coordinator]}]}
      - {when: breach, clock: resolve, do: [{do: raise_urgency, to: 1}]}
      - {when: impact_grown, tickets: 5, schools: 2, do: [{do: hand_over, vendor: vendor:nat}]}
    major: {criticality: normal, tickets: 9, schools: 3, lessons: 1, public_sentence: 30 min}
"""
    assert told(text)[1:] == [
        "Om den som har anmält, eller skolans IT-ansvariga, ber om det: det går vidare till Samordnaren.",
        "Om nästa besked inte har kommit i tid: Samordnaren får veta det.",
        "Om det inte är löst i tid: det räknas som brådska 1.",
        "Om minst 5 har anmält eller minst 2 skolor är drabbade: det lämnas till Nätbolaget.",
        (
            "Det är en stor störning när tjänsten är vanlig eller viktigare, om minst 9 har anmält eller minst 3 "
            "skolor är drabbade eller minst 1 lektion står still: Samordnaren får veta det genast."
        ),
        "Vid en stor störning ska alla kunna läsa vad som har hänt inom 30 min.",
    ]
    assert told(text, language="en")[4].startswith("If at least 5 have reported it or at least 2 schools are hit:")


def test_promises_are_one_sentence() -> None:
    vanlig, utan = (small().agreements_by_id[name].at(2) for name in ("vanlig", "utan"))
    assert promises_in_words(vanlig)["sv"] == "Svar inom 30 min, nästa besked inom 4 h, löst inom 12 h."
    assert promises_in_words(utan) == {
        "sv": "Svar inom 40 min, nästa besked inom 4 h, ingen tid är lovad för lösningen.",
        "en": "An answer within 40 min, the next update within 4 h, no time is promised for the solution.",
    }


def test_who_may_call_the_vendor_and_who_orders_is_told() -> None:
    """V8, L2."""
    directory = load(
        changed(
            "    name: Vanlig\n", "    name: Vanlig\n    called_by: [reporter, local]\n    contracts_by: coordinator\n"
        )
    )
    assert [said["sv"] for said in lanes_in_words(directory, directory.agreements[0])] == [
        "Direkt till leverantören får vända sig: den som anmäler och skolans IT-stöd.",
        "Beställningar och ändringar i avtalet gör bara Samordnaren.",
    ]
    assert lanes_in_words(directory, directory.agreements[1]) == []
    nobody = directory.agreements[0].model_copy(update={"called_by": ()})
    assert lanes_in_words(directory, nobody)[0]["sv"] == "Direkt till leverantören får vända sig: ingen."


@pytest.mark.parametrize("name", ["malarvik", "hallsberg", "vasteras", "lund", "varmdo"])
def test_every_policy_of_the_shipped_files_has_its_sentences(name: str) -> None:
    directory = shipped(name)
    lines: list[Promises | None] = [None, *(line for a in directory.agreements for line in a.promises)]
    for policy in directory.policies:
        for promises in lines:
            walk = Walk(directory, directory.schools[0].id if promises else None, (directory.coordinator,), promises)
            for said in policy_in_words(walk, policy):
                assert all(said[language].endswith(".") for language in ("sv", "en"))
            assert len(occasions_in_words(walk, policy)) == len(policy.occasions)
            alone = occasions_in_words(replace(walk, alone=True), policy)
            assert len(alone) == len([one for one in policy.occasions if one.when != "impact_grown"])


def test_lengths_are_written_as_pages_write_them() -> None:
    from datetime import timedelta

    cases = {"30 s": 30, "30 min": 1800, "47 h 30 min": 171000, "7 min 30 s": 450, "0 min": 0, "168 h": 604800}
    assert {length(timedelta(seconds=seconds)): seconds for seconds in cases.values()} == cases


def test_a_share_of_a_long_promise_is_told_without_seconds() -> None:
    text = "      - {do: wait, clock: resolve, share: 74}\n      - {do: notify, parties: [local]}\n"
    assert told(text) == ["Efter 8 h 53 min utan lösning (74 % av det som är lovat): Tekniken får veta det."]
