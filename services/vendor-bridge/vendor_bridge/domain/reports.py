"""What a vendor reports itself: faults and planned work, understood by the connection's mapping, and how they change.

Wrong               what keeps a report from being taken, each with its place in the message
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from contracts import ids, webhooks, windows
from contracts.directory import Connection, Directory
from contracts.events import vendor_bridge as v
from contracts.texts import folded, names_a_person, one_line, says_something
from contracts.timeline import FileRef
from contracts.values import Urgency, Words, WorkEffect
from vendor_bridge.domain import mapping
from vendor_bridge.domain.lapse_words import in_both

TITLE_LIMIT: Final = 200
DEFAULT_URGENCY: Final = 3
CLOCK_SKEW: Final = timedelta(minutes=2)
OLDEST: Final = timedelta(days=30)
"""How long ago a fault may have begun that is reported now."""
NOTES_KEPT: Final = 200
"""Notes of one report, and files, that the bridge keeps; the ticket's history has them all."""

ReportState = Literal["received", "filed", "open", "resolved", "closed", "withdrawn"]


class Wrong(Exception):
    """`faults`: (field of the message's data, what is wrong with it)."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{name} {detail}" for name, detail in faults))


class Detailed(webhooks.TicketReported):
    """A fault as a vendor's system of tickets has it. `urgency`: what its words mean here."""

    severity: webhooks.Name | None = None
    urgency: Urgency
    named: tuple[v.Named, ...] = ()


@dataclass(slots=True)
class Report:
    """A ticket that a vendor reported, as the bridge serves it to that vendor. `id` is the ticket's."""

    id: str
    municipality: str
    connection: str
    vendor: str
    external_id: str
    title: str
    description: str
    language: str
    category: str | None
    place: str | None
    priority: str | None
    """The vendor's own words, as they came."""
    service: str | None
    school: str | None
    urgency: int
    """What they mean here."""
    occurred_at: datetime
    reported_at: datetime
    changed_at: datetime
    notes: list[dict[str, Any]] = field(default_factory=list)
    """{"message", "at", "text"} of what the vendor wrote beside it, oldest first."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """What came with it and with these notes, each as a FileRef, of a note with its "message"."""
    withdrawn_at: datetime | None = None
    number: str | None = None
    """What people call the ticket, once it is filed."""
    incident: str | None = None
    """Which one it is on, once routing has decided."""
    linked_at: datetime | None = None
    """Since when."""
    severity: str | None = None
    named: list[dict[str, Any]] = field(default_factory=list)
    """What its system names beside it, each as `v.Named`."""
    handoff: str | None = None
    """The vendor's hand-off of that incident: from then on the vendor works on it there."""
    resolved: bool = False
    closed: bool = False

    @property
    def state(self) -> ReportState:
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.closed:
            return "closed"
        if self.resolved:
            return "resolved"
        if self.incident is not None:
            return "open"
        return "filed" if self.number is not None else "received"

    @property
    def own_name(self) -> str | None:
        """What the vendor calls it, if it said so."""
        return v.own_name(self.external_id)

    @property
    def is_over(self) -> bool:
        """What is said of it now is words beside it, and changes nothing."""
        return self.state in ("withdrawn", "closed")


@dataclass(slots=True)
class Work:
    """Planned work that a vendor announced: what the vendor says, and what the municipality made of it."""

    id: str
    municipality: str
    connection: str
    vendor: str
    external_id: str
    services: list[str]
    schools: list[str]
    unknown: list[str]
    text: Words
    effect: WorkEffect
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    cancelled: bool = False
    held: dict[str, Any] = field(default_factory=dict)
    """{"starts_at", "ends_at", "cancelled", "reason", "by"} as ticketing has it; empty until it has."""

    @property
    def is_refused(self) -> bool:
        """Called off by the municipality, and not by the vendor."""
        return bool(self.held.get("cancelled")) and self.held.get("by") != self.vendor


