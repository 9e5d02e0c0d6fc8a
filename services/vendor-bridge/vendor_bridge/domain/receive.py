"""What a vendor's message means: the facts it makes, or that it comes too late to make any.

NotOfThisCase       the message names a ticket that is not on the hand-off's incident, or not any more
TooFarAway          it expects to be done at a time that nobody can mean
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from contracts import ids, webhooks
from contracts.events import vendor_bridge as v
from contracts.timeline import FileRef
from contracts.values import Head, Language
from vendor_bridge.domain.closing import closed
from vendor_bridge.domain.context import Context
from vendor_bridge.domain.lapse_words import LEFT
from vendor_bridge.domain.lapsing import is_waited_for, lapsed
from vendor_bridge.domain.state import Handoff, World

_STEPS: Mapping[str | None, int] = {None: 0, "accepted": 1, "in_progress": 2, "pending": 2}

_STILL_SAID = (webhooks.Acknowledged, webhooks.EntryAdded)
"""What a vendor may say of a case that is solved and not closed yet."""

FURTHEST = timedelta(days=2 * 365 + 1)
"""How far from now a vendor's times may lie; back as well, since what they say is repeated for days."""


BOOKED_WITHIN = timedelta(minutes=1)
"""How long after it took a message a vendor may still acknowledge an earlier one."""


class NotOfThisCase(Exception):
    """A ticket that the vendor was not handed or that is of another case by now, or that does not exist: all look the
    same.
    """


class TooFarAway(Exception):
    """More than two years from now."""


def receive(
    world: World,
    handoff: Handoff,
    message: webhooks.OfHandoff,
    name: str,
    ctx: Context,
    files: tuple[FileRef, ...] = (),
) -> list[v.HandoffEvent]:
    """The facts that a verified message makes; none where it repeats or comes too late.

    `name` is the vendor's own id of the message; `files` came with an entry. Raises NotOfThisCase, TooFarAway.
    """
    _check(world, handoff, message, ctx)
    if asked_before(handoff, message) is not None:
        return []
    if is_too_late(world, handoff, message):
        return _late(handoff, message, name, ctx, files)
    said: dict[str, Any] = {
        "message": name,
        "ticket": getattr(message.data, "ticket", None),
        "vendor_reference": message.data.vendor_reference,
    }
    match message.data:
        case webhooks.Acknowledged(heads=heads, vendor_reference=reference):
            facts: list[v.HandoffEvent] = []
            if handoff.acknowledged_at is None:
                facts.append(v.HandoffAcknowledged(**ctx.about(handoff), heads=heads, vendor_reference=reference))
            elif reference is not None and reference != handoff.vendor_reference:  # numbered after it was taken on
                facts.append(v.VendorEntryAdded(**ctx.about(handoff), **said, text=numbered(reference), private=True))
            if _has_lost_some(handoff, heads, ctx.now):
                facts.append(v.HandoffDrifted(**ctx.about(handoff), heads=heads))
            return facts
        case webhooks.EntryAdded():
            ended = closed(handoff, message.data, ctx)
            return [*ended] if ended and not files else [*ended, _written(handoff, message.data, said, ctx, files)]
        case webhooks.StatusChanged():
            return _status(handoff, message.data, name, ctx)
        case webhooks.InformationRequested(text=text, question=vendor_question):
            question = _question_id(handoff, message.data, name)
            return [
                v.VendorInformationRequested(
                    **ctx.about(handoff),
                    **said,
                    question=question,
                    vendor_question=vendor_question,
                    text=_words(message, text),
                )
            ]
        case webhooks.ResolutionProposed(text=text):
            proposal = ids.derived("proposal", handoff.id, name)
            return [
                v.VendorResolutionProposed(**ctx.about(handoff), **said, proposal=proposal, text=_words(message, text))
            ]
        case webhooks.Returned(text=reason):
            given_back = v.HandoffReturned(**ctx.about(handoff), text=_words(message, reason) if reason else None)
            return [*lapsed(handoff, ctx, LEFT), given_back]


def numbered(reference: str) -> dict[Language, str]:
    """What is written of a vendor's own number that comes by itself."""
    return {"sv": f"Ärendenummer hos leverantören: {reference}", "en": f"The vendor's number of the case: {reference}"}


def goes_along(message: webhooks.OfHandoff) -> bool:
    """Whether it counts for the case that this one went on in: what is said does, how its own ends does not."""
    return not isinstance(message.data, webhooks.Acknowledged | webhooks.Returned)


