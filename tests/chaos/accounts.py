"""What everybody was promised against what lies in the databases afterwards: N1, N2, N3 and N4 as one comparison."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from tests.chaos import account_of_handoffs, account_of_timelines
from tests.chaos.evidence import Evidence, Finding
from tests.chaos.load import Load

Account = Callable[[Evidence, Load], Iterator[Finding]]


def compare(evidence: Evidence, load: Load) -> list[Finding]:
    """Everything that was lost or doubled; empty when all is as promised."""
    accounts: tuple[Account, ...] = (
        tickets_are_there_once,
        numbers_have_no_gap,
        each_ticket_is_on_one_incident,
        routing_and_ticketing_agree,
        requests_have_an_outcome,
        the_topic_has_every_event_in_order,
        effects_lie_after_their_causes,
        nothing_failed,
        *account_of_timelines.ACCOUNTS,
        *account_of_handoffs.ACCOUNTS,
    )
    return [finding for account in accounts for finding in account(evidence, load)]


def lost(what: str) -> Finding:
    return Finding("lost", what)


def duplicated(what: str) -> Finding:
    return Finding("duplicated", what)


def repeats(values: Iterable[Any], what: str) -> Iterator[Finding]:
    """One finding for each value that is there more than once."""
    for value, times in Counter(values).items():
        if times > 1:
            yield duplicated(f"{what} {value} is there {times} times")


def tickets_are_there_once(evidence: Evidence, load: Load) -> Iterator[Finding]:
    """Every 2xx is a row with that number, and no report became two."""
    yield from (lost(f"nobody answered {refusal}") for refusal in load.refused)
    kept = {ticket["id"]: ticket for ticket in evidence.tickets}
    for report, answer in load.acknowledged.values():
        ticket = kept.get(answer["id"])
        if ticket is None:
            yield lost(f"ticket {answer['number']} of {report.key} was answered and is not there")
        elif (ticket["number"], ticket["title"]) != (answer["number"], report.body["title"]):
            yield lost(f"ticket {answer['number']} is another's: {ticket['number']}")
    own = {report.body["title"] for report, _ in load.acknowledged.values()}
    yield from repeats((ticket["title"] for ticket in evidence.tickets if ticket["title"] in own), "the report")
    yield from repeats((answer["id"] for _, answer in load.acknowledged.values()), "the answer with ticket")
    filed = [row["subject"] for row in evidence.outboxes["ticketing"] if row["type"] == "ticket.filed.v1"]
    yield from repeats(filed, "the filing of")
    yield from (lost(f"the filing of {ticket} was never said") for ticket in kept.keys() - set(filed))


def numbers_have_no_gap(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """1, 2, 3, … of each municipality and year, up to the counter."""
    for counter in evidence.counters:
        own = [
            int(ticket["number"].rpartition("-")[2])
            for ticket in evidence.tickets
            if ticket["municipality"] == counter["municipality"] and f"-{counter['year']}-" in ticket["number"]
        ]
        missing = set(range(1, counter["last"] + 1)) - set(own)
        yield from (lost(f"number {number} of {counter['municipality']} is missing") for number in sorted(missing))
        yield from repeats(own, f"the number of {counter['municipality']}")


def each_ticket_is_on_one_incident(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """In routing, which decides, and in ticketing's replica, the same."""
    incidents = {incident["id"] for incident in evidence.routings_incidents}
    decided = {link["ticket"]: link["incident"] for link in evidence.routings_links}
    yield from repeats((link["ticket"] for link in evidence.routings_links), "routing's link of")
    yield from repeats((link["ticket"] for link in evidence.links), "ticketing's link of")
    replica = {(link["ticket"], link["incident"]) for link in evidence.links}
    for ticket in evidence.tickets:
        incident = decided.get(ticket["id"])
        if incident is None or incident not in incidents:
            yield lost(f"{ticket['number']} is on no incident")
        elif ticket["incident"] != incident or (ticket["id"], incident) not in replica:
            yield lost(f"ticketing has {ticket['number']} on {ticket['incident']}, routing on {incident}")
    said = [row for row in evidence.outboxes["routing"] if row["type"] == "incident.opened.v1"]
    yield from repeats((row["subject"] for row in said), "the opening of")
    yield from repeats((row["caused_by"] for row in said), "an incident opened by")
    linked = {link["incident"] for link in evidence.routings_links}
    gone_on = {incident["id"] for incident in evidence.routings_incidents if incident["state"] == "superseded"}
    yield from (duplicated(f"{incident} was opened and has no ticket") for incident in incidents - linked - gone_on)
    yield from (lost(f"{incident} has tickets and is superseded") for incident in gone_on & linked)


def routing_and_ticketing_agree(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """On holder, state and version of each incident."""
    replica = {incident["id"]: incident for incident in evidence.incidents}
    for incident in evidence.routings_incidents:
        ours = replica.pop(incident["id"], None)
        if ours is None:
            yield lost(f"ticketing never heard of {incident['id']}")
            continue
        decided = (incident["lead"], incident["state"], incident["version"], incident["linked"])
        known = (ours["holder"], ours["state"], ours["version"], ours["tickets"])
        if decided != known:
            yield lost(f"{incident['id']}: routing says {decided}, ticketing {known}")
    yield from (duplicated(f"only ticketing knows {incident}") for incident in replica)


def requests_have_an_outcome(evidence: Evidence, load: Load) -> Iterator[Finding]:
    """A 202 ends in an effect or a refusal (R4)."""
    states = {request["id"]: request["state"] for request in evidence.requests}
    for request in load.asked:
        if states.get(request) not in ("done", "refused"):
            yield lost(f"request {request} is {states.get(request, 'not there')}")
    yield from (
        lost(f"request {request} is still pending") for request in states.keys() - set(load.asked)
        if states[request] == "pending"
    )  # fmt: skip


def the_topic_has_every_event_in_order(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """Each outbox row lies on the topic, unchanged; those of one case in the order they were made (N3)."""
    for service, rows in evidence.outboxes.items():
        latest: dict[str, int] = {}
        for row in rows:
            told = evidence.told.get(row["event_id"])
            if told is None:
                yield lost(f"{service} said {row['type']} {row['event_id']}, and it is not on the topic")
                continue
            if told.differs or told.value != row["value"] or told.sequence != row["id"]:
                yield lost(f"{row['type']} {row['event_id']} is not the same everywhere")
            _, offset = told.place
            for case in row["keys"]:
                if latest.get(case, -1) > offset:
                    yield lost(f"{service}'s {row['type']} {row['event_id']} overtook an earlier event of {case}")
                latest[case] = offset
    said = {row["event_id"] for rows in evidence.outboxes.values() for row in rows}
    for event in evidence.told.keys() - said:
        yield duplicated(f"{evidence.told[event].type} {event} is on the topic and in no outbox")


def effects_lie_after_their_causes(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """One order per municipality: nobody sees an effect before its cause."""
    for rows in evidence.outboxes.values():
        for row in rows:
            told, cause = evidence.told.get(row["event_id"]), evidence.told.get(row["caused_by"] or "")
            if told and cause and cause.place[0] == told.place[0] and cause.place[1] > told.place[1]:
                yield lost(f"{row['type']} {row['event_id']} lies before its cause {cause.type}")


def nothing_failed(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """A death makes no message fail: it comes again."""
    for service, rows in evidence.failed.items():
        yield from (lost(f"{service} could not handle {row['type']}: {row['reason']} ({row['state']})") for row in rows)