@dataclass(frozen=True, slots=True)
class Meaning:
    """A vendor's words for services or places: what they mean here, and which of them mean nothing."""

    known: tuple[str, ...]
    unknown: tuple[str, ...]


def services_of(directory: Directory, connection: Connection, words: Iterable[str]) -> Meaning:
    """By the connection's mapping, else by a service's id, name or alias."""
    return _meaning(words, connection.mapping.categories, _names(directory.services))


def schools_of(directory: Directory, connection: Connection, words: Iterable[str]) -> Meaning:
    """By the connection's mapping, else by a school's id, name or alias."""
    return _meaning(words, connection.mapping.places, _names(directory.schools))


def urgency_of(connection: Connection, priority: str | None) -> int:
    """By the connection's mapping, else as a number of ours; the usual one where it means nothing."""
    word = folded(priority or "")
    mapped = mapping.listed(connection.mapping.priorities, word)
    return mapped or (int(word) if word in {"1", "2", "3", "4"} else DEFAULT_URGENCY)


def _meaning(words: Iterable[str], mapped: Mapping[str, str], names: Mapping[str, str]) -> Meaning:
    found = {word: mapping.listed(mapped, word) or names.get(folded(word)) for word in words}
    known = dict.fromkeys(ours for ours in found.values() if ours is not None)
    return Meaning(tuple(known), tuple(word for word, ours in found.items() if ours is None))


def _names(models: Iterable[Any]) -> dict[str, str]:
    """An id goes before a name, a name before an alias."""
    listed = list(models)
    aliases = {folded(alias): model.id for model in listed for alias in model.aliases}
    names = {folded(name): model.id for model in listed for name in (model.name.sv, model.name.en)}
    return aliases | names | {folded(model.id): model.id for model in listed}


def reported(
    said: webhooks.TicketReported,
    directory: Directory,
    connection: Connection,
    *,
    vendor: str,
    ticket: str,
    name: str,
    now: datetime,
    files: tuple[FileRef, ...] = (),
    by_peer: bool = False,
) -> v.VendorTicketReported:
    """The report as a fact; `name`: the vendor's id of the message, which names the report where it has no other.

    `by_peer`: it is another Eskalera's hand-off.

    Raises Wrong.
    """
    faults = [*_of_title(said.title), *_of_time(said.occurred_at, now)]
    if faults:
        raise Wrong(*faults)
    service = services_of(directory, connection, [said.category] if said.category else []).known
    school = schools_of(directory, connection, [said.place] if said.place else []).known
    return v.VendorTicketReported(
        id=ids.derived("event", ticket, "reported"),
        at=now,
        municipality=directory.id,
        vendor=vendor,
        connection=connection.name,
        message=name,
        ticket=ticket,
        external_id=said.external_id or name,
        title=one_line(said.title),
        description=said.description,
        language=said.language,
        category=said.category,
        place=said.place,
        priority=said.priority,
        severity=said.severity if isinstance(said, Detailed) else None,
        named=said.named if isinstance(said, Detailed) else (),
        service=service[0] if service else None,
        school=school[0] if school else None,
        urgency=said.urgency if isinstance(said, Detailed) else urgency_of(connection, said.priority),
        occurred_at=min(said.occurred_at or now, now),
        files=files,
        by_peer=by_peer,
    )


def _of_title(title: str) -> Iterator[tuple[str, str]]:
    if not says_something(title):
        yield "title", "says nothing that can be read"
    if names_a_person(title):
        yield "title", "holds a personal identity number, and many read it: leave it out"


def _of_time(at: datetime | None, now: datetime) -> Iterator[tuple[str, str]]:
    if at is not None and at > now + CLOCK_SKEW:
        yield "occurred_at", "has not been yet"
    if at is not None and at < now - OLDEST:
        yield "occurred_at", f"is more than {OLDEST.days} days ago"


