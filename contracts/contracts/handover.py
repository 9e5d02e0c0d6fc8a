"""What a vendor is told of a case beside its history: what it is, where, what is promised, who had it before.

Pure, so that the preview on the page and the message that is sent cannot differ.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts import spots
from contracts.bundle import Around, Earlier, Place, Promised, ReporterSeen, Spot, Subject, Terms
from contracts.directory import Directory
from contracts.disclosure import Vendor
from contracts.values import NO_SCHOOL, Language, PartyId, PauseReason, Promise, Role, TicketKind, Urgency, in_language

PLACES_NAMED = 3
_SCHOOLS: Mapping[Language, str] = {"sv": "skolor", "en": "schools"}


@dataclass(frozen=True, slots=True)
class Report:
    """One ticket behind the incident. `reporter`: a person's opaque id."""

    id: str
    school: str
    room: str | None
    reporter: str | None
    asset: str | None = None
    """Its device's tag."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise that counts. `due_at` None: it stands still, because of `paused`."""

    party: PartyId
    promise: Promise
    agreement: str
    due_at: datetime | None
    paused: PauseReason | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """The case in one vendor's hands, this time or before. `outcome` None: it is still there."""

    vendor: PartyId
    role: Role
    since: datetime
    until: datetime | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the incident when the vendor is told."""

    incident: str
    kind: TicketKind
    service: str
    urgency: Urgency
    opened_at: datetime
    schools: Sequence[str]
    reports: Sequence[Report]
    clocks: Sequence[Clock] = ()
    stays: Sequence[Stay] = ()
    """Of other vendors, or of this one before."""


def title_of(service: str, schools: Sequence[str], directory: Directory | None, language: Language = "sv") -> str:
    """Composed from service and place: no reporter's words (N5)."""
    known = directory.services_by_id.get(service) if directory else None
    name = in_language(known.name.words, language) if known else service
    places = [_school(school, directory, language) for school in schools]
    where = ", ".join(places) if len(places) <= PLACES_NAMED else f"{len(places)} {_SCHOOLS[language]}"
    return f"{name} – {where}" if where else name


def subject_of(facts: Facts, directory: Directory | None) -> Subject:
    """What the incident is, as every vendor may know it."""
    return Subject(
        incident=facts.incident,
        kind=facts.kind,
        title=title_of(facts.service, facts.schools, directory),
        service=facts.service,
        schools=tuple(facts.schools),
        tickets=len(facts.reports),
        urgency=facts.urgency,
        opened_at=facts.opened_at,
    )


def around(facts: Facts, directory: Directory | None, reader: Vendor, names: Mapping[str, str]) -> Around:
    """The rest that goes along. `names`: person id → name; read only where the connection shows people."""
    return Around(
        places=_places(facts, directory),
        reporters=_reporters(facts, directory, names) if reader.contact == "person" else (),
        terms=_terms(facts, directory, reader.party),
        earlier=tuple(
            Earlier(
                vendor=stay.vendor,
                name=_party(stay.vendor, directory),
                role=stay.role,
                since=stay.since,
                until=stay.until,
                outcome=stay.outcome,
            )
            for stay in facts.stays
        ),
        spots=tuple(spots_of(facts.reports, directory)),
    )


def spots_of(reports: Iterable[Report], directory: Directory | None) -> Iterator[Spot]:
    """Of each report that says where it is, or of what: what names nobody, whoever is shown. Somebody with protected
    identity may have written to a vendor that sees people, too.
    """
    for report in reports:
        room = spots.room_of(report.room, report.school, directory)
        asset = spots.asset_of(report.asset, directory)
        if room or asset:
            yield Spot(ticket=report.id, school=report.school, room=room, asset=asset)


def _places(facts: Facts, directory: Directory | None) -> tuple[Place, ...]:
    """Most reports first."""
    counts = Counter(report.school for report in facts.reports if report.school != NO_SCHOOL)
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Place(school=school, name=_school(school, directory), tickets=count) for school, count in ordered)


def _reporters(facts: Facts, directory: Directory | None, names: Mapping[str, str]) -> tuple[ReporterSeen, ...]:
    return tuple(
        ReporterSeen(
            ticket=report.id,
            person=report.reporter,
            name=names[report.reporter],
            school=report.school,
            room=spots.room_of(report.room, report.school, directory),
        )
        for report in facts.reports
        if report.reporter is not None and report.reporter in names
    )


def _terms(facts: Facts, directory: Directory | None, vendor: PartyId) -> Terms | None:
    own = sorted((clock for clock in facts.clocks if clock.party == vendor), key=lambda clock: clock.promise)
    if not own:
        return None
    agreement = own[0].agreement
    known = directory.agreements_by_id.get(agreement) if directory else None
    return Terms(
        agreement=agreement,
        name=known.name.sv if known else agreement,
        promises=tuple(Promised(promise=c.promise, due_at=c.due_at, paused=c.paused) for c in own),
    )


def _school(school: str, directory: Directory | None, language: Language = "sv") -> str:
    known = directory.schools_by_id.get(school) if directory else None
    return in_language(known.name.words, language) if known else school


def _party(party: PartyId, directory: Directory | None) -> str:
    known = directory.parties.get(party) if directory else None
    return known.name.sv if known else party
