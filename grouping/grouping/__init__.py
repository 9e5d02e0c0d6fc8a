"""Which tickets share a cause. Pure, explained, usable alone.

An `Engine` observes facts about incidents and decides about one report at a time: `Link`, `Suggest` or `Open`, each
with its reasons in words, and which other incidents this report has shown to be one cause.
"""

from grouping.decision import (
    MOST_CANDIDATES,
    Candidate,
    Decision,
    Join,
    Link,
    Open,
    Outcome,
    Raise,
    Suggest,
    Understanding,
)
from grouping.engine import VERSION, Engine
from grouping.facts import (
    Ended,
    Fact,
    Linked,
    Opened,
    Refused,
    Reopened,
    Resolved,
    ScopeRaised,
    Suggested,
    Touched,
    Triaged,
    Unlinked,
)
from grouping.report import Kind, Language, Report, School, Service, Surroundings, Words, report_of

__all__ = [
    "MOST_CANDIDATES",
    "VERSION",
    "Candidate",
    "Decision",
    "Ended",
    "Engine",
    "Fact",
    "Join",
    "Kind",
    "Language",
    "Link",
    "Linked",
    "Open",
    "Opened",
    "Outcome",
    "Raise",
    "Refused",
    "Reopened",
    "Report",
    "Resolved",
    "School",
    "ScopeRaised",
    "Service",
    "Suggest",
    "Suggested",
    "Surroundings",
    "Touched",
    "Triaged",
    "Understanding",
    "Unlinked",
    "Words",
    "report_of",
]
