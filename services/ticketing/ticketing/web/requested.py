"""What was asked of another owner, and what became of it, in the words of what it is about."""

from collections.abc import Mapping

from contracts.events import ticketing as t
from contracts.values import Language, TicketKind, in_language
from ticketing import sentences
from ticketing.domain.names import spoken_of
from ticketing.domain.state import Command
from ticketing.views import ProposalOf, RequestMark, RequestState, Say, say


def about(kind: TicketKind) -> ProposalOf:
    """What a vendor's word of such a case speaks of."""
    return ProposalOf(spoken_of(kind))


def request_mark(command: Command, language: Language, kind: TicketKind = "incident") -> RequestMark:
    """A command and what became of it. `kind`: of the case that it is about."""
    return RequestMark(
        command.id,
        _what(command.type, kind),
        RequestState(command.state),
        command.decided_at or command.asked_at,
        in_language(command.reason, language) if command.reason else None,
    )


def _what(command: str, kind: TicketKind) -> Say:
    of = _ANSWERS.get(command)
    return _WHAT.get(command, sentences.REQUEST_SENT) if of is None else of[about(kind)]


_ANSWERS: Mapping[str, Mapping[ProposalOf, Say]] = {
    t.ProposalAcceptRequested.TYPE: {
        ProposalOf.FAULT: say("what.accept"),
        ProposalOf.ORDER: say("what.accept_order"),
        ProposalOf.WISH: say("what.accept_wish"),
    },
    t.ProposalRejectRequested.TYPE: {
        ProposalOf.FAULT: say("what.reject"),
        ProposalOf.ORDER: say("what.reject_order"),
        ProposalOf.WISH: say("what.reject_wish"),
    },
}
"""An order is delivered, a need or an idea is answered, a fault is solved."""
_WHAT: Mapping[str, Say] = {
    t.AssignmentRequested.TYPE: say("desk.assign"),
    t.HandOffRequested.TYPE: say("desk.hand_off"),
    t.TakeBackRequested.TYPE: sentences.TAKE_BACK,
    t.ResolveRequested.TYPE: sentences.RESOLVE,
    t.CloseRequested.TYPE: sentences.CLOSE,
    t.VendorAnswerRequested.TYPE: sentences.ANSWER_VENDOR,
    t.QuestionCloseRequested.TYPE: sentences.CLOSE_QUESTION,
    t.LinkRequested.TYPE: sentences.LINK,
    t.UnlinkRequested.TYPE: sentences.SPLIT,
    t.SplitRequested.TYPE: sentences.SPLIT,
    t.SuggestionAcceptRequested.TYPE: sentences.ACCEPT_LINK,
    t.SuggestionRefuseRequested.TYPE: sentences.REFUSE_LINK,
    t.TriageRequested.TYPE: sentences.TRIAGE,
    t.PublishRequested.TYPE: sentences.PUBLISH,
    t.AcknowledgeRequested.TYPE: sentences.TAKE_ON,
    t.EscalateRequested.TYPE: sentences.SEND_FURTHER,
    t.PolicyStopRequested.TYPE: sentences.STOP,
    t.UrgencyRequested.TYPE: sentences.CHANGE_URGENCY,
    t.ReopenRequested.TYPE: sentences.REOPEN,
    t.GatherRequested.TYPE: sentences.GATHER,
    t.DecideRequested.TYPE: sentences.DECIDE,
    t.StageRequested.TYPE: sentences.CHANGE_STAGE,
    t.ConnectionPauseRequested.TYPE: sentences.PAUSE_WAY,
    t.ConnectionResumeRequested.TYPE: sentences.RESUME_WAY,
    t.ConnectionTestRequested.TYPE: sentences.TEST_WAY,
    t.ConnectionMailReleaseRequested.TYPE: sentences.RELEASE_MAIL,
    t.ConnectionMailDiscardRequested.TYPE: sentences.DISCARD_MAIL,
    t.ConnectionResendRequested.TYPE: sentences.RESEND,
    t.ConnectionReplayRequested.TYPE: sentences.REPLAY,
}
