"""Places and parties: schools, the teams that serve them, vendors and how they are reached."""

import ipaddress
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints

from contracts.directory.base import GroupName, Id, Model, PartyName, Phrase, SchoolForm, Text
from contracts.directory.mapping import Mapping
from contracts.values import Tier

Access = Literal["reporter", "school_lead", "support", "coordinator", "administrator"]
Profile = Literal["webhook", "tmf621", "email", "portal"]


def _safe_url(url: str) -> str:
    """An address without secrets in it, over TLS; plain http only to the machine itself (the demo)."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("write the whole address, beginning with https://")
    if parts.username or parts.password:
        raise ValueError("no user or password in an address: the secret is named by secret_ref")
    if parts.query or parts.fragment:
        raise ValueError("an address has no ? or # part: what belongs there is a secret or a setting")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise ValueError("use https:// (http:// is for 127.0.0.1 only)")
    return url


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _a_name(reference: str) -> str:
    if reference.startswith(("whsec_", "whsec-")):
        raise ValueError("this is a secret itself: write the name under which the installation knows it")
    return reference


Url = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_safe_url)]
SecretRef = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$"), AfterValidator(_a_name)]
EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=200)]
RoomPrefix = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]


class Contact(Model):
    """How a team is reached besides Eskalera. A function's address, never a person's."""

    email: EmailAddress | None = None
    """Shared mailbox: where it is mailed that a case goes further, while nobody in the team has an address."""
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 -]{4,20}$")] | None = None
    """Number that somebody answers in desk hours."""


class Administration(Model):
    """A part of the municipality that runs schools and pays for them (L3)."""

    id: Id
    name: Text
    """Name of the administration."""


class Building(Model):
    """A house of a school; a building fault joins reports from its rooms only."""

    id: Id
    name: Text
    """What people call it: "B-huset"."""
    rooms: tuple[RoomPrefix, ...] = ()
    """How its room numbers begin: `B` for B204."""


class Unit(Model):
    """A part of a school with a principal of its own."""

    id: Id
    name: Text
    """Name of the unit: "Ekbacken 7–9"."""
    connected: bool = True
    """False: not onboarded yet, though the rest of the school may be; its cases are the coordinator's (L5)."""


class Support(Model):
    """Who serves a school that has no local team of its own."""

    hosted_by: Id
    """The school whose local team serves this one too (L1)."""


class School(Model):
    """A school or preschool."""

    id: Id
    name: Text
    """Full name: "Ekbackens skola"."""
    aliases: tuple[Phrase, ...] = ()
    """What people call it in a sentence: "Ekbacken", "Kungs"."""
    form: SchoolForm
    """School form: reports and matrix rules go by it."""
    years: Annotated[str, StringConstraints(max_length=20)] = ""
    """School years in words: "F–6", "7–9"."""
    administration: Id | None = None
    """The administration it belongs to."""
    asset_prefix: Annotated[str, StringConstraints(pattern=r"^[A-ZÅÄÖ]{2,4}$")] | None = None
    """Letters its asset tags begin with: EKB in EKB-PC-0312."""
    units: tuple[Unit, ...] = ()
    """Units inside the school."""
    buildings: tuple[Building, ...] = ()
    """Houses of the school."""
    connected: bool = True
    """False: not onboarded yet. Staff still file, also by phone or e-mail; the coordinator has its cases (L5)."""
    support: Support | None = None
    """Only where another school's technician serves it (L1)."""


class Team(Model):
    """People of the municipality who can hold a case together."""

    id: PartyName
    name: Text
    """What the holder line says: "IT-stödet på Ekbackens skola"."""
    tier: Tier
    """`local` at schools, `central` for the whole municipality (a vendor is listed under vendors)."""
    skill: Literal["technical", "pedagogical"] = "technical"
    """What a local team helps with; `local` in a path means the technical one (V7)."""
    coordinator: bool = False
    """True for exactly one central team: the schools' contact, and who holds what nobody else can (V6)."""
    schools: tuple[Id, ...] = ()
    """Schools a local team serves on its own behalf; hosted schools are not listed here."""
    groups: tuple[GroupName, ...] = ()
    """Groups of the identity provider whose members are its people; who is a person's comes with the people."""
    contact: Contact | None = None
    """How it is reached besides Eskalera."""


class Connection(Model):
    """How hand-offs reach a vendor. The operator's allow list decides whether the address may be called at all."""

    name: PartyName
    """Name of the connection: part of the vendor's address at the bridge."""
    profile: Profile
    """How the two systems talk."""
    url: Url | None = None
    """Where hand-offs are sent (webhook), or the base address of the vendor's trouble tickets (tmf621). A tmf621
    connection without it is the other way round: the vendor's system reads and changes them at the bridge."""
    version: Literal["v4", "v5"] = "v4"
    """Of TMF621, which the vendor's own server speaks."""
    email: EmailAddress | None = None
    """The vendor's mailbox (email)."""
    replies_from: Literal["mailbox", "domain"] = "mailbox"
    """Whose replies are the vendor's (email): those from the mailbox alone, or from any address of its domain."""
    secret_ref: SecretRef | None = None
    """Name under which the installation keeps the secret; the secret itself never stands here."""
    contact: Literal["person", "school", "none"] = "school"
    """What the vendor sees of the reporter: name and room, the school only, or nothing."""
    mapping: Mapping = Mapping()
    """The words of the vendor's system, where they are not those of its profile."""

    @property
    def is_ready(self) -> bool:
        """Whether it says where hand-offs go."""
        match self.profile:
            case "webhook":
                return self.url is not None
            case "email":
                return self.email is not None
            case "tmf621" | "portal":
                return True

    @property
    def comes_itself(self) -> bool:
        """Whether the vendor's system reads and writes at the bridge: it has no address that could be tried."""
        return self.profile == "tmf621" and self.url is None


class Vendor(Model):
    """A company or joint organisation outside the schools that can hold a case."""

    id: PartyName
    name: Text
    """What pages call it: "Nätleverantören"."""
    connection: Connection | None = None
    """How it is reached; a vendor without one can stand on no path."""
    services: tuple[Id, ...] = ()
    """Services it delivers."""


class Role(Model):
    """What a person is in the school, and what that opens in Eskalera."""

    id: Id
    name: Text
    """The role in words: "lärare"."""
    access: Access
    """reporter: own tickets · school_lead: the own schools · support: the team's queue · coordinator: everything ·
    administrator: the directory and the installation's pages too."""
