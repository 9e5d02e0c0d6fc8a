"""What reporters are told of planned work that explains their case: which it is, until when, and what happens then."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis.look.dates import DEFAULT_ZONE
from contracts.directory import Directory
from contracts.disclosure import REPORTERS
from contracts.events import routing as r
from contracts.events.base import Event
from contracts.values import Language, Words, in_language
from ticketing.domain.dates import full_time
from ticketing.domain.drafts import Told, draft
from ticketing.domain.names import as_sentence
from ticketing.domain.state import World


def _matched(world: World, event: r.MatchedToWork) -> Told:
    """With a word of its own where it waits already: the work takes longer, or another goes on."""
    incident, work = world.incidents.get(event.incident), world.works.get(event.work)
    if incident is None or work is None:
        return
    until = _until(world.directories.get(event.municipality), event.until, event.at)
    if incident.waiting_on == "planned":
        begun: Words = {"sv": "Det planerade arbetet håller på till", "en": "The planned work goes on until"}
    else:
        begun = {"sv": "Det pågår ett planerat arbete till", "en": "Planned work is going on until"}
    text: Words = {
        "sv": f"{begun['sv']} {until['sv']}: {_sentence(work.text, 'sv')} Fungerar det inte då går ärendet vidare.",
        "en": f"{begun['en']} {until['en']}: {_sentence(work.text, 'en')} If it does not work then, the case goes on.",
    }
    yield event.incident, draft(event, "planned", text, REPORTERS, facts={"work": event.work})


def _released(_world: World, event: r.ReleasedFromWork) -> Told:
    said = event.reason
    text = {
        "sv": f"{in_language(said, 'sv')} Nu går ärendet vidare.",
        "en": f"{in_language(said, 'en')} Now the case goes on.",
    }
    yield event.incident, draft(event, "planned", text, REPORTERS, facts={"work": event.work})


def _until(directory: Directory | None, until: datetime, at: datetime) -> Words:
    """The hour alone on the same day; else the whole date, which is still right when it is read next year."""
    zone = ZoneInfo(directory.municipality.time_zone) if directory else DEFAULT_ZONE
    local = until.astimezone(zone)
    if local.date() == at.astimezone(zone).date():
        return {"sv": f"kl. {local:%H:%M}", "en": f"{local:%H:%M}"}
    return full_time(directory, until)


def _sentence(text: Words, language: Language) -> str:
    return as_sentence(in_language(text, language))


NARRATORS: dict[type[Event], Callable[[World, Any], Told]] = {
    r.MatchedToWork: _matched,
    r.ReleasedFromWork: _released,
}
