"""What a well-formed directory can still get wrong. Each check yields its findings; none stops at the first."""

from collections.abc import Mapping
from functools import partial

from contracts.directory import check_parties, check_policies, check_rules, check_times
from contracts.directory.findings import Finding, Names, refer, twice
from contracts.directory.model import Directory
from contracts.directory.people import People, teams_of


def check(directory: Directory, broken: Mapping[str, set[str]] | None = None) -> list[Finding]:
    """Every error of meaning. `broken`: ids by list that exist but could not be read; they count as known."""
    left_out = broken or {}

    def ids(collection: str) -> frozenset[str]:
        return frozenset(item.id for item in getattr(directory, collection)) | frozenset(left_out.get(collection, ()))

    names = Names(
        **{
            name: ids(name)
            for name in (
                "schools",
                "services",
                "device_classes",
                "calendars",
                "agreements",
                "policies",
                "administrations",
            )
        },
        parties=frozenset({f"team:{i}" for i in ids("teams")} | {f"vendor:{i}" for i in ids("vendors")}),
    )
    findings = [
        *check_parties.doubles(directory),
        *check_parties.schools(directory, names),
        *check_parties.teams(directory, names),
        *check_parties.vendors(directory, names),
        *check_parties.services(directory, names),
        *check_times.calendars(directory),
        *check_times.agreements(directory, names),
        *check_policies.policies(directory, names),
        *check_rules.matrix(directory, names),
        *check_times.urgencies(directory),
    ]
    needed = ("schools", "teams", "services", "calendars", "agreements", "policies")
    findings += [Finding((name,), "write at least one") for name in needed if not ids(name)]
    if not left_out.get("teams"):
        findings += check_parties.coordinator(directory)
    return findings


def check_people(people: People, directory: Directory | None) -> list[Finding]:
    """Persons twice, and what the directory does not know."""
    findings = list(twice([(("people", i, "id"), p.id) for i, p in enumerate(people.people)], "person"))
    if directory is None:
        return findings
    if people.municipality != directory.id:
        findings.append(Finding(("municipality",), f"these are not the people of {directory.id!r}"))
    teams = {team.id for team in directory.teams}
    for i, person in enumerate(people.people):
        role_of = partial(refer, "role", known=directory.roles_by_id)
        findings += role_of(("people", i, "role"), person.role)
        for j, school in enumerate(person.schools):
            findings += refer("school", ("people", i, "schools", j), school, known=directory.schools_by_id)
        if person.team is not None:
            findings += refer("team", ("people", i, "team"), person.team, known=teams)
        role = directory.roles_by_id.get(person.role)
        if role and role.access in ("support", "coordinator") and not teams_of(directory, person):
            findings.append(Finding(("people", i), f"{person.id!r} has the role {role.id!r} and needs a team"))
        if role and role.access in ("reporter", "school_lead") and not person.schools:
            findings.append(Finding(("people", i), f"{person.id!r} has the role {role.id!r} and needs a school"))
    return findings
