"""Which tickets share a cause. Pure, explained, usable alone.

An `Engine` observes facts about incidents and decides about one report at a time: `Link`, `Suggest` or `Open`, each
with its reasons in words.
"""

from grouping.decision import MOST_CANDIDATES, Candidate, Decision, Link, Open, Outcome, Suggest
from grouping.engine import VERSION, Engine
from grouping.facts import Ended, Fact, Linked, Opened, Reopened, Resolved, Unlinked
from grouping.report import Kind, Language, Report, School, Service, Surroundings, Words

__all__ = [
    "MOST_CANDIDATES",
    "VERSION",
    "Candidate",
    "Decision",
    "Ended",
    "Engine",
    "Fact",
    "Kind",
    "Language",
    "Link",
    "Linked",
    "Open",
    "Opened",
    "Outcome",
    "Reopened",
    "Report",
    "Resolved",
    "School",
    "Service",
    "Suggest",
    "Surroundings",
    "Unlinked",
    "Words",
]
