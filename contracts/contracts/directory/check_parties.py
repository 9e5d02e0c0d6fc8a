"""Checks of places and parties: schools and their hosts, teams, vendors, services."""

from collections.abc import Iterator, Mapping

from contracts.directory.errors import Loc
from contracts.directory.findings import Finding, Names, refer, twice
from contracts.directory.mapping import LONGEST_WORD, PROTOCOL, is_word
from contracts.directory.mapping import Mapping as Words
from contracts.directory.model import Directory
from contracts.directory.parties import Connection
from contracts.texts import folded


def doubles(directory: Directory) -> Iterator[Finding]:
    for collection, what in (
        ("administrations", "administration"),
        ("schools", "school"),
        ("teams", "team"),
        ("vendors", "vendor"),
        ("services", "service"),
        ("device_classes", "device class"),
        ("calendars", "calendar"),
        ("agreements", "agreement"),
        ("policies", "policy"),
        ("matrix", "rule"),
        ("roles", "role"),
    ):
        yield from twice([((collection, i, "id"), x.id) for i, x in enumerate(getattr(directory, collection))], what)
    for i, school in enumerate(directory.schools):
        yield from twice([(("schools", i, "units", j, "id"), u.id) for j, u in enumerate(school.units)], "unit")
        houses = [(("schools", i, "buildings", j, "id"), b.id) for j, b in enumerate(school.buildings)]
        yield from twice(houses, "building")
    prefixes = [
        (("schools", i, "asset_prefix"), s.asset_prefix) for i, s in enumerate(directory.schools) if s.asset_prefix
    ]
    yield from twice(prefixes, "asset prefix")
    codes = [
        (("device_classes", i, "tag_codes", j), code)
        for i, device in enumerate(directory.device_classes)
        for j, code in enumerate(device.tag_codes)
    ]
    yield from twice(codes, "tag code")
    aliases = [
        (("services", i, "aliases", j), alias)
        for i, service in enumerate(directory.services)
        for j, alias in enumerate(service.aliases)
    ]
    yield from twice(aliases, "alias")
    connections = [
        (("vendors", i, "connection", "name"), v.connection.name)
        for i, v in enumerate(directory.vendors)
        if v.connection
    ]
    yield from twice(connections, "connection")
    groups = [
        (("teams", i, "groups", j), name)
        for i, team in enumerate(directory.teams)
        for j, name in enumerate(team.groups)
    ]
    yield from twice(groups, "group")


def schools(directory: Directory, names: Names) -> Iterator[Finding]:
    own = {school for team in directory.teams if team.tier == "local" for school in team.schools}
    hosts = {s.id: s.support.hosted_by for s in directory.schools if s.support}
    for i, school in enumerate(directory.schools):
        if school.administration is not None:
            loc: Loc = ("schools", i, "administration")
            yield from refer("administration", loc, school.administration, names.administrations)
        if school.support is None:
            continue
        loc = ("schools", i, "support", "hosted_by")
        yield from refer("school", loc, school.support.hosted_by, names.schools)
        if school.id in own:
            yield Finding(loc, f"{school.id!r} has a local team of its own and is hosted by another school too")
        circle = _circle(hosts, school.id)
        if circle:
            yield Finding(loc, "schools host each other in a circle: " + " → ".join(circle))


def _circle(hosts: Mapping[str, str], start: str) -> list[str]:
    """The way from `start` back to itself, if the hosts lead there."""
    way = [start]
    while (host := hosts.get(way[-1])) is not None:
        if host == start:
            return [*way, start]
        if host in way:
            return []
        way.append(host)
    return []


def teams(directory: Directory, names: Names) -> Iterator[Finding]:
    served: dict[tuple[str, str], str] = {}
    for i, team in enumerate(directory.teams):
        if team.tier == "vendor":
            yield Finding(("teams", i, "tier"), "a team is local or central; a vendor is listed under vendors")
        if team.tier == "central" and team.schools:
            yield Finding(("teams", i, "schools"), "a central team serves every school: leave out its schools")
        for j, school in enumerate(team.schools):
            loc = ("teams", i, "schools", j)
            yield from refer("school", loc, school, names.schools)
            other = served.setdefault((school, team.skill), team.id)
            if team.tier == "local" and (other != team.id or school in team.schools[:j]):
                yield Finding(loc, f"{school!r} has the {team.skill} local team {other!r} already")


