"""Named places at which a test may have the process die as if the power went.

`ESKALERA_CRASH_AT=consumer.after_commit` kills at the first passage, `consumer.after_commit:3` at the third. Unset
(always, outside of tests) a crash point does nothing.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from typing import Final

VARIABLE: Final = "ESKALERA_CRASH_AT"

_passages: Final[Counter[str]] = Counter()


def crash_point(name: str) -> None:
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    point, _, nth = wanted.partition(":")
    if point != name:
        return
    _passages[name] += 1
    if _passages[name] == int(nth or 1):
        os.kill(os.getpid(), signal.SIGKILL)
