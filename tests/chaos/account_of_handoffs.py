"""What went outside: each hand-off offered once, each message and mail with one id however often it came (N2)."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from tests.chaos.evidence import Evidence, Finding
from tests.chaos.load import PEOPLE, Load


def each_assignment_is_handed_over_once(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """`incident.assigned` to a vendor is one hand-off, known alike to bridge, ticketing and vendor."""
    offered = [row for row in evidence.outboxes["vendor-bridge"] if row["type"] == "handoff.offered.v1"]
    for cause, times in Counter(row["caused_by"] for row in offered).items():
        if times > 1:
            yield Finding("duplicated", f"{cause} was handed over {times} times")
    ours = {handoff["id"]: handoff for handoff in evidence.bridges_handoffs}
    replica = {handoff["id"] for handoff in evidence.handoffs}
    for handoff in ours.keys() ^ replica:
        yield Finding("lost", f"hand-off {handoff} is not known to both bridge and ticketing")
    vendors = {case["handoff"] for case in evidence.vendors_cases}
    for handoff in vendors - ours.keys():
        yield Finding("duplicated", f"the vendor has hand-off {handoff}, which the bridge never made")
    for incident in evidence.routings_incidents:
        held = [each for each in ours.values() if each["incident"] == incident["id"] and not each["ended"]]
        if held and incident["state"] == "superseded":
            yield Finding(
                "duplicated", f"{incident['id']} went on in another incident and is held by {held[0]['vendor']}"
            )
        over = ("closed", "cancelled", "superseded")
        if not (incident["lead"] or "").startswith("vendor:") or incident["state"] in over:
            continue
        holding = [
            handoff for handoff in ours.values()
            if (handoff["incident"], handoff["vendor"]) == (incident["id"], incident["lead"]) and not handoff["ended"]
        ]  # fmt: skip
        if len(holding) != 1:
            yield Finding(
                "lost" if not holding else "duplicated",
                f"{incident['id']} is with {incident['lead']} by {len(holding)} hand-offs",
            )
        elif holding[0]["id"] not in vendors:
            yield Finding("lost", f"the vendor never heard of {holding[0]['id']}")


def each_message_arrived_as_itself(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """A delivery is one webhook-id: what was delivered came, what came was meant, and no hand-off was offered twice."""
    ours = {delivery["webhook_id"]: delivery for delivery in evidence.deliveries}
    came = {message["webhook_id"]: message for message in evidence.vendors_received}
    for name, delivery in ours.items():
        if delivery["state"] == "delivered" and name not in came:
            yield Finding("lost", f"{delivery['kind']} {name} is marked delivered and never came")
        if delivery["state"] not in ("delivered", "absorbed"):
            yield Finding("lost", f"{delivery['kind']} {name} is {delivery['state']}")
    for name in came.keys() - ours.keys():
        yield Finding("duplicated", f"{came[name]['type']} {name} came under an id that the bridge does not know")
    offers = Counter(row["handoff"] for row in came.values() if row["type"] == "se.eskalera.handoff.offered.v1")
    for handoff, times in offers.items():
        if times > 1:
            yield Finding("duplicated", f"{handoff} was offered under {times} webhook-ids")
    stated = [row for row in evidence.outboxes["vendor-bridge"] if row["type"] == "handoff.delivered.v1"]
    for name, times in Counter(_message(row) for row in stated).items():
        if times > 1:
            yield Finding("duplicated", f"{name} was stated delivered {times} times")
    for message in evidence.vendors_received:
        if message["problems"]:
            yield Finding("lost", f"the vendor could not prove {message['webhook_id']}: {message['problems']}")


def _message(row: dict[str, Any]) -> str:
    return str(row["value"].split(b'"webhook_id":"', 1)[1].split(b'"', 1)[0].decode())


def acknowledged_heads_existed(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """The vendor names heads of ticketing's chains, and the bridge knows them as the vendor named them."""
    ours = {handoff["id"]: handoff for handoff in evidence.bridges_handoffs}
    for case in evidence.vendors_cases:
        if case["problems"]:
            yield Finding("lost", f"the vendor's copy of {case['handoff']} does not hold: {case['problems']}")
        for name, head in (case["acknowledged"] or {}).items():
            entries = evidence.chains.get(name, [])
            if len(entries) < head["seq"] or entries[head["seq"] - 1].hash != head["hash"]:
                yield Finding("lost", f"{case['handoff']}: the acknowledged head {head['seq']} of {name} never existed")
        handoff = ours.get(case["handoff"])
        holds = handoff is not None and not handoff["ended"] and case["acknowledged"]
        if handoff and holds and handoff["acknowledged_heads"] != case["acknowledged"]:
            yield Finding("lost", f"the acknowledgement of {case['handoff']} did not arrive")


def vendors_messages_took_effect_once(evidence: Evidence, _load: Load) -> Iterator[Finding]:
    """Each message of the vendor is stored once and made each of its facts once."""
    facts = defaultdict(list)
    for row in evidence.outboxes["vendor-bridge"]:
        if row["type"].startswith("vendor."):
            facts[row["value"].split(b'"message":"', 1)[1].split(b'"', 1)[0], row["type"]].append(row)
    for (message, kind), rows in facts.items():
        if len(rows) > 1:
            yield Finding("duplicated", f"{kind} of the vendor's message {message.decode()} is there {len(rows)} times")


def each_person_is_told_once(evidence: Evidence, load: Load) -> Iterator[Finding]:
    """One mail per person, case and occasion; a repeat has the same Message-ID."""
    if evidence.notifications is None:
        return
    planned = Counter((n["person"], n["case"], n["occasion"], n["cause"]) for n in evidence.notifications)
    for key, times in planned.items():
        if times > 1:
            yield Finding("duplicated", f"the notification {key} is there {times} times")
    for notification in evidence.notifications:
        if notification["state"] != "sent":
            yield Finding("lost", f"the notification {notification['id']} is {notification['state']}")
    ids = {mail.message_id for mail in evidence.mails}
    sent = [notification for notification in evidence.notifications if notification["state"] == "sent"]
    if len(ids) != len(sent):
        kind = "duplicated" if len(ids) > len(sent) else "lost"
        yield Finding(kind, f"{len(sent)} notifications were sent, {len(ids)} different mails came")
    # A case that goes to one vendor three times is told three times in the same words: each is a change of its own.
    cause = {notification["id"]: notification["cause"] for notification in evidence.notifications}
    contents = defaultdict(set)
    for mail in evidence.mails:
        because = cause.get(mail.message_id.strip("<>").partition("@")[0])
        contents[mail.recipients, mail.subject, mail.text, because].add(mail.message_id)
    for (recipients, subject, *_), names in contents.items():
        if len(names) > 1:
            yield Finding("duplicated", f"{recipients} got {subject!r} under {len(names)} Message-IDs")
    told = {(n["person"], n["case"]) for n in evidence.notifications if n["occasion"] == "filed"}
    known = {person for people in PEOPLE.values() for person in people}
    for report, ticket in load.acknowledged.values():
        if not report.is_import and report.person in known and (report.person, ticket["id"]) not in told:
            yield Finding("lost", f"{report.person} never got a receipt for {ticket['number']}")


ACCOUNTS = (
    each_assignment_is_handed_over_once,
    each_message_arrived_as_itself,
    acknowledged_heads_existed,
    vendors_messages_took_effect_once,
    each_person_is_told_once,
)
