"""What the parts of an Office Open XML document refer to: other parts, and what is not in the document at all.

Malformed           it is no list of relationships
"""

from typing import IO, Final
from urllib.parse import unquote
from xml.parsers import expat

_RELATIONSHIP: Final = "http://schemas.openxmlformats.org/package/2006/relationships Relationship"
_PROGRAMS: Final = frozenset(
    {"activexcontrolbinary", "afchunk", "control", "oleobject", "vbaproject", "vbaprojectsignature", "xlmacrosheet"}
)
"""`afChunk`: a whole other document, of whatever kind, that the reader's program takes in (`altChunk`)."""
_FOLLOWED_BY_HAND: Final = "hyperlink"
_TEMPLATE: Final = "attachedtemplate"


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
        outside = attributes.get("TargetMode", "").lower() == "external"
        harmless = kind == _FOLLOWED_BY_HAND or (
            kind == _TEMPLATE and _is_on_the_own_disk(attributes.get("Target", ""))
        )
        self.reaches_out |= outside and not harmless


def _is_on_the_own_disk(target: str) -> bool:
    """A letter names the template it was written with, on its writer's own computer: nothing is fetched for that."""
    where = unquote(target).replace("\\", "/").lower()
    return where.startswith("file:///") and not where.startswith("file:////")


def _refuse_doctype(*_: object) -> None:
    raise Malformed
