"""Which service a report is about. The reporter's pick is one piece of evidence, the words and the device others."""

import math
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from grouping.lexicon import KnownService, Lexicon, ServiceKind
from grouping.report import Surroundings
from grouping.terms import TELLING, Hit, Meaning, apart
from grouping.text import fold

UNKNOWN = "other"
_PICKED = 3.2
"""Log-odds of a pick: of those who pick, one in six picks wrong."""
_PICKED_UNKNOWN = 0.5
_MOST_FROM_TEXT = 7.0
_LATER = 0.4
"""What a service's second and later words add, as a share: they say the same thing again."""
_DEVICE = 2.0
_TELLS = 1.5
"""Times as likely as usual from which a service is told: of the measured streams, none told for less was it."""
_UNLIKELY = 0.008
_ELSEWHERE: Mapping[ServiceKind, float] = {"cloud": 0.006, "network": 0.009, "thing": 0.004}
"""How likely a fault of one service reads as one of an unrelated service: without a network nothing works."""
_DEVICE_CODES: Mapping[str, str] = {
    "PC": "staff_computer", "EL": "pupil_computer", "TA": "tablet", "TAB": "tablet", "PR": "printing",
    "PRN": "printing", "TE": "phone", "TEL": "phone", "PRJ": "classroom_display",
}  # fmt: skip
"""What most municipalities' tags mean; a directory's own codes come first."""


