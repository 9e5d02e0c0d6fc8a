"""What is said here of another Eskalera's case, as a vendor's words there. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from contracts import ids
from contracts.disclosure import Reporter, may_read
from contracts.timeline import Entry
from contracts.values import SYSTEM_PARTY, is_vendor
from vendor_bridge.domain.belonging import Joined
from vendor_bridge.domain.peers import CLOCKS, PeerCase, Said, as_sentence, part_name, parts
from vendor_bridge.domain.peers.outward import words_of

_STARTS: Final = frozenset({"assigned", "handed_over", "acknowledged"})
_BY_HAND: Final = "request"
"""The rule of an assignment that somebody asked for."""
_INNER: Final = frozenset({"assigned", "escalated", "urgency_changed", "policy_stopped", *CLOCKS})
_NO_LONGER: Final = "Lösningen som föreslogs gäller inte längre."
_IS_OVER: Final = "Ärendet är avslutat hos oss, och lämnas tillbaka."


def acknowledged(case: PeerCase, number: str | None) -> Said:
    """The other's history is here, up to these heads; `number`: what people here call it."""
    data = {"handoff": case.handoff, "heads": _held(case), "vendor_reference": number}
    return Said(ids.derived("message", case.handoff, "acknowledged"), "acknowledged", data)


def lacking(case: PeerCase, name: str) -> Said:
    """A message `name` did not continue what is here. The other takes our heads for a loss only a minute later."""
    data = {"handoff": case.handoff, "heads": _held(case)}
    return Said(ids.derived("message", case.handoff, name, "lacking"), "acknowledged", data, due_in=65)


def _held(case: PeerCase) -> dict[str, Any]:
    return {chain: head.model_dump() for chain, head in case.held.items()}


def name_of(handoff: str, case: str, seq: int) -> str:
    """Of what the other is told of an entry; its further parts are named after it."""
    return ids.derived("message", handoff, case, str(seq))


def over(case: PeerCase) -> Said:
    """All that came back is over here, and the other waits in vain. Said once, however often it is looked at."""
    data = {"handoff": case.handoff, "text": _IS_OVER}
    return Said(ids.derived("message", case.handoff, "over"), "returned", data)


def told(case: PeerCase, entries: Sequence[Entry], number: str | None, joined: Joined | None = None) -> list[Said]:
    """What a reporter may read of these entries and the other did not say; in their order. Notes that it was looked at.

    The other is the reporter of the ticket; of a case of ours that came back it reads what every reporter does. Which
    of our own has it is not its schools' business: that somebody works on it is, and is said once.
    `entries`: of each chain all that follow what was looked at.
    """
    found: list[Said] = []
    reopened = {entry.case: entry.seq for entry in entries if entry.kind == "reopened"}
    for entry in entries:
        case.told[entry.case] = max(case.told.get(entry.case, 0), entry.seq)
        if entry.party == case.vendor or not may_read(entry, Reporter(own=entry.case == case.ticket)):
            continue
        if joined is not None and joined.is_after(entry):
            continue
        is_over = reopened.get(entry.case, 0) > entry.seq
        is_early = joined is not None and joined.is_before(entry)
        if _says_nothing(case, entry, is_early=is_early, is_over=is_over):
            continue
        name = name_of(case.handoff, entry.case, entry.seq)
        if _is_inner(entry):
            if _begins(entry) and not case.working:
                case.working = True
                data = {"handoff": case.handoff, "vendor_reference": number, "status": "in_progress"}
                found.append(Said(name, "status_changed", data))
            continue
        in_force = entry.kind == "resolved" and not (is_early or is_over)
        for place, part in enumerate(parts(words_of(entry)), 1):
            kind, more = _kind(case, entry, in_force=in_force) if place == 1 else ("entry_added", {})
            data = {"handoff": case.handoff, "text": part, "vendor_reference": number, **more}
            found.append(Said(part_name(name, place), kind, data, files=entry.files if place == 1 else ()))
    return found


def _begins(entry: Entry) -> bool:
    """Whether one of our people took it on, or gave it to somebody: that a rule sent it somewhere, and a vendor of ours
    has got it, is no work.
    """
    if entry.kind == "acknowledged":
        return not is_vendor(entry.party)
    return entry.kind in _STARTS and (entry.party != SYSTEM_PARTY or entry.facts.get("rule") == _BY_HAND)


def _is_inner(entry: Entry) -> bool:
    """A step between our own parties, in the system's words; or that one of them has it."""
    if entry.kind == "acknowledged":
        return not is_vendor(entry.party)
    return entry.kind in _INNER and entry.party == SYSTEM_PARTY


def _says_nothing(case: PeerCase, entry: Entry, *, is_early: bool, is_over: bool) -> bool:
    """What others' case went through before, and what follows from the other's own "not solved"; that the other gets
    it, and an end that gives it back: these say so themselves.
    """
    if entry.kind == "handed_over" and entry.facts.get("party") == case.vendor:
        return True
    if entry.kind == "closed":
        return case.waits_for_nobody and len(case.incidents) == 1
    if entry.kind == "resolved":
        return is_early and is_over
    if entry.kind != "reopened":
        return False
    is_echo = case.proposed == "rejected"
    if is_echo and not is_early:
        case.solved = [each for each in case.solved if each != entry.case]
        case.proposed = "rejected" if case.solved else None
    return is_early or is_echo


def _kind(case: PeerCase, entry: Entry, *, in_force: bool) -> tuple[str, dict[str, Any]]:
    if entry.kind == "question" and entry.party != SYSTEM_PARTY:
        return "information_requested", {"question": entry.facts.get("question")}
    if entry.kind == "answer" and entry.case == case.ticket:
        return "entry_added", {"closes": entry.facts.get("question")}
    if in_force:
        case.solved = [*case.solved, entry.case]
        if any(incident not in case.solved for incident in case.incidents):
            return "entry_added", {}  # a part of what came back
        case.proposed = "open"
        return "resolution_proposed", {}
    if entry.kind == "reopened":
        was, case.proposed = case.proposed, None
        case.solved = [each for each in case.solved if each != entry.case]
        if was in ("open", "accepted"):  # accepted: it may have been while this was said
            case.working = True
            text = f"{as_sentence(words_of(entry))} {_NO_LONGER}"
            return "status_changed", {"status": "in_progress", "withdraws": True, "text": text}
        return "entry_added", {}
    if entry.kind == "erased":  # the whole ticket: nobody works on it here any more
        return "returned", {}
    if _begins(entry) and not case.working:
        case.working = True
        return "status_changed", {"status": "in_progress"}
    return "entry_added", {}
