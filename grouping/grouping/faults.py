"""Whether a report names two faults: each of a service or thing of its own, in a clause of its own.

`The projector is black and the wifi is down` is two; `the projector finds no wifi` is one, and so are a network that is
down and what does not work without it. Who says that there are two is believed.
"""

from collections.abc import Sequence
from itertools import combinations

from grouping.clauses import Clause, clauses_of
from grouping.lexicon import Lexicon
from grouping.services import Services
from grouping.telling import Telling, Told
from grouping.terms import Hit

_SHOWS = 0.03
"""How often a fault of one service has to read as another's, for the two to be one."""
_MOST_TO_SAY_SO = 5
"""Words of a clause that says that there are two; a longer one speaks of something else as well."""


def are_two(text: str, hits: Sequence[Hit], lexicon: Lexicon, services: Services) -> bool:
    """Whether two clauses tell of what is wrong with two services or things, of which neither shows in the other."""
    clauses = list(clauses_of(text, lexicon))
    if any(_says_so(clause, lexicon) for clause in clauses):
        return True
    told = Telling(clauses, hits, lexicon, services).every()
    of_network = [one for one in told if any(services.kind(id_) == "network" for id_ in one.services)]
    return any(
        (_are_apart(one, other, lexicon, services) and not _show_it(one, other, of_network))
        or _are_two_things(one, other, lexicon, services)
        for one, other in combinations(told, 2)
    )


def _says_so(clause: Clause, lexicon: Lexicon) -> bool:
    return len(clause.words) <= _MOST_TO_SAY_SO and clause.says(lexicon.grammar.two_matters)


def _are_apart(one: Told, other: Told, lexicon: Lexicon, services: Services) -> bool:
    """In known words; or each of its own subject, or said to be another matter."""
    if not (one.plain and other.plain):
        return False
    if not ((one.known and other.known) or (one.apart and other.apart)):
        return False
    return not any(
        _are_near(here, there, lexicon, services) and not _is_one_of_body(one, other, here, there, services)
        for here in one.services
        for there in other.services
    )


def _show_it(one: Told, other: Told, of_network: Sequence[Told]) -> bool:
    """Whether a network that is told of, too, may be why neither works: `the phones are dead and nothing prints`."""
    if one.bodily or other.bodily or one.more or other.more:
        return False
    return any(network is not one and network is not other for network in of_network)


def _is_one_of_body(one: Told, other: Told, here: str, there: str, services: Services) -> bool:
    """Whether just one of the two is a thing with a fault of its body, which nothing else shows as."""
    return any(
        told.bodily and services.kind(thing) == "thing" and services.kind(beside) != "thing"
        for told, thing, beside in ((one, here, there), (other, there, here))
    )


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


def _are_two_things(one: Told, other: Told, lexicon: Lexicon, services: Services) -> bool:
    """Two devices of one service, or in two rooms, with faults that are hardly one: speakers and a camera."""
    same = any(services.kind(id_) == "thing" for id_ in one.services & other.services)
    if not (same and one.apart and other.apart and one.symptoms and other.symptoms) or one.symptoms & other.symptoms:
        return False
    if one.places and other.places and one.places.isdisjoint(other.places):
        return True
    known = [lexicon.symptoms[symptom] for symptom in one.symptoms if symptom in lexicon.symptoms]
    return one.names.isdisjoint(other.names) and any(not symptom.apart.isdisjoint(other.symptoms) for symptom in known)
