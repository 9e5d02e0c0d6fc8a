"""Open questions to staff about causes, and their answers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from chassis.problems import Problem
from chassis.web import Section
from ticketing import handlers
from ticketing.api import inputs, outputs, shapes
from ticketing.api.context import Context
from ticketing.api.paging import Cursor, Limit, Page, cursor_of, page_of, place_of
from ticketing.api.values import Id
from ticketing.domain import access
from ticketing.identity import Caller
from ticketing.store import suggested


def router(context: Context) -> APIRouter:
    """The routes."""
    routes = Section("/api/v1", tags=["incidents"])
    Asking = Annotated[Caller, Depends(context.doorkeeper.api_caller)]  # noqa: N806  (a type)

    @routes.get("/suggestions")
    async def list_suggestions(
        asking: Asking,
        request: Request,
        limit: Limit = 50,
        cursor: Cursor = None,
        min_score: Annotated[float, Query(ge=0, le=1, description="Only those at least so likely.")] = 0.0,
    ) -> Page[outputs.SuggestionItem]:
        """What the caller's desk may answer now, the likeliest first."""
        if not access.may_list_questions(asking.who):
            raise Problem(403, detail="Only staff are asked whether cases belong together.")
        after = place_of(cursor, float, str)
        schools, parties = access.schools_on_desk(asking.who, asking.directory), access.parties_on_desk(asking.who)
        async with context.reading.connect() as conn:
            found = await suggested.at(conn, asking.who.municipality, schools, parties, limit + 1, after, min_score)
        shown = found[:limit]
        following = cursor_of(shown[-1].score, shown[-1].id) if shown else None
        return page_of(request, found, limit, following, [shapes.suggestion_item(one) for one in shown])

    @routes.post("/suggestions/{suggestion}/accept", status_code=202)
    async def accept(suggestion: Id, asking: Asking, _body: inputs.Nothing | None = None) -> outputs.Accepted:
        """All tickets of the incident belong to the other one, but for those that a person said do not."""
        return await _answer(asking, suggestion, accept=True)

    @routes.post("/suggestions/{suggestion}/refuse", status_code=202)
    async def refuse(suggestion: Id, asking: Asking, _body: inputs.Nothing | None = None) -> outputs.Accepted:
        """None of them does; it is not asked again."""
        return await _answer(asking, suggestion, accept=False)

    async def _answer(asking: Caller, suggestion: str, *, accept: bool) -> outputs.Accepted:
        request_id = await handlers.answer_suggestion(
            context.engine, asking.directory, asking.who, suggestion, accept=accept
        )
        return outputs.Accepted(request_id=request_id)

    return routes
