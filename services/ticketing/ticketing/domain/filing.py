"""What makes a report a ticket: its checks, and the facts it becomes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts import ids, timeline
from contracts.directory import Directory
from contracts.events.ticketing import EntryRecorded, TicketFiled
from contracts.texts import names_a_person, one_line, says_something
from contracts.timeline import FileRef
from contracts.values import Language, TicketKind, Words, is_vendor
from ticketing.domain import urgency
from ticketing.domain.access import FILE_FOR_OTHERS, IMPORT, Identity
from ticketing.domain.narrate import filed

TITLE_LIMIT = 200
DESCRIPTION_LIMIT = 20_000
SHORT_LIMIT = 80
BACKDATE_LIMIT = timedelta(hours=24)
CLOCK_SKEW = timedelta(minutes=2)
OLDEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What somebody wants to report, as it came through the form or the API."""

    title: str
    school: str
    reporter: str
    kind: TicketKind = "incident"
    description: str = ""
    reporter_role: str | None = None
    language: Language = "sv"
    unit: str | None = None
    room: str | None = None
    service: str | None = None
    asset: str | None = None
    urgency: int | None = None
    need: str | None = None
    impact: str | None = None
    """With `need`, instead of a number: ids of the directory's table."""
    occurred_at: datetime | None = None
    source: str | None = None
    external_id: str | None = None
    same_as: str | None = None
    files: tuple[FileRef, ...] = ()
    """Checked, and in the object store."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a report: the field, and what to do about it."""

    field: str
    code: str
    words: Words


def check(report: Report, who: Identity, directory: Directory, now: datetime) -> list[Fault]:
    """Everything that keeps the report from being filed; empty when it may be."""
    return (
        [
            Fault(field, code, words)
            for field, code, words, wrong in (
                ("title", "missing", _SAY_WHAT, not says_something(report.title)),
                ("title", "too_long", _TITLE_SHORTER, len(report.title) > TITLE_LIMIT),
                ("title", "personnummer", _NO_PERSONNUMMER, names_a_person(report.title)),
                ("description", "too_long", _DESCRIPTION_SHORTER, len(report.description) > DESCRIPTION_LIMIT),
                ("room", "too_long", _SHORT_SHORTER, len(report.room or "") > SHORT_LIMIT),
                ("asset", "too_long", _SHORT_SHORTER, len(report.asset or "") > SHORT_LIMIT),
                ("school", "unknown", _UNKNOWN_SCHOOL, report.school not in directory.schools_by_id),
                ("unit", "unknown", _UNKNOWN_UNIT, _unit_unknown(report, directory)),
                ("service", "unknown", _UNKNOWN_SERVICE, _service_unknown(report, directory)),
                ("reporter", "forbidden", _OTHERS, report.reporter != who.person and FILE_FOR_OTHERS not in who.scopes),
                ("same_as", "other_kind", _FAULTS_ONLY, report.same_as is not None and report.kind != "incident"),
                ("reporter", "vendor", _VENDORS, is_vendor(report.reporter)),
                ("source", "vendor", _VENDORS, is_vendor(report.source or "")),
                (
                    "source",
                    "forbidden",
                    _SOURCE,
                    report.source not in (None, own_source(who)) and IMPORT not in who.scopes,
                ),
            )
            if wrong
        ]
        + _how_urgent(report, directory)
        + _when(report, who, now)
    )


def own_source(who: Identity) -> str:
    """The source of external ids that no import names: each person's own, so that nobody meets another's ticket."""
    return f"api:{who.person}"


def _unit_unknown(report: Report, directory: Directory) -> bool:
    school = directory.schools_by_id.get(report.school)
    return report.unit is not None and school is not None and report.unit not in {unit.id for unit in school.units}


def _service_unknown(report: Report, directory: Directory) -> bool:
    return report.service is not None and report.service not in directory.services_by_id


def _how_urgent(report: Report, directory: Directory) -> list[Fault]:
    return [Fault(*wrong) for wrong in urgency.mistakes(directory, report.urgency, report.need, report.impact)]


