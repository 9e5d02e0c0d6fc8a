"""Another Eskalera at the other end of a connection: its hand-off is a ticket here, as if a vendor reported it. Pure.

What is said of that ticket here, as a vendor's words there, is in `told`; what comes back, in `back`.

Both ways everything has a name that follows from what it is, so that the same again says nothing twice.
"""

from vendor_bridge.domain.peers.case import LONGEST, PeerCase, Proposed, Said, ahead, part_name, parts
from vendor_bridge.domain.peers.heard import (
    CLOCKS,
    LINKED,
    answers_one_of,
    as_sentence,
    asked,
    brought,
    changed,
    files,
    is_between_us,
    is_echo,
    merged,
    name_of,
    news,
    promised,
    reported,
    verdict_of,
)
from vendor_bridge.domain.peers.spoken import spoken

__all__ = [
    "CLOCKS",
    "LINKED",
    "LONGEST",
    "PeerCase",
    "Proposed",
    "Said",
    "ahead",
    "answers_one_of",
    "as_sentence",
    "asked",
    "brought",
    "changed",
    "files",
    "is_between_us",
    "is_echo",
    "merged",
    "name_of",
    "news",
    "part_name",
    "parts",
    "promised",
    "reported",
    "spoken",
    "verdict_of",
]
