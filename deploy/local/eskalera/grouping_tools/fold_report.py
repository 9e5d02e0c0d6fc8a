"""What `eskalera grouping folds` prints: each fold's figures, its scores' reliability, and what each part is worth."""

from collections.abc import Callable, Iterator, Sequence

from eskalera.grouping_tools import tables
from grouping import Engine
from grouping.evaluation import History, figures, simulate
from grouping.evaluation.ablation import PARTS, Without
from grouping.evaluation.folds import Fold, Tried
from grouping.weights import Weights


def whole(folds: Sequence[Fold]) -> str:
    """One table of all folds, then the reliability of each."""
    rows = [row for fold in folds for row in _rows(fold)]
    parts = [tables.table(("held out", "weights", "", *tables.HEADS), rows)]
    for fold in folds:
        tried = fold.tuned or fold.given
        for how, bins in (("by itself", tried.alone), ("assisted", tried.assisted)):
            head = f"Reliability at {fold.history.name}, {how}, {_weights(fold, tried)}"
            parts.append(f"{head}\n\n{tables.reliability(bins)}")
    return "\n\n".join(parts)


def ablation(histories: Sequence[History], weights: Weights, progress: Callable[[], None]) -> str:
    """The engine whole, then without each part; per municipality pair F1 and attach precision."""
    rows = [("all parts", *_without(histories, weights, None, progress))]
    rows += [(f"– {words}", *_without(histories, weights, part, progress)) for part, words in PARTS.items()]
    heads = [f"{history.name} {how}" for history in histories for how in ("alone", "assisted")]
    legend = "Pair F1 · attach precision (alone: · recall@3; assisted: · clicks per 100)."
    return f"{tables.table(('', *heads), rows)}\n\n{legend}"


def _without(
    histories: Sequence[History], weights: Weights, part: str | None, progress: Callable[[], None]
) -> Iterator[str]:
    for history in histories:
        for assisted in (False, True):
            known = next((one for one in PARTS if one == part), None)
            engine = Without(history.surroundings, known, weights) if known else Engine(history.surroundings, weights)
            found = figures((history.stream, simulate(engine, history.stream, assisted=assisted)))
            progress()
            last = f"{found.clicks_per_100:.0f}" if assisted else f"{found.recall_at_3:.2f}"
            shares = (found.scores.pair_f1, found.scores.attach_precision) if found.scores else ()
            yield " · ".join([*(f"{share:.2f}" for share in shares), last])


def _rows(fold: Fold) -> Iterator[tuple[str, ...]]:
    for assisted in (False, True):
        for tried in (fold.given, *([fold.tuned] if fold.tuned else [])):
            found = tried.figures.assisted if assisted else tried.figures.alone
            how = "assisted" if assisted else "by itself"
            yield (fold.history.name, _weights(fold, tried), how, *tables.row(found, assisted=assisted))


def _weights(fold: Fold, tried: Tried) -> str:
    return "as given" if tried is fold.given else "tuned on the others"
