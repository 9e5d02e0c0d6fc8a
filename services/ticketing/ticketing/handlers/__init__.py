"""What people ask of ticketing: each use case one transaction, its facts in the outbox before anybody is answered.

`filing`, a report · `reporter`, what is said of it · `staff`, what is written about it · `requests`, what another owner
decides.
"""

from ticketing.handlers.cases import now, readable
from ticketing.handlers.errors import (
    AlreadyAnswered,
    AskedAlready,
    HoldsNoMore,
    KeyReused,
    LastCoordinator,
    NobodyToAsk,
    NotAllowed,
    NotFound,
    WrongState,
)
from ticketing.handlers.filing import file_ticket
from ticketing.handlers.reporter import answer, ask_further, attach, confirm_fixed, may_attach, reopen, withdraw
from ticketing.handlers.requests import answer_suggestion, ask_bridge, ask_forum, ask_owner, link
from ticketing.handlers.staff import ask_reporter, close_question, write_note

__all__ = [
    "AlreadyAnswered",
    "AskedAlready",
    "HoldsNoMore",
    "KeyReused",
    "LastCoordinator",
    "NobodyToAsk",
    "NotAllowed",
    "NotFound",
    "WrongState",
    "answer",
    "answer_suggestion",
    "ask_bridge",
    "ask_forum",
    "ask_further",
    "ask_owner",
    "ask_reporter",
    "attach",
    "close_question",
    "confirm_fixed",
    "file_ticket",
    "link",
    "may_attach",
    "now",
    "readable",
    "reopen",
    "withdraw",
    "write_note",
]
