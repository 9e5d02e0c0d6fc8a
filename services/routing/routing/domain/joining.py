"""What a new report has shown of other incidents: one reaches further, some are one cause (R11)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from contracts.events.base import Event
from contracts.events.routing import LinkSuggested, ScopeRaised
from contracts.values import Language, Words
from grouping import Decision, Join
from routing.domain import linking, regrouping
from routing.domain.context import Context
from routing.domain.state import Ticket, World


def raise_scope(world: World, ctx: Context, decision: Decision) -> Iterator[Event]:
    """The incident reaches further than was known."""
    raised = decision.raised
    if raised is not None:
        incident = world.incidents[raised.incident]
        yield ScopeRaised(**ctx.about(incident), scope=raised.scope, reasons=words(raised.reasons))


def join(world: World, ctx: Context, join: Join, basis: linking.Basis) -> Iterator[Event]:
    """Untouched lone incidents go to their cause by themselves; of others staff are asked, once."""
    incident, into = world.incidents[join.incident], world.incidents[join.into]
    tickets = [world.tickets[ticket] for ticket in join.tickets]
    if incident.linked == 0 or into.linked == 0:  # an earlier join of the same decision has emptied it
        return
    if not join.by_itself:
        yield ask(world, ctx, tickets, into.id, join.score, join.reasons, basis)
        return
    yield from regrouping.move(world, ctx, tickets, into, basis, join.score, words(join.reasons))


def ask(
    world: World,
    ctx: Context,
    tickets: Sequence[Ticket],
    candidate: str,
    score: float,
    reasons: Iterable[Mapping[Language, str]],
    basis: linking.Basis,
) -> Event:
    """Ask staff whether these tickets of one incident belong to another."""
    incident = world.incidents[tickets[0].incident or ""]
    return LinkSuggested(
        **ctx.about(incident),
        suggestion=ctx.id("suggestion", incident.id, candidate),
        tickets=tuple(ticket.id for ticket in tickets),
        candidate=candidate,
        score=score,
        reasons=words(reasons),
        engine_version=basis.engine_version,
        directory_version=basis.directory_version,
    )


def words(reasons: Iterable[Mapping[Language, str]]) -> tuple[Words, ...]:
    """Grouping's sentences as events carry them."""
    return tuple(dict(reason) for reason in reasons)
