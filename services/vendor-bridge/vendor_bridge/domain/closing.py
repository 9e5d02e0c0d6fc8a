"""A vendor's own question that it needs no answer to any more: it says so by its own name for it (R8)."""

from contracts import webhooks
from contracts.events.vendor_bridge import HandoffAnswered
from contracts.values import Actor
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.lapsing import is_waited_for, needs_none
from vendor_bridge.domain.state import Handoff


def closed(handoff: Handoff, said: webhooks.EntryAdded, ctx: Context) -> list[HandoffAnswered]:
    """Its words stand where the answer would; none where nothing of that name is waited for."""
    if said.closes is None:
        return []
    return [
        needs_none(handoff, ctx, id_, {said.language: said.text}, by=Actor(party=handoff.vendor))
        for id_, question in handoff.questions.items()
        if question["vendor_question"] == said.closes and is_waited_for(handoff, question)
    ]
