"""What another Eskalera's hand-off says here: as if a vendor reported it, and said more of it. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from contracts import ids
from contracts.bundle import Bundle, Chain, File, prove
from contracts.disclosure import REPORTER, REPORTERS, DisclosedEntry
from contracts.texts import one_line
from contracts.timeline import FileRef, Placed, files_of
from contracts.values import Head, Words, in_language
from contracts.webhooks import MessageKind, Outgoing
from vendor_bridge.domain.peers.case import LONGEST, PeerCase, Proposed, Said, part_name, parts
from vendor_bridge.domain.peers.spoken import as_line, facts_of, readers_of, spoken, text_of, words_of
from vendor_bridge.domain.plan import FEWER
from vendor_bridge.domain.reports import TITLE_LIMIT

E = TypeVar("E", bound=Placed)

_SAYS: Final[Mapping[MessageKind, str]] = {
    "accepted": "Lösningen är godkänd.",
    "taken_back": "Kommunen har tagit tillbaka ärendet.",
    "released": "Ärendet har gått vidare till någon annan.",
    "completed": "Ärendet är klart för er del.",
    "redacted": "Den andra kommunen har raderat uppgifter i ärendet. Radera dem här också.",
}
_NO_WORDS: Final = "Svaret är raderat."
_REJECTED: Final = "Lösningen är inte godkänd:"
LINKED: Final = "Historiken är för stor att skicka med. Den finns hos den som lämnade över ärendet."
CLOCKS: Final = frozenset({"paused", "resumed"})
"""What became of one side's promise to its own reporters: false for those of the other, whose clocks run on."""
_WITHDRAWS: Final = frozenset({"taken_back", "released"})


def news(bundle: Bundle, known: Mapping[str, Head]) -> list[DisclosedEntry] | None:
    """What of a bundle is not here yet, oldest first. None: it is not whole, or does not continue what is here."""
    carried = {chain.case for chain in bundle.chains}
    begins = {chain.case: chain.after for chain in bundle.chains if chain.after is not None}
    behind = {
        case: head
        for case, head in bundle.heads.items()
        if case not in carried and case in known and known[case].seq >= head.seq
    }
    if prove(bundle, begins | behind):
        return None
    new: list[list[DisclosedEntry]] = []
    for chain in bundle.chains:
        has = known.get(chain.case)
        if has is None and chain.after is None:
            new.append(list(chain.entries))
        elif has is None or _leaves_a_gap(chain, has):
            return None
        else:
            new.append([entry for entry in chain.entries if entry.seq > has.seq])
    return merged(new)


def _leaves_a_gap(chain: Chain, has: Head) -> bool:
    """It may tell once more what is here, as long as that is the same."""
    if chain.after is not None and chain.after.seq >= has.seq and chain.after != has:
        return True
    return any(entry.seq == has.seq and entry.hash != has.hash for entry in chain.entries)


def merged(chains: Sequence[Sequence[E]]) -> list[E]:
    """By time, and each chain in its own order, whatever the clocks of who wrote it."""
    timed: list[tuple[datetime, int, E]] = []
    for chain in chains:
        latest = None
        for entry in chain:
            latest = entry.at if latest is None or entry.at > latest else latest
            timed.append((latest, len(timed), entry))
    return [entry for _, _, entry in sorted(timed, key=lambda each: each[:2])]


def reported(
    message: Outgoing,
    new: Sequence[DisclosedEntry],
    zone: ZoneInfo,
    name: str,
    before: Sequence[str] = (),
    *,
    other: str = "",
) -> Iterator[Said]:
    """The hand-off as a reported fault; what does not fit in its description follows as notes.

    Who reported it there is for our own people: the description is whoever's the case goes on to. `before`: numbers of
    the tickets that the same case was here, which are over. `other`: what the other is called here.
    """
    data = message.data
    schools = data.bundle.around.places if data.bundle is not None else ()
    been = [f"Har varit här förut: {', '.join(before)}"] if before else []
    lines = [
        *been,
        *_around(data.bundle, zone),
        *(as_line(message, entry, zone, other) for entry in new if _is_told(message, entry)),
    ]
    lines = [part for line in lines for part in parts(line)] or ([] if data.bundle else [LINKED])
    pages = list(_pages(lines)) or [""]
    yield Said(
        f"{data.handoff}/reported",
        "ticket_reported",
        {
            "external_id": data.handoff,
            "title": _title(data.subject.title, new)[:TITLE_LIMIT],
            "description": pages[0],
            "category": data.subject.service or None,
            "place": schools[0].name if schools else next(iter(data.subject.schools), None),
            "priority": str(data.subject.urgency),
        },
    )
    for number, page in enumerate(pages[1:], 2):
        yield Said(f"{data.handoff}/reported/{number}", "ticket_changed", {"text": page})
    people = [part for line in _people(data.bundle) for part in parts(line)]
    for number, page in enumerate(_pages(people), 1):
        said = {"text": page, "private": True}
        yield Said(part_name(f"{data.handoff}/reported/people", number), "ticket_changed", said)
    yield from _step(message, name)


