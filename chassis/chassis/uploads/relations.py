"""What the parts of an Office Open XML document refer to: other parts, and what is not in the document at all.

Malformed           it is no list of relationships
"""

from typing import IO, Final
from xml.parsers import expat

_RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_PROGRAMS: Final = frozenset(
    {"activexcontrolbinary", "afchunk", "control", "oleobject", "vbaproject", "vbaprojectsignature", "xlmacrosheet"}
)
"""`afChunk`: a whole other document, of whatever kind, that the reader's program takes in (`altChunk`)."""
_FOLLOWED_BY_HAND: Final = "hyperlink"


class Malformed(ValueError):
    """Not XML, or with a document type of its own, which these parts must not have."""


class Relations:
    """The relationships of one part `*.rels`.

    `runs`: one leads to a program, an embedded object or a document of another kind inside. `reaches_out`: one leads
    out of the document and is followed without anybody pressing it.
    """

    def __init__(self) -> None:
        self.runs = self.reaches_out = False

    def read(self, part: IO[bytes]) -> None:
        """Raises Malformed."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._element
        parser.StartDoctypeDeclHandler = _refuse_doctype
        try:
            parser.ParseFile(part)
        except expat.ExpatError:
            raise Malformed from None

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        if name != _RELATIONSHIP:
            return
        kind = attributes.get("Type", "").rpartition("/")[2].lower()
        self.runs |= kind in _PROGRAMS
        self.reaches_out |= attributes.get("TargetMode", "").lower() == "external" and kind != _FOLLOWED_BY_HAND


def _refuse_doctype(*_: object) -> None:
    raise Malformed
