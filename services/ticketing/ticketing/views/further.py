"""Whose turn it is and how urgent: what the desk may do about it."""

from dataclasses import dataclass

from chassis.look.parts import BLANK, Field, Option
from chassis.look.words import Words


@dataclass(frozen=True, slots=True)
class Further:
    """What this person may do now. Forms POST to `<page's url>/jag-tar-det` (nothing) `|skicka-vidare` (reason, to)
    `|stoppa` (reason) `|bradska` (urgency, reason) `|oppna-igen` (reason). Each carries `seen_version` too.
    """

    acknowledge: bool = False
    for_others: Words | None = None
    """The team that has it, where this person says so for it."""
    goes_to: Words | None = None
    """Who gets it when it is sent further; None: it can't be."""
    goes_to_id: str = ""
    """That party's id, sent along: the form does what it says, however often it is sent."""
    stop: bool = False
    urgencies: tuple[Option, ...] = ()
    reopen: bool = False
    send_reason: Field = BLANK
    stop_reason: Field = BLANK
    urgency: Field = BLANK
    urgency_reason: Field = BLANK
    reopen_reason: Field = BLANK

    @property
    def any(self) -> bool:
        """Whether a form stands among the others; the button that says "Jag tar det" stands above them."""
        return bool(self.goes_to or self.stop or self.urgencies or self.reopen)

    @property
    def opened(self) -> str | None:
        """The form to show unfolded: the one that has an error, or in which something was written."""
        forms = {
            "send": self.send_reason,
            "stop": self.stop_reason,
            "urgency": self.urgency_reason,
            "reopen": self.reopen_reason,
        }
        if self.urgency.error:
            return "urgency"
        wrong = (form for form, field in forms.items() if field.error)
        written = (form for form, field in forms.items() if field.value)
        return next(wrong, None) or next(written, None)

    @property
    def marks(self) -> tuple[object, ...]:
        """What of it changes a page's forms."""
        return self.acknowledge, self.goes_to, self.stop, bool(self.urgencies), self.reopen


NOTHING_FURTHER = Further()
