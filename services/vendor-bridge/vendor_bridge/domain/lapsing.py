"""Questions that need no answer any more: the case is solved, goes on in another, is no longer with who asked, or the
report that was asked is no longer of it.

Each is answered by that, so that the vendor, the reporter and staff wait no longer and the case can be resolved (R8).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.events.vendor_bridge import HandoffAnswered
from contracts.values import SYSTEM, Actor, Words
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.state import Handoff


def lapsed(handoff: Handoff, ctx: Context, why: Words, accepted: str | None = None) -> Iterator[HandoffAnswered]:
    """Of one that its vendor has, before it ends: afterwards nothing moves. Also what a proposal set aside and nobody
    has judged; what the `accepted` one did has ended with that.
    """
    if not handoff.is_held:
        return
    for id_, question in list(handoff.questions.items()):
        if is_waited_for(handoff, question) and (accepted is None or question.get("closed_by") != accepted):
            yield needs_none(handoff, ctx, id_, why)


def left(handoff: Handoff, ticket: str, ctx: Context, why: Words) -> Iterator[HandoffAnswered]:
    """Of a report that its vendor's case has no more; also what a proposal set aside, which would be open again."""
    for id_, question in list(handoff.questions.items()):
        if question["ticket"] == ticket and is_waited_for(handoff, question) and handoff.is_held:
            yield needs_none(handoff, ctx, id_, why)


def needs_none(handoff: Handoff, ctx: Context, id_: str, why: Words, by: Actor = SYSTEM) -> HandoffAnswered:
    """The question `id_` is closed without an answer; `why` stands where that would."""
    ticket = handoff.questions[id_]["ticket"]
    return HandoffAnswered(**ctx.about(handoff), question=id_, ticket=ticket, text=dict(why), by=by, unanswered=True)


def is_waited_for(handoff: Handoff, question: Mapping[str, Any]) -> bool:
    """Whether it has not ended: it is open, or set aside by a proposal that nobody has judged."""
    return bool(question["open"]) or handoff.proposals.get(question.get("closed_by", "")) == "open"
