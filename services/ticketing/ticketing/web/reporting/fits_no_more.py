"""What somebody says of their own case when it has gone on: the page as it is now, and no word lost.

It went on by what they did a moment ago as often as by others, so nobody is named as having been first.
"""

from dataclasses import replace

from fastapi import Response

from ticketing import sentences
from ticketing.api.context import Context
from ticketing.views import CasePage, Field, Say, Status
from ticketing.web import attached
from ticketing.web.pages import Visit
from ticketing.web.reporting.case import case_page


async def fits_no_more(context: Context, here: Visit, ticket_id: str, text: str = "") -> Response:
    """What the case is now; what was written stands where it can still be said."""
    page = await case_page(context, here, ticket_id, files=await attached.to_choose_again(here.request))
    page = replace(page, refused=_now(page))
    if text.strip():
        page = _kept(page, text)
    return here.show("case", page, 409)


def _now(page: CasePage) -> Say:
    if page.status in _OVER:
        return _OVER[page.status]
    return sentences.NOW_SOLVED if page.can_reopen or page.order.differs else sentences.NOW_OPEN


def _kept(page: CasePage, text: str) -> CasePage:
    if page.can_answer:
        return replace(page, answer=Field(text, sentences.ASKED_MEANWHILE if page.questions else sentences.NOT_SENT))
    if page.can_reopen or page.order.differs:
        return replace(page, still_wrong=Field(text, sentences.NOT_SENT))
    return replace(page, unsent=text)


_OVER = {
    Status.RESOLVED: sentences.NOW_SOLVED,
    Status.ARRIVED: sentences.NOW_SOLVED,
    Status.CLOSED: sentences.NOW_CLOSED,
    Status.WITHDRAWN: sentences.NOW_WITHDRAWN,
    Status.ERASED: sentences.NOW_OVER,
    Status.CANCELLED: sentences.NOW_OVER,
    Status.DECIDED: sentences.NOW_OVER,
    Status.MOVED: sentences.NOW_MOVED,
}
