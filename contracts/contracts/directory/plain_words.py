"""Agreements and policies as sentences that every employee understands (V4, V9), in Swedish and English.

`eskalera directory explain` and the page "Vem gör vad" say the same, because both ask here. A sentence of a policy
has the form "when: what follows": "Efter 30 min utan svar: samordnaren får veta det."
"""

from collections.abc import Iterator

from contracts.directory import waits
from contracts.directory.matrix import resolve
from contracts.directory.model import Directory
from contracts.directory.phrases import (
    BREACHED,
    CRITICALITY,
    Said,
    joined,
    length,
    listed,
    name_in_words,
    party_in_words,
    sentence,
)
from contracts.directory.rules import (
    Agreement,
    Asked,
    Breach,
    HandOver,
    HolderSilent,
    ImpactGrown,
    Major,
    NextParty,
    Notify,
    Occasion,
    Policy,
    Promises,
    RaiseUrgency,
    Repeat,
    RequireAcknowledgement,
    Step,
    Wait,
)
from contracts.directory.waits import Group
from contracts.directory.walk import Walk


def measure_in_words(walk: Walk, step: Step, holder: str | None = None, closed: frozenset[str] = frozenset()) -> Said:
    """What one step does, without its when and without a full stop. `holder`: who has the case then, by id.

    `closed`: vendors whom it does not reach.
    """
    match step:
        case Notify(parties=parties):
            told = listed(party_in_words(walk.directory, party, walk.school) for party in parties)
            return {"sv": f"{told['sv']} får veta det", "en": f"we tell {told['en']}"}
        case NextParty() if holder is not None:
            following = walk.after(holder, closed)
            if following is None:
                return measure_in_words(walk, Notify(do="notify", parties=("coordinator",)))
            name = name_in_words(walk.directory, following)
            return {"sv": f"det går vidare till {name['sv']}", "en": f"it goes on to {name['en']}"}
        case NextParty():
            return {"sv": "det går vidare till nästa i tur och ordning", "en": "it goes on to the next in turn"}
        case HandOver(vendor=vendor) if vendor in closed:
            return measure_in_words(walk, Notify(do="notify", parties=("coordinator",)))
        case HandOver(vendor=vendor):
            name = name_in_words(walk.directory, vendor)
            return {"sv": f"det lämnas till {name['sv']}", "en": f"it is handed to {name['en']}"}
        case RaiseUrgency(to=urgency):
            return {"sv": f"det räknas som brådska {urgency}", "en": f"it counts as urgency {urgency}"}
        case Repeat(times=times):
            more = ("en gång till", "once more") if times == 1 else (f"{times} gånger till", f"{times} times more")
            return {"sv": f"stegen börjar om, {more[0]}", "en": f"the steps begin again, {more[1]}"}
        case RequireAcknowledgement(within=within):
            return {
                "sv": f"den som har det ska svara inom {length(within)}",
                "en": f"who has it is to answer within {length(within)}",
            }
        case Wait():
            return waits.when_in_words(walk, step, first=True)
    raise AssertionError(f"a step without words: {step!r}")


def steps_in_words(walk: Walk, policy: Policy) -> list[Said]:
    """The steps in order, one sentence for all that comes at the same moment; empty where nothing comes by itself."""
    sentences: list[Said] = []
    holder = walk.path[0] if walk.path else None
    groups = list(waits.groups(policy.steps))
    for number, group in enumerate(groups):
        when = [waits.when_in_words(walk, wait, first=number == 0) for wait in group.waits]
        before, passed_over = holder, waits.passed_over(walk, group)
        does: list[Said] = []
        for step in group.does:
            does.append(measure_in_words(walk, step, holder))
            if isinstance(step, NextParty) and holder is not None and not passed_over:
                holder = walk.after(holder) or holder
        stays = holder is not None and holder == before and not passed_over and not walk.has_answered(holder)
        if stays and waits.asks_after(groups, number):
            does = list(_asked(walk, group, holder or ""))
        sentences.append(sentence(joined(when, "och sedan", "and then"), does))
    return sentences


def _asked(walk: Walk, group: Group, holder: str) -> Iterator[Said]:
    """What comes when who has the case and keeps it is asked to say so: it is not told of it besides (N7)."""
    for step in group.does:
        parties = ("coordinator",) if isinstance(step, NextParty) else getattr(step, "parties", ())
        others = tuple(party for party in parties if resolve(walk.directory, party, walk.school) != holder)
        if not parties:
            yield measure_in_words(walk, step, holder)
        elif others:
            yield measure_in_words(walk, Notify(do="notify", parties=others))
    name = name_in_words(walk.directory, holder)
    yield {
        "sv": f"{name['sv']} ska säga att de har det, om de inte har gjort det",
        "en": f"{name['en']} must say that they have it, unless they have done so",
    }


def occasions_in_words(walk: Walk, policy: Policy) -> list[Said]:
    """What else makes it go further, beside the steps."""
    holder = walk.path[0] if walk.path else None
    said: list[Said] = []
    for occasion in policy.occasions:
        if walk.alone and isinstance(occasion, ImpactGrown):
            continue
        closed = walk.closed if isinstance(occasion, Asked) else frozenset()
        does = [measure_in_words(walk, step, holder, closed) for step in occasion.do]
        said.append(sentence(occasion_in_words(occasion), does))
    return said


