"""From what is known to what a page shows: the same for every page that shows it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, Literal

from chassis.uploads.kinds import PICTURES
from contracts import ids
from contracts.directory import Calendar, Directory, Responsibility, responsibility, working_time_between
from contracts.directory.again import held_again
from contracts.directory.phrases import in_sentence
from contracts.disclosure import INTERNAL, REPORTER, REPORTERS, Reader, Reporter, Staff, may_read
from contracts.timeline import Entry
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, in_language
from ticketing import next_steps, sentences
from ticketing.domain import further
from ticketing.domain.leads import read_by
from ticketing.domain.names import party_name, problem_name
from ticketing.domain.state import ENDED, OVER, Clock, Incident, Question, Ticket
from ticketing.domain.status import incident_status, status_of
from ticketing.domain.stories import Story
from ticketing.views import (
    Audience,
    ClockChip,
    EntryKind,
    EntryOf,
    FileLink,
    HolderLine,
    KnownProblem,
    Language,
    Notice,
    OpenQuestion,
    Promise,
    ProposalOf,
    Rail,
    RailState,
    RailStep,
    Say,
    Status,
    TimelineItem,
    Tone,
)
from ticketing.views import Reader as Mark

_SPOKEN: Mapping[str, EntryKind] = {
    "filed": EntryKind.WORDS,
    "reply": EntryKind.WORDS,
    "reopened": EntryKind.WORDS,
    "escalation_requested": EntryKind.WORDS,
    "note": EntryKind.NOTE,
    "question": EntryKind.QUESTION,
    "answer": EntryKind.ANSWER,
    "vendor_entry": EntryKind.VENDOR_WORDS,
    "proposal": EntryKind.PROPOSAL,
    "proposal_rejected": EntryKind.ANSWER,
    "resolved": EntryKind.SOLVED,
}
_GOES_ON = frozenset({"new", "in_progress", "waiting"})


def said_by(directory: Directory, party: str, language: Language) -> str:
    """A party's name in the page's language."""
    return in_language(party_name(directory, party), language)


def said_within(directory: Directory, party: str, language: Language) -> str:
    """Its name inside a sentence: "Sara Nordvall, the coordinator"."""
    return in_language(in_sentence(party_name(directory, party)), language)


def status(directory: Directory, ticket: Ticket, incident: Incident | None, *, own: bool) -> Status:
    """The pill; "Vi väntar på dig" for the one we wait for."""
    found = Status(level(directory, status_of(ticket, incident), incident.holder if incident else None))
    return Status.WAITING_ON_YOU if own and found is Status.WAITING_ON_REPORTER else found


def holder_line(
    directory: Directory, ticket: Ticket | None, incident: Incident | None, language: Language
) -> HolderLine | None:
    """Who has it; before routing decided, whom the matrix names (its answer is shown as preliminary).

    Nobody has what is over; what went on in another incident is there with whoever has that.
    """
    is_over = end_of(ticket, incident) in OVER
    if is_over or (incident is not None and incident.state in ENDED):
        return None
    if incident is not None and incident.holder is not None:
        if incident.state == "resolved":
            again = said_by(directory, held_again(directory, incident.path), language)
            return HolderLine(again, is_solved=True, is_order=incident.kind == "request")
        name = said_by(directory, incident.holder, language)
        since = incident.holder_since
        if since is not None and ticket is not None:  # of a report that came later: since it came
            since = max(since, ticket.filed_at)
        return HolderLine(name, since, incident.next_update_at)
    return None if ticket is None else expected_line(directory, expected(directory, ticket), language)


def expected(directory: Directory, ticket: Ticket) -> Responsibility:
    """Whom the matrix names for a report that routing has not decided on yet."""
    return responsibility(
        directory,
        service=ticket.service,
        school=ticket.school,
        unit=ticket.unit,
        urgency=ticket.urgency,
        kind=ticket.kind,
    )


def expected_line(directory: Directory, answer: Responsibility, language: Language) -> HolderLine:
    """Who will have it, shown as preliminary."""
    return HolderLine(said_by(directory, answer.holder, language), preliminary=True)


End = Literal["resolved", "again", "closed", "withdrawn", "erased", "moved"]
"""How a case has ended so far: solved and waiting for its reporter's word, said not to be solved and not yet open
again, over, taken back by its reporter, erased, or all of it went on in another.
"""
STOPPED: Final[frozenset[End]] = frozenset({"withdrawn", "erased", "moved"})
"""Ends that a rail shows instead of a solution."""


def end_of(ticket: Ticket | None, incident: Incident | None) -> End | None:
    """Of a ticket on its incident, or of an incident alone."""
    if ticket is not None and ticket.state in ("withdrawn", "closed", "erased"):
        return ticket.state
    if ticket is not None and incident is not None and incident.state in ("resolved", "closed"):
        return "again" if status_of(ticket, incident) == "reopened" else incident.state
    match incident.state if incident else "new":
        case "resolved":
            return "resolved"
        case "closed":
            return "closed"
        case "cancelled":
            return "withdrawn"
        case "superseded":
            return "moved"
        case _:
            return None


def rail(
    directory: Directory, filed_at: datetime, incident: Incident | None, language: Language, end: End | None
) -> Rail:
    """Mottaget → IT-stöd → Leverantör → Löst: where it has been, where it is, who has it, since when."""
    been, ahead = _stops(directory, incident)
    steps = [RailStep("received", RailState.DONE if been or end else RailState.NOW, at=filed_at)]
    for place in been:
        is_here = place == been[-1] and incident is not None and incident.holder is not None
        state = RailState.NOW if is_here and end is None else RailState.DONE
        who = said_by(directory, incident.holder or "", language) if is_here and incident else ""
        since = incident.holder_since if is_here and incident else None  # of a report that came later: since it came
        steps.append(RailStep(place, state, who, max(since, filed_at) if since else None))
    if end in STOPPED:
        return (*steps, RailStep(end, RailState.DONE))
    if end == "again":
        return (*steps, RailStep("resolved", RailState.TODO))
    if end is not None:
        state = RailState.NOW if end == "resolved" else RailState.DONE
        return (*steps, RailStep("resolved", state, at=incident.resolved_at if incident else None))
    return (*steps, *(RailStep(place, RailState.TODO) for place in ahead), RailStep("resolved", RailState.TODO))


def _stops(directory: Directory, incident: Incident | None) -> tuple[list[str], list[str]]:
    """The places that have had it, each once, in their order and the present one last, and the one that may come.

    Between the present one and a vendor the coordinator is asked by policies alone.
    """
    if incident is None or incident.holder is None or incident.holder_tier is None:
        return [], ["local"]
    path, here = incident.path, level(directory, incident.holder_tier, incident.holder)
    comes = path[path.index(incident.holder) + 1 :] if incident.holder in path else path
    passed = [party for party in incident.held if party != incident.holder]
    if incident.waits_for is not None:  # nobody had it: the school's support keeps it until the work is done
        passed, comes = [], path
    tiers = ((party, incident.tiers.get(party) or directory.tier(party)) for party in passed)
    places = dict.fromkeys(level(directory, tier, party) for party, tier in tiers)
    been = [place for place in places if place != here] + [here]
    may_come = "vendor" not in been and any(directory.tier(party) == "vendor" for party in comes)
    return been, ["vendor"] if may_come else []


def timeline_items(
    directory: Directory,
    entries: Iterable[Entry],
    readers: Mapping[str, Reader],
    names: Mapping[str, str],
    *,
    person: str,
    language: Language,
    files_at: Callable[[str], str],
    of: Mapping[str, EntryOf] | None = None,
    story: Story = Story(),  # noqa: B008  (frozen)
    leads: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> tuple[TimelineItem, ...]:
    """Entries as one reader sees them; those that may not be read are left out. `readers`: as whom, by case.

    `files_at`: below which address the page's reader fetches files of a case's entries. `of`: reports that are told
    apart, by case. `story`: what is not the ticket's own. `leads`: by case
    the vendors that have led it, in their order.
    """
    shown = []
    for entry in entries:
        reader = readers[entry.case]
        if not may_read(entry, reader):
            continue
        staff = isinstance(reader, Staff)
        own = entry.person == person
        marked = staff or (own and reader != Reporter(own=True))  # "read by the reporter" tells the reporter nothing
        words = in_language(entry.text, language) if entry.text else ""  # type: ignore[arg-type]
        spoken = next(iter(entry.text), language) if language not in entry.text else language
        shown.append(
            TimelineItem(
                key=f"{entry.case}-{entry.seq}",
                at=entry.at,
                kind=_kind(entry),
                author=_author(directory, entry, names, language, staff=staff, own=own),
                text=words,
                audience=_audience(directory, entry, language, leads.get(entry.case, ())) if marked else None,
                language=spoken if spoken != language else None,
                files=tuple(
                    FileLink(
                        file.name,
                        f"{files_at(entry.case)}/{file.address}",
                        file.size,
                        picture=file.media_type in PICTURES,
                    )
                    for file in entry.files
                ),
                own=own,
                late="late" in entry.facts,
                part="part" in entry.facts,
                of=of.get(entry.case) if of else None,
                story=story.part(entry),
                accepted=entry.kind == "resolved" and "proposal" in entry.facts,
                rejected=entry.kind == "proposal_rejected",
                unanswered="unanswered" in entry.facts,
                about=ProposalOf(entry.facts.get("about", "fault")),
            )
        )
    return tuple(shown)


def files_of(case: str) -> str:
    """Below which address who works with a case fetches what its own entries name."""
    return f"/{'arenden' if ids.kind_of(case) == 'ticket' else 'storningar'}/{case}/filer"


def _kind(entry: Entry) -> EntryKind:
    """What nobody said is a step: Eskalera answers, solves, asks for and opens nothing."""
    if not entry.text:
        return EntryKind.ERASED
    kind = _SPOKEN.get(entry.kind, EntryKind.STEP)
    by_itself = entry.party == SYSTEM_PARTY and entry.person is None
    return EntryKind.STEP if by_itself and kind in (EntryKind.ANSWER, EntryKind.SOLVED, EntryKind.WORDS) else kind


def _author(
    directory: Directory, entry: Entry, names: Mapping[str, str], language: Language, *, staff: bool, own: bool
) -> str:
    # Who leads the school asks openly that a colleague's case goes further.
    named = staff or entry.party != REPORTER_PARTY or entry.kind == "escalation_requested"
    if entry.person is not None and (own or named):
        name = names.get(entry.person)
        if name is not None and entry.party in (REPORTER_PARTY, SYSTEM_PARTY):
            return name
        if name is not None:
            return f"{name}, {said_within(directory, entry.party, language)}"
    return said_by(directory, entry.party, language)


def _audience(directory: Directory, entry: Entry, language: Language, leads: Sequence[str]) -> Audience:
    if INTERNAL in entry.audience:
        return Audience(Mark.INTERNAL)
    if REPORTERS in entry.audience:
        return Audience(Mark.REPORTERS)
    if REPORTER in entry.audience:
        return Audience(Mark.REPORTER)
    readers = read_by(entry.audience, leads, private=entry.private)
    private = entry.private and entry.kind == "vendor_entry"
    return Audience(Mark.PARTY, tuple(said_within(directory, party, language) for party in readers), private)


def clock_chip(directory: Directory, incident: Incident, clock: Clock, language: Language, now: datetime) -> ClockChip:
    """Time left of one promise, in the agreement's own time; where none is known, in wall time."""
    agreement = directory.agreement_in_force(clock.agreement) if clock.agreement else None
    calendar = directory.calendars_by_id.get(agreement.calendar) if agreement else None
    at = clock.paused_at or now
    left = _time_between(calendar, at, clock.due_at)
    # The promise itself where it may have stood still; an answer is promised once, in what time there is for it.
    whole: timedelta | None = None
    if agreement is not None and clock.promise in ("next_update", "resolve"):
        whole = getattr(agreement.at(incident.urgency), clock.promise)
    whole = whole or _time_between(calendar, clock.started_at, clock.due_at)
    return ClockChip(
        Promise(clock.promise),
        left,
        1 - left / max(whole, timedelta(seconds=1)),
        clock.due_at,
        paused_because=sentences.PAUSES[clock.pause_reason] if clock.pause_reason else None,
        kept=clock.stop_reason == "kept",
        whose=said_by(directory, clock.party, language) if clock.party != incident.holder else "",
    )


