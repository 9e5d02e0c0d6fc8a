"""By which rules a case is where it is: the matrix' line, the path, the promises and the policy."""

from datetime import timedelta

from chassis.look.spoken import worked
from contracts.directory import Responsibility, device_class_of, responsibility
from contracts.values import in_language
from ticketing import sentences
from ticketing.domain.state import Clock, Incident, Ticket
from ticketing.views import PathStep, Promise, PromiseLine, Rules
from ticketing.web import present
from ticketing.web.desk import further
from ticketing.web.pages import Visit

_AGREED = (Promise.ACKNOWLEDGE, Promise.NEXT_UPDATE, Promise.RESOLVE)


def shown(here: Visit, incident: Incident, clocks: list[Clock], first: Ticket | None) -> Rules | None:
    """None while nobody has it. `first`: its first report."""
    directory, language = here.caller.directory, here.language
    if incident.holder is None:
        return None
    # Who has left the directory gets it no more (R19).
    left = [party for party in incident.path if party in directory.parties or party == incident.holder]
    at = left.index(incident.holder) if incident.holder in left else -1
    path = tuple(
        PathStep(
            present.said_by(directory, party, language),
            sentences.LEVELS[present.level(directory, directory.tier(party), party)],
            here=place == at,
            passed=place < at,
        )
        for place, party in enumerate(left)
    )
    agreement = directory.agreement_in_force(incident.agreement) if incident.agreement else None
    running = {clock.promise: clock for clock in clocks if clock.stopped_at is None and clock.party == incident.holder}
    promises = []
    if agreement is not None:
        agreed = agreement.at(incident.urgency)
        for promise in _AGREED:
            length: timedelta | None = getattr(agreed, promise.value)
            if length is not None:
                clock = running.get(promise.value)
                chip = present.clock_chip(directory, incident, clock, language, here.frame.now) if clock else None
                promises.append(PromiseLine(promise, worked(length), chip))
    reason = in_language(incident.reason, language) if incident.reason else ""
    name = in_language(agreement.name.words, language) if agreement else ""
    rule = next((rule.id for rule in directory.matrix if rule.id == incident.rule), "")
    steps, also = further.whole_policy(here, incident, left)
    chosen = None if rule else _chosen(here, incident, first)
    return Rules(
        reason,
        rule,
        path,
        tuple(promises),
        further.policy_steps(here, incident),
        name,
        tuple(steps),
        tuple(also),
        in_language(chosen.reason, language) if chosen else "",
        chosen.rule if chosen else "",
    )


def _chosen(here: Visit, incident: Incident, first: Ticket | None) -> Responsibility | None:
    """The matrix' line by which such a case goes that way; None where it would go another now."""
    directory = here.caller.directory
    found = responsibility(
        directory,
        service=incident.service,
        device_class=device_class_of(directory, first.asset if first else None, incident.service),
        school=incident.school,
        unit=first.unit if first else None,
        urgency=incident.urgency,
        scope=incident.scope if incident.kind == "incident" else None,
        kind=incident.kind,
    )
    return found if list(found.path) == incident.path else None
