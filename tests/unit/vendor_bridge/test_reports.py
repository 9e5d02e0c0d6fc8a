"""What a vendor reports itself: understood by the connection's words, refused with a reason, changed once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts import ids, webhooks
from contracts.directory import Connection, Directory
from contracts.directory.mapping import Mapping
from contracts.events import ticketing as t
from contracts.events import vendor_bridge as v
from contracts.timeline import FileRef
from contracts.values import Actor
from tests.support.handoff_life import COORDINATOR, WIFI, Case, directory
from vendor_bridge.domain import reporting, reports
from vendor_bridge.domain.compose import adopted
from vendor_bridge.domain.fold import fold
from vendor_bridge.domain.reports import Report, Work, Wrong
from vendor_bridge.domain.state import World

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def connection(**mapping: Any) -> Connection:
    known = directory().connections["demo-vendor"].connection
    assert known is not None
    return known.model_copy(update={"mapping": Mapping(**mapping)})


def reported(via: Connection | None = None, *, of: Directory | None = None, **said: Any) -> v.VendorTicketReported:
    message = webhooks.TicketReported.model_validate({"title": "Fiberbrott", "external_id": "NL-1"} | said)
    where = of or directory()
    return reports.reported(
        message, where, via or connection(), vendor=WIFI, ticket=ids.new("ticket"), name="m1", now=NOW
    )


def announced(known: Work | None = None, via: Connection | None = None, **said: Any) -> v.VendorWorkAnnounced | None:
    message = webhooks.WorkAnnounced.model_validate(
        {
            "external_id": "CHG-1",
            "starts_at": NOW + HOUR,
            "ends_at": NOW + 3 * HOUR,
            "services": ["wifi"],
            "text": "Nya routrar.",
        }
        | said
    )
    work = known.id if known is not None else ids.new("work")
    return reports.announced(
        message, directory(), via or connection(), vendor=WIFI, work=work, name="m2", now=NOW, known=known
    )


def planned(**said: Any) -> Work:
    event = announced(**said)
    assert event is not None
    return reports.work_of_event(event)


def test_the_mapping_says_what_the_vendors_words_mean_and_they_stay_beside() -> None:
    words = connection(categories={"WLAN": "wifi"}, places={"Site 12": "ekbacken"}, priorities={"P1": 1})
    event = reported(words, category="wlan", place="site  12", priority="p1")
    assert (event.service, event.school, event.urgency) == ("wifi", "ekbacken", 1)
    assert (event.category, event.place, event.priority) == ("wlan", "site  12", "p1")


def test_without_a_mapping_our_own_names_and_ids_are_understood() -> None:
    event = reported(category="wifi", place="Ekbackens skola", priority="2")
    assert (event.service, event.school, event.urgency) == ("wifi", "ekbacken", 2)


def test_words_that_mean_nothing_here_are_kept_and_nothing_is_guessed() -> None:
    event = reported(category="MPLS-core", place="PoP Stockholm", priority="Sev-A")
    assert (event.service, event.school, event.urgency) == (None, None, 3)
    assert (event.category, event.place, event.priority) == ("MPLS-core", "PoP Stockholm", "Sev-A")


def test_the_message_names_a_report_that_has_no_name_of_its_own() -> None:
    assert reported(external_id=None).external_id == "m1"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": "\u200b\u200b"}, "title"),
        ({"title": "Gäller 20120101-1234"}, "title"),
        ({"occurred_at": NOW + timedelta(minutes=3)}, "occurred_at"),
        ({"occurred_at": NOW - timedelta(days=31)}, "occurred_at"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Wrong) as wrong:
        reported(**said)
    assert [name for name, _ in wrong.value.faults] == [field]


def test_a_clock_that_is_a_minute_ahead_is_forgiven() -> None:
    assert reported(occurred_at=NOW + timedelta(minutes=1)).occurred_at == NOW


def test_a_title_is_one_line_and_html_stays_text() -> None:
    event = reported(title="<b>Fel</b>\r\nBcc: alla", description="<script>alert(1)</script>")
    assert event.title == "<b>Fel</b> Bcc: alla"
    assert event.description == "<script>alert(1)</script>"


def changed(report: Report, **said: Any) -> v.VendorTicketChanged | None:
    message = webhooks.TicketChangedMessage(
        type="ticket_changed", data=webhooks.TicketChanged.model_validate({"ticket": report.id} | said)
    )
    return reports.changed(report, message, "m3", NOW)


def test_a_change_that_changes_nothing_is_none() -> None:
    report = reports.of_event(reported(description="Sedan i natt."))
    assert changed(report, title="Fiberbrott", description="Sedan i natt.") is None
    event = changed(report, title="Fiberbrott i Ekbacken")
    assert event is not None
    assert (event.title, event.description, event.text) == ("Fiberbrott i Ekbacken", None, None)


def test_files_stand_with_words_and_are_nothing_without() -> None:
    photo = FileRef(sha256="ab" * 32, name="brott.jpg", media_type="image/jpeg", size=48_213)
    report = reports.of_event(reported())
    said = webhooks.TicketChanged.model_validate({"ticket": report.id, "text": "Så ser det ut."})
    event = reports.changed(
        report, webhooks.TicketChangedMessage(type="ticket_changed", data=said), "m3", NOW, (photo,)
    )
    assert event is not None
    assert event.files == (photo,)
    taken_back = webhooks.TicketChanged.model_validate({"ticket": report.id, "withdrawn": True})
    event = reports.changed(
        report, webhooks.TicketChangedMessage(type="ticket_changed", data=taken_back), "m3", NOW, (photo,)
    )
    assert event is not None
    assert event.files == ()


def test_r17_solved_before_routing_decided_is_a_note_until_then() -> None:
    report = reports.of_event(reported())
    data = webhooks.ResolutionProposed(handoff=report.id, text="Klart.")
    message = webhooks.ResolutionProposedMessage(type="resolution_proposed", data=data)
    event = reports.changed(report, message, "m3", NOW)
    assert event is not None
    assert (event.text, event.withdrawn) == ({"sv": "Klart."}, False)


def test_what_comes_after_the_end_is_kept_as_words_and_changes_nothing_else() -> None:
    report = replace(reports.of_event(reported()), withdrawn_at=NOW)
    event = changed(report, title="Annat", text="Gällde fel kommun.", withdrawn=True)
    assert event is not None
    assert (event.title, event.text, event.withdrawn) == (None, {"sv": "Gällde fel kommun."}, False)


def test_the_same_work_again_is_nothing_new_other_times_move_it_and_it_is_called_off_once() -> None:
    work = planned()
    assert announced(work) is None
    moved = announced(work, starts_at=NOW + 5 * HOUR, ends_at=NOW + 7 * HOUR, reason="Delarna är sena.")
    assert moved is not None
    assert (moved.change, moved.starts_at, moved.reason) == ("moved", NOW + 5 * HOUR, {"sv": "Delarna är sena."})
    off = announced(work, starts_at=NOW + 9 * HOUR, ends_at=NOW + 10 * HOUR, cancelled=True)
    assert off is not None
    assert (off.change, off.starts_at) == ("cancelled", work.starts_at)
    assert announced(replace(work, cancelled=True), cancelled=True) is None
    with pytest.raises(Wrong, match="you called off"):
        announced(replace(work, cancelled=True))


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"ends_at": NOW + HOUR}, "ends_at"),
        ({"starts_at": NOW - 2 * HOUR, "ends_at": NOW - HOUR}, "ends_at"),
        ({"starts_at": NOW - 30 * HOUR}, "starts_at"),
        ({"ends_at": NOW + timedelta(days=40)}, "ends_at"),
        ({"starts_at": NOW + timedelta(days=2000), "ends_at": NOW + timedelta(days=2001)}, "starts_at"),
        ({"services": ["MPLS"]}, "services"),
        ({"places": ["PoP Stockholm"]}, "places"),
        ({"text": "Rör 20120101-1234"}, "text"),
        ({"cancelled": True}, "cancelled"),
    ],
)
def test_work_that_cannot_be_planned_is_refused_with_its_place(said: dict[str, Any], field: str) -> None:
    with pytest.raises(Wrong) as wrong:
        announced(**said)
    assert [name for name, _ in wrong.value.faults] == [field]


def test_words_for_services_that_mean_nothing_stand_beside_those_that_do() -> None:
    event = announced(services=["wifi", "MPLS"], places=["ekbacken", "PoP"])
    assert event is not None
    assert (event.services, event.schools, event.unknown) == (("wifi",), ("ekbacken",), ("MPLS", "PoP"))


def test_work_that_people_have_read_of_keeps_what_it_is() -> None:
    work = planned()
    with pytest.raises(Wrong) as wrong:
        announced(work, services=["wifi", "login"], effect="down", ends_at=NOW + 4 * HOUR)
    assert [name for name, _ in wrong.value.faults] == ["services", "effect"]


def test_what_the_municipality_called_off_is_not_announced_again_under_that_name() -> None:
    work, world = planned(), World(NOW)
    world.works[work.id] = work
    refusal = t.WorkChanged(
        id="ev_1",
        at=NOW,
        municipality="malarvik",
        work=work.id,
        by=Actor(party=COORDINATOR, person="samordnare"),
        starts_at=work.starts_at,
        ends_at=work.ends_at,
        cancelled=True,
        reason={"sv": "Nationella prov."},
    )
    fold(world, refusal)
    assert work.is_refused
    with pytest.raises(Wrong, match=r"called off \(Nationella prov\.\)"):
        announced(work, ends_at=NOW + 4 * HOUR)


class Life:
    """One report, and the case that it is on."""

    def __init__(self) -> None:
        self.world, self.case = World(NOW), Case()
        fold(self.world, t.DirectoryChanged(**self.case.stamp(), version="1", directory=directory()))
        self.case.filed()
        self.event = reported().model_copy(update={"ticket": self.case.tickets[0]})
        self.hear(self.event)

    def hear(self, *events: Any) -> None:
        for event in events:
            fold(self.world, event)

    @property
    def report(self) -> Report:
        return self.world.reports[self.event.ticket]

    def filed(self, number: str = "MAL-2026-000007") -> t.TicketFiled:
        return t.TicketFiled(
            **self.case.stamp(),
            ticket=self.event.ticket,
            number=number,
            kind="incident",
            reporter=WIFI,
            title="Fiberbrott",
            school="ekbacken",
            occurred_at=NOW,
        )


def test_where_it_stands_follows_from_what_others_state() -> None:
    life = Life()
    states = [life.report.state]
    for events in (
        [life.filed()],
        life.case.opened_for(life.event.ticket),
        [life.case.resolved()],
        [life.case.reopened()],
        [life.case.resolved()],
        [life.case.closed()],
    ):
        life.hear(*events)
        states.append(life.report.state)
    assert states == ["received", "filed", "open", "resolved", "open", "resolved", "closed"]
    assert life.report.number == "MAL-2026-000007"


def test_r17_a_hand_off_of_its_incident_to_the_same_connection_adopts_it() -> None:
    life = Life()
    life.hear(life.filed(), *life.case.opened_for(life.event.ticket), *life.case.assigned(WIFI))
    [handoff] = life.world.handoffs.values()
    assert handoff.adopts == life.event.ticket
    assert life.report.handoff == handoff.id
    [one] = adopted(handoff, life.world.reports.values())
    assert (one.ticket, one.external_id) == (life.event.ticket, "NL-1")


def test_another_vendors_hand_off_adopts_nothing() -> None:
    life = Life()
    life.hear(life.filed(), *life.case.opened_for(life.event.ticket), *life.case.assigned("vendor:platform"))
    [handoff] = life.world.handoffs.values()
    assert handoff.adopts is None
    assert life.report.handoff is None
    assert adopted(handoff, life.world.reports.values()) == ()


def test_a_report_that_is_put_on_what_its_vendor_has_already_goes_there() -> None:
    life = Life()
    other = Case()
    life.hear(*other.handed_over(WIFI), life.filed(), other.linked(life.event.ticket))
    [handoff] = life.world.handoffs.values()
    assert life.report.handoff == handoff.id
    assert handoff.adopts is None  # the vendor knows it by its own id


def test_the_order_in_which_own_facts_are_met_changes_nothing() -> None:
    """Live they are folded when made; on the topic they lie later (N10)."""
    one, other = Life(), Life()
    other.case, other.event = one.case, one.event
    other.world.reports = {one.event.ticket: reports.of_event(one.event)}
    change = v.VendorTicketChanged(
        **one.case.stamp(),
        vendor=WIFI,
        connection="demo-vendor",
        message="m9",
        ticket=one.event.ticket,
        text={"sv": "Mer."},
        withdrawn=True,
    )
    heard = [one.filed(), *one.case.opened_for(one.event.ticket), *one.case.assigned(WIFI)]
    one.hear(change, *heard)
    other.hear(*heard, change)
    assert one.report == other.report
    assert one.world.handoffs == other.world.handoffs
    assert reporting.FOLDS.keys() >= {v.VendorTicketReported, v.VendorTicketChanged}
