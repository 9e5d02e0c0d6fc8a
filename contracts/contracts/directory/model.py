"""The directory: a municipality's configuration as one versioned document. No secrets, no persons."""

from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, StringConstraints, model_validator

from contracts.canonical import sha256
from contracts.directory.base import Id, Model, Text
from contracts.directory.calendar import Calendar, TimeZone, is_zone
from contracts.directory.parties import Administration, Role, School, Team, Vendor
from contracts.directory.rules import Agreement, DeviceClass, Policy, Rule, Service
from contracts.directory.urgency import USUAL, Urgencies
from contracts.values import Language, Tier

Percent = Annotated[int, Field(ge=0, le=100)]
DEFAULT_RULE = "default"
"""Id of the rule that holds where no written one does."""
NOT_CONNECTED_RULE = "not_connected"
"""Stands for the rule of a case from a school or unit that is not connected yet (L5)."""


class Municipality(Model):
    """The tenant."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    """Id; the first part of every address of its pages."""
    name: Text
    """Name of the municipality."""
    number_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,5}$")]
    """Letters of its ticket numbers: MAL in MAL-2026-000123. Unique in the installation."""
    default_language: Language = "sv"
    """Language of pages and messages for who has chosen none."""
    time_zone: TimeZone = "Europe/Stockholm"
    """Zone of its calendars and pages."""


class Defaults(Model):
    """What holds where no matrix rule says otherwise."""

    agreement: Id
    """Agreement of a case whose rule and device class name none."""
    policy: Id
    """Escalation policy of a case whose rule names none."""


class Thresholds(Model):
    """How sure the engine must be, and when a problem is shown to all. Empty: the engine's own."""

    link: Percent | None = None
    """Score from which a ticket is linked by itself."""
    suggest: Percent | None = None
    """Score from which a link is suggested to staff."""
    known_problem_reporters: Annotated[int, Field(ge=2, le=1000)] = 2
    """Reporters from which colleagues are shown a problem as known (N5: never one alone)."""


