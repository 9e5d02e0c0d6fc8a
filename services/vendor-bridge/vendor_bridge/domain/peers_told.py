"""What is said here of another Eskalera's case, as a vendor's words there. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from contracts import ids
from contracts.disclosure import Reporter, may_read
from contracts.timeline import Entry
from contracts.values import SYSTEM_PARTY, in_language
from vendor_bridge.domain.peers import PeerCase, Said, part_name, parts

_STARTS: Final = frozenset({"assigned", "handed_over"})


def acknowledged(case: PeerCase, number: str | None) -> Said:
    """The other's history is here, up to these heads; `number`: what people here call it."""
    data = {"handoff": case.handoff, "heads": _held(case), "vendor_reference": number}
    return Said(ids.derived("message", case.handoff, "acknowledged"), "acknowledged", data)


def lacking(case: PeerCase, name: str) -> Said:
    """A message `name` did not continue what is here. The other takes our heads for a loss only a minute later."""
    data = {"handoff": case.handoff, "heads": _held(case)}
    return Said(ids.derived("message", case.handoff, name, "lacking"), "acknowledged", data, due_in=65)


def _held(case: PeerCase) -> dict[str, Any]:
    """Without the chains whose beginning was only linked to: those are not held."""
    return {chain: head for chain, head in case.heads.items() if not head.get("linked")}


def name_of(handoff: str, case: str, seq: int) -> str:
    """Of what the other is told of an entry; its further parts are named after it."""
    return ids.derived("message", handoff, case, str(seq))


def told(case: PeerCase, entries: Sequence[Entry], number: str | None) -> list[Said]:
    """What a reporter may read of these entries and the other did not say; in their order. Notes that it was looked at.

    The other is the reporter of the ticket; of a case of ours that came back it reads what every reporter does.
    """
    found: list[Said] = []
    for entry in entries:
        case.told[entry.case] = max(case.told.get(entry.case, 0), entry.seq)
        if entry.party == case.vendor or not may_read(entry, Reporter(own=entry.case == case.ticket)):
            continue
        name = name_of(case.handoff, entry.case, entry.seq)
        for place, part in enumerate(parts(_text_of(entry)), 1):
            kind, more = _kind(case, entry) if place == 1 else ("entry_added", {})
            data = {"handoff": case.handoff, "text": part, "vendor_reference": number, **more}
            found.append(Said(part_name(name, place), kind, data, files=entry.files if place == 1 else ()))
    return found


def _text_of(entry: Entry) -> str:
    words = in_language(entry.text, "sv").strip() if entry.text else ""  # type: ignore[arg-type]
    return " ".join([words, *(f"[bifogad fil: {file.name}]" for file in entry.files)]).strip()


def _kind(case: PeerCase, entry: Entry) -> tuple[str, dict[str, Any]]:
    if entry.kind == "question" and entry.party != SYSTEM_PARTY:
        return "information_requested", {"question": entry.facts.get("question")}
    if entry.kind == "resolved":
        return "resolution_proposed", {}
    if entry.kind == "erased":  # the whole ticket: nobody works on it here any more
        return "returned", {}
    if entry.kind in _STARTS and not case.working:
        case.working = True
        return "status_changed", {"status": "in_progress"}
    return "entry_added", {}