def _when(report: Report, who: Identity, now: datetime) -> list[Fault]:
    when = report.occurred_at
    if when is None:
        return []
    if when > now + CLOCK_SKEW:
        return [Fault("occurred_at", "future", _FUTURE)]
    imports = IMPORT in who.scopes
    if when < now - (OLDEST if imports else BACKDATE_LIMIT):
        return [Fault("occurred_at", "too_old", _TOO_OLD_TO_IMPORT if imports else _TOO_OLD)]
    return []


def file(report: Report, *, directory: Directory, number: str, now: datetime) -> tuple[TicketFiled, EntryRecorded]:
    """The ticket as a fact, and its first entry. The report was checked."""
    ticket, fact = ids.new("ticket"), ids.new("event")
    event = TicketFiled(
        id=fact,
        at=now,
        municipality=directory.id,
        ticket=ticket,
        number=number,
        kind=report.kind,
        reporter=report.reporter,
        reporter_role=report.reporter_role,
        title=one_line(report.title),
        description=report.description.strip(),
        language=report.language,
        school=report.school,
        unit=report.unit,
        room=one_line(report.room or "") or None,
        service=report.service,
        asset=one_line(report.asset or "") or None,
        urgency=urgency.of_report(directory, report.urgency, report.need, report.impact),
        need=report.need,
        impact=report.impact,
        occurred_at=min(report.occurred_at or now, now),
        source=report.source,
        external_id=report.external_id,
        same_as=report.same_as,
        files=report.files,
    )
    entry = timeline.append(ticket, None, filed(event))
    recorded = EntryRecorded(
        id=ids.derived("event", fact, "entry", 0),
        at=now,
        municipality=directory.id,
        caused_by=fact,
        case=ticket,
        entry=entry,
    )
    return event, recorded


def _shorter(limit: int) -> Words:
    return {"sv": f"Korta texten till högst {limit} tecken.", "en": f"Shorten the text to at most {limit} characters."}


_TITLE_SHORTER, _DESCRIPTION_SHORTER, _SHORT_SHORTER = map(_shorter, (TITLE_LIMIT, DESCRIPTION_LIMIT, SHORT_LIMIT))
_SAY_WHAT: Words = {
    "sv": "Skriv vad som inte fungerar, så vet vi var vi ska börja.",
    "en": "Write what does not work, so that we know where to start.",
}
_NO_PERSONNUMMER: Words = {
    "sv": "Ta bort personnumret: rubriken läses av flera. Skriv i stället var felet finns.",
    "en": "Remove the personal identity number: several people read the title. Write where the fault is instead.",
}
_UNKNOWN_SCHOOL: Words = {"sv": "Välj en skola i listan.", "en": "Choose a school from the list."}
_UNKNOWN_UNIT: Words = {"sv": "Välj en enhet som hör till skolan.", "en": "Choose a unit of the school."}
_UNKNOWN_SERVICE: Words = {
    "sv": "Välj en tjänst i listan, eller lämna fältet tomt.",
    "en": "Choose a service from the list, or leave the field empty.",
}
_OTHERS: Words = {"sv": "Du kan bara anmäla för egen del.", "en": "You may only report on your own behalf."}
_VENDORS: Words = {
    "sv": "Vad leverantörer anmäler kommer genom deras anslutning.",
    "en": "What vendors report comes through their connection.",
}
_FAULTS_ONLY: Words = {
    "sv": "Bara ett fel kan vara samma problem som en störning. Beställningar, behov och idéer skickas för sig.",
    "en": "Only a fault can be the same problem as an incident. Requests, needs and ideas are sent by themselves.",
}
_SOURCE: Words = {"sv": "Bara en import får ange källa.", "en": "Only an import may name a source."}
_FUTURE: Words = {"sv": "Tiden har inte varit än.", "en": "That time has not come yet."}
_TOO_OLD_TO_IMPORT: Words = {
    "sv": "Ange en tid inom de senaste fem åren.",
    "en": "Give a time within the last five years.",
}
_TOO_OLD: Words = {
    "sv": "Ange en tid inom det senaste dygnet.",
    "en": "Give a time within the last 24 hours.",
}
