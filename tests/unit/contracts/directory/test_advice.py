"""What a file may say and hardly means is pointed out with its line, and no reason to refuse it."""

import pytest

from contracts.directory import advise, load
from tests.support.directories import SMALL, changed, line_of

NEVER = "this step never comes"
ONLY_WITHOUT = changed(
    "{agreement: vanlig, policy: steg}",
    "{agreement: utan, policy: steg}",
)


def told(text: str) -> list[tuple[int, str]]:
    return [(problem.line, problem.message) for problem in advise(text, load(text))]


def test_there_is_nothing_to_say_about_the_small_directory() -> None:
    assert told(SMALL) == []


def test_a_wait_for_what_no_agreement_of_the_policys_cases_promises() -> None:
    assert told(ONLY_WITHOUT) == [
        (
            line_of(ONLY_WITHOUT, "clock: resolve"),
            f"{NEVER}: no agreement of this policy's cases (utan) promises 'resolve'",
        )
    ]


def test_one_rule_with_a_promise_is_enough() -> None:
    text = changed("path: [local]\n", "path: [local]\n    agreement: vanlig\n", ONLY_WITHOUT)
    assert told(text) == []


@pytest.mark.parametrize(("major", "lines"), [("", 2), ("    major: {schools: 2, public_sentence: 30 min}\n", 0)])
def test_a_public_sentence_is_promised_by_the_policys_major_alone(major: str, lines: int) -> None:
    text = changed("share: 75}\n", "share: 75}\n      - {do: wait, clock: public_sentence, share: 100}\n")
    occasion = "    occasions: [{when: breach, clock: public_sentence, do: [{do: next_party}]}]\n"
    text = changed("matrix:\n", f"{occasion}{major}matrix:\n", text)
    text = changed("aliases: [chromebook],", "aliases: [chromebook], criticality: high,", text)
    assert [message for _, message in told(text) if "promises no public_sentence" in message] == [
        f"{what}: the policy's `major` promises no public_sentence" for what in (NEVER, "this never happens")
    ][:lines]


def test_nothing_comes_after_a_repeat() -> None:
    text = changed("{do: repeat, times: 2}\n", "{do: repeat, times: 2}\n      - {do: notify, parties: [local]}\n")
    line = line_of(text, "parties: [local]")
    assert told(text) == [(line, f"{NEVER}: a policy is at its end when it has repeated")]


def test_a_wait_with_which_the_steps_end_is_not_waited() -> None:
    text = changed("{do: repeat, times: 2}\n", "{do: wait, time: 3 h}\n      - {do: wait, clock: resolve, share: 90}\n")
    lines = [line_of(text, "time: 3 h"), line_of(text, "share: 90")]
    why = "nothing is done after this wait, so it is not waited: say what is, or leave it out"
    assert [one for one in told(text) if one[1] == why] == [(line, why) for line in lines]


def test_a_policy_that_nothing_uses_is_still_being_written() -> None:
    text = changed("matrix:\n", "  - {id: ny, name: Ny, steps: [{do: wait, clock: resolve, share: 50}]}\nmatrix:\n")
    assert told(text) == []


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ("{do: wait, clock: resolve, share: 100}, {do: next_party}, {do: wait, clock: resolve, share: 75}", [75]),
        ("{do: wait, clock: acknowledge, share: 50}, {do: next_party}, {do: wait, clock: acknowledge, share: 50}", []),
        ("{do: wait, clock: resolve, share: 75}, {do: next_party}, {do: wait, clock: resolve, share: 100}", []),
    ],
)
def test_a_share_that_an_earlier_step_has_waited_out(steps: str, wrong: list[int]) -> None:
    old = SMALL[SMALL.index("      - {do: wait, clock: resolve, share: 75}") : SMALL.index("matrix:")]
    new = "".join(f"      - {step}\n" for step in steps.replace("}, {", "}|{").split("|"))
    assert [message for _, message in told(changed(old, new)) if "have passed" in message] == [
        f"100 % of 'resolve' have passed by then: {share} % are counted anew from there" for share in wrong
    ]


def test_v8_a_vendor_that_no_reporter_may_turn_to_is_not_reached_by_asking() -> None:
    occasion = "    occasions: [{when: asked, do: [{do: hand_over, vendor: vendor:nat}]}]\n"
    text = changed("    name: Steg för steg\n", f"    name: Steg för steg\n{occasion}")
    assert told(text) == []
    closed = changed("    name: Vanlig\n", "    name: Vanlig\n    called_by: [local]\n", text)
    [(line, said)] = told(closed)
    assert line == line_of(closed, "when: asked")
    assert said.startswith(
        "`called_by` of vanlig names no `reporter`: the coordinator is told, and vendor:nat does not"
    )
    assert told(changed("called_by: [local]", "called_by: [reporter]", closed)) == []
