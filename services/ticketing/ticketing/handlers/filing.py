"""A report is filed once, however often it is sent."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncEngine

from chassis.crashpoints import crash_point
from contracts.directory import Directory
from ticketing import metrics
from ticketing.domain import filing
from ticketing.handlers.cases import now
from ticketing.handlers.errors import KeyReused
from ticketing.store import intake


async def file_ticket(
    engine: AsyncEngine,
    directory: Directory,
    report: filing.Report,
    key: intake.Key | None = None,
    at: datetime | None = None,
) -> intake.Filed:
    """File a checked report. The same key, or the same external id, answers the ticket that is there (R22)."""
    at = at or now()
    token = intake.number_token()
    filed, first = filing.file(report, directory=directory, number=token, now=at)
    year = at.astimezone(ZoneInfo(directory.municipality.time_zone)).year
    crash_point("ticketing.before_commit")
    try:
        done = await intake.insert(
            engine, filed, first, prefix=directory.municipality.number_prefix, year=year, key=key
        )
    except intake.Taken:
        metrics.FILED_AGAIN.inc()
        return await _already_filed(engine, directory.id, report, key)
    crash_point("ticketing.after_commit")
    metrics.FILED.labels(report.kind, str(report.source is not None).lower()).inc()
    return done


async def _already_filed(
    engine: AsyncEngine, municipality: str, report: filing.Report, key: intake.Key | None
) -> intake.Filed:
    async with engine.connect() as conn:
        found = await intake.existing(conn, municipality, key, report.source, report.external_id)
    if found is None:
        raise RuntimeError("a unique index refused a ticket that is nowhere to be found")
    done, body = found
    if key is not None and body is not None and body != key.body_sha256:
        raise KeyReused
    return done
