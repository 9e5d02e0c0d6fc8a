"""The matrix' answer for one case, with all that follows from it in plain words (V4).

`eskalera directory explain`, the page "Vem gör vad" and the API ask here, so that they say the same.
"""

from dataclasses import dataclass, replace

from contracts.directory.calendar import Calendar
from contracts.directory.lanes import closed_to_reporters
from contracts.directory.matrix import Responsibility, device_class_of, responsibility, service_of
from contracts.directory.model import Directory
from contracts.directory.phrases import Said
from contracts.directory.plain_words import (
    lanes_in_words,
    major_in_words,
    occasions_in_words,
    promises_in_words,
    steps_in_words,
)
from contracts.directory.rule_in_words import told_in_words
from contracts.directory.rules import Agreement, Policy, Promises
from contracts.directory.walk import Walk
from contracts.values import GATHERED

NO_TIMES: Said = {
    "sv": "Inga tider är lovade: behov och idéer samlas och får ett beslut.",
    "en": "No times are promised: needs and ideas are gathered and decided.",
}


@dataclass(frozen=True, slots=True)
class Case:
    """What the matrix is asked with."""

    school: str | None = None
    unit: str | None = None
    service: str | None = None
    asset: str | None = None
    device_class: str | None = None
    urgency: int = 3
    scope: str | None = None
    kind: str = "incident"


@dataclass(frozen=True, slots=True)
class Explanation:
    """The matrix' answer beside the directory it came from."""

    directory: Directory
    case: Case
    device_class: str | None
    found: Responsibility

    @property
    def agreement(self) -> Agreement:
        """Under which promises are given, and who may call or order."""
        return self.directory.agreements_by_id[self.found.agreement]

    @property
    def calendar(self) -> Calendar:
        """In which times are counted."""
        return self.directory.calendars_by_id[self.agreement.calendar]

    @property
    def policy(self) -> Policy:
        """How it goes further."""
        return self.directory.policies_by_id[self.found.policy]

    @property
    def has_clocks(self) -> bool:
        """Whether times are promised, and it goes further by them."""
        return self.case.kind not in GATHERED

    @property
    def promises(self) -> Promises | None:
        """The promised times; None where there are no clocks."""
        return self.agreement.at(self.case.urgency) if self.has_clocks else None

    @property
    def promised(self) -> Said:
        """The same as a sentence."""
        return promises_in_words(self.promises) if self.promises else NO_TIMES

    @property
    def told(self) -> Said | None:
        """Who hears of it at once; None: nobody else."""
        return told_in_words(self.directory, self.found.informs)

    @property
    def agreed(self) -> list[Said]:
        """Who may call the vendor, and who orders."""
        return lanes_in_words(self.directory, self.agreement, self.case.school) if self.has_clocks else []

    @property
    def steps(self) -> list[Said]:
        """The policy's steps; empty: nothing follows by itself."""
        return steps_in_words(self._walk, self.policy) if self.has_clocks else []

    @property
    def occasions(self) -> list[Said]:
        """What else makes it go further."""
        return occasions_in_words(self._walk, self.policy) if self.has_clocks else []

    @property
    def major(self) -> list[Said]:
        """When it is a major incident; empty: never by itself."""
        return (
            major_in_words(self._walk, self.policy.major) if self.case.kind == "incident" and self.policy.major else []
        )

    @property
    def _walk(self) -> Walk:
        closed = closed_to_reporters(self.directory, self.agreement, self.case.kind)
        return Walk(
            self.directory, self.case.school, self.found.path, self.promises, closed, self.case.kind == "request"
        )


def explain(directory: Directory, case: Case) -> Explanation:
    """The answer for a case. Never fails: unknown or missing values fit only rules that do not ask for them."""
    if case.service is None and case.device_class is None:
        case = replace(case, service=service_of(directory, case.asset))
    device_class = case.device_class or device_class_of(directory, case.asset, case.service)
    found = responsibility(
        directory,
        service=case.service,
        device_class=device_class,
        school=case.school,
        unit=case.unit,
        urgency=case.urgency,
        scope=case.scope,
        kind=case.kind,
    )
    return Explanation(directory, case, device_class, found)
