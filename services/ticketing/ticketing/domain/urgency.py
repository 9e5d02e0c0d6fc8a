"""How urgent a report is: by the municipality's table of need and impact, or by a number, as imports bring it.

Both answers are kept on the ticket, to count later what stood still and for how many (V14).
"""

from collections.abc import Iterator

from contracts.directory import Directory, urgency_of
from contracts.values import Words

UNSAID = 3
"""Of a report that says nothing of it: one can work around it."""


def of_report(directory: Directory, urgency: int | None, need: str | None, impact: str | None) -> int:
    """Urgency 1–4 of a report in which `mistakes` found none."""
    if need is not None and impact is not None:
        return urgency_of(directory, need, impact)
    return UNSAID if urgency is None else urgency


def mistakes(
    directory: Directory, urgency: int | None, need: str | None, impact: str | None
) -> Iterator[tuple[str, str, Words]]:
    """(field, code, what to do about it): one answer without the other, unknown ones, a number that is not theirs."""
    asked = directory.urgencies
    needs, impacts = [choice.id for choice in asked.needs], [choice.id for choice in asked.impacts]
    if urgency is not None and not 1 <= urgency <= 4:
        yield "urgency", "unknown", _CHOOSE
    for field, answer, known, other in (("need", need, needs, impact), ("impact", impact, impacts, need)):
        if answer is None and other is not None:
            yield (
                field,
                "missing",
                _one_of(known, "Svara på båda frågorna, här med något av", "Answer both questions, here with one of"),
            )
        elif answer is not None and answer not in known:
            yield field, "unknown", _one_of(known, "Svara med något av", "Answer with one of")
    if urgency is not None and need in needs and impact in impacts and urgency != asked.table[need, impact]:
        yield "urgency", "contradicts", _contradicts(asked.table[need, impact])


def _one_of(known: list[str], sv: str, en: str) -> Words:
    return {"sv": f"{sv}: {', '.join(known)}.", "en": f"{en}: {', '.join(known)}."}


def _contradicts(theirs: int) -> Words:
    return {
        "sv": f"Svaren ger {theirs}. Skicka svaren eller en siffra, inte båda.",
        "en": f"The answers make it {theirs}. Send the answers or a number, not both.",
    }


_CHOOSE: Words = {"sv": "Välj hur bråttom det är.", "en": "Choose how urgent it is."}
