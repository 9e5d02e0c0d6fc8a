"""What a vendor is owed: which messages, each under an id that follows from its cause (R15)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from contracts import ids
from contracts.disclosure import may_read
from contracts.events.vendor_bridge import HandoffDelivered
from contracts.timeline import Entry, files_of
from contracts.values import Head
from contracts.webhooks import MessageKind
from vendor_bridge.domain.state import Delivery, Handoff, World

TRIGGERS_KEPT = 200
"""Entries remembered one by one for a vendor that takes nothing; of more, only the newest is."""
FEWER = "unlinked"
"""The kind of an incident's entry that a report has left it. How many it hits is news, whoever may read the words."""
TRANSPORT_FACTS = frozenset({"acknowledged", "failed"})


def owe(
    world: World,
    handoff: Handoff,
    kind: MessageKind,
    cause: str,
    *,
    details: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
    awaits: str | None = None,
) -> None:
    """The vendor is to get this message, after all it was owed before."""
    webhook_id = webhook_id_of(handoff, kind, cause)
    known = world.deliveries.get(webhook_id)
    if known is not None and known.state != "absorbed":
        return
    world.deliveries[webhook_id] = Delivery(
        webhook_id=webhook_id,
        municipality=handoff.municipality,
        handoff=handoff.id,
        incident=handoff.incident,
        connection=handoff.connection,
        kind=kind,
        cause=cause,
        due_at=due_at or world.now,
        created_at=world.now,
        awaits=awaits,
        details=dict(details or {}),
        traceparent=world.traceparent,
    )


def unplanned(world: World, handoff: Handoff, event: HandoffDelivered) -> Delivery:
    """A message that went out, met in a replay before what it was owed for."""
    delivery = world.deliveries[event.webhook_id] = Delivery(
        webhook_id=event.webhook_id,
        municipality=handoff.municipality,
        handoff=handoff.id,
        incident=handoff.incident,
        connection=handoff.connection,
        kind=cast(MessageKind, event.message),
        cause=event.caused_by or event.id,
        due_at=event.at,
        created_at=event.at,
    )
    return delivery


def webhook_id_of(handoff: Handoff, kind: MessageKind, cause: str) -> str:
    """The id of a message: the same cause, handled again, makes the same one."""
    return ids.derived("message", cause, handoff.id, kind)


def notice(world: World, handoff: Handoff, event: str, entry: Entry) -> None:
    """A newly recorded entry is news to a vendor that may read it and did not cause it (R14)."""
    if entry.kind in TRANSPORT_FACTS or not handoff.is_held:
        return
    if entry.kind == FEWER and entry.case == handoff.incident:
        trigger(world, handoff, event, entry.case, entry.seq)
        return
    if entry.party == handoff.vendor:  # its own words, also those about what it reported before it was handed over
        return
    statement = world.statements.get(entry.caused_by)
    if statement is not None and statement.handoff == handoff.id:
        return
    connection = world.connection(handoff.municipality, handoff.vendor)
    if not may_read(entry, handoff.reader(connection)):
        return
    cause = None if files_of(entry.disclosures) else entry.caused_by  # a message of its own tells words, and no files
    if cause is None or cause not in {question.get("entry") for question in handoff.questions.values()}:
        trigger(world, handoff, event, entry.case, entry.seq, cause)


def told(world: World, handoff: Handoff, entry: str | None) -> None:
    """The vendor hears the words of this event's entry by themselves: so that is no news, before or after."""
    handoff.triggers = [one for one in handoff.triggers if entry is None or one[3:] != [entry]]
    settle(world, handoff)


def trigger(world: World, handoff: Handoff, event: str, case: str, seq: int, entry: str | None = None) -> None:
    """There is something in the story that the vendor has not got, unless it came with a ticket that is back.

    `entry`: the event that led to it, if all that it says may be `told` by itself.
    """
    if case in handoff.heads and handoff.heads[case]["seq"] >= seq:
        return
    del handoff.triggers[TRIGGERS_KEPT - 1 :]
    handoff.triggers.append([event, case, seq, entry])
    settle(world, handoff)


def has(world: World, handoff: Handoff, heads: Mapping[str, Head]) -> None:
    """The vendor's endpoint took a message that reaches up to these heads."""
    for case, head in heads.items():
        if case not in handoff.heads or handoff.heads[case]["seq"] < head.seq:
            handoff.heads[case] = head.model_dump()
    seen = {case: head["seq"] for case, head in handoff.heads.items()}
    handoff.triggers = [one for one in handoff.triggers if seen.get(one[1], 0) < one[2]]
    settle(world, handoff)


def lost(world: World, handoff: Handoff, event: str, heads: Mapping[str, Head]) -> None:
    """The vendor has no more than these heads of what went to it; of chains that they leave out, nothing."""
    had, handoff.heads = handoff.heads, {case: head.model_dump() for case, head in heads.items()}
    for case, head in had.items():
        if case not in heads or heads[case].seq < head["seq"]:
            trigger(world, handoff, event, case, head["seq"])


def left(world: World, handoff: Handoff, ticket: str) -> None:
    """The ticket is not in the story any more. A message tells the story of its day, so none would ever carry its news:
    they would stay, and be owed again under the id of a message that went out.
    """
    kept = [one for one in handoff.triggers if one[1] != ticket]
    if len(kept) < len(handoff.triggers) == TRIGGERS_KEPT:
        # Of more than are remembered the last one stood for all: now the incident's own chain does.
        chain = world.chains.get(handoff.incident)
        kept.append([handoff.triggers[-1][0], handoff.incident, chain.seq if chain else 0, None])
    handoff.triggers = kept
    settle(world, handoff)


def settle(world: World, handoff: Handoff) -> None:
    """One update is owed while there is news and no other message on its way that will carry it."""
    pending = world.pending(handoff.id)
    updates = [each for each in pending if each.kind == "updated" and not each.is_fixed]
    others = [each for each in pending if each not in updates]
    owed = bool(handoff.triggers) and handoff.is_held and not others
    cause = handoff.triggers[0][0] if owed else None
    for update in updates:
        if update.cause != cause:
            update.state = "absorbed"
    if cause is not None:
        owe(world, handoff, "updated", cause)
