"""How well the engine groups a labelled stream: the same engine, in the stream's order, without looking ahead.

`stream` reads lines into reports, `simulation` runs them, `coordinator` plays the desk from the labels, `metrics`
scores what came out.
"""

from grouping.evaluation.metrics import Scores, score
from grouping.evaluation.simulation import Grouped, Run, simulate
from grouping.evaluation.stream import Bad, Labelled, Truth, labelled

__all__ = ["Bad", "Grouped", "Labelled", "Run", "Scores", "Truth", "labelled", "score", "simulate"]
