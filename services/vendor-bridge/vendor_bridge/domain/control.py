"""What people ask of connections: paused and resumed at once, or an errand of the sender's (R4)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.events.base import ConnectionRequest, Event
from contracts.values import Actor, Words
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.health import Key, Standing, health_of, since
from vendor_bridge.domain.state import Errand, World

Code = Literal["unknown_connection", "unknown_message", "unknown_mail", "nothing_to_send", "off", "no_test"]

REASONS: dict[Code, Words] = {
    "unknown_connection": {
        "sv": "Det finns ingen sådan anslutning i katalogen.",
        "en": "The directory has no such connection.",
    },
    "unknown_message": {
        "sv": "Det finns inget sådant meddelande, eller så är det äldre än 14 dagar.",
        "en": "There is no such message, or it is older than 14 days.",
    },
    "unknown_mail": {
        "sv": "Det finns inget sådant mejl som väntar. Någon annan har bestämt, eller så är ärendet raderat.",
        "en": "No such mail waits. Somebody else has decided, or the case was erased.",
    },
    "nothing_to_send": {
        "sv": "Leverantören tog inte emot något under den tiden, eller så är det äldre än 14 dagar.",
        "en": "The vendor took nothing in that time, or it is older than 14 days.",
    },
    "off": {
        "sv": "Anslutningen är pausad eller avstängd. Starta den igen först.",
        "en": "The connection is paused or off. Start it again first.",
    },
    "no_test": {
        "sv": "En sådan anslutning kan inte provas: den går till människor, genom mejl eller portalen.",
        "en": "Such a connection cannot be tried: it goes to people, by mail or the portal.",
    },
}


def on_asked(world: World, event: ConnectionRequest, ctx: Context) -> Iterator[Event]:
    """What is answered at once: a pause, its end, a refusal. What has to be sent is answered when it was."""
    key = (event.municipality, event.connection)
    if vendor_of(world, key) is None:
        yield refused(ctx, event.connection, event.request_id, "unknown_connection")
        return
    standing = world.standings.get(key) or Standing(*key)
    match event:
        case t.ConnectionPauseRequested():
            paused_at = standing.paused_at or ctx.now
            yield _answered(world, ctx, event, replace(standing, paused_at=paused_at), "paused")
        case t.ConnectionResumeRequested():
            cleared = replace(standing, paused_at=None, trouble=None, resting_until=None)
            yield _answered(world, ctx, event, cleared, "resumed")
        case t.ConnectionResendRequested() | t.ConnectionReplayRequested() if is_off(standing):
            yield refused(ctx, event.connection, event.request_id, "off")


def is_off(standing: Standing) -> bool:
    """Nothing goes out: a person paused it, or the vendor wants nothing more."""
    return standing.paused_at is not None or standing.trouble == "disabled"


def vendor_of(world: World, key: Key) -> str | None:
    """Party id of the vendor behind a connection of the directory."""
    directory = world.directories.get(key[0])
    vendor = directory.connections.get(key[1]) if directory else None
    return f"vendor:{vendor.id}" if vendor else None


def stands(
    standing: Standing,
    vendor: str,
    ctx: Context,
    *,
    request_id: str | None = None,
    by: Actor | None = None,
    outcome: v.ConnectionOutcome | None = None,
) -> v.ConnectionChanged:
    """The event that tells how a connection stands."""
    health = health_of(standing, ctx.now)
    return v.ConnectionChanged(
        **ctx.own(),
        connection=standing.connection,
        vendor=vendor,
        health=health.word,
        since=since(standing, health, ctx.now),
        detail=health.detail,
        backlog=standing.backlog,
        oldest=standing.oldest,
        last_taken=standing.last_taken,
        refused=_refusal(standing),
        held=_held(standing),
        stories=_stories(standing),
        request_id=request_id,
        by=by,
        outcome=outcome,
    )


def _refusal(standing: Standing) -> v.ConnectionRefusal | None:
    if standing.refused_at is None:
        return None
    return v.ConnectionRefusal(
        at=standing.refused_at,
        status=standing.refused_status or 0,
        reason=standing.refused_reason or "",
        proven=bool(standing.refused_proven),
        lately=standing.refused_lately,
        before=tuple(v.EarlierRefusal.model_validate(one) for one in standing.refused_before),
    )


def _held(standing: Standing) -> v.HeldMails | None:
    if standing.held_since is None:
        return None
    newest = tuple(v.HeldMail.model_validate(one) for one in standing.held_newest)
    return v.HeldMails(mails=standing.held, since=standing.held_since, newest=newest)


def _stories(standing: Standing) -> v.WaitingStories | None:
    if standing.stories_since is None:
        return None
    return v.WaitingStories(
        messages=standing.stories, since=standing.stories_since, reason=standing.stories_reason or ""
    )


def refused(ctx: Context, connection: str, request_id: str, code: Code) -> v.ConnectionRequestRefused:
    """A command that is not carried out."""
    return v.ConnectionRequestRefused(
        **ctx.own(), connection=connection, request_id=request_id, code=code, reason=REASONS[code]
    )


def errand_of(event: ConnectionRequest) -> Errand | None:
    """What is to be done for it; None: it is answered at once."""
    match event:
        case t.ConnectionResendRequested(message=message):
            more: dict[str, Any] = {"step": "resent", "message": message}
        case t.ConnectionReplayRequested(since=since, until=until):
            more = {"step": "replayed", "since": since, "until": until}
        case t.ConnectionTestRequested():
            more = {"step": "tested"}
        case t.ConnectionMailReleaseRequested(mail=mail):
            more = {"step": "mail_released", "message": mail}
        case t.ConnectionMailDiscardRequested(mail=mail):
            more = {"step": "mail_discarded", "message": mail}
        case _:
            return None
    return Errand(
        request_id=event.request_id,
        municipality=event.municipality,
        connection=event.connection,
        by=event.by.model_dump(),
        cause=event.id,
        asked_at=event.at,
        **more,
    )


def _answered(
    world: World, ctx: Context, event: ConnectionRequest, standing: Standing, step: Literal["paused", "resumed"]
) -> v.ConnectionChanged:
    vendor = vendor_of(world, (event.municipality, event.connection)) or ""
    outcome = v.ConnectionOutcome(step=step)
    return stands(standing, vendor, ctx, request_id=event.request_id, by=event.by, outcome=outcome)