def _check(world: World, handoff: Handoff, message: webhooks.OfHandoff, ctx: Context) -> None:
    ticket = getattr(message.data, "ticket", None)
    if ticket is not None and not _is_of_this_case(world, handoff, ticket):
        raise NotOfThisCase
    expected_at: datetime | None = getattr(message.data, "expected_at", None)
    if expected_at is not None and abs(expected_at - ctx.now) > FURTHEST:
        raise TooFarAway


def _has_lost_some(handoff: Handoff, heads: Mapping[str, Head], now: datetime) -> bool:
    """Whether it holds less than its endpoint took (R14), which it may need a moment to write into its books."""
    if handoff.heads_at is None or now - handoff.heads_at < BOOKED_WITHIN:
        return False
    return any(case not in heads or heads[case].seq < head["seq"] for case, head in handoff.heads.items())


def is_too_late(world: World, handoff: Handoff, message: webhooks.OfHandoff) -> bool:
    """After the end; and of what is solved, by whomever, nothing is left to do, to ask, to propose or to give back."""
    incident = world.incidents.get(handoff.incident)
    is_solved = incident is not None and incident.resolved
    return not handoff.is_held or (is_solved and not isinstance(message.data, _STILL_SAID))


def asked_before(handoff: Handoff, message: webhooks.OfHandoff) -> str | None:
    """The id of the question that the message asks once more: under the same name, in the same words, while that waits
    for its answer. One that has ended is asked anew.
    """
    asked = message.data
    if not isinstance(asked, webhooks.InformationRequested) or asked.question is None:
        return None
    id_ = _question_id(handoff, asked, "")
    return id_ if id_ in handoff.questions else None


def _question_id(handoff: Handoff, asked: webhooks.InformationRequested, name: str) -> str:
    """Other words under a name that was used before are another question: nothing that a vendor asks is lost."""
    if asked.question is None:
        return question_id(handoff.id, name)
    parts, times = ("named", asked.question, asked.text), 1
    id_ = ids.derived("question", handoff.id, *parts)
    while id_ in handoff.questions and not is_waited_for(handoff, handoff.questions[id_]):
        times += 1
        id_ = ids.derived("question", handoff.id, *parts, str(times))
    return id_


def question_id(handoff: str, message: str) -> str:
    """Of one that the vendor gave no name, by the message that asked it."""
    return ids.derived("question", handoff, message)


def _written(
    handoff: Handoff, data: webhooks.EntryAdded, said: dict[str, Any], ctx: Context, files: tuple[FileRef, ...]
) -> v.VendorEntryAdded:
    """Why no answer is needed is for who was asked: reporters have not read the question, or have answered it."""
    text: dict[Language, str] = {data.language: data.text}
    private = data.private or data.closes is not None
    return v.VendorEntryAdded(**ctx.about(handoff), **said, text=text, private=private, files=files)


def _status(handoff: Handoff, data: webhooks.StatusChanged, name: str, ctx: Context) -> list[v.HandoffEvent]:
    """A step back is an older message overtaken: its words are kept, the status stays."""
    text: dict[Language, str] | None = {data.language: data.text} if data.text else None
    said: dict[str, Any] = {"message": name, "ticket": data.ticket, "vendor_reference": data.vendor_reference}
    stand = [id_ for id_, state in handoff.proposals.items() if state in ("open", "accepted")]
    taken_back = tuple(stand) if data.withdraws else ()
    steps_back = _STEPS[data.status] < _STEPS[handoff.status]
    if steps_back and not taken_back:
        return [v.VendorEntryAdded(**ctx.about(handoff), **said, text=text)] if text else []
    return [
        v.VendorStatusChanged(
            **ctx.about(handoff),
            **said,
            status=cast("Any", handoff.status) if steps_back else data.status,
            text=text,
            expected_at=data.expected_at,
            withdraws=taken_back,
        )
    ]


def _late(
    handoff: Handoff, message: webhooks.OfHandoff, name: str, ctx: Context, files: tuple[FileRef, ...]
) -> list[v.HandoffEvent]:
    """What comes too late moves nothing; a vendor's words are kept as a note between it and staff."""
    text = getattr(message.data, "text", None)
    if text is None:
        return []
    words = _words(message, text)
    return [v.VendorEntryAdded(**ctx.about(handoff), message=name, text=words, private=True, files=files)]


def _is_of_this_case(world: World, handoff: Handoff, ticket: str) -> bool:
    """Of one that has left, or was when the vendor did: its reporter reads nothing that is about a case of others."""
    known, incident = world.tickets.get(ticket), world.incidents.get(handoff.incident)
    if incident is None or (known is not None and known.erased):
        return False
    return ticket in incident.as_of(handoff.last_incident).tickets


def _words(message: webhooks.OfHandoff, text: str) -> dict[Language, str]:
    return {message.data.language: text}
