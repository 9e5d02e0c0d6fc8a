"""Why a report is with others, as its reporter reads it: nothing of another person or of another school's team (N5)."""

import re
from collections.abc import Iterable
from typing import Final

from contracts.values import Words

_TOLD: Final = re.compile(
    r"Samma (skola|rum|utrustning)\.|Samma tjänst: .+\.|Samma slags fel: .+\.|Felet kan ligga i: .+\."
    r"|(Flera|\d+) har redan anmält det\.|Det verkar drabba flera\.|Personalen har bestämt vad ärendet gäller\."
    r"|Felet kan nå fler skolor\.|Felet har nått (\d+ )?andra skolor\.|Det är anmält som samma problem\."
    r"|Samtidigt\.|1 minut isär\.|\d+ (minuter|timmar|dagar) isär\."
    r"|\d+ skolor har anmält samma sak inom \d+ minuter\.|\d+ anmälningar visar nu att orsaken är gemensam\.",
    re.DOTALL,
)
"""As `grouping.wording` and routing say it. What is not known here is not told."""
_BY_STAFF: Final = (" kopplade ärendet hit.", " bekräftade förslaget.")
"""Said of a team by its name."""
STAFF_LINKED: Final[Words] = {"sv": "Personalen kopplade ihop dem.", "en": "Staff put them together."}


def to_reporter(reasons: Iterable[Words]) -> tuple[Words, ...]:
    """Those of the reasons that its reporter may read, each once."""
    told: list[Words] = []
    for reason in reasons:
        sv = reason.get("sv", "")
        said = STAFF_LINKED if sv.endswith(_BY_STAFF) else reason if _TOLD.fullmatch(sv) else None
        if said is not None and said not in told:
            told.append(said)
    return tuple(told)