class Services:
    """The services of one municipality, as far as they are known before any report."""

    def __init__(self, lexicon: Lexicon, surroundings: Surroundings) -> None:
        ids = [service.id for service in surroundings.services] or list(lexicon.services)
        if UNKNOWN not in ids:
            ids.append(UNKNOWN)
        self._known = {id_: lexicon.services.get(id_) or _stranger(id_) for id_ in ids}
        self._of_kind: Mapping[str, ServiceKind] = {id_: known.kind for id_, known in self._known.items()}
        self._names = {service.id: frozenset(map(fold, service.names)) for service in surroundings.services}
        self._symptoms = lexicon.symptoms
        whole = sum(known.usual for known in self._known.values())
        self.usual: Mapping[str, float] = {id_: known.usual / whole for id_, known in self._known.items()}
        self._reads_as = {id_: self._spread(known) for id_, known in self._known.items()}
        self._whole = {id_: sum(spread.values()) for id_, spread in self._reads_as.items()}
        self.networks = frozenset(id_ for id_, known in self._known.items() if known.kind == "network")
        self._devices = {**_DEVICE_CODES, **surroundings.device_services}
        self.device_codes = frozenset(self._devices)

    def kind(self, service: str) -> ServiceKind:
        """Cloud, network or thing; what is unknown is anywhere."""
        return self._of_kind.get(service, "cloud")

    def is_thing(self, name: Meaning) -> bool:
        """Whether what a word names is a thing: some name a device of a service, others a system behind devices."""
        known = self._known.get(name.id)
        return known is not None and (known.kind == "thing") != (name.term in known.otherwise)

    def is_window(self, name: Meaning) -> bool:
        """Whether a word names a thing that people see other services on."""
        known = self._known.get(name.id)
        return known is not None and known.window and self.is_thing(name)

    def is_called(self, name: Meaning) -> bool:
        """Whether a word is a thing's, or what the directory calls a service."""
        return self.is_thing(name) or name.term in self._names.get(name.id, ())

    def of_device(self, code: str) -> str | None:
        """The service of the devices that have the code in their tags."""
        return self._devices.get(code)

    def share_of(self, likely: Mapping[str, float], *kinds: ServiceKind) -> float:
        """How likely the cause is of one of these kinds."""
        of = self._of_kind
        return sum([share for service, share in likely.items() if of.get(service, "cloud") in kinds])

    def shared(self, service: str) -> float:
        """How often a report about it is everybody's, 0–1."""
        known = self._known.get(service)
        return known.shared if known else 0.4

    def is_told(
        self, hits: Iterable[Hit], symptoms: Iterable[str], picked: str | None, device_codes: Iterable[str]
    ) -> bool:
        """Whether anything speaks for a service at all; without it the most usual one would be guessed."""
        return (
            any(hit.meaning.sort == "service" and hit.meaning.id in self._known for hit in hits)
            or any(self._symptoms[symptom].services for symptom in symptoms)
            or (picked in self._known and picked != UNKNOWN)
            or any(self._devices.get(code) in self._known for code in device_codes)
        )

    def tells(self, likely: Mapping[str, float]) -> bool:
        """Whether the likeliest is so by what speaks for it, and not because it is always a usual one."""
        first = next(iter(likely), UNKNOWN)
        return likely.get(first, 0.0) >= _TELLS * self.usual[first]

    def named(self, hits: Iterable[Hit], picked: str | None) -> frozenset[str]:
        """Those that are called by a name of theirs in the directory, however it is written, or were picked."""
        called = {hit.meaning.id for hit in hits if hit.meaning.term in self._names.get(hit.meaning.id, ())}
        return frozenset(id_ for id_ in self._known if id_ != UNKNOWN and (id_ in called or id_ == picked))

    def spoken_of(
        self, hits: Iterable[Hit], symptoms: Iterable[str], picked: str | None, device_codes: Iterable[str]
    ) -> frozenset[str]:
        """Those that a word, a symptom of theirs alone, a device's tag or the pick tells of: more than a hint."""
        told = {hit.meaning.id for hit in hits if hit.meaning.sort == "service" and hit.weight >= TELLING}
        for symptom in symptoms:
            told.update(id_ for id_, weight in self._symptoms[symptom].services.items() if weight >= TELLING)
        told.update(self._devices.get(code, UNKNOWN) for code in device_codes)
        return frozenset(id_ for id_ in self._known if id_ != UNKNOWN and (id_ in told or id_ == picked))

    def infer(
        self, hits: Iterable[Hit], symptoms: Iterable[str], picked: str | None, device_codes: Iterable[str]
    ) -> Mapping[str, float]:
        """How likely each service is the cause, likeliest first. A fault of one may show in another."""
        said = self._said(hits)
        for symptom in sorted(symptoms):
            for service, weight in self._symptoms[symptom].services.items():
                said[service] = said.get(service, 0.0) + weight * (_LATER if said.get(service) else 1.0)
        evidence = {id_: min(said.get(id_, 0.0), _MOST_FROM_TEXT) for id_ in self._known}
        if picked in evidence:
            evidence[picked] += _PICKED_UNKNOWN if picked == UNKNOWN else _PICKED
        for service in sorted({self._devices[code] for code in device_codes if code in self._devices}):
            if service in evidence:
                evidence[service] += _DEVICE
        return self._posterior({id_: math.exp(value) for id_, value in evidence.items()})

    def _said(self, hits: Iterable[Hit]) -> dict[str, float]:
        by_service: dict[str, list[Hit]] = {}
        for hit in hits:
            if hit.meaning.sort == "service" and hit.meaning.id in self._known:
                by_service.setdefault(hit.meaning.id, []).append(hit)
        said = {}
        for service, own in by_service.items():
            own.sort(key=lambda hit: -hit.weight)  # a phrase that hints takes nothing from a plain word within it
            weights = sorted((hit.weight for hit in apart(own)), reverse=True)
            said[service] = weights[0] + _LATER * sum(weights[1:4])
        return said

    def _posterior(self, reads_as: Mapping[str, float]) -> Mapping[str, float]:
        said = {shown: value - 1 for shown, value in reads_as.items() if value != 1}  # few of many services
        likely = {
            cause: self.usual[cause] * (self._whole[cause] + sum(spread[shown] * more for shown, more in said.items()))
            for cause, spread in self._reads_as.items()
        }
        whole = sum(likely.values())
        ranked = sorted(likely.items(), key=lambda entry: (-entry[1], entry[0]))
        kept = {id_: value / whole for id_, value in ranked if value / whole >= _UNLIKELY}
        return MappingProxyType(kept)

    def _spread(self, known: KnownService) -> Mapping[str, float]:
        others = {
            id_: max(known.related.get(id_, 0.0), _ELSEWHERE[known.kind]) for id_ in self._known if id_ != known.id
        }
        return {known.id: max(1 - sum(others.values()), 0.3), **others}


def _stranger(id_: str) -> KnownService:
    """A service that only this municipality has: known by its directory's words alone."""
    return KnownService(id_, "cloud", 0.4, 2.0, {})
