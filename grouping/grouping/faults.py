"""Whether a report names two faults: each of a service of its own, in a clause of its own.

`The projector is black and the wifi is down` is two; `the projector finds no wifi` is one, and so are a network that is
down and what does not work without it.
"""

from collections.abc import Sequence
from itertools import combinations

from grouping.clauses import Clause, clauses_of, is_means
from grouping.lexicon import Lexicon
from grouping.services import Services
from grouping.terms import Hit

_PLAIN = 3.0
"""Log-odds that a clause's own word gives its service: a strong word, also misspelt."""
_HINT = 2.0
"""What a word has to say to count at all."""
_SHOWS = 0.03
"""How often a fault of one service has to read as another's, for the two to be one."""


def are_two(text: str, hits: Sequence[Hit], lexicon: Lexicon, services: Services) -> bool:
    """Whether two clauses tell of what is wrong with two services, of which neither shows in the other."""
    told = [about for clause in clauses_of(text, lexicon) if (about := _about(clause, hits, lexicon, services))]
    return any(_are_apart(one, other, lexicon, services) for one, other in combinations(told, 2))


def _about(clause: Clause, hits: Sequence[Hit], lexicon: Lexicon, services: Services) -> frozenset[str]:
    """The services that the clause names, if it plainly names one and says that something is wrong."""
    within = [hit for hit in hits if clause.holds(hit)]
    wrong = any(hit.meaning.sort == "symptom" for hit in within)
    if not wrong and lexicon.grammar.negations.isdisjoint(clause.words):
        return frozenset()
    named = [hit for hit in within if hit.meaning.sort == "service" and not is_means(clause, hit, lexicon, services)]
    if all(hit.weight < _PLAIN for hit in named):
        return frozenset()
    return frozenset(hit.meaning.id for hit in named if hit.weight >= _HINT)


def _are_apart(some: frozenset[str], others: frozenset[str], lexicon: Lexicon, services: Services) -> bool:
    return not any(_are_near(one, other, lexicon, services) for one in some for other in others)


def _are_near(one: str, other: str, lexicon: Lexicon, services: Services) -> bool:
    """One and the same, or a fault of the one shows in the other; two things that are both broken are two."""
    kinds = {services.kind(one), services.kind(other)}
    if one == other or kinds == {"thing"}:
        return one == other
    return kinds == {"network", "cloud"} or any(
        lexicon.services[cause].related.get(shown, 0.0) >= _SHOWS
        for cause, shown in ((one, other), (other, one))
        if cause in lexicon.services
    )
