"""What is served and promised: services, device classes, agreements, policies, and the responsibility matrix."""

from functools import cached_property
from typing import Annotated, Any, Final, Literal, TypeVar, get_args

from pydantic import AfterValidator, BeforeValidator, Field, GetJsonSchemaHandler, StringConstraints, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from contracts.canonical import sha256
from contracts.directory.base import Caller, Duration, Id, Model, Office, PathStep, Phrase, SchoolForm, Scope, Text
from contracts.values import PartyId, Promise, TicketKind, Urgency

Criticality = Literal["low", "normal", "high", "vital"]
RANKS: Final[dict[Criticality, int]] = {criticality: rank for rank, criticality in enumerate(get_args(Criticality))}
"""How much a service matters, to be compared."""
Share = Annotated[
    int, Field(ge=1, le=200, description="Per cent of a clock that is used; over 100 is after the breach")
]


class Service(Model):
    """Something people use and miss when it is gone."""

    id: Id
    name: Text
    """Name on pages: "Skolportalen"."""
    aliases: tuple[Phrase, ...] = ()
    """Everyday words for it, as people write them; no two services share one."""
    owner: PathStep | None = None
    """The party that answers for the service, whoever repairs it."""
    criticality: Criticality = "normal"
    """What its loss does to teaching."""
    device_class: Id | None = None
    """Device class of a report about this service that names no asset."""


class DeviceClass(Model):
    """A kind of device, with the agreement that covers it (V5)."""

    id: Id
    name: Text
    """Name on pages: "elevdator"."""
    tag_codes: tuple[Annotated[str, StringConstraints(pattern=r"^[A-ZÅÄÖ0-9]{1,4}$")], ...] = ()
    """Middle part of its asset tags: PC in EKB-PC-0312."""
    agreement: Id | None = None
    """Agreement for such devices where the matrix rule names none."""


class Promises(Model):
    """What is promised at one urgency, in working time of the agreement's calendar."""

    urgency: Urgency
    acknowledge: Duration
    """Somebody has taken it."""
    next_update: Duration
    """The reporter hears something; ours also while a vendor holds it (N8)."""
    resolve: Duration | None = None
    """It works again; none: by agreement, no time is promised."""


class Agreement(Model):
    """Promised times for each urgency."""

    id: Id
    name: Text
    """Name of the agreement."""
    calendar: Id
    """Calendar its times are counted in."""
    note: Text | None = None
    """What the reporter is told about it: "Elevdatorer saknar serviceavtal …" (V5)."""
    promises: tuple[Promises, ...]
    """One line for each urgency, 1 to 4."""
    called_by: tuple[Caller, ...] | None = None
    """Who may turn to the vendor without asking the coordinator, in stated urgent cases (V8). Where it is written, a
    rule that names this agreement starts at a vendor only if `reporter` is among them, and by hand others hand nothing
    over. The coordinator always may, and where `reporter` may, all staff; left out: nothing is agreed."""
    contracts_by: Office | None = None
    """Who opens and changes contracts and orders under them (L2); a rule for requests that names this agreement reaches
    a vendor only after them, and by hand through them alone. Left out: nothing is agreed."""
    accepts_proposals: bool = False
    """True: a vendor's proposed solution is accepted by itself (R7)."""

    @model_validator(mode="after")
    def _every_urgency_once(self) -> "Agreement":
        if sorted(p.urgency for p in self.promises) != [1, 2, 3, 4]:
            raise ValueError("promises need exactly one line for each urgency 1, 2, 3 and 4")
        return self

    def at(self, urgency: int) -> Promises:
        """The promises at one urgency (1–4)."""
        return next(p for p in self.promises if p.urgency == urgency)


class Wait(Model):
    """Wait for a share of a clock, or for a time, whichever is written."""

    do: Literal["wait"]
    clock: Promise | None = None
    """The clock whose use is watched, if a time is promised …"""
    share: Share | None = None
    """… and the share of it, in per cent."""
    time: Duration | None = None
    """Or simply this much working time since the step before."""

    @model_validator(mode="after")
    def _one_way(self) -> "Wait":
        by_clock = self.clock is not None and self.share is not None
        by_time = self.time is not None
        if by_clock == by_time or (self.clock is None) != (self.share is None):
            raise ValueError("wait either for `clock` with `share`, or for `time`")
        return self


class Notify(Model):
    """Tell parties; the holder stays."""

    do: Literal["notify"]
    parties: tuple[PathStep, ...] = Field(min_length=1)
    """Who is told."""


class NextParty(Model):
    """The case moves to the next party of its path."""

    do: Literal["next_party"]


class HandOver(Model):
    """The case is handed to a named vendor."""

    do: Literal["hand_over"]
    vendor: PartyId
    """The vendor, as vendor:<id>."""


class RequireAcknowledgement(Model):
    """The holder must say that it has the case; else the next step follows."""

    do: Literal["require_acknowledgement"]
    within: Duration
    """Working time for it."""


class RaiseUrgency(Model):
    """The case becomes more urgent, and its times with it; it is never lowered."""

    do: Literal["raise_urgency"]
    to: Urgency
    """1 is the most urgent."""


class Repeat(Model):
    """The steps so far once more."""

    do: Literal["repeat"]
    times: Annotated[int, Field(ge=1, le=10)]
    """How many times more."""


Step = Annotated[
    Wait | Notify | NextParty | HandOver | RequireAcknowledgement | RaiseUrgency | Repeat, Field(discriminator="do")
]
Measures = Annotated[
    tuple[Annotated[Notify | NextParty | HandOver | RaiseUrgency, Field(discriminator="do")], ...], Field(min_length=1)
]


