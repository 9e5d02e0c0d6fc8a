"""What ticketing states on what vendors report themselves: tickets, what they say of them, planned work.

A vendor stands where a reporter stands: its party id is the ticket's `reporter`. So everything that follows is as of
any ticket; only mails have nobody to go to.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from contracts import ids
from contracts.directory import Directory
from contracts.disclosure import INTERNAL, REPORTER
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import Event
from contracts.timeline import Draft
from contracts.values import NO_SCHOOL, Actor, Language, Words
from ticketing.domain.dates import full_time
from ticketing.domain.drafts import REPORT, draft, say
from ticketing.domain.filing import BACKDATE_LIMIT
from ticketing.domain.state import Ticket, World

SOURCE_PREFIX: Final = "vendor:"
"""Sources of external ids that are connections'; no import may name one."""
_ACCEPTED: Final = frozenset({"received", "open", "waiting_on_reporter"})


def source_of(connection: str) -> str:
    """Where a vendor's own ids are unique."""
    return f"{SOURCE_PREFIX}{connection}"


def facts(world: World, event: Event, now: datetime) -> Iterator[Event]:
    """Ticketing's own facts, to be folded and told one after the other; each once, however often the event comes."""
    match event:
        case v.VendorTicketReported():
            if event.ticket not in world.tickets:
                yield _filed(world, event, now)
        case v.VendorTicketChanged():
            if (ticket := world.tickets.get(event.ticket)) is not None:
                yield from _changed(world, event, ticket, now)
        case v.VendorWorkAnnounced():
            yield from _worked(world, event, now)
        case _:
            return


def _filed(world: World, event: v.VendorTicketReported, now: datetime) -> t.TicketFiled:
    """Filed now: clocks count from when ticketing has it (R13)."""
    directory = world.directories[event.municipality]
    year = year_of(event, directory)
    count = world.numbers[event.municipality, year] + 1
    return t.TicketFiled(
        id=ids.derived("event", event.id, "filed"),
        at=now,
        municipality=event.municipality,
        caused_by=event.id,
        ticket=event.ticket,
        number=f"{directory.municipality.number_prefix}-{year}-{count:06d}",
        kind=event.kind,
        reporter=event.vendor,
        title=event.title,
        description=event.description,
        language=event.language,
        school=event.school or NO_SCHOOL,
        service=event.service,
        urgency=event.urgency,
        # What began earlier is said in words: nobody's mail is spared for it, and no old incident found by it.
        occurred_at=max(event.occurred_at, now - BACKDATE_LIMIT),
        source=source_of(event.connection),
        external_id=v.own_name(event.external_id),
        files=event.files,
        by_peer=event.by_peer,
    )


def year_of(event: v.VendorTicketReported, directory: Directory) -> int:
    """The year of its number: that of the municipality's day on which it was reported."""
    return event.at.astimezone(ZoneInfo(directory.municipality.time_zone)).year


def own_words(world: World, event: v.VendorTicketReported, fact: t.TicketFiled) -> Draft | None:
    """What the vendor's system says it is about, where and how urgent: kept as it came, whatever it means here.

    Another municipality is no vendor to whoever reads it, and is named.
    """
    began = fact.occurred_at > event.occurred_at
    since = full_time(world.directories.get(event.municipality), event.occurred_at) if began else {}
    labelled: list[tuple[Words, str | None]] = [
        ({"sv": "kategori", "en": "category"}, event.category),
        ({"sv": "plats", "en": "place"}, event.place),
        ({"sv": "allvar", "en": "severity"}, event.severity),
        ({"sv": "prioritet", "en": "priority"}, event.priority),
        *((_role(each), each.name or each.id) for each in _things(event)),
    ]
    said = [(label, word) for label, word in labelled if word]
    says = say(world, event, "{vendor} uppger", "{vendor} states", vendor=event.vendor) if event.by_peer else _SAYS
    text: Words = {}
    for language in _LANGUAGES:
        parts = [f"{label[language]} {word}" for label, word in said]
        parts += [f"{_BEGAN[language]} {since[language]}"] if since else []
        if parts:
            text[language] = f"{says[language]}: {', '.join(parts)}."
    facts = {REPORT: event.ticket}
    return draft(fact, "reply", text, REPORTER, party=event.vendor, facts=facts) if text else None


def own_parties(event: v.VendorTicketReported, fact: t.TicketFiled) -> Draft | None:
    """Whom it names beside: for staff alone, they may be persons."""
    named = [each for each in event.named if each.what == "party"]
    if not named:
        return None
    text: Words = {}
    for language in _LANGUAGES:
        parts = [f"{_role(each)[language]} {each.name or each.id}" for each in named]
        text[language] = f"{_NAMES[language]}: {', '.join(parts)}."
    return draft(fact, "vendor_entry", text, INTERNAL, party=event.vendor)


