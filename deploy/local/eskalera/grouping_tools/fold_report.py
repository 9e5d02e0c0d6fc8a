"""What `eskalera grouping folds` prints: each fold's figures, its scores' reliability, and what each part is worth."""

from collections.abc import Callable, Iterator, Sequence

from eskalera.grouping_tools import tables
from grouping import Engine
from grouping.evaluation import Bin, History, figures, simulate
from grouping.evaluation.ablation import PARTS, Without
from grouping.evaluation.deaf import Part
from grouping.evaluation.folds import Fold, Tried
from grouping.evaluation.reliability import EDGES, calibration_error
from grouping.weights import Weights


def whole(folds: Sequence[Fold]) -> str:
    """All folds in one table, the reliability of all in another, then each fold's in full."""
    parts = [compared(folds), "Reliability: share right of what was called so sure, and how often", worth(folds)]
    for fold in folds:
        for how, bins in _said(fold).items():
            parts.append(f"Reliability at {fold.history.name}, {how}, {_weights(fold, _best(fold))}")
            parts.append(tables.reliability(bins))
    return "\n\n".join(parts)


def compared(folds: Sequence[Fold]) -> str:
    """Each fold's figures with the weights given and with those tuned on the others."""
    return tables.table(("held out", "weights", "", *tables.HEADS), [row for fold in folds for row in _rows(fold)])


def worth(folds: Sequence[Fold]) -> str:
    """What scores are worth: a line for each bin, a column for each fold and way."""
    columns = {f"{fold.history.name} {how}": bins for fold in folds for how, bins in _said(fold).items()}
    rows = [
        (
            f"from {least:.2f}",
            *(
                next((f"{one.right:.2f} of {one.said}" for one in bins if one.least == least), "–")
                for bins in columns.values()
            ),
        )
        for least in EDGES
    ]
    rows.append(("mean distance", *(f"{calibration_error(bins):.3f}" for bins in columns.values())))
    return tables.table(("score", *columns), rows)


def _best(fold: Fold) -> Tried:
    return fold.tuned or fold.given


def _said(fold: Fold) -> dict[str, tuple[Bin, ...]]:
    return {"by itself": _best(fold).alone, "assisted": _best(fold).assisted}


def ablation(histories: Sequence[History], weights: Weights, progress: Callable[[], None]) -> str:
    """The engine whole, then without each part; per municipality pair F1 and attach precision."""
    rows = [("all parts", *_without(histories, weights, None, progress))]
    rows += [(f"– {words}", *_without(histories, weights, part, progress)) for part, words in PARTS.items()]
    heads = [f"{history.name} {how}" for history in histories for how in ("alone", "assisted")]
    legend = "Pair F1 · attach precision (alone: · recall@3; assisted: · clicks per 100)."
    return f"{tables.table(('', *heads), rows)}\n\n{legend}"


def _without(
    histories: Sequence[History], weights: Weights, part: Part | None, progress: Callable[[], None]
) -> Iterator[str]:
    for history in histories:
        for assisted in (False, True):
            engine = Without(history.surroundings, part, weights) if part else Engine(history.surroundings, weights)
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
