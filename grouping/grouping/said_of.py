"""What an everyday word for a fault is said of: a broken screen is damaged, a broken network does not work.

A word is said of what is named nearest to it, within its clause where something is; where nothing is named, of what the
reporter picked; and of a thing where nothing speaks for anything else.
"""

from collections.abc import Sequence

from grouping.clauses import Clause, clauses_of, is_means
from grouping.lexicon import Lexicon
from grouping.services import Services
from grouping.terms import TELLING, Hit


def symptoms(
    text: str, hits: Sequence[Hit], lexicon: Lexicon, services: Services, *, picked: str | None, tagged: bool
) -> set[str]:
    """The classes of what is wrong; `tagged`: one device is named by its tag."""
    wrong = [hit for hit in hits if hit.meaning.sort == "symptom"]
    plain = [hit for hit in wrong if hit.meaning.id in lexicon.symptoms]
    found: set[str | None] = {hit.meaning.id for hit in plain}
    everyday = [hit for hit in wrong if hit.meaning.id in lexicon.everyday]
    everyday = [hit for hit in everyday if not any(hit.is_in(phrase) for phrase in plain)]
    if everyday:
        clauses = list(clauses_of(text, lexicon))
        apart = [(hit, _is_place(hit, clauses, lexicon, services)) for hit in hits if hit.meaning.sort == "service"]
        default = tagged or picked is None or services.kind(picked) == "thing"
        for hit in everyday:
            word = lexicon.everyday[hit.meaning.id]
            named = _named([(name, place) for name, place in apart if not name.is_in(hit)])
            of_thing = _is_of_thing(hit, named, clauses, services) if named else default
            found.add(word.of_thing if of_thing else word.of_service)
    return {id_ for id_ in found if id_ is not None}


def _is_place(hit: Hit, clauses: Sequence[Clause], lexicon: Lexicon, services: Services) -> bool:
    return any(clause.holds(hit) and is_means(clause, hit, lexicon, services) for clause in clauses)


def _named(apart: Sequence[tuple[Hit, bool]]) -> list[Hit]:
    """What names a service or a thing; what is only the place where nothing else is."""
    return [hit for hit, is_place in apart if not is_place] or [hit for hit, _ in apart]


def _is_of_thing(word: Hit, named: Sequence[Hit], clauses: Sequence[Clause], services: Services) -> bool:
    """Whether any of the nearest is a thing: several services may know one name; a plain name goes before a hint."""
    own = next((clause for clause in clauses if clause.holds(word)), None)
    far = [(own is None or not own.holds(hit), hit.meaning.weight < TELLING, _between(word, hit)) for hit in named]
    nearest = min(far)
    return any(services.is_thing(hit.meaning) for hit, at in zip(named, far, strict=True) if at == nearest)


def _between(one: Hit, other: Hit) -> int:
    """How many words stand between them."""
    return max(0, other.start - one.end, one.start - other.end)
