"""How far a fault seems to reach, from one report: person, asset, room, building, school, schools, municipality."""

from grouping.reading import Reading
from grouping.services import Services

_ONE, _MANY = -0.7, 0.7
"""Log-odds below which it is one person's or thing's, above which many are hit."""


def scope_of(reading: Reading, services: Services) -> str | None:
    """The narrowest scope that the report does not speak against; None where it does not say what is wrong."""
    if not (reading.told and reading.sure):
        return "person" if reading.personal else reading.width
    local = services.kind(reading.service) != "cloud"
    if reading.shared < (0 if reading.own else _ONE):
        return "asset" if reading.named.assets or services.kind(reading.service) == "thing" else "person"
    if reading.width in ("municipality", "school"):
        return str(reading.width)
    if reading.named.rooms and local and reading.shared < _MANY:
        return "room"
    if reading.named.building and local and reading.shared < _MANY:
        return "building"
    return "school" if local or reading.shared < _MANY else "schools"
