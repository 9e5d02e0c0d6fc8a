"""Every sentence of the vendors' pages (`chassis.look.texts`); a family of keys of one enum is in `FAMILIES`."""

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from chassis.look.rendering import Rendering
from chassis.look.texts import Texts
from contracts.webhooks import MessageKind
from vendor_bridge.store.peers import KIND
from vendor_bridge.web.views import SPOKEN, Failure, Reader, State

ACTIONS: Final = ("acknowledge", "status", "ask", "note", "propose", "return")
FIELDS: Final = ("text", "reference", "status", "expected", "to", "files")
"""Of the case's forms."""
STATUSES: Final = ("accepted", "in_progress", "pending")
CAME: Final = (
    *("acknowledged", "entry_added", "status_changed", "information_requested", "resolution_proposed", "returned"),
    *("ticket_reported", "ticket_changed", "work_announced"),
)
"""What a vendor says, by its types."""
OF_A_PART: Final = ("acknowledge", "return")
"""What is said in other words by a vendor beside the one that leads the case."""
REASONS: Final = ("400", "401", "403", "404", "405", "408", "409", "412", "413", "415", "422", "429", "501")
"""Statuses of refusals that have words of their own."""
FAMILIES: Final[Mapping[str, Iterable[str]]] = {
    "state": tuple(State),
    "state_part": tuple(State),
    "reader": tuple(Reader),
    "entry": tuple(SPOKEN),
    "failure_title": tuple(Failure),
    "failure_text": tuple(Failure),
    "urgency": ("1", "2", "3", "4"),
    "message": (*get_args(MessageKind), KIND),
    "message_state": ("waiting", "failing", "given_up", "taken", "told"),
    "which": ("alla", "vantar", "fel"),
    "sent_by": ("webhook", "tmf", "mail", "portal"),
    "came_which": ("allt", "verkan", "sent", "inget", "igen", "eko", "avvisat"),
    "came_what": (*CAME, "peer", "file", "request", "mail", "form", "unknown"),
    "came_why": (*REASONS, "mail", "mail_held", "mail_thrown", "other"),
    "came_field": FIELDS,
    "effect": ("applied", "late", "late_wordless", "nothing", "echo", "refused"),
    "outcome_of": ("taken", "not_taken", "disabled", "misconfigured"),
    "trouble": ("disabled", "misconfigured", "unreachable", "failing", "paused"),
    "said": (*ACTIONS, *(f"{action}_part" for action in OF_A_PART)),
    "status": STATUSES,
    "profile": ("webhook", "tmf621", "email", "portal"),
    "promise": ("acknowledge", "next_update", "resolve", "public_sentence"),
    "ended": ("returned", "taken_back", "released", "completed", "failed"),
    "ended_part": ("returned", "taken_back", "released", "completed", "failed"),
    "outcome": ("returned", "taken_back", "released", "completed", "failed"),
    "confirm_title": ("propose", "propose_part", "return", "return_part"),
    "confirm_text": ("propose", "propose_part", "return", "return_part"),
    "confirm_send": ("propose", "propose_part", "return", "return_part"),
}

TEXTS: Final = Texts("vendor_bridge")
RENDERING: Final = Rendering("vendor_bridge", TEXTS)
