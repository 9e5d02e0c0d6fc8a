"""A report's own school: its network, and what staff have said of it, which goes before what nobody has judged."""

from collections.abc import Iterable, Iterator, Sequence

from grouping.extent import is_narrow
from grouping.judging import Judged
from grouping.knowledge import Knowledge
from grouping.reading import Reading

_SOON = 90
"""Minutes."""
_LIKELY = 0.5
"""How likely the school's own fault has to be by itself, to stand for what staff keep apart from it."""


def is_network(knowledge: Knowledge, reading: Reading, one: Judged) -> bool:
    """Whether both are about the network of one school, soon after one another: hardly ever two causes."""
    services, mostly = knowledge.reader.services, knowledge.weights.decision["network_mostly"]
    return (
        reading.report.school in one.profile.schools
        and one.compared.minutes <= _SOON
        and services.share_of(reading.services, "network") >= mostly
        and services.share_of(one.profile.services(services.usual), "network") >= mostly
    )


def set_by_staff(knowledge: Knowledge, reading: Reading, judged: Iterable[Judged]) -> Iterator[Judged]:
    """What staff have set to be this school's network: no storm and no other school's network is a rival of it."""
    for one in judged:
        if one.profile.triaged and not is_narrow(one.profile) and is_network(knowledge, reading, one):
            yield one


def without_what_is_kept_apart(knowledge: Knowledge, reading: Reading, judged: Sequence[Judged]) -> Iterator[Judged]:
    """Where staff took a school's reports off another fault, the school's next ones are not of that either."""
    answers = knowledge.index.answers
    own = [one for one in judged if reading.report.school in one.profile.schools and one.alone >= _LIKELY]
    for one in judged:
        elsewhere = reading.report.school not in one.profile.schools
        if not (elsewhere and any(answers.are_two(mine.profile, one.profile) for mine in own)):
            yield one