def of_event(event: v.VendorTicketReported) -> Report:
    """The bridge's copy."""
    return Report(
        id=event.ticket,
        municipality=event.municipality,
        connection=event.connection,
        vendor=event.vendor,
        external_id=event.external_id,
        title=event.title,
        description=event.description,
        language=event.language,
        category=event.category,
        place=event.place,
        priority=event.priority,
        severity=event.severity,
        named=[each.model_dump() for each in event.named],
        service=event.service,
        school=event.school,
        urgency=event.urgency,
        occurred_at=event.occurred_at,
        reported_at=event.at,
        changed_at=event.at,
        files=[file.model_dump() for file in event.files],
    )


def changed(
    report: Report,
    message: webhooks.TicketChangedMessage | webhooks.OfHandoff,
    name: str,
    now: datetime,
    files: tuple[FileRef, ...] = (),
) -> v.VendorTicketChanged | None:
    """What a message means for a report that is no hand-off yet; None where it says nothing new. Raises Wrong.

    How far the vendor has come, that it is solved, or asked about, are words beside it until then (R17). What comes
    after the end is kept as such words too. `files` come with words.
    """
    said = message.data
    over = report.is_over
    title = description = None
    withdrawn = False
    if isinstance(said, webhooks.TicketChanged) and not over:
        if said.title is not None and (faults := [*_of_title(said.title)]):
            raise Wrong(*faults)
        title = one_line(said.title) if said.title is not None else None
        title = title if title != report.title else None
        description = said.description if said.description != report.description else None
        withdrawn = said.withdrawn
    text: str | None = getattr(said, "text", None)
    erase = isinstance(said, webhooks.TicketChanged) and said.erase
    unsolved = isinstance(said, webhooks.TicketChanged) and said.unsolved and report.withdrawn_at is None
    if title is None and description is None and text is None and not (withdrawn or erase or unsolved):
        return None
    return v.VendorTicketChanged(
        id=_change(report, name),
        at=now,
        municipality=report.municipality,
        vendor=report.vendor,
        connection=report.connection,
        message=name,
        ticket=report.id,
        title=title,
        description=description,
        text=in_both(text, said.language) if text else None,
        private=isinstance(said, webhooks.TicketChanged) and said.private,
        files=files if text else (),
        withdrawn=withdrawn,
        erase=erase,
        unsolved=unsolved,
        answers=said.answers if isinstance(said, webhooks.TicketChanged) else None,
        unanswered=isinstance(said, webhooks.TicketChanged) and said.unanswered,
    )


def _change(report: Report, message: str) -> str:
    """The id of the fact that the vendor's message became."""
    return ids.derived("event", report.id, "changed", message)


def _filed(report: Report) -> str:
    """The id of ticketing's fact that it was filed: what its vendor's system named beside it is told by that."""
    return ids.derived("event", ids.derived("event", report.id, "reported"), "filed")


def forget(report: Report, facts: Collection[str]) -> None:
    """Takes out what stands beside it of the messages that became these facts: words, and files with their names."""

    def is_gone(one: Mapping[str, Any]) -> bool:
        return "message" in one and _change(report, one["message"]) in facts

    report.notes = [
        note | {"text": dict.fromkeys(note["text"], "")} if is_gone(note) else note for note in report.notes
    ]
    report.files = [file for file in report.files if not is_gone(file)]
    if _filed(report) in facts:
        report.named = []


