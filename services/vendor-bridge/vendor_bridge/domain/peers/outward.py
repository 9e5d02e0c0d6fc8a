"""An entry of ours in the words in which another Eskalera may read it: without who of us has or had it. Pure.

Ticketing writes these sentences (`narrate`, `narrate_vendors`, `narrate_wishes`) for our own reporters, who know our
teams. What is none of them is told as it stands.
"""

import re
from typing import Final

from contracts.timeline import Entry, EntryKind
from contracts.values import SYSTEM_PARTY, in_language
from vendor_bridge.domain.peers.spoken import with_files

_SENT: Final = "får allt som är skrivet."
_OURS: Final[dict[EntryKind, tuple[tuple[str, str], ...]]] = {
    # Why a vendor gets it is ours, too: a rule's note, or who of us did it.
    "handed_over": (
        (rf"(Vi skickar ärendet också till (.+?)), vid sidan av .+?(\. (?i:\2) {_SENT}).*", r"\1\3"),
        (rf"(Vi skickar ärendet .+? {_SENT}).*", r"\1"),
    ),
    "taken_back": ((r"(Vi har tagit tillbaka ärendet från .+?\.) Det ligger nu hos .*", r"\1"),),
    "assigned": (
        (r"(.+? är klara med sin del\.) Ärendet ligger kvar hos .+?\.(?= |$)(.*)", r"\1\2"),
        (r"(.+? är klara\.) Ärendet ligger nu hos .+? och väntar på beslut\.(.*)", r"\1 Ärendet väntar på beslut.\2"),
    ),
    "failed": ((r"(Vi nådde inte .+?\.) Samordnaren (?:tar över|ser vad som görs i stället)\.", r"\1"),),
    "reopened": ((r".+ har öppnat ärendet igen\.", "Ärendet är öppnat igen."),),
    "stage": ((r"(Beställningen är (?:godkänd|ändrad|avslagen)) av .+?\.(?= |$)(.*)", r"\1.\2"),),
}
_BY_PEOPLE: Final = frozenset({"assigned", "stage"})
"""Our sentence, with what one of us wrote after it; of all else ours stands alone, by the system."""
_ERASED: Final = "De har raderat sin kopia av ärendet. Det som står här finns kvar."
"""Follows, where it is read, that the one who says it has given the case back."""


def words_of(entry: Entry) -> str:
    """What it says, with the names of its files."""
    return with_files(_words(entry), entry.files)


def _words(entry: Entry) -> str:
    if entry.kind == "erased":
        return _ERASED
    words = in_language(entry.text, "sv").strip() if entry.text else ""  # type: ignore[arg-type]
    if entry.party == SYSTEM_PARTY or entry.kind in _BY_PEOPLE:
        for sentence, without in _OURS.get(entry.kind, ()):
            if (found := re.fullmatch(sentence, words, re.DOTALL)) is not None:
                return found.expand(without)
    return words
