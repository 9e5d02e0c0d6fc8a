"""How well the engine groups a labelled stream: the same engine, in the stream's order, without looking ahead.

`stream` reads lines into reports, `simulation` runs them, `coordinator` plays the desk from the labels, `metrics`
scores what came out, `figures` and `reliability` sum it up. `tuning` fits weights (`examples`, `likelihood`, `fitting`)
and thresholds to labelled histories and tries them on days held out (`holdout`); `weights_file` keeps them. `folds`
leaves municipalities out, `ablation` parts of the engine; `looking` shows one decision from inside.
"""

from grouping.evaluation.examples import History
from grouping.evaluation.figures import Figures, figures
from grouping.evaluation.metrics import Scores, score
from grouping.evaluation.reliability import Bin, reliability
from grouping.evaluation.simulation import Grouped, Run, Said, simulate
from grouping.evaluation.stream import Bad, Labelled, Truth, labelled, unknown

__all__ = [
    "Bad",
    "Bin",
    "Figures",
    "Grouped",
    "History",
    "Labelled",
    "Run",
    "Said",
    "Scores",
    "Truth",
    "figures",
    "labelled",
    "reliability",
    "score",
    "simulate",
    "unknown",
]