class Directory(Model):
    """One municipality: schools, teams, vendors, services, agreements, calendars, policies and who does what."""

    municipality: Municipality
    """Which municipality it is."""
    defaults: Defaults
    """Agreement and policy where nothing else is written."""
    thresholds: Thresholds = Thresholds()
    """Numbers of the grouping engine."""
    urgencies: Urgencies = USUAL
    """How urgent a report is: a table of need × impact; left out: the usual one."""
    administrations: tuple[Administration, ...] = ()
    """Administrations that run the schools (L3)."""
    schools: tuple[School, ...]
    """Schools and preschools."""
    teams: tuple[Team, ...]
    """Local and central teams; exactly one is the coordinator (V6)."""
    vendors: tuple[Vendor, ...] = ()
    """Companies and joint organisations."""
    services: tuple[Service, ...]
    """What people report about."""
    device_classes: tuple[DeviceClass, ...] = ()
    """Kinds of devices (V5)."""
    calendars: tuple[Calendar, ...]
    """When parties work."""
    agreements: tuple[Agreement, ...]
    """Promised times."""
    policies: tuple[Policy, ...]
    """How cases go further by themselves (V4)."""
    matrix: tuple[Rule, ...] = ()
    """The responsibility matrix: who has which case, and why."""
    roles: tuple[Role, ...] = ()
    """Roles of people, and what they open."""

    @model_validator(mode="before")
    @classmethod
    def _calendars_in_own_zone(cls, value: Any) -> Any:
        """A calendar that names no zone is in the municipality's."""
        match value:
            case {"municipality": {"time_zone": str(zone)}, "calendars": list(calendars)} if is_zone(zone):
                own = [{"time_zone": zone} | c if isinstance(c, dict) else c for c in calendars]
                return {**value, "calendars": own}
        return value

    def __eq__(self, other: object) -> bool:
        """By version, which is of the content: two copies are compared with every answer that is remembered of one."""
        return isinstance(other, Directory) and self.version == other.version

    def __hash__(self) -> int:
        return hash(self.version)

    @property
    def id(self) -> str:
        """Id of the municipality."""
        return self.municipality.id

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over the canonical JSON: the same content has the same version, whatever its comments."""
        return sha256(self.model_dump(mode="json"))[:12]

    @cached_property
    def schools_by_id(self) -> dict[str, School]:
        """Schools by id."""
        return {school.id: school for school in self.schools}

    @cached_property
    def services_by_id(self) -> dict[str, Service]:
        """Services by id."""
        return {service.id: service for service in self.services}

    @cached_property
    def device_classes_by_id(self) -> dict[str, DeviceClass]:
        """Device classes by id."""
        return {device_class.id: device_class for device_class in self.device_classes}

    @cached_property
    def agreements_by_id(self) -> dict[str, Agreement]:
        """Agreements by id."""
        return {agreement.id: agreement for agreement in self.agreements}

    @cached_property
    def policies_by_id(self) -> dict[str, Policy]:
        """Policies by id."""
        return {policy.id: policy for policy in self.policies}

    @cached_property
    def calendars_by_id(self) -> dict[str, Calendar]:
        """Calendars by id."""
        return {calendar.id: calendar for calendar in self.calendars}

    @cached_property
    def roles_by_id(self) -> dict[str, Role]:
        """Roles by id."""
        return {role.id: role for role in self.roles}

    @cached_property
    def ranked(self) -> tuple[Rule, ...]:
        """The matrix' rules, most specific first; those of equal rank in the file's order."""
        return tuple(sorted(self.matrix, key=lambda rule: -rule.when.specificity))

    @cached_property
    def parties(self) -> dict[str, Team | Vendor]:
        """Every party by its party id."""
        return {**{f"team:{team.id}": team for team in self.teams}, **self.vendors_by_party}

    @cached_property
    def vendors_by_party(self) -> dict[str, Vendor]:
        """Vendors by party id."""
        return {f"vendor:{vendor.id}": vendor for vendor in self.vendors}

    @cached_property
    def connections(self) -> dict[str, Vendor]:
        """The vendor behind each connection name."""
        return {vendor.connection.name: vendor for vendor in self.vendors if vendor.connection}

    @cached_property
    def coordinator(self) -> str:
        """Party id of the coordinator team; LookupError in a directory that was never checked."""
        for team in self.teams:
            if team.coordinator:
                return f"team:{team.id}"
        raise LookupError(f"directory {self.id!r} has no coordinator team")

    def reaches(self, party: str) -> bool:
        """Whether it is a party, and if a vendor one that can be handed something."""
        vendor = self.vendors_by_party.get(party)
        return party in self.parties and (vendor is None or vendor.connection is not None)

    def party_name(self, party: str) -> Text:
        """What pages call a party; its id where the directory knows it no longer."""
        known = self.parties.get(party)
        return known.name if known else Text(sv=party, en=party)

    def tier(self, party: str) -> Tier:
        """Tier of a party; `central` for one that the directory knows no longer."""
        if party.startswith("vendor:"):
            return "vendor"
        known = self.parties.get(party)
        return known.tier if isinstance(known, Team) else "central"

    def agreement_in_force(self, agreement: str | None) -> Agreement:
        """The agreement; the default one for an open case whose agreement the directory has no more (R19)."""
        return self.agreements_by_id.get(agreement or "") or self.agreements_by_id[self.defaults.agreement]

    def policy_in_force(self, policy: str | None) -> Policy:
        """The policy; the default one for an open case whose policy the directory has no more (R19)."""
        return self.policies_by_id.get(policy or "") or self.policies_by_id[self.defaults.policy]

    def calendar_of(self, agreement: str) -> Calendar:
        """The calendar in which the times of an agreement are counted, or of the one that takes its place."""
        return self.calendars_by_id[self.agreement_in_force(agreement).calendar]
