"""A reader that does not take in one part of what reports say; for `ablation`."""

from dataclasses import replace
from types import MappingProxyType
from typing import Literal

from grouping.reading import Reader, Reading
from grouping.report import Report, Surroundings
from grouping.terms import Hit
from grouping.vocabulary import Vocabulary

Part = Literal["service", "pick", "symptoms", "reach", "words", "burst", "decay", "gate", "settling"]
_BELIEVED = 0.9


class _WithoutSymptoms(Vocabulary):
    def __init__(self, whole: Vocabulary) -> None:
        self._whole = whole  # only looked into, so the terms are not built a second time

    def find(self, words: tuple[str, ...]) -> list[Hit]:
        return [hit for hit in self._whole.find(words) if hit.meaning.sort != "symptom"]


class DeafReader(Reader):
    """Reads reports without one part; parts that are not about reading it reads in full."""

    def __init__(self, surroundings: Surroundings, part: Part) -> None:
        super().__init__(surroundings)
        self._part = part
        if part == "symptoms":
            self._vocabulary = _WithoutSymptoms(self._vocabulary)

    def read(self, report: Report) -> Reading:
        """Understand the report, but for one part."""
        reading = super().read(replace(report, service=None) if self._part == "pick" else report)
        if self._part == "service":
            return replace(reading, services=self._as_picked(report))
        if self._part == "reach":
            return replace(reading, shared=0.0, width=None, own=False, many=False)
        return reading

    def _as_picked(self, report: Report) -> MappingProxyType[str, float]:
        usual = self.services.usual
        if report.service not in usual:
            return MappingProxyType(dict(sorted(usual.items(), key=lambda entry: (-entry[1], entry[0]))))
        rest = (1 - _BELIEVED) / max(len(usual) - 1, 1)
        return MappingProxyType({report.service: _BELIEVED, **{id_: rest for id_ in usual if id_ != report.service}})
