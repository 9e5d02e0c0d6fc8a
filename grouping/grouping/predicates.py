"""Whether a clause tells of something that is amiss with what it names, in whatever words: `the printer pulls crooked`.

No list has every fault. But what somebody reports of a thing is one, unless it is that it works, where it is or what it
is called. The name is the clause's subject: nobody stands before it who does something with it.
"""

from collections.abc import Sequence

from grouping.clauses import Clause, is_verb
from grouping.lexicon import Lexicon
from grouping.terms import Hit


def is_said_of(clause: Clause, hit: Hit, lexicon: Lexicon) -> bool:
    """Whether the named is the subject, and what is said of it is no good news and no place."""
    at, end = hit.start - clause.start, hit.end - clause.start
    own = clause.words[at:end]
    if any(is_verb(word, lexicon) for word in own) or own[-1] in lexicon.grammar.particles:
        return False
    before, after = _bare(_own(clause.words[:at], lexicon), lexicon), clause.words[end:]
    if before and is_verb(before[-1], lexicon):
        verb, rest = before[-1], after
        before = before[:-1]
        if before and before[0] in lexicon.grammar.prepositions:
            before = []
    else:
        nth = _verb_in(after, lexicon)
        if nth is None:
            return False
        verb, rest = after[nth], after[nth + 1 :]
    if not lexicon.grammar.opening.issuperset(word for word in before if not _is_number(word)):
        return False
    return _is_amiss(verb, rest, lexicon)


def _is_amiss(verb: str, rest: Sequence[str], lexicon: Lexicon) -> bool:
    grammar = lexicon.grammar
    if verb in grammar.neutral or verb in grammar.fine or not grammar.fine.isdisjoint(rest):
        return False
    if verb not in grammar.being:
        return verb not in grammar.going or bool(rest)
    told = _without_places(rest, lexicon)
    return bool(told) and told[0] not in grammar.articles


def _own(before: Sequence[str], lexicon: Lexicon) -> Sequence[str]:
    """What stands before it in its own sentence: `I wonder why` is another."""
    for nth in range(len(before) - 1, -1, -1):
        if before[nth] in lexicon.grammar.subordinate:
            return before[nth + 1 :]
    return before


def _bare(before: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Without the small words that belong to the name itself: `är min gamla` is `är`."""
    words = list(before)
    while words and words[-1] in lexicon.grammar.opening and not is_verb(words[-1], lexicon):
        words.pop()
    return words


def _verb_in(after: Sequence[str], lexicon: Lexicon) -> int | None:
    """Where its verb is: not in `in all rooms`, though rooms may be written like one."""
    plain = lexicon.grammar.prepositions | lexicon.grammar.quantities
    for nth, word in enumerate(after):
        follows = nth > 0 and after[nth - 1] in plain
        if not follows and (is_verb(word, lexicon) or (nth == 0 and _is_english(word))):
            return nth
    return None


def _is_english(word: str) -> bool:
    """`The printer streaks`: right after its subject."""
    return len(word) > 3 and word.endswith("s") and not word.endswith("ss")


def _without_places(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Without `in the corridor`, `here`, `B12`."""
    places, kept, skipped = lexicon.places, [], False
    for word in words:
        if word in lexicon.grammar.prepositions:
            skipped = True
        elif skipped:
            skipped = word in places.rooms or word in places.buildings or word in lexicon.grammar.articles
        elif word not in lexicon.grammar.opening and not _is_number(word):
            kept.append(word)
    return kept


def _is_number(word: str) -> bool:
    """A room's or a device's, also apart from its letter."""
    return len(word) == 1 or any(letter.isdigit() for letter in word)
