"""What people call the parties, services and schools of a municipality, in its pages' languages."""

from contracts.directory import Directory
from contracts.values import REPORTER_PARTY, SYSTEM_PARTY, Words

_FIXED: dict[str, Words] = {
    REPORTER_PARTY: {"sv": "den som anmälde", "en": "the reporter"},
    SYSTEM_PARTY: {"sv": "Eskalera", "en": "Eskalera"},
}


def party_name(directory: Directory | None, party: str) -> Words:
    """The party's name; its id where the directory no longer has it."""
    if party in _FIXED:
        return _FIXED[party]
    return directory.party_name(party).words if directory else {"sv": party, "en": party}


def service_name(directory: Directory, service: str | None) -> Words:
    """The service's name; a plain word where none is known."""
    known = directory.services_by_id.get(service or "")
    return known.name.words if known else {"sv": "Något annat", "en": "Something else"}


def school_name(directory: Directory, school: str) -> str:
    """The school's name; its id where it left the directory."""
    known = directory.schools_by_id.get(school)
    return known.name.sv if known else school
