"""Whose turn is it? The responsibility matrix, answered with its reason.

Among the rules that hold, the one with the most written fields wins (`check` refuses two that tie). `local` in a path
is the school's own team, its host's where it has none (L1), the coordinator where nobody is. The case of a school or
unit that is not connected yet is the coordinator's, whatever the rules say (L5). The coordinator ends every path, so
that every case is somebody's.
"""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from contracts.directory.model import DEFAULT_RULE, NOT_CONNECTED_RULE, Directory
from contracts.directory.parties import School, Unit
from contracts.directory.rules import Condition, Rule
from contracts.values import Language

FIELDS = {
    "service": ("tjänst", "service"),
    "device_class": ("enhetstyp", "device class"),
    "school": ("skola", "school"),
    "form": ("skolform", "school form"),
    "urgency": ("brådska", "urgency"),
    "scope": ("omfattning", "scope"),
    "kind": ("ärendetyp", "kind"),
}
"""Fields of a rule's condition, with their words in Swedish and English."""

BEYOND_A_SCHOOL = ("schools", "municipality")
BEYOND: dict[Language, str] = {
    "sv": "Felet ser ut att röra flera skolor, därför ligger det inte hos en enda skolas IT-stöd.",
    "en": "The fault seems to hit several schools, so it is not with one school's support.",
}
FOR_SEVERAL: dict[Language, str] = {
    "sv": "Det gäller flera skolor, därför ligger det inte hos en enda skolas IT-stöd.",
    "en": "It is about several schools, so it is not with one school's support.",
}
"""The same of what is no fault."""


@dataclass(frozen=True, slots=True)
class Responsibility:
    """Who has a case, who is next, under which promises, and by which rule."""

    path: tuple[str, ...]
    """Party ids in order, each once."""
    agreement: str
    policy: str
    rule: str
    """Id of the matrix rule; `default` where none holds, `not_connected` at a school or unit that is not yet (L5)."""
    matched: tuple[str, ...]
    """The fields that the rule wrote."""
    informs: tuple[str, ...]
    """Parties told at once (V8)."""
    reason: dict[Language, str]
    """Why, in plain words."""

    @property
    def holder(self) -> str:
        """Whose turn it is first."""
        return self.path[0]

    def after(self, party: str) -> str | None:
        """The next party of the path; None after the last, and for one that is not on it."""
        rest = self.path[self.path.index(party) + 1 :] if party in self.path else ()
        return rest[0] if rest else None


@lru_cache(maxsize=4096)
def responsibility(
    directory: Directory,
    *,
    service: str | None = None,
    device_class: str | None = None,
    school: str | None = None,
    unit: str | None = None,
    urgency: int = 3,
    scope: str | None = None,
    kind: str = "incident",
) -> Responsibility:
    """Who has such a case. Never fails: unknown or missing values fit only rules that do not ask for them.

    Answers are remembered: the same few questions come with every report and every page.
    """
    place = directory.schools_by_id.get(school or "")
    service_model = directory.services_by_id.get(service or "")
    if device_class is None and service_model is not None:
        device_class = service_model.device_class
    case: dict[str, str | int | None] = {
        "service": service,
        "device_class": device_class,
        "school": school,
        "form": place.form if place else None,
        "urgency": urgency,
        "scope": scope,
        "kind": kind,
    }
    rule = next((r for r in directory.ranked if fits(r.when, case)), None)
    device = directory.device_classes_by_id.get(device_class or "")
    wide = scope in BEYOND_A_SCHOOL
    apart = None if wide else _not_connected(place, unit)
    answer = Responsibility(
        path=_once((*(resolve(directory, step, school) for step in _steps(rule, wide=wide)), directory.coordinator)),
        agreement=(rule and rule.agreement) or (device and device.agreement) or directory.defaults.agreement,
        policy=(rule and rule.policy) or directory.defaults.policy,
        rule=rule.id if rule else DEFAULT_RULE,
        matched=tuple(rule.when.written) if rule else (),
        informs=_once(tuple(resolve(directory, step, school) for step in rule.informs)) if rule else (),
        reason=_reason(directory, rule, school, (BEYOND if kind == "incident" else FOR_SEVERAL) if wide else None),
    )
    return answer if apart is None else _of_the_coordinator(directory, answer, apart)


def _steps(rule: Rule | None, *, wide: bool) -> tuple[str, ...]:
    """The rule's path. What hits several schools is no one school's turn: then without `local`."""
    path = rule.path if rule else ()
    return tuple(step for step in path if not step.startswith("local")) if wide else path