def coordinator(directory: Directory) -> Iterator[Finding]:
    named = [i for i, team in enumerate(directory.teams) if team.coordinator]
    if not named:
        yield Finding(("teams",), "no coordinator: mark one central team with coordinator: true")
    for i in named[1:]:
        yield Finding(("teams", i, "coordinator"), "there is one coordinator, and another team is marked already")
    for i in named:
        if directory.teams[i].tier != "central":
            yield Finding(("teams", i, "tier"), "the coordinator is a central team")


def vendors(directory: Directory, names: Names) -> Iterator[Finding]:
    for i, vendor in enumerate(directory.vendors):
        for j, service in enumerate(vendor.services):
            yield from refer("service", ("vendors", i, "services", j), service, names.services)
        if vendor.connection is not None:
            yield from _connection(("vendors", i, "connection"), vendor.connection, names)


def _connection(loc: Loc, connection: Connection, names: Names) -> Iterator[Finding]:
    needed: dict[str, tuple[str, ...]] = {"webhook": ("url", "secret_ref"), "email": ("email",)}
    if connection.profile == "tmf621" and connection.url is not None:
        needed["tmf621"] = ("secret_ref",)
    for key in needed.get(connection.profile, ()):
        if getattr(connection, key) is None:
            yield Finding(loc, f"a {connection.profile} connection needs {key}")
    for key, profiles in {"url": ("webhook", "tmf621"), "email": ("email",)}.items():
        if getattr(connection, key) is not None and connection.profile not in profiles:
            yield Finding((*loc, key), f"a {connection.profile} connection has no {key}")
    if connection.mapping.states and connection.profile in ("email", "portal"):
        said = f"a vendor by {connection.profile} has no states of its own: leave out mapping.states"
        yield Finding((*loc, "mapping", "states"), said)
    yield from _mapping((*loc, "mapping"), connection.mapping, names)
    if connection.profile == "webhook":
        yield from _shadows((*loc, "mapping", "states"), connection.mapping)


def _mapping(loc: Loc, mapping: Words, names: Names) -> Iterator[Finding]:
    for table in ("states", "categories", "places", "priorities"):  # whose words are read whatever their case
        yield from twice([((*loc, table, word), word) for word in getattr(mapping, table)], "word")
    for word in mapping.states:
        if not is_word(word):
            said = f"a vendor's word for a state has 1 to {LONGEST_WORD} printable characters"
            yield Finding((*loc, "states", word), said)
    for theirs, service in mapping.categories.items():
        yield from refer("service", (*loc, "categories", theirs), service, names.services)
    for theirs, school in mapping.places.items():
        yield from refer("school", (*loc, "places", theirs), school, names.schools)


def _shadows(loc: Loc, mapping: Words) -> Iterator[Finding]:
    """Who sends the protocol's own word means what the protocol says."""
    for word, state in mapping.states.items():
        own = PROTOCOL.get(folded(word))
        if own is not None and own != state:
            yield Finding((*loc, word), f"{word!r} is a word of the protocol's own and means {own} there: leave it out")


def services(directory: Directory, names: Names) -> Iterator[Finding]:
    for i, service in enumerate(directory.services):
        if service.owner is not None and ":" in service.owner and not service.owner.startswith("local"):
            yield from refer("party", ("services", i, "owner"), service.owner, names.parties)
        if service.device_class is not None:
            yield from refer(
                "device class", ("services", i, "device_class"), service.device_class, names.device_classes
            )
    for i, device in enumerate(directory.device_classes):
        if device.agreement is not None:
            yield from refer("agreement", ("device_classes", i, "agreement"), device.agreement, names.agreements)
    yield from refer("agreement", ("defaults", "agreement"), directory.defaults.agreement, names.agreements)
    yield from refer("policy", ("defaults", "policy"), directory.defaults.policy, names.policies)
