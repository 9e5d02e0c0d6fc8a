"""A request that its owner refused: what was written in it comes back into its form, for who wrote it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from contracts.events import ticketing as t
from contracts.values import in_language
from ticketing.domain.state import Command
from ticketing.store import requests
from ticketing.views import Field, Words
from ticketing.web.desk.kept import Kept, field_of
from ticketing.web.pages import Visit

KEPT = timedelta(hours=24)
"""How long what was written waits in its form."""
Sent = Mapping[str, Any]
"""The request's event; its words are said already."""
_Form = Callable[[Sent, Words | None], dict[str, Field]]


def _words(name: str, field: str, **others: str) -> _Form:
    """What was written stands in `field`, with the reason; `others`: fields that come along, by name in the event."""

    def form(sent: Sent, why: Words | None) -> dict[str, Field]:
        along = {into: Field(_said(sent.get(each))) for each, into in others.items()}
        return {**along, field: Field(_said(sent.get(name)), why)}

    return form


def _said(value: Any) -> str:
    return "" if value is None else str(value)


def _of_question(sent: Sent, why: Words | None) -> dict[str, Field]:
    return {field_of(sent["question"]): Field(sent["reason"], why)}


_FORMS: Mapping[str, _Form] = {
    t.AssignmentRequested.TYPE: _words("party", "party"),
    t.HandOffRequested.TYPE: _words("note", "note", vendor="vendor", role="role"),
    t.ResolveRequested.TYPE: _words("public_text", "public_text"),
    t.EscalateRequested.TYPE: _words("reason", "send_reason"),
    t.PolicyStopRequested.TYPE: _words("reason", "stop_reason"),
    t.ReopenRequested.TYPE: _words("reason", "reopen_reason"),
    t.UrgencyRequested.TYPE: _words("reason", "urgency_reason", urgency="urgency"),
    t.StageRequested.TYPE: _words(
        "text", "stage_text", stage="stage", expected_at="expected_at", changed_by="changed_by"
    ),
    t.ProposalAcceptRequested.TYPE: _words("public_text", "accept"),
    t.ProposalRejectRequested.TYPE: _words("reason", "reject"),
    t.VendorAnswerRequested.TYPE: _words("text", "note_text", question="answers"),
    t.QuestionCloseRequested.TYPE: _of_question,
}


def refused(commands: Iterable[Command], person: str, now: datetime) -> list[Command]:
    """Of the newest first: what this person asked for last, each kind once, where that was refused a while ago."""
    latest: dict[str, Command] = {}
    for command in commands:
        if command.person == person and command.type in _FORMS:
            latest.setdefault(command.type, command)
    return [
        command
        for command in latest.values()
        if command.state == "refused" and now - (command.decided_at or command.asked_at) < KEPT
    ]


async def kept(conn: AsyncConnection, here: Visit, commands: list[Command]) -> Kept:
    """The fields of what was refused; the reason stands beside them while nothing was asked for since."""
    who, language = here.caller.who, here.language
    back = refused(commands, who.person, here.frame.now)
    sent = await requests.sent(conn, who.municipality, [command.id for command in back])
    fields: dict[str, Field] = {}
    proposal = None
    for command in back:
        if (event := sent.get(command.id)) is None:
            continue
        said = {
            name: in_language(value, language) if isinstance(value, dict) else value for name, value in event.items()
        }
        why = in_language(command.reason, language) if command is commands[0] and command.reason else None
        fields |= _FORMS[command.type](said, why)
        proposal = event.get("proposal") or proposal
    return Kept(fields, proposal, frozenset(command.id for command in back))