def _title(subject: str, new: Sequence[DisclosedEntry]) -> str:
    """With what the first of its reporters calls it: others at the same place and service are about something else."""
    told = (words_of(entry).partition("\n")[0] for entry in new if entry.kind == "filed")
    first = next(filter(None, told), None)
    return one_line(f"{subject}: {first}" if first else subject)


def changed(
    message: Outgoing, new: Sequence[DisclosedEntry], name: str, asked: Collection[str] = (), *, other: str = ""
) -> Iterator[Said]:
    """What a later message says: a text each, and the end of it. `name`: the message's own id.

    `other` as in `reported`. `asked`: what we asked, by the other's ids: each answer comes in a message of its own,
    which says what it answers.
    """
    handoff = message.data.handoff
    asked = {*asked, message.data.answer.question} if message.data.answer is not None else asked
    for entry in new:
        if not _is_told(message, entry) or answers_one_of(asked, entry):
            continue
        if (proposal := _refused_in(entry)) is not None:
            yield _refusal(handoff, proposal, text_of(entry))
            continue
        for number, part in enumerate(parts(spoken(message, entry, other)), 1):
            yield Said(part_name(_name_of(handoff, entry), number), "ticket_changed", {"text": part})
    left = [entry for entry in new if entry.kind == FEWER and entry.case == message.data.subject.incident]
    if left and message.data.bundle is not None and (where := _places(message.data.bundle)):
        text = f"En eller flera anmälningar hör inte längre till ärendet. Kvar från: {where}"
        yield Said(f"{name}/fewer", "ticket_changed", {"text": text[:LONGEST]})
    yield from _step(message, name)


def answers_one_of(asked: Collection[str], entry: DisclosedEntry) -> bool:
    """Whether it answers what we asked: told by the answer's own message, and never by its entry."""
    return entry.kind == "answer" and facts_of(entry).get("question") in asked


def asked(message: Outgoing, new: Sequence[DisclosedEntry]) -> list[str]:
    """What we asked, as the other's history has it."""
    own = (facts_of(entry) for entry in new if entry.kind == "question" and entry.party == message.data.vendor)
    return [facts["question"] for facts in own if "question" in facts]


def files(case: PeerCase, message: Outgoing, new: Sequence[DisclosedEntry]) -> list[File]:
    """Those that came with what is told of it here, each once. Of a case that came back the other puts all else."""
    bundle, is_told = message.data.bundle, is_between_us if case.comes_back else _is_told
    told = {(ref.sha256, ref.name) for entry in new if is_told(message, entry) for ref in files_of(entry.disclosures)}
    there = {(file.sha256, file.name): file for file in (bundle.files if bundle is not None else ())}
    return [file for which, file in there.items() if which in told]


def name_of(file: FileRef) -> str:
    """Follows from its bytes and what it is called: the same bytes may come under two names."""
    return ids.derived("message", file.sha256, file.name)


def brought(case: PeerCase, file: FileRef, why_not: Words | None = None) -> Said:
    """A file of the other's is here, or is not taken; its name was told before."""
    name = f"{case.handoff}/file/{name_of(file)}"
    text = f"Bifogad fil: {file.name}" if why_not is None else f"Filen kom inte med. {why_not['sv']}"
    if case.comes_back:
        return Said(name, "entry_added", {"text": text})
    return Said(name, "ticket_changed", {"text": text})


