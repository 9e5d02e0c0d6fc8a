"""What the steps of a policy wait for, in words, and which of them come at the same moment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from contracts.directory.phrases import CLOCKS, WITHOUT, Said, length, whole
from contracts.directory.rules import HandOver, RequireAcknowledgement, Step, Wait
from contracts.directory.walk import Walk
from contracts.values import Promise


@dataclass(slots=True)
class Group:
    """Steps that come at the same moment, and what they wait for."""

    waits: list[Wait | RequireAcknowledgement] = field(default_factory=list)
    does: list[Step] = field(default_factory=list)


def passed_over(walk: Walk, group: Group) -> bool:
    """Whether the group waits for a clock that does not run: then what follows it is left out."""
    return any(isinstance(wait, Wait) and walk.never(wait.clock) for wait in group.waits)


def asks_after(steps: Sequence[Group], number: int) -> bool:
    """Whether after the group who has the case then has a time in which to say so."""
    left, moves = steps[number + 1 :], any(isinstance(step, HandOver) for step in steps[number].does)
    return bool(left) and isinstance(left[0].waits[0], RequireAcknowledgement) and not moves


def groups(steps: Sequence[Step]) -> Iterator[Group]:
    group = Group()
    for step in steps:
        if isinstance(step, Wait | RequireAcknowledgement):
            if group.does:
                yield group
                group = Group()
            group.waits.append(step)
        else:
            group.does.append(step)
    if group.does or any(isinstance(wait, RequireAcknowledgement) for wait in group.waits):
        yield group  # what ends with waits has run out before them


def when_in_words(walk: Walk, wait: Wait | RequireAcknowledgement, *, first: bool) -> Said:
    """When a wait is over, as the beginning of a sentence."""
    match wait:
        case RequireAcknowledgement(within=within):
            promised = walk.promises.acknowledge if walk.promises else None
            of = ("", "")
            if promised is not None and promised != within:  # a time of the policy's own, no promise
                of = (f" (lovat är {length(promised)})", f" (promised is {length(promised)})")
            return {
                "sv": f"om den som har det då inte svarar inom {length(within)}{of[0]}",
                "en": f"if who has it then does not answer within {length(within)}{of[1]}",
            }
        case Wait(time=timedelta() as time):
            more = ("", "") if first else ("ytterligare ", " more")
            return {"sv": f"efter {more[0]}{length(time)}", "en": f"after {length(time)}{more[1]}"}
        case Wait(clock=clock, share=share) if clock is not None and share is not None:
            return _share(walk, clock, share)
    raise AssertionError(f"a wait for nothing: {wait!r}")


def _share(walk: Walk, clock: Promise, share: int) -> Said:
    if walk.promises is None or clock == "public_sentence":
        what = CLOCKS[clock]
        if share == 100:
            return {
                "sv": f"när tiden för {what['sv']} är slut",
                "en": f"when the time for {what['en']} is over",
            }
        return {
            "sv": f"när {share} % av tiden för {what['sv']} har gått",
            "en": f"when {share} % of the time for {what['en']} has passed",
        }
    promised: timedelta | None = getattr(walk.promises, clock)
    if promised is None:
        what = CLOCKS[clock]
        return {
            "sv": f"hoppas över, för ingen tid är lovad för {what['sv']}",
            "en": f"passed over, since no time is promised for {what['en']}",
        }
    of = ("", "") if share == 100 else (f" ({share} % av det som är lovat)", f" ({share} % of what is promised)")
    time, what = length(whole(promised * share / 100)), WITHOUT[clock]
    return {"sv": f"efter {time} utan {what['sv']}{of[0]}", "en": f"after {time} without {what['en']}{of[1]}"}
