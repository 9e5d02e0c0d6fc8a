"""Mails that wait for a person's decision, as the page of the ways to vendors shows them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts import refusals
from contracts.directory import Directory
from ticketing import sentences
from ticketing.domain.state import Connection
from ticketing.store import reads
from ticketing.views import HeldMail, HeldMails


def handoffs(known: Iterable[Connection]) -> list[str]:
    """The hand-offs that a mail waits for, one for each mail that was told of."""
    return [mail["handoff"] for way in known if way.held for mail in way.held["newest"]]


async def cases_of(
    conn: AsyncConnection, directory: Directory, known: Iterable[Connection]
) -> dict[str, tuple[str, str]]:
    """Of each hand-off that a mail waits for, the incident and its number."""
    cases = await reads.cases_of(conn, handoffs(known))
    leads = await reads.lead_tickets(conn, directory.id, sorted(set(cases.values())))
    return {handoff: (case, leads[case].number if case in leads else "") for handoff, case in cases.items()}


def shown(known: Connection, cases: Mapping[str, tuple[str, str]]) -> HeldMails | None:
    """`cases`: the incident of each hand-off, and its number."""
    if known.held is None:
        return None
    mails = tuple(
        HeldMail(
            mail["mail"],
            datetime.fromisoformat(mail["at"]),
            refusals.in_words(mail["reason"]) or sentences.MAIL_HELD,
            f"/storningar/{cases[mail['handoff']][0]}" if mail["handoff"] in cases else "",
            cases.get(mail["handoff"], ("", ""))[1],
        )
        for mail in known.held["newest"]
    )
    return HeldMails(known.held["mails"], datetime.fromisoformat(known.held["since"]), mails)
