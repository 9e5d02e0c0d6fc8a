"""The lives of `routing_stream` as ticketing hears them, with a hand-off for each incident that goes to a vendor."""

from collections.abc import Iterator

from contracts import ids, timeline
from contracts.events import routing, ticketing, vendor_bridge
from contracts.events.base import Event, Request
from tests.support.routing_life import COORDINATOR, PLATFORM, Maker
from tests.support.routing_stream import TEXT, Stream
from ticketing.domain.narrate import filed


def stream(count: int, seed: int = 1) -> tuple[list[Event], list[Event]]:
    """Ticketing's own events, and `count` that it hears."""
    own: list[Event] = []
    heard: list[Event] = []
    lives = Stream(seed=seed)
    while len(heard) < count:
        for told in lives.take(100):
            if isinstance(told.event, vendor_bridge.HandoffEvent):
                heard.append(told.event.model_copy(update={"handoff": _handoff(told.event)}))
            else:
                own += _own(told.event, len(own))
            for fact in told.stated:
                heard += [fact, *_offered(fact)]
    return own, heard[:count]


def _own(event: Event, number: int) -> Iterator[Event]:
    if isinstance(event, ticketing.TicketFiled):
        event = event.model_copy(update={"number": f"MAL-2026-{number:06d}", "need": "lesson_now", "impact": "class"})
        yield event
        yield ticketing.EntryRecorded(
            id=ids.derived("event", event.id, "entry", 0),
            at=event.at,
            municipality=event.municipality,
            caused_by=event.id,
            case=event.ticket,
            entry=timeline.append(event.ticket, None, filed(event)),
        )
    elif isinstance(event, Request | ticketing.DirectoryChanged):
        yield event


def _offered(fact: Event) -> Iterator[Event]:
    if isinstance(fact, routing.IncidentAssigned) and fact.tier == "vendor":
        yield vendor_bridge.HandoffOffered(
            id=ids.derived("event", fact.id, "offered"),
            at=fact.at,
            municipality=fact.municipality,
            caused_by=fact.id,
            handoff=ids.derived("handoff", fact.incident, fact.party),
            incident=fact.incident,
            vendor=fact.party,
            connection="demo-vendor",
            role=fact.role,
        )


def _handoff(event: vendor_bridge.HandoffEvent) -> str:
    return ids.derived("handoff", event.incident, event.vendor)


def rare_turns() -> tuple[list[Event], list[Event]]:
    """Ticketing's own events, and heard ones in which each looks back at what an earlier one left.

    A question that is answered, one that a proposal ends, a proposal refused and one accepted, a ticket that moves with
    what staff ask its reporter, which is then closed.
    """
    life = Maker()
    reports = [life.filed(number=f"MAL-2026-{n:06d}") for n in (1, 2)]
    own: list[Event] = [life.directory()]
    for report in reports:
        own += _own(report, int(report.number[-6:]))
    ticket, other = (report.ticket for report in reports)
    incident, recurrence = life.id("incident"), life.id("incident")
    named = {"kind": "incident", "service": "login", "school": "ekbacken", "urgency": 2}
    linked = {"score": 1.0, "reasons": [TEXT], "engine_version": "1", "directory_version": "1"}
    by = {"party": COORDINATOR, "person": "samordnare"}
    asked = {"ticket": other, "incident": incident, "by": by, "question": "qu_3", "text": TEXT}
    own.append(life.make(ticketing.TicketQuestionAsked, **asked))

    def vendor(kind: type[Event], **fields: object) -> Event:
        return life.vendor(kind, incident, PLATFORM, handoff="ho_1", **fields)

    return own, [
        life.make(routing.IncidentOpened, incident=incident, version=1, ticket=ticket, **named),
        life.make(routing.TicketLinked, incident=incident, version=1, ticket=ticket, **linked),
        life.make(routing.TicketLinked, incident=incident, version=1, ticket=other, **linked),
        vendor(vendor_bridge.HandoffOffered, connection="demo", role="lead"),
        vendor(vendor_bridge.VendorInformationRequested, question="qu_1", text=TEXT),
        vendor(vendor_bridge.HandoffAnswered, question="qu_1", text=TEXT, by=by),
        vendor(vendor_bridge.VendorInformationRequested, question="qu_2", ticket=ticket, text=TEXT),
        vendor(vendor_bridge.VendorResolutionProposed, proposal="pr_1", text=TEXT),
        life.make(routing.ProposalRejected, incident=incident, version=2, proposal="pr_1", reason=TEXT),
        vendor(vendor_bridge.VendorResolutionProposed, proposal="pr_2", text=TEXT),
        life.make(routing.IncidentResolved, incident=incident, version=3, proposal="pr_2", public_text=TEXT),
        life.make(
            routing.IncidentOpened, incident=recurrence, version=1, ticket=other, recurrence_of=incident, **named
        ),
        life.make(routing.TicketLinked, incident=recurrence, version=1, ticket=other, previous=incident, **linked),
        life.make(routing.QuestionClosed, incident=recurrence, version=1, ticket=other, question="qu_3", reason=TEXT),
        life.make(routing.IncidentPublished, incident=recurrence, version=2, published=True),
        life.make(routing.IncidentClosed, incident=incident, version=4),
    ]
