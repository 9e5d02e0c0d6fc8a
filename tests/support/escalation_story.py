"""The life of one incident event by event, for `docs/escalation.md`: `python -m tests.support.escalation_story`.

Made by routing's own rules with the demo directory; the page holds it between two marks, and a test compares.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from contracts.events import routing as r
from contracts.events.base import Event
from contracts.events.ticketing import (
    AcknowledgeRequested,
    ResolveRequested,
    TicketEscalationRequested,
    UrgencyRequested,
)
from contracts.values import Actor
from tests.support.routing_life import LARARE, MALARVIK, TEKNIKER, Life, timers

PAGE = Path(__file__).parents[2] / "docs" / "escalation.md"
BEGIN, END = "<!-- life: begin -->", "<!-- life: end -->"
STOCKHOLM = ZoneInfo("Europe/Stockholm")
_WHY = {"clock": "a promise is late", "step": "the next step is due", "close": "silence"}
IT_UNIT = Actor(party="team:it-enheten", person="handlaggare")


def table() -> str:
    """The whole story as a Markdown table."""
    lines = ["| when | what | stated | clocks then |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in rows()]
    return "\n".join(lines)


def rows() -> Iterator[tuple[str, str, str, str]]:
    """When, what happened, what routing stated on it, which clocks run then."""
    life = Life()
    life.at = at("05", "08:00")
    event = life.filed("login", urgency=2)
    stated = life.tell(event)
    incident = life.world.incidents[life.incident_of(event.ticket)]
    yield _row(life, event.at, "a teacher reports that the class cannot sign in", stated)
    yield from _until(life, at("05", "09:10"))
    stated = life.ask(AcknowledgeRequested, incident, by=TEKNIKER)
    yield _row(life, life.at, "the technician: *Jag tar det*", stated)
    yield from _until(life, at("05", "13:00"))
    asks = life.make(TicketEscalationRequested, ticket=event.ticket, by=LARARE, reason={"sv": "Prov på onsdag."})
    yield _row(life, asks.at, "the teacher asks that it goes further", life.tell(asks))
    yield from _until(life, at("06", "12:30"))
    stated = life.ask(AcknowledgeRequested, incident, by=IT_UNIT)
    yield _row(life, life.at, "the IT unit says that it has the case", stated)
    stated = life.ask(UrgencyRequested, incident, by=IT_UNIT, urgency=1, reason={"sv": "Prov i morgon."})
    yield _row(life, life.at, "the IT unit makes it urgent", stated)
    yield from _until(life, at("06", "16:00"))
    stated = life.ask(ResolveRequested, incident, by=IT_UNIT, public_text={"sv": "Kontot fungerar igen."})
    yield _row(life, life.at, "the IT unit: solved", stated)
    yield from _until(life, at("20", "12:00"))


def at(day: str, clock: str) -> datetime:
    """In October 2026; the 5th is a Monday."""
    return datetime.fromisoformat(f"2026-10-{day}T{clock}").replace(tzinfo=STOCKHOLM)


def _until(life: Life, until: datetime) -> Iterator[tuple[str, str, str, str]]:
    """One row for each time at which something goes further by itself."""
    while waiting := [t for t in timers(life.world).values() if t.due_at is not None and t.due_at <= until]:
        timer = min(waiting, key=lambda timer: (timer.due_at, timer.id))
        assert timer.due_at is not None
        due_at = timer.due_at
        stated = life.fire(timer, due_at + timedelta(seconds=1))
        yield _row(life, due_at, _WHY[timer.kind], stated)
    life.at = until - timedelta(minutes=1)


def _row(life: Life, when: datetime, what: str, stated: list[Event]) -> tuple[str, str, str, str]:
    running = [
        f"{c.promise} {_name(c.party)} {_time(c.due_at)}{' (late)' if c.breached else ''}"
        for incident in life.world.incidents.values()
        for c in life.world.clocks_of(incident)
    ]
    told = [sentence for event in stated if (sentence := _said(event))]
    return _time(when), what, "<br>".join(told), "<br>".join(running) or "none"


def _said(event: Event) -> str | None:
    name = f"`{event.TYPE.removesuffix('.v1')}`"
    match event:
        case r.IncidentAssigned():
            return f"{name} to {_name(event.party)} by `{event.rule}`"
        case r.ClockBreached():
            return f"{name} {event.promise}"
        case r.ClockStopped():
            return f"{name} {event.promise}: {event.reason.replace('_', ' ')}"
        case r.ClockStarted() | r.ClockRescheduled():
            return f"{name} {event.promise}"
        case r.EscalationScheduled():
            then = ", ".join(_measure(measure) for measure in event.then)
            return f"{name} step {event.step}: {_time(event.due_at)} {then}" if event.due_at else f"{name} nothing more"
        case r.IncidentEscalated():
            return f"{name} {_measure(event.measure)}"
        case _:
            return name


def _measure(measure: r.Measure) -> str:
    return " ".join((measure.action.replace("_", " "), *(_name(party) for party in measure.parties)))


def _name(party: str) -> str:
    return MALARVIK.party_name(party).en


def _time(when: datetime) -> str:
    return when.astimezone(STOCKHOLM).strftime("%a %-d %b %H:%M")


def page() -> str:
    """The page with the table as it is now."""
    text = PAGE.read_text("utf-8")
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
