"""What vendors say is done, with what staff's yes means (R7): of a fault, an order, a need or an idea."""

from collections.abc import Iterable

from contracts.values import in_language
from ticketing.domain.state import Handoff, Incident
from ticketing.domain.state import Proposal as Proposed
from ticketing.views import Field, Proposal
from ticketing.web import present
from ticketing.web.desk.kept import Kept
from ticketing.web.desk.stays import others_on
from ticketing.web.pages import Visit
from ticketing.web.requested import about


def shown(
    here: Visit, incident: Incident, proposals: Iterable[Proposed], handoffs: list[Handoff], kept: Kept
) -> tuple[Proposal, ...]:
    directory, language = here.caller.directory, here.language
    made = tuple(proposals)
    others = others_on(here, handoffs, {proposal.vendor for proposal in made})
    return tuple(
        Proposal(
            proposal.id,
            present.said_by(directory, proposal.vendor, language),
            proposal.proposed_at,
            in_language(proposal.text, language),
            kept.of("accept") if kept.proposal == proposal.id else Field(),
            kept.of("reject") if kept.proposal == proposal.id else Field(),
            _beside(here, incident, proposal.vendor),
            others if proposal.vendor == incident.holder else (),
            about(incident.kind),
        )
        for proposal in made
    )


def _beside(here: Visit, incident: Incident, vendor: str) -> str | None:
    """Who has the case, where that is not the vendor: what it says is done is its part alone."""
    holder = incident.holder
    if holder is None or holder == vendor:
        return None
    return present.said_by(here.caller.directory, holder, here.language)