def _things(event: v.VendorTicketReported) -> Iterator[v.Named]:
    """Without what it says is the place."""
    for each in event.named:
        if each.what == "entity" and event.place not in (each.name, each.id):
            yield each


def _role(named: v.Named) -> Words:
    """In the vendor's own word, where it has one."""
    return {"sv": named.role or "även", "en": named.role or "also"}


_LANGUAGES: Final[tuple[Language, ...]] = ("sv", "en")
_SAYS: Final[Words] = {"sv": "Leverantören uppger", "en": "The vendor states"}
_NAMES: Final[Words] = {"sv": "Leverantören nämner", "en": "The vendor names"}
_BEGAN: Final[Words] = {"sv": "felet började", "en": "the fault began"}


def _changed(world: World, event: v.VendorTicketChanged, ticket: Ticket, now: datetime) -> Iterator[Event]:
    """Words are the reporter's words, its answer where they say which open question they answer (R8), of what is solved
    a "no, it is not" (R9); that it is taken back is a withdrawal, unless the ticket is over.

    Words have the time at which they were said, as all else that a vendor says: in that order they are read.
    """
    stamp = {
        "at": now,
        "municipality": event.municipality,
        "caused_by": event.id,
        "ticket": ticket.id,
        "incident": ticket.incident,
        "by": Actor(party=event.vendor),
    }
    if event.unsolved and world.is_solved(ticket):
        yield t.TicketReopened.model_validate(
            {"id": ids.derived("event", event.id, "reopened"), **stamp, "text": event.text}
        )
    elif event.text is not None and not event.private:
        question = _answers(world, event)
        at = max(event.at, ticket.filed_at)
        said = {**stamp, "at": at, "text": event.text, "files": event.files, "question": question}
        said |= {"unanswered": event.unanswered and question is not None}
        yield t.TicketAnswered.model_validate({"id": ids.derived("event", event.id, "answered"), **said})
    if event.withdrawn and ticket.state in _ACCEPTED:
        yield t.TicketWithdrawn.model_validate({"id": ids.derived("event", event.id, "withdrawn"), **stamp})


def _answers(world: World, event: v.VendorTicketChanged) -> str | None:
    """The question that it closes: one of that ticket which waits; else it is words."""
    question = world.questions.get(event.answers or "")
    waits = question is not None and (question.answered_at is None or question.closed_by is not None)
    return event.answers if waits and question is not None and question.ticket == event.ticket else None


def _worked(world: World, event: v.VendorWorkAnnounced, now: datetime) -> Iterator[Event]:
    """What a coordinator called off stays so; what is over, or as it was, does not change."""
    work = world.works.get(event.work)
    stamp = {
        "at": now,
        "municipality": event.municipality,
        "caused_by": event.id,
        "work": event.work,
        "by": Actor(party=event.vendor),
        "starts_at": event.starts_at,
        "ends_at": event.ends_at,
    }
    if work is None:
        yield t.WorkPlanned.model_validate(
            {
                "id": ids.derived("event", event.id, "planned"),
                **stamp,
                "services": event.services,
                "schools": event.schools,
                "text": _with_unknown(event),
                "effect": event.effect,
                "vendor": event.vendor,
                "external_id": f"{source_of(event.connection)}:{event.external_id}",
            }
        )
        return
    cancelled = event.change == "cancelled"
    as_before = (work.starts_at, work.ends_at) == (event.starts_at, event.ends_at)
    if work.cancelled or work.ends_at <= now or (as_before and not cancelled):
        return
    yield t.WorkChanged.model_validate(
        {
            "id": ids.derived("event", event.id, "changed"),
            **stamp,
            "starts_at": work.starts_at if cancelled else event.starts_at,
            "ends_at": work.ends_at if cancelled else event.ends_at,
            "cancelled": cancelled,
            "reason": event.reason,
        }
    )


def _with_unknown(event: v.VendorWorkAnnounced) -> Words:
    """Words of the vendor's that mean nothing here stand beside what it does."""
    words = ", ".join(event.unknown)
    beside: Words = {"sv": f" (även {words})", "en": f" (also {words})"}
    return {lang: f"{text.rstrip('.')}{beside[lang]}" if words else text for lang, text in event.text.items()}


HEARD: Final = (v.VendorTicketReported, v.VendorTicketChanged, v.VendorWorkAnnounced)
