"""Measures the grouping engine and puts the tables into `docs/grouping.md`, each where its marker is.

`python -m tests.support.grouping_page FILE.jsonl=DIRECTORY … [--only folds ablation peers speed]`: an hour or so for
three municipalities of 500 tickets, most of it tuning; the peers are measured on the first.
"""

import argparse
import re
from collections.abc import Callable, Sequence

from eskalera.grouping_tools import files, fold_report, tables
from grouping import weights
from grouping.evaluation import History
from grouping.evaluation.folds import folds
from tests.bench import grouping_peers, grouping_speed
from tests.bench.results import Results
from tests.support.servers import ROOT

PAGE = ROOT / "docs" / "grouping.md"
FLOOR = 0.9
SIZES, TICKETS = [100, 1000, 10_000, 100_000], 100_000


def of_folds(histories: Sequence[History]) -> dict[str, str]:
    every = list(folds(histories, weights.load(), FLOOR))
    return {"folds": fold_report.compared(every), "reliability": fold_report.worth(every)}


def of_parts(histories: Sequence[History]) -> dict[str, str]:
    return {"ablation": fold_report.ablation(histories, weights.load(), lambda: None)}


def of_peers(histories: Sequence[History]) -> dict[str, str]:
    return {"peers": grouping_peers.compared(histories[0], Results("grouping_peers"))}


def of_speed(_: Sequence[History]) -> dict[str, str]:
    lines = grouping_speed.main(SIZES, TICKETS).lines
    rows = [
        (line.what, line.figure, line.promise, "" if not line.promise else "kept" if line.kept else "**no**")
        for line in lines
    ]
    return {"speed": tables.table(("what", "figure", "target", ""), rows)}


MEASUREMENTS: dict[str, Callable[[Sequence[History]], dict[str, str]]] = {
    "folds": of_folds,
    "ablation": of_parts,
    "peers": of_peers,
    "speed": of_speed,
}


def filled(page: str, figures: dict[str, str]) -> str:
    """The page with each figure between its marker and the next `end`; KeyError where it has no such marker."""
    for name, said in figures.items():
        pattern = re.compile(rf"(<!-- figures: {name} -->\n).*?(<!-- end -->)", re.DOTALL)

        def put(between: re.Match[str], said: str = said) -> str:
            return f"{between[1]}\n{said}\n\n{between[2]}"

        page, number = pattern.subn(put, page)
        if not number:
            raise KeyError(name)
    return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", metavar="FILE.jsonl=DIRECTORY")
    parser.add_argument("--only", nargs="+", choices=list(MEASUREMENTS), default=list(MEASUREMENTS))
    given = parser.parse_args()
    histories = [files.pair(words) for words in given.pairs]
    for name in given.only:
        found = MEASUREMENTS[name](histories)  # first: the page may be edited meanwhile
        PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), found), encoding="utf-8")


if __name__ == "__main__":
    main()
