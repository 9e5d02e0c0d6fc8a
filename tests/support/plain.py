"""Words that callers are never shown: those of Python and pydantic."""

import re

_PYTHONS = re.compile(
    r"\b(Inputs?|Extra inputs|should|a valid|dictionary|instance|class|integer|boolean|[Ss]tring|tuple|None"
    r"|codec|[Dd]ecode|Python|Value error|Expecting|delimiter|not JSON compliant)\b"
)


def pythons_words(text: str) -> list[str]:
    """Those of them that a sentence for callers uses."""
    return _PYTHONS.findall(text)