def _time_between(calendar: Calendar | None, start: datetime, end: datetime) -> timedelta:
    """Negative where `end` is over."""
    if calendar is None:
        return end - start
    return -working_time_between(calendar, end, start) if end < start else working_time_between(calendar, start, end)


def first_clock(
    directory: Directory, incident: Incident, clocks: Sequence[Clock], language: Language, now: datetime
) -> ClockChip | None:
    """The chip of a list: of the promises that are kept open, the one that ends first; else one that stands still."""
    first = min(clocks, key=lambda clock: (not clock.counts, clock.due_at), default=None)
    return clock_chip(directory, incident, first, language, now) if first else None


def next_step(directory: Directory, incident: Incident | None, now: datetime) -> Say | None:
    """As its reporters read it: when it goes further, or once it is solved, when silence closes it."""
    if incident is not None and incident.state == "resolved" and incident.closes_at and incident.closes_at > now:
        return sentences.closes(incident.closes_at)
    step = further.comes_next(directory, incident, now)
    return next_steps.to_reporters(directory, step, step.due_at) if step else None


def nothing_next(directory: Directory, incident: Incident | None, language: Language) -> Say | None:
    """Of an open case that stays with who has it: that nothing comes by itself, or what does where no word is heard."""
    if incident is None or incident.holder is None or not further.stays(incident):
        return None
    name = said_by(directory, incident.holder, language)
    if (silent := further.when_silent(directory, incident)) is not None:
        return sentences.stays_while_heard_of(name, in_language(silent, language))
    return sentences.stays_with(name)