def _step(message: Outgoing, name: str) -> Iterator[Said]:
    """A refusal becomes an entry there too, which has the same name."""
    data, handoff = message.data, message.data.handoff
    if data.message == "answered" and data.answer is not None:
        text, closes = in_language(data.answer.text, "sv").strip(), data.answer.vendor_question
        answer = _answer(handoff, data.answer.question, text)
        for number, part in enumerate(parts(text or _NO_WORDS), 1):
            says: dict[str, Any] = {"text": part}
            if closes and number == 1:
                says |= {"answers": closes} | ({"unanswered": True} if data.answer.unanswered else {})
            yield Said(part_name(answer, number), "ticket_changed", says)
    elif data.message == "rejected" and data.verdict is not None:
        reason = in_language(data.verdict.reason, "sv") if data.verdict.reason else ""
        yield _refusal(handoff, data.verdict.proposal, reason)
    elif data.message in _WITHDRAWS:
        yield Said(f"{name}/said", "ticket_changed", {"text": _SAYS[data.message], "withdrawn": True})
    elif data.message in _SAYS:
        asks = {"erase": True} if data.message == "redacted" else {}
        yield Said(f"{name}/said", "ticket_changed", {"text": _SAYS[data.message], **asks})


def verdict_of(message: Outgoing) -> Proposed | None:
    """What became of the solution that the other was told; what is over was accepted, also where nobody says so."""
    if message.data.message == "rejected":
        return "rejected"
    return "accepted" if message.data.message in ("accepted", "completed") else None


def is_echo(message: Outgoing, new: Sequence[DisclosedEntry]) -> bool:
    """Whether it brings back what was said here, and nothing else."""
    return bool(new) and all(entry.party == message.data.vendor for entry in new)


def _is_told(message: Outgoing, entry: DisclosedEntry) -> bool:
    """What we may read, did not write ourselves (our own words come back with every history), and do not know by
    getting it; no clock of the other's.
    """
    if entry.kind in CLOCKS:
        return False
    we = message.data.vendor
    is_to_us = entry.kind == "handed_over" and facts_of(entry).get("party") == we
    return entry.party != we and not is_to_us and bool(text_of(entry))


def is_between_us(message: Outgoing, entry: DisclosedEntry) -> bool:
    """What it told us and no reporter of its own."""
    return _is_told(message, entry) and not readers_of(entry) & {REPORTER, REPORTERS}


def _name_of(handoff: str, entry: DisclosedEntry) -> str:
    if entry.kind == "answer" and (question := facts_of(entry).get("question")) is not None:
        return _answer(handoff, question, text_of(entry))
    return f"{handoff}/{entry.case}.{entry.seq}"


def _refused_in(entry: DisclosedEntry) -> str | None:
    """The proposal that an entry refuses."""
    return facts_of(entry).get("proposal") if entry.kind == "proposal_rejected" else None


def _refusal(handoff: str, proposal: str, reason: str) -> Said:
    """The reporter's "no, it is not solved" (R9)."""
    text = f"{_REJECTED} {reason}".strip()[:LONGEST]
    return Said(f"{handoff}/rejected/{proposal}", "ticket_changed", {"text": text, "unsolved": True})


def _answer(handoff: str, question: str, text: str) -> str:
    return f"{handoff}/answer/{ids.derived('message', question, text)}"


def _around(told: Bundle | None, zone: ZoneInfo) -> Iterator[str]:
    """Where from, and by when: as it is when it is handed over."""
    if told is None:
        return
    if places := _places(told):
        yield f"Anmält från: {places}"
    schools = {place.school: place.name for place in told.around.places}
    for spot in told.around.spots:
        where = schools.get(spot.school, spot.school)
        yield f"Rum eller enhet: {', '.join(filter(None, (spot.room, spot.asset, where)))}"
    yield from promised(told, zone)


def _people(told: Bundle | None) -> Iterator[str]:
    """Who reported it, where the other's directory lets us know."""
    if told is None:
        return
    schools = {place.school: place.name for place in told.around.places}
    for reporter in told.around.reporters:
        where = schools.get(reporter.school, reporter.school)
        yield f"Anmälare: {', '.join(filter(None, (reporter.name, where, reporter.room)))}"


def _places(told: Bundle) -> str:
    return ", ".join(f"{place.name} ({place.tickets})" for place in told.around.places)


def promised(told: Bundle, zone: ZoneInfo) -> Iterator[str]:
    """By when it is agreed to be solved."""
    for one in told.around.terms.promises if told.around.terms is not None else ():
        if one.promise == "resolve" and one.due_at is not None:
            yield f"Enligt avtal löst senast {one.due_at.astimezone(zone):%Y-%m-%d %H:%M}"


def as_sentence(text: str) -> str:
    """What another may follow."""
    return text if not text or text[-1] in ".!?…" else f"{text}."


def _pages(lines: Sequence[str]) -> Iterator[str]:
    page = ""
    for line in lines:
        if page and len(page) + 1 + len(line) > LONGEST:
            yield page
            page = ""
        page = f"{page}\n{line}" if page else line
    if page:
        yield page
