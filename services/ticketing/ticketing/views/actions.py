"""What who works with a case may do, and what they had begun to write."""

from dataclasses import dataclass
from datetime import datetime

from chassis.look.parts import BLANK, Field, Option
from chassis.look.words import Words
from ticketing.views.reporting import OpenQuestion


@dataclass(frozen=True, slots=True)
class AskedReporter:
    """What a reporter is asked, by staff or a vendor, or the municipality by a vendor.

    POST `<page's url>/fragor/<id>/stang` (reason): not needed. The municipality answers as in the composer.
    """

    id: str
    asked_by: Words
    at: datetime
    text: str
    number: str
    ticket_url: str
    is_of_vendor: bool = False
    """Who then reads the reason as the answer."""
    reason: Field = BLANK

    @property
    def to_us(self) -> bool:
        return not self.ticket_url


@dataclass(frozen=True, slots=True)
class Composer:
    """POST `<url>/anteckning`: audience, text, answers. The audience is the first choice."""

    audiences: tuple[Option, ...]
    """Values: reporters, internal, party:<id>."""
    audience: Field = BLANK
    text: Field = BLANK
    questions: tuple[OpenQuestion, ...] = ()
    files: Field = BLANK
    answers: str = ""
    """The question that it was to answer."""

    @property
    def opened(self) -> bool:
        """Shown unfolded on a narrow screen too: somebody waits for an answer, or what was written came back."""
        came_back = self.text.value or self.audience.error or self.text.error or self.files.error
        return bool(self.questions or came_back)


@dataclass(frozen=True, slots=True)
class Asks:
    """Whom one may ask: POST `fraga`."""

    of: tuple[Option, ...] = ()
    """Reports, for who reported them."""
    other: str = ""
    """What another municipality is called, where that reported all of these; within a sentence."""
    by_mail: bool = True
    """All of them are persons."""


@dataclass(frozen=True, slots=True)
class Actions:
    """What this person may do now. Fields: `fraga` ticket, text; `tilldela` party; `lamna-over` vendor, note, role;
    `ta-tillbaka` vendor; `los` public_text; `avsluta` none; `bedom` service, scope, public_title; `koppla` ticket;
    `bryt-ut` tickets (several). Each but the first carries `seen_version` too.
    """

    parties: tuple[Option, ...] = ()
    vendors: tuple[Option, ...] = ()
    parallel: bool = False
    """Chosen before: beside whoever has it."""
    take_back: tuple[Option, ...] = ()
    """The vendors that have it, or a part of it; whoever leads first …"""
    take_back_named: bool = False
    """… and whether the one to take it back from is to be named."""
    resolve: bool = False
    close: bool = False
    split: bool = False
    link: bool = False
    publish: str | None = None
    """What others would read; POST `publicera`: published `ja`, and `nej` to take it back."""
    published: bool = False
    asks: Asks = Asks()
    services: tuple[Option, ...] = ()
    scopes: tuple[Option, ...] = ()
    service: Field = BLANK
    scope: Field = BLANK
    public_title: Field = BLANK
    number: Field = BLANK
    number_like: str = ""
    """How the municipality's numbers look."""
    tickets: Field = BLANK
    party: Field = BLANK
    vendor: Field = BLANK
    note: Field = BLANK
    public_text: Field = BLANK
    asked: Field = BLANK
    question: Field = BLANK

    @property
    def any(self) -> bool:
        return bool(
            self.asks.of or self.parties or self.vendors or self.take_back or self.resolve or self.close or self.link
        )

    @property
    def opened(self) -> str | None:
        """The form to show unfolded: the one that has an error, else one in which something was written."""
        forms = {
            "assign": (self.party,),
            "hand_off": (self.vendor, self.note),
            "ask": (self.asked, self.question),
            "triage": (self.service, self.public_title),
            "link": (self.number,),
            "resolve": (self.public_text,),
        }
        wrong = (form for form, fields in forms.items() if any(field.error for field in fields))
        # What a case is about stands in its form anyhow.
        written = (form for form, fields in forms.items() if form != "triage" and any(field.value for field in fields))
        return next(wrong, None) or next(written, None)


NO_ACTIONS = Actions()


@dataclass(frozen=True, slots=True)
class OrderDesk:
    """What the desk may say of an order. POST `<url>/steg`: stage, stage_text, expected_at, changed_by."""

    stages: tuple[Option, ...]
    """What may follow, the likeliest first."""
    changers: tuple[Option, ...]
    stage: Field = BLANK
    text: Field = BLANK
    expected_at: Field = BLANK
    changed_by: Field = BLANK

    @property
    def opened(self) -> bool:
        fields = (self.stage, self.text, self.expected_at, self.changed_by)
        return bool(self.text.value) or any(field.error for field in fields)