def _not_connected(place: School | None, unit: str | None) -> School | Unit | None:
    """The school, or the one of its units, that is not connected yet (L5); None where nothing is amiss."""
    if place is None or not place.connected:
        return place
    return next((part for part in place.units if part.id == unit and not part.connected), None)


def _of_the_coordinator(directory: Directory, answer: Responsibility, place: School | Unit) -> Responsibility:
    """The answer for a place that is not connected: the coordinator first, then who else is central or a vendor."""
    others = tuple(party for party in answer.path if directory.tier(party) != "local")
    return replace(
        answer,
        path=_once((directory.coordinator, *others)),
        rule=NOT_CONNECTED_RULE,
        matched=("school",),
        informs=(),
        reason={
            "sv": f"{place.name.sv} är inte ansluten än, därför tar samordnaren det.",
            "en": f"{place.name.en} is not connected yet, so the coordinator has it.",
        },
    )


def next_party(directory: Directory, path: Sequence[str], holder: str | None, but: Container[str] = ()) -> str | None:
    """Who comes after the holder on a path, of those that can be reached and are not left out (`but`); at last the
    coordinator. None: nobody comes after it.
    """
    rest = path[path.index(holder) + 1 :] if holder in path else ()
    left = (party for party in (*rest, directory.coordinator) if party != holder and party not in but)
    return next((party for party in left if directory.reaches(party)), None)


def fits(when: Condition, case: dict[str, str | int | None]) -> bool:
    """Whether every written field holds the case's value."""
    for field, values in when.written.items():  # noqa: SIM110  (a generator for each rule costs more than the rule)
        if case[field] not in values:
            return False
    return True


def resolve(directory: Directory, step: str, school: str | None) -> str:
    """The party that a path's step means for a school."""
    if step == "coordinator":
        return directory.coordinator
    return _local(directory, step, school)[0] if step.startswith("local") else step


def _local(directory: Directory, step: str, school: str | None) -> tuple[str, str | None]:
    """Party and school of `local` or `local:pedagogical`, which falls back on the technical team."""
    if step == "local:pedagogical":
        party, host = local_support(directory, school, "pedagogical")
        if host is not None:
            return party, host
    return local_support(directory, school)


def local_support(directory: Directory, school: str | None, skill: str = "technical") -> tuple[str, str | None]:
    """The local team of a school, and the school whose team it is; the coordinator and None where nobody is local."""
    seen: set[str] = set()
    here = school
    while here is not None and here not in seen:
        seen.add(here)
        for team in directory.teams:
            if team.tier == "local" and team.skill == skill and here in team.schools:
                return f"team:{team.id}", here
        place = directory.schools_by_id.get(here)
        here = place.support.hosted_by if place and place.support else None
    return directory.coordinator, None


def device_class_of(directory: Directory, asset: str | None, service: str | None = None) -> str | None:
    """The device class of an asset tag such as EKB-PC-0312, else the service's own, else None."""
    codes = re.split(r"[-_ ]+", asset.upper()) if asset else []
    for device_class in directory.device_classes:
        if any(code in codes for code in device_class.tag_codes):
            return device_class.id
    known = directory.services_by_id.get(service or "")
    return known.device_class if known else None


def service_of(directory: Directory, asset: str | None) -> str | None:
    """What a report with that tag and no service is about, as grouping reads it: the first of its device class."""
    found = device_class_of(directory, asset)
    return next((one.id for one in directory.services if found is not None and one.device_class == found), None)


def _once(parties: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parties))


def _reason(
    directory: Directory, rule: Rule | None, school: str | None, wide: dict[Language, str] | None
) -> dict[Language, str]:
    if rule is None:
        return {
            "sv": "Ingen regel gäller just det här, därför tar samordnaren det.",
            "en": "No rule covers this, so the coordinator has it.",
        }
    sv, en = rule.note.sv, rule.note.en
    place = directory.schools_by_id.get(school or "")
    step = next((step for step in rule.path if step.startswith("local")), None)
    if wide is not None and step is not None:
        return {"sv": f"{wide['sv']} {sv}", "en": f"{wide['en']} {en}"}
    if place is not None and step is not None:
        party, host = _local(directory, step, school)
        if host is None:
            sv += f" {place.name.sv} har inget eget IT-stöd, därför tar samordnaren det."
            en += f" {place.name.en} has no local support, so the coordinator has it."
        elif host != school:
            name = directory.party_name(party)
            sv += f" {place.name.sv} har ingen egen tekniker: {name.sv} hjälper till."
            en += f" {place.name.en} has no technician of its own: {name.en} helps."
    return {"sv": sv, "en": en}
