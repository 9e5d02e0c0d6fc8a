"""Every sentence of the vendors' pages (`chassis.look.texts`); a family of keys of one enum is in `FAMILIES`."""

from collections.abc import Iterable, Mapping
from typing import Final, get_args

from chassis.look.rendering import Rendering
from chassis.look.texts import Texts
from contracts.webhooks import MessageKind
from vendor_bridge.store.peers import KIND
from vendor_bridge.web.views import SPOKEN, Failure, Reader, State

ACTIONS: Final = ("acknowledge", "status", "ask", "note", "propose", "return")
STATUSES: Final = ("accepted", "in_progress", "pending")
FAMILIES: Final[Mapping[str, Iterable[str]]] = {
    "state": tuple(State),
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
    "effect": ("applied", "late", "nothing", "echo", "refused"),
    "outcome_of": ("taken", "not_taken", "disabled", "misconfigured"),
    "trouble": ("disabled", "misconfigured", "unreachable", "failing", "paused", "none"),
    "said": ACTIONS,
    "status": STATUSES,
    "profile": ("webhook", "tmf621", "email", "portal"),
    "promise": ("acknowledge", "next_update", "resolve", "public_sentence"),
    "ended": ("returned", "taken_back", "released", "completed", "failed"),
    "outcome": ("returned", "taken_back", "released", "completed", "failed"),
    "confirm_title": ("propose", "return"),
    "confirm_text": ("propose", "return"),
    "confirm_send": ("propose", "return"),
}

TEXTS: Final = Texts("vendor_bridge")
RENDERING: Final = Rendering("vendor_bridge", TEXTS)
