"""Who gets a case back that its reporter says is not solved: routing decides by it, pages promise it (R9)."""

from collections.abc import Iterable

from contracts.directory.model import Directory


def held_again(directory: Directory, path: Iterable[str]) -> str:
    """The first of the municipality's own parties on the case's path; the coordinator where none is.

    No vendor, whoever has had it: what came back is looked at here before anybody outside is asked once more.
    """
    teams = (party for party in path if party.startswith("team:") and party in directory.parties)
    return next(teams, directory.coordinator)
