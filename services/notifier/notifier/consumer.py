"""What the notifier takes in: facts that tell whom something concerns, in `domain.fold`, and those that somebody is
told about, in the table `domain.plan.PLANS`.
"""

from chassis.consumer import decoder
from contracts import envelope
from contracts.events.registry import PRODUCER_OF, TYPES
from notifier.domain.fold import FOLDS
from notifier.domain.plan import PLANS

NAME = "notifier"
HEARD = frozenset(event.TYPE for event in (*FOLDS, *PLANS) if PRODUCER_OF[event.TYPE] != NAME)
"""Types of others' events that the notifier takes in. Its own took effect when they were stated."""

_NOT_HEARD = TYPES.keys() - HEARD
decode = decoder(envelope.decode, envelope.Malformed, lambda record: record.header("ce_type") not in _NOT_HEARD)
"""The event of a record; None for types that are not for the notifier."""
