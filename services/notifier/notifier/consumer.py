"""What the notifier takes in: facts that tell whom something concerns, in `domain.fold`, and those that somebody is
told about, in the table `domain.plan.PLANS`.
"""

from chassis.messages import Record, Undecodable
from contracts import envelope
from contracts.envelope import Received
from contracts.events.registry import PRODUCER_OF, TYPES
from notifier.domain.fold import FOLDS
from notifier.domain.plan import PLANS

NAME = "notifier"
HEARD = frozenset(event.TYPE for event in (*FOLDS, *PLANS) if PRODUCER_OF[event.TYPE] != NAME)
"""Types of others' events that the notifier takes in. Its own took effect when they were stated."""


def decode(record: Record) -> Received | None:
    """The event of a record; None for types that are not for the notifier."""
    type_ = record.header("ce_type")
    if type_ in TYPES and type_ not in HEARD:
        return None
    try:
        return envelope.decode(record.headers, record.value)
    except envelope.Malformed as error:
        raise Undecodable(str(error)) from error
