"""The engine beside what other tools do: `python -m tests.bench.grouping_peers [FILE.jsonl=DIRECTORY …]`.

The same streams, order and metrics; nobody looks ahead. Peers: the same fields within a time (as alerting tools drop
duplicates), the nearest ticket by TF-IDF (as helpdesks find "similar tickets"), BM25 with time decay. Of each peer the
setting and threshold that suit it best on this very stream are shown, which no peer would know beforehand: those with
the best pair F1, and those with the best pair F1 among them whose attach precision is at least .9. The engine has the
weights it ships with. Assisted: a coordinator says yes or no to the three likeliest, in every row alike; the engine's
also sets what an incident is about. Default: the demo municipality's stream.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eskalera.grouping_tools import files, tables
from grouping import Engine
from grouping.evaluation import Figures, History, Labelled, figures, score, simulate
from grouping.evaluation.metrics import majority
from tests.bench.peer_rules import Found, Rule, rules
from tests.bench.results import Results
from tests.support.directories import MUNICIPALITIES

DEMO = f"{MUNICIPALITIES / 'malarvik.tickets.jsonl'}=malarvik"
PRECISE = 0.9
NEVER = 2.0
EMPTY = figures()


@dataclass(frozen=True)
class Played:
    """A peer in one setting with one threshold."""

    rule: Rule
    threshold: float
    figures: Figures

    @property
    def f1(self) -> float:
        return self.figures.scores.pair_f1 if self.figures.scores else 0.0

    @property
    def precision(self) -> float:
        return self.figures.scores.attach_precision if self.figures.scores else 0.0

    @property
    def setting(self) -> str:
        how = f"from {self.threshold:.2f}" if self.threshold <= 1 else "never by itself"
        return f"{self.rule.setting}, {how}"


def play(stream: Sequence[Labelled], found: Sequence[Found], threshold: float, *, assisted: bool) -> Figures:
    """Each ticket goes to the incident of its nearest, if near enough; else a coordinator may say which."""
    truth = [each.truth.group if each.truth else "" for each in stream]
    group: list[int] = []
    members: dict[int, list[str]] = {}
    seen: set[str] = set()
    clicks = following = right = 0
    for here, near in enumerate(found):
        likeliest = list(dict.fromkeys(group[there] for there, _ in near))[:3]
        linked = bool(near) and near[0][1] >= threshold
        own = likeliest[0] if linked else here
        named = likeliest[:1] if linked else likeliest
        fitting = next((one for one in named if majority(members[one]) == truth[here]), None)
        if truth[here] in seen:
            following += 1
            right += fitting is not None
        if assisted and not linked and likeliest:
            clicks += 1
            own = own if fitting is None else fitting
        group.append(own)
        members.setdefault(own, []).append(truth[here])
        seen.add(truth[here])
    ids = [each.report.ticket for each in stream]
    scores = score(
        dict(zip(ids, truth, strict=True)), {one: str(own) for one, own in zip(ids, group, strict=True)}, ids
    )
    share = right / following if following else 1.0
    return replace(EMPTY, scores=scores, recall_at_3=share, clicks_per_100=100 * clicks / max(len(ids), 1))


def peers(history: History, *, assisted: bool) -> list[tuple[str, list[Played]]]:
    """Every peer with every setting and threshold."""
    reports = [each.report for each in history.stream]
    played: dict[str, list[Played]] = {}
    for rule in rules():
        found = rule.find(reports)
        for threshold in (*rule.thresholds, NEVER):
            said = play(history.stream, found, threshold, assisted=assisted)
            played.setdefault(rule.name, []).append(Played(rule, threshold, said))
    return list(played.items())


def rows(history: History, found: Results) -> list[tuple[str, ...]]:
    lines: list[tuple[str, ...]] = []
    for assisted in (False, True):
        how = "assisted" if assisted else "by itself"
        run = simulate(Engine(history.surroundings), history.stream, assisted=assisted)
        own = figures((history.stream, run))
        lines.append(("the engine", how, "as shipped", *tables.row(own, assisted=assisted)))
        best = 0.0
        for name, played in peers(history, assisted=assisted):
            any_precision = max(played, key=lambda one: one.f1)
            precise = max((one for one in played if one.precision >= PRECISE), key=lambda one: one.f1)
            best = max(best, precise.f1)
            lines += [
                (name, how, one.setting, *tables.row(one.figures, assisted=assisted))
                for one in dict.fromkeys((any_precision, precise))
            ]
        if own.scores:
            found.add(f"pair F1 at {history.name}, {how}", own.scores.pair_f1, "")
            found.add(f"the best peer's with attach precision ≥ {PRECISE:g}", best, "")
    return lines


def compared(history: History, found: Results) -> str:
    return tables.table(("", "", "setting", *tables.HEADS), rows(history, found))


def main(pairs: Sequence[str]) -> int:
    found = Results("grouping_peers")
    for words in pairs:
        history = files.pair(words)
        print(f"{history.name}\n\n{compared(history, found)}\n")
    return found.missed()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="*", metavar="FILE.jsonl=DIRECTORY", default=[DEMO])
    sys.exit(main(parser.parse_args().pairs))