def problem_title(directory: Directory, incident: Incident, language: Language) -> str:
    """What others than staff read: a person's public title, else service and place (N5)."""
    return in_language(problem_name(directory, incident), language)


def told_to_all(incident: Incident | None, language: Language) -> tuple[Notice, ...]:
    """What a person wrote of a disruption for all whom it hits, while it goes on (N5)."""
    if incident is None or incident.kind != "incident" or not incident.public_title or incident.state not in _GOES_ON:
        return ()
    since = sentences.major(incident.major_at) if incident.major_at else None
    return (Notice(Tone.WATCH, sentences.disruption(in_language(incident.public_title, language)), since),)


def known_problem(directory: Directory, incident: Incident, language: Language) -> KnownProblem:
    """A disturbance as it may be offered to others."""
    line = holder_line(directory, None, incident, language) or HolderLine("")
    return KnownProblem(incident.id, problem_title(directory, incident, language), line, reporters=incident.tickets)


def incident_pill(directory: Directory, incident: Incident) -> Status:
    """The pill of a disturbance."""
    return Status(level(directory, incident_status(incident), incident.holder))


def level(directory: Directory, tier: str, party: str | None) -> str:
    """The word for where it is: only the coordinator is called so, other central teams are the municipality's."""
    return "municipal" if tier == "central" and party != directory.coordinator else tier


def open_question(directory: Directory, question: Question, language: Language) -> OpenQuestion:
    """As whoever is to answer it reads it."""
    asked_by = said_by(directory, question.asker, language)
    return OpenQuestion(question.id, asked_by, question.asked_at, in_language(question.text, language))
