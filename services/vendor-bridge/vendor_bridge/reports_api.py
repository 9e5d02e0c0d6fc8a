"""What a vendor reported itself, read with its connection's bearer token: `GET /reports`, `/reports/{ticket}`,
`/announced-work/{work}`. It says it by its profile; the webhook profile's vendors look it up here.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel

from chassis.checks import STRICT_QUERY
from chassis.problems import Problem
from contracts.bundle import file_path
from contracts.timeline import FileRef
from contracts.values import Words, WorkEffect
from vendor_bridge import bearer
from vendor_bridge.domain import reports
from vendor_bridge.domain.reports import ReportState
from vendor_bridge.handlers import VendorSide
from vendor_bridge.reported import MOST, Told, UnknownReport
from vendor_bridge.store.directories import Way

_UNKNOWN = "This connection reported no such thing."


class Note(BaseModel):
    """What was said of it: by the vendor itself, or by the municipality."""

    at: AwareDatetime
    by: str
    text: Words


class ReportedFile(FileRef):
    """A file that the vendor put to it, and where it is served."""

    url: str


class Report(BaseModel):
    """A reported fault. `handoff`: the hand-off that it became; `notes` only where one is asked for."""

    ticket: str
    external_id: str | None
    number: str | None
    state: ReportState
    title: str
    description: str
    category: str | None
    place: str | None
    priority: str | None
    service: str | None
    school: str | None
    urgency: int
    occurred_at: AwareDatetime
    reported_at: AwareDatetime
    changed_at: AwareDatetime
    handoff: str | None
    notes: list[Note] = []
    files: list[ReportedFile] = []


class Reports(BaseModel):
    """Newest first; `next` is where the list goes on."""

    items: list[Report]
    next: str | None


class AnnouncedWork(BaseModel):
    """Planned work as the vendor announced it, and `held` as the municipality has it, once it has."""

    work: str
    external_id: str
    services: list[str]
    schools: list[str]
    unknown: list[str]
    text: Words
    effect: WorkEffect
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    cancelled: bool
    refused: bool
    held: dict[str, Any]


def router(vendors: VendorSide) -> APIRouter:
    """The routes."""
    api = APIRouter(dependencies=[STRICT_QUERY], tags=["vendors"])

    async def caller(request: Request) -> Way:
        return await bearer.reader(vendors, request)

    Asking = Annotated[Way, Depends(caller)]  # noqa: N806  (a type)

    @api.get("/reports")
    async def many(
        way: Asking,
        limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
        after: Annotated[
            str | None, Query(max_length=80, description="The ticket that the page before ended with.")
        ] = None,
    ) -> Reports:
        """All that the connection reported."""
        before: tuple[datetime, str] | None = None
        if after is not None:
            last = await _found(vendors, way, after)
            before = (last.reported_at, last.id)
        found = list(await vendors.reports(way, limit + 1, before=before))
        more = f"/reports?limit={limit}&after={found[limit - 1].id}" if len(found) > limit else None
        return Reports(items=[_shown(one) for one in found[:limit]], next=more)

    @api.get("/reports/{ticket}")
    async def one(ticket: str, way: Asking) -> Report:
        """One of them as it is now, with what was said of it."""
        report = await _found(vendors, way, ticket)
        return _shown(report, await vendors.told_of(way, report))

    @api.get("/announced-work/{work}")
    async def work(work: str, way: Asking) -> AnnouncedWork:
        """Planned work: whether the municipality moved it or called it off."""
        try:
            found = await vendors.work_of(way, work)
        except UnknownReport:
            raise Problem(404, detail=_UNKNOWN) from None
        names = set(AnnouncedWork.model_fields) - {"work", "refused"}
        return AnnouncedWork(work=found.id, refused=found.is_refused, **{name: getattr(found, name) for name in names})

    return api


async def _found(vendors: VendorSide, way: Way, ticket: str) -> reports.Report:
    try:
        return await vendors.report_of(way, ticket)
    except UnknownReport:
        raise Problem(404, detail=_UNKNOWN) from None


def _shown(report: reports.Report, told: list[Told] | None = None) -> Report:
    names = set(Report.model_fields) - {"ticket", "external_id", "notes", "files"}
    notes = [Note(at=one.at, by=one.party, text=one.text) for one in told or ()]
    files = [ReportedFile(**each, url=file_path(report.id, each["sha256"], each["name"])) for each in report.files]
    shown = {name: getattr(report, name) for name in names}
    return Report(ticket=report.id, external_id=report.own_name, notes=notes, files=files, **shown)