def announced(
    said: webhooks.WorkAnnounced,
    directory: Directory,
    connection: Connection,
    *,
    vendor: str,
    work: str,
    name: str,
    now: datetime,
    known: Work | None,
) -> v.VendorWorkAnnounced | None:
    """Planned work as a fact; `known`: the same as it was announced before. None where nothing is new. Raises Wrong."""
    services = services_of(directory, connection, said.services)
    places = schools_of(directory, connection, said.places)
    text: Words = {said.language: one_line(said.text)}
    change: Literal["announced", "moved", "cancelled"] = "announced"
    if known is not None:
        if _is_as_before(said, known):
            return None
        _may_change(said, known, services, places, now)
        change = "cancelled" if said.cancelled else "moved"
    elif faults := [*_of_work(said, services, places, now)]:
        raise Wrong(*faults)
    starts_at, ends_at = said.starts_at, said.ends_at
    if known is not None and change == "cancelled":
        starts_at, ends_at = known.starts_at, known.ends_at
    return v.VendorWorkAnnounced(
        id=ids.derived("event", work, name),
        at=now,
        municipality=directory.id,
        vendor=vendor,
        connection=connection.name,
        message=name,
        work=work,
        external_id=said.external_id,
        change=change,
        starts_at=starts_at,
        ends_at=ends_at,
        services=services.known,
        schools=places.known,
        unknown=(*services.unknown, *places.unknown),
        text=text,
        effect=said.effect,
        reason={said.language: one_line(said.reason)} if said.reason else None,
    )


def _is_as_before(said: webhooks.WorkAnnounced, known: Work) -> bool:
    if known.cancelled:
        return said.cancelled
    return not said.cancelled and (said.starts_at, said.ends_at) == (known.starts_at, known.ends_at)


def _of_work(said: webhooks.WorkAnnounced, services: Meaning, places: Meaning, now: datetime) -> Iterator[Any]:
    if said.cancelled:
        yield "cancelled", "was never announced under this external_id"
    if not services.known:
        yield "services", f"means no service here: {', '.join(services.unknown)}"
    if places.unknown and not places.known:  # none at all would be everywhere
        yield "places", f"means no school here: {', '.join(places.unknown)}"
    if not says_something(said.text):
        yield "text", "says nothing that can be read"
    if names_a_person(said.text):
        yield "text", "holds a personal identity number, and many read it: leave it out"
    yield from _of_window(said, now)


def _may_change(said: webhooks.WorkAnnounced, known: Work, services: Meaning, places: Meaning, now: datetime) -> None:
    """Times move, the rest stays: people have read what it is, and cases wait for it."""
    if known.cancelled:
        raise Wrong(("external_id", "is of work that you called off: announce it under another"))
    if known.is_refused:
        reason = next(iter((known.held.get("reason") or {}).values()), "")
        said_so = f" ({reason})" if reason else ""
        raise Wrong(("external_id", f"is of work that the municipality called off{said_so}: announce it under another"))
    if said.cancelled:
        if known.ends_at <= now:
            raise Wrong(("cancelled", "is too late: the work is over"))
        return
    other = [
        (name, "is other than announced: call it off and announce it under another external_id")
        for name, new, old in (
            ("services", sorted(services.known), sorted(known.services)),
            ("places", sorted(places.known), sorted(known.schools)),
            ("effect", said.effect, known.effect),
        )
        if new != old
    ]
    if known.ends_at <= now:
        other.append(("external_id", "is of work that is over: announce it under another"))
    faults = other or [*_of_window(said, now, told=known.starts_at)]
    if faults:
        raise Wrong(*faults)


_WINDOWS: Final[Mapping[windows.Mistake, str]] = {
    "ends_first": "is not after starts_at",
    "is_over": "is over already",
    "long_ago": "is more than a day ago",
    "too_long_window": "is more than 30 days after starts_at",
    "too_far": "is more than three years ahead",
}


def _of_window(
    said: webhooks.WorkAnnounced, now: datetime, *, told: datetime | None = None
) -> Iterator[tuple[str, str]]:
    wrong = windows.mistake(said.starts_at, said.ends_at, now, told=told)
    if wrong is not None:
        where, what = wrong
        yield where, _WINDOWS[what]


def work_of_event(event: v.VendorWorkAnnounced) -> Work:
    """The bridge's copy."""
    return Work(
        id=event.work,
        municipality=event.municipality,
        connection=event.connection,
        vendor=event.vendor,
        external_id=event.external_id,
        services=list(event.services),
        schools=list(event.schools),
        unknown=list(event.unknown),
        text=dict(event.text),
        effect=event.effect,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        announced_at=event.at,
    )