class ImpactGrown(Model):
    """More are hit: so many tickets, or so many schools. Each time once in the life of a case."""

    when: Literal["impact_grown"]
    tickets: Annotated[int, Field(ge=2)] | None = None
    """From so many reports …"""
    schools: Annotated[int, Field(ge=2)] | None = None
    """… or from so many schools."""
    do: Measures
    """What follows."""

    @model_validator(mode="after")
    def _says_how_much(self) -> "ImpactGrown":
        if self.tickets is None and self.schools is None:
            raise ValueError("say from how many `tickets` or `schools`")
        return self


class HolderSilent(Model):
    """The promised word to the reporters did not come in time."""

    when: Literal["holder_silent"]
    do: Measures
    """What follows."""


class Breach(Model):
    """A promise was not kept in time."""

    when: Literal["breach"]
    clock: Promise
    """Which promise."""
    do: Measures
    """What follows."""


class Asked(Model):
    """A reporter or the school's IT lead asks that it goes further."""

    when: Literal["asked"]
    do: Measures
    """What follows; the holder is told of it in any case."""


Occasion = Annotated[ImpactGrown | HolderSilent | Breach | Asked, Field(discriminator="when")]


class Major(Model):
    """When an incident is a major one: its service matters so much, and any of the numbers is reached."""

    criticality: Criticality = "high"
    """The least criticality of its service."""
    tickets: Annotated[int, Field(ge=2)] | None = None
    """Reports."""
    schools: Annotated[int, Field(ge=2)] | None = None
    """Schools."""
    lessons: Annotated[int, Field(ge=1)] | None = None
    """Reports that say that the lesson stands still (urgency 1)."""
    public_sentence: Duration | None = None
    """Working time in which others must be able to read what it is about."""

    @model_validator(mode="after")
    def _says_how_many(self) -> "Major":
        if self.tickets is None and self.schools is None and self.lessons is None:
            raise ValueError("say from how many `tickets`, `schools` or `lessons`")
        return self


class Policy(Model):
    """How a case goes further by itself (V4)."""

    id: Id
    name: Text
    """Name of the policy."""
    steps: tuple[Step, ...] = ()
    """In order."""
    occasions: tuple[Occasion, ...] = ()
    """What else makes it go further, beside the steps."""
    major: Major | None = None
    """When it is a major incident; none: never by itself."""
    settle: Duration | None = None
    """How long a lone, untouched incident may still be joined to another (R11)."""
    reopen_after_noes: Annotated[int, Field(ge=1, le=100)] = 3
    """How many "nej, inte löst" reopen a shared incident (R9)."""
    close_after: Duration | None = None
    """Silence after "löst" that closes; real time, not working time."""
    reopen_window: Duration | None = None
    """Real time after closing in which a late "nej" still reopens."""

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over its steps: a place in other steps means nothing."""
        return sha256([step.model_dump(mode="json") for step in self.steps])[:12]

    @model_validator(mode="after")
    def _repeats_something(self) -> "Policy":
        if self.steps and self.steps[0].do == "repeat":
            raise ValueError("the first step has nothing to repeat")
        return self


Value_T = TypeVar("Value_T")


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


def _each_once(values: tuple[Value_T, ...]) -> tuple[Value_T, ...]:
    if not values:
        raise ValueError("an empty list fits nothing: leave the field out where anything fits")
    if len(set(values)) != len(values):
        raise ValueError("the same value is listed twice")
    return values


class _OneOrMore:
    """In JSON Schema: one value, or a list of them."""

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        array = handler(core_schema)
        return {"anyOf": [array["items"], array]}


OneOrMore = Annotated[tuple[Value_T, ...], BeforeValidator(_as_list), AfterValidator(_each_once), _OneOrMore]


class Condition(Model):
    """When a rule holds: every written field must fit; a field is one value or a list of values.

    The more fields are written, the more specific is the rule, and the most specific one wins.
    """

    service: OneOrMore[Id] | None = None
    """Services."""
    device_class: OneOrMore[Id] | None = None
    """Device classes, by asset tag or the service's own (V5)."""
    school: OneOrMore[Id] | None = None
    """Schools."""
    form: OneOrMore[SchoolForm] | None = None
    """School forms."""
    urgency: OneOrMore[Urgency] | None = None
    """Urgencies 1–4 (V8: urgent ones may have a lane of their own)."""
    scope: OneOrMore[Scope] | None = None
    """How far it reaches."""
    kind: OneOrMore[TicketKind] | None = None
    """Kinds of ticket (V4)."""

    @cached_property
    def written(self) -> dict[str, tuple[str | int, ...]]:
        """The written fields with their values."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def specificity(self) -> int:
        """How many fields are written."""
        return len(self.written)


class Rule(Model):
    """One line of the responsibility matrix."""

    id: Id
    when: Condition = Condition()
    """When it holds; nothing written: always, where no more specific rule holds."""
    path: tuple[PathStep, ...] = Field(min_length=1)
    """Whose turn, in order: escalation walks it. The coordinator ends every path, written or not."""
    agreement: Id | None = None
    """Agreement; else the device class's, else the directory's default."""
    policy: Id | None = None
    """Escalation policy; else the directory's default."""
    informs: tuple[PathStep, ...] = ()
    """Who is told at once though the case goes elsewhere: the centre, when a vendor is called directly (V8)."""
    note: Text
    """Why, in words that every employee understands; shown on the case (V4, V9)."""
