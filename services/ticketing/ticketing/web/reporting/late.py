"""Who reports what was solved meanwhile is told so at once, while staff are asked whether it is the same."""

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.directory import Directory
from contracts.values import Language
from ticketing import sentences
from ticketing.domain.shared import reaches
from ticketing.domain.state import Incident, Ticket
from ticketing.store import reads, suggested
from ticketing.views import Notice, Tone
from ticketing.web import present

_MOST = 10


async def notices(
    conn: AsyncConnection, directory: Directory, ticket: Ticket, incident: Incident | None, language: Language
) -> tuple[Notice, ...]:
    """That what the report is likely about was solved, as far as others than staff may read of it (N5)."""
    if incident is None or incident.tickets > 1 or incident.state not in ("new", "in_progress", "waiting"):
        return ()
    asked = await suggested.of_incident(conn, directory.id, incident.id, _MOST)
    candidates = [one.candidate for one in asked if one.incident == incident.id]
    if not candidates:
        return ()
    found = await reads.incidents_by_id(conn, directory.id, candidates)
    solved = [found[id_] for id_ in candidates if id_ in found and found[id_].state == "resolved"]
    told = await reads.told_among(conn, directory.id, [one.id for one in solved])
    for one in solved:
        if one.resolved_at is not None and one.id in told and reaches(one, ticket.school):
            title = sentences.solved_before(one.resolved_at)
            problem = present.problem_title(directory, one, language)
            return (Notice(Tone.INFO, sentences.works_now(problem), title),)
    return ()