def occasion_in_words(occasion: Occasion) -> Said:
    """When an occasion comes, without what follows."""
    match occasion:
        case ImpactGrown(tickets=tickets, schools=schools):
            return _prefixed("Om", "If", _numbers(tickets, schools, None))
        case Breach(clock=clock):
            return BREACHED[clock]
        case HolderSilent():
            return BREACHED["next_update"]
        case Asked():
            return {
                "sv": "Om den som har anmält, eller skolans IT-ansvariga, ber om det",
                "en": "If who reported it, or the school's IT lead, asks for it",
            }
    raise AssertionError(f"an occasion without words: {occasion!r}")


def major_in_words(walk: Walk, major: Major) -> list[Said]:
    """When it is a major incident, and what that means."""
    numbers, service = _numbers(major.tickets, major.schools, major.lessons), CRITICALITY[major.criticality]
    coordinator = name_in_words(walk.directory, walk.directory.coordinator)
    said: list[Said] = [
        {
            "sv": f"Det är en stor störning {service['sv']}, om {numbers['sv']}: "
            f"{coordinator['sv']} får veta det genast.",
            "en": f"It is a major disturbance {service['en']}, if {numbers['en']}: "
            f"we tell {coordinator['en']} at once.",
        }
    ]
    if major.public_sentence is not None:
        time = length(major.public_sentence)
        said.append(
            {
                "sv": f"Vid en stor störning ska alla kunna läsa vad som har hänt inom {time}.",
                "en": f"In a major disturbance everybody can read what has happened within {time}.",
            }
        )
    return said


def policy_in_words(walk: Walk, policy: Policy) -> list[Said]:
    """All of a policy: its steps, its occasions, major incidents; one sentence where nothing goes further by itself."""
    said = [*steps_in_words(walk, policy), *occasions_in_words(walk, policy)]
    if policy.major is not None:
        said += major_in_words(walk, policy.major)
    return said or [{"sv": "Det går inte vidare av sig självt.", "en": "It does not go further by itself."}]


def promises_in_words(promises: Promises) -> Said:
    """What is promised at one urgency: "Svar inom 10 min, nästa besked inom 1 h, löst inom 4 h", as a sentence."""
    first, update = length(promises.acknowledge), length(promises.next_update)
    resolve = promises.resolve and length(promises.resolve)
    done = (f"löst inom {resolve}", f"solved within {resolve}") if resolve else _NO_END
    return {
        "sv": f"Svar inom {first}, nästa besked inom {update}, {done[0]}.",
        "en": f"An answer within {first}, the next update within {update}, {done[1]}.",
    }


_NO_END = ("ingen tid är lovad för lösningen", "no time is promised for the solution")


def lanes_in_words(directory: Directory, agreement: Agreement, school: str | None = None) -> list[Said]:
    """Who may turn to the vendor directly (V8), and who orders under the agreement (L2); empty: nothing is agreed."""
    said = (who_calls(directory, agreement, school), who_orders(directory, agreement))
    return [each for each in said if each is not None]


def who_calls(directory: Directory, agreement: Agreement, school: str | None = None) -> Said | None:
    """Who may turn to the vendor directly (V8); None: nothing is agreed."""
    if agreement.called_by is None:
        return None
    callers = listed(party_in_words(directory, caller, school) for caller in agreement.called_by)
    nobody = {"sv": "ingen", "en": "nobody"}
    who = callers if agreement.called_by else nobody
    return {
        "sv": f"Direkt till leverantören får vända sig: {who['sv']}.",
        "en": f"Who may turn to the vendor directly: {who['en']}.",
    }


def who_orders(directory: Directory, agreement: Agreement) -> Said | None:
    """Who orders under the agreement (L2); None: nothing is agreed."""
    if agreement.contracts_by is None:
        return None
    opener = party_in_words(directory, agreement.contracts_by)
    return {
        "sv": f"Beställningar och ändringar i avtalet gör bara {opener['sv']}.",
        "en": f"Orders and changes under the contract are made by {opener['en']} alone.",
    }


def _numbers(tickets: int | None, schools: int | None, lessons: int | None) -> Said:
    sv, en = [], []
    if tickets is not None:
        sv.append(f"minst {tickets} har anmält")
        en.append(f"at least {tickets} have reported it")
    if schools is not None:
        sv.append(f"minst {schools} skolor är drabbade")
        en.append(f"at least {schools} schools are hit")
    if lessons is not None:
        more = ("lektion", "lesson") if lessons == 1 else ("lektioner", "lessons")
        sv.append(f"minst {lessons} {more[0]} står still")
        en.append(f"at least {lessons} {more[1]} stopped")
    return {"sv": " eller ".join(sv), "en": " or ".join(en)}


def _prefixed(sv: str, en: str, said: Said) -> Said:
    return {"sv": f"{sv} {said['sv']}", "en": f"{en} {said['en']}"}
