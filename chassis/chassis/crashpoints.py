"""Named places at which a test may have the process die as if the power went.

`ESKALERA_CRASH_AT=consumer.after_commit` kills at the first passage, `consumer.after_commit:3` at the third. With
`@FILE` the point is read from that file at each passage, so that a running process can be told; the file is removed by
the death it brought. Unset (always, outside of tests) a crash point does nothing.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Final

VARIABLE: Final = "ESKALERA_CRASH_AT"

_WANTED: Final = os.environ.get(VARIABLE)  # read once: every request passes several points
_passages: Final[Counter[str]] = Counter()


def crash_point(name: str) -> None:
    if not _WANTED:
        return
    file = Path(_WANTED[1:]) if _WANTED.startswith("@") else None
    point, _, nth = (_WANTED if file is None else _content(file)).partition(":")
    if point != name:
        return
    _passages[name] += 1
    if _passages[name] == int(nth or 1):
        if file is not None:
            file.unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)


def _content(file: Path) -> str:
    with suppress(FileNotFoundError):
        return file.read_text().strip()
    return ""
